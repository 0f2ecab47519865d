"""Frozen dataclasses to JSON and back, for what is stored: events and cards.

A dataclass becomes an object with its class name under `type`; an enum becomes its value, a tuple an array, a time ISO
text, a length of time its seconds. Fields at their default are left out, so that what was written before a field
existed still reads.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Records:
    """Writes and reads the dataclasses it was made for, each known by its class name."""

    def __init__(self, types: Iterable[type]) -> None:
        self._types = {kind.__name__: kind for kind in types}

    def dump(self, value: object) -> dict[str, Json]:
        """`value`, one of the known dataclasses, as a JSON object."""
        return self._dump_fields(value)

    def load(self, record: Mapping[str, Any]) -> Any:
        """The dataclass that `dump` wrote. Raises `KeyError` for a type it was not made for."""
        kind = self._types[str(record["type"])]
        hints = _hints(kind)
        return kind(**{name: self._load(value, hints[name]) for name, value in record.items() if name in hints})

    def _dump_fields(self, value: Any) -> dict[str, Json]:
        record: dict[str, Json] = {"type": type(value).__name__}
        for field in fields(value):
            item = getattr(value, field.name)
            if field.default is MISSING or item != field.default:
                record[field.name] = self._dump(item)
        return record

    def _dump(self, value: Any) -> Json:
        match value:
            case Enum():
                return str(value.value)
            case None | bool() | int() | float() | str():
                return value
            case tuple():
                return [self._dump(item) for item in value]
            case datetime() | date():
                return value.isoformat()
            case timedelta():
                return value.total_seconds()
            case _ if type(value).__name__ in self._types:
                return self._dump_fields(value)
        raise TypeError(f"{type(value).__name__} is not a record")

    def _load(self, value: Json, hint: Any) -> Any:
        match value:
            case dict():
                return self.load(value)
            case list():
                return tuple(map(self._load, value, _item_hints(hint, len(value))))
            case str():
                return _from_text(value, hint)
            case int() | float() if timedelta in _alternatives(hint):
                return timedelta(seconds=value)
        return value


def _from_text(text: str, hint: Any) -> Any:
    for kind in _alternatives(hint):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(text)
        if kind in (datetime, date):
            return kind.fromisoformat(text)
    return text


def _item_hints(hint: Any, count: int) -> Sequence[Any]:
    """Of a tuple of any length, `tuple[int, ...]`, or with a type for each place."""
    for kind in _alternatives(hint):
        if get_origin(kind) is tuple:
            hints = get_args(kind)
            return (hints[0],) * count if hints[-1] is Ellipsis else hints
    return (Any,) * count


@cache
def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
