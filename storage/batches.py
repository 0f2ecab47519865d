"""Questions about several things at once. A few are asked one by one, in one go where the database can: those
statements are compiled already."""

from collections.abc import Collection, Iterator
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
        ordered = list(items)
        if len(ordered) <= FEW:
            for found in self._one.several(connection, [{**values, "one": item} for item in ordered]):
                yield from found
            return
        for start in range(0, len(ordered), _AT_ONCE):
            yield from connection.execute(self._several, {**values, "several": ordered[start : start + _AT_ONCE]})
