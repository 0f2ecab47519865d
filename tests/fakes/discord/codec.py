"""Records to JSON and back, for controlling a fake that runs in another process."""

from dataclasses import fields, is_dataclass
from typing import Any

from tests.fakes.discord.faults import Fault
from tests.fakes.discord.records import RECORD_TYPES

_TAG = "$record"
_TYPES = {cls.__name__: cls for cls in (*RECORD_TYPES, Fault)}
_TUPLES = {
    name: {field.name for field in fields(cls) if str(field.type).startswith("tuple")} for name, cls in _TYPES.items()
}


def encode(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: encode(getattr(value, field.name)) for field in fields(value)}
        return {_TAG: type(value).__name__, **own}
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    return value


def decode(value: Any) -> Any:
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {key: decode(item) for key, item in value.items() if key != _TAG}
    name = value.get(_TAG)
    if name is None:
        return plain
    return _TYPES[name](**{key: tuple(item) if key in _TUPLES[name] else item for key, item in plain.items()})
