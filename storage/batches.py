"""Questions about several things at once. A few are asked one by one, in one go where the database can: those
statements are compiled already."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import Connection, Select

from storage.prepared import Prepared

FEW = 8
# SQLite takes so many parameters at most in old builds, and one statement need not be longer.
_AT_ONCE = 400


class AnyOf:
    """A question for one (`bindparam("one")`) and the same for several (`bindparam("several", expanding=True)`)."""

    def __init__(self, one: Select[Any], several: Select[Any]) -> None:
        self._one, self._several = Prepared(one), several

    def rows(self, connection: Connection, items: Collection[Any], **values: object) -> Iterator[Any]:
        return iter(self.ask(connection, items, **values)())

    def ask(self, connection: Connection, items: Collection[Any], **values: object) -> Callable[[], list[Any]]:
        """A few are asked together with what is asked next, unless what is returned is called before."""
        ordered = list(items)
        if len(ordered) <= FEW:
            answers = [self._one.later(connection, {**values, "one": item}) for item in ordered]
            return lambda: [row for answer in answers for row in answer.rows()]
        found = list(self._all(connection, ordered, values))
        return lambda: found

    def _all(self, connection: Connection, ordered: list[Any], values: dict[str, object]) -> Iterator[Any]:
        for start in range(0, len(ordered), _AT_ONCE):
            yield from connection.execute(self._several, {**values, "several": ordered[start : start + _AT_ONCE]})
