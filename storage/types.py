"""Column types that mean the same in SQLite and PostgreSQL."""

import json
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, SmallInteger, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.calendar import Weekday

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# SQLite gives out row numbers only to a column declared INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")
# Ranks are compared byte by byte, whatever the database's language.
Rank = String(200).with_variant(String(200, collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time: timestamptz in PostgreSQL, microseconds since 1970 in SQLite, which has no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return (value - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return _EPOCH + timedelta(microseconds=value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A day without a zone, as ISO text."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return value.isoformat() if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if value else None


class ClockTime(TypeDecorator[time]):
    """A clock time in whole minutes, as `09:00`."""

    impl = String(5)
    cache_ok = True

    def process_bind_param(self, value: time | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value:%H:%M}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> time | None:
        return time.fromisoformat(value) if value else None


class Weekdays(TypeDecorator[frozenset[Weekday]]):
    """By their numbers, Monday's is 0: `01234`."""

    impl = String(7)
    cache_ok = True

    def process_bind_param(self, value: frozenset[Weekday] | None, dialect: Dialect) -> str:
        return "".join(str(day.value) for day in sorted(value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[Weekday]:
        return frozenset(Weekday(int(digit)) for digit in value or "")


class JsonObject(TypeDecorator[dict[str, Any]]):
    """A JSON object: jsonb in PostgreSQL, text in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            # Loading that dialect costs a tenth of a second, which an SQLite process need not pay.
            from sqlalchemy.dialects.postgresql import JSONB

            return dialect.type_descriptor(JSONB())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        loaded: dict[str, Any] | None = json.loads(value) if isinstance(value, str) else value
        return loaded


class Words(TypeDecorator[tuple[str, ...]]):
    """Words without spaces in them, kept as ` one two ` so that `LIKE '% one %'` finds a whole word."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        return f" {' '.join(value)} " if value else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(value.split()) if value else ()


class Choice(TypeDecorator[Any]):
    """An enum by its value, without a database type of its own: adding a member needs no migration."""

    impl = String(20)
    cache_ok = True

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Enum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value.value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.kind(value)


class Ordered(TypeDecorator[Any]):
    """An enum by its place, for columns that are sorted."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__()
        self.kind = kind
        self.members = tuple(kind)

    def process_bind_param(self, value: Enum | None, dialect: Dialect) -> int | None:
        return None if value is None else self.members.index(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Any:
        return None if value is None else self.members[value]
