"""What is kept of calendars: a project's hours and days, a member's leave and quiet hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol

from core.calendar import Leave, Weekday, WorkingCalendar
from core.local_time import QuietHours

_DEFAULT = WorkingCalendar()


class DayKind(StrEnum):
    """`work` is a public holiday on which the project works all the same."""

    HOLIDAY = "holiday"
    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """Of some years, in a country or one of its parts. `edition` says which source knew them so, and up to when."""

    country: str
    part: str | None
    edition: str
    first_year: int
    days: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCalendar:
    """`country` is an ISO code, `part` that of one of its parts; `edition` is that of the holidays that are kept."""

    zone: str
    weekdays: frozenset[Weekday] = _DEFAULT.weekdays
    opens: time = _DEFAULT.opens
    closes: time = _DEFAULT.closes
    country: str | None = None
    part: str | None = None
    edition: str = ""
    days: tuple[CalendarDay, ...] = ()
    lead_id: int | None = None

    @property
    def working(self) -> WorkingCalendar:
        """Raises `InvalidInput` where the zone is none any more."""
        return WorkingCalendar(
            zone=self.zone, weekdays=self.weekdays, opens=self.opens, closes=self.closes,
            holidays=frozenset(self.of_kind(DayKind.HOLIDAY)) - frozenset(self.of_kind(DayKind.WORK)),
            days_off=frozenset(self.of_kind(DayKind.OFF)),
        )  # fmt: skip

    def of_kind(self, kind: DayKind) -> Iterable[date]:
        return (one.day for one in self.days if one.kind is kind)

    def on(self, day: date) -> dict[DayKind, str]:
        """What is said of this day, by kind."""
        return {one.kind: one.name for one in self.days if one.day == day}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTimes:
    """A member's. Leave in its order, none overlaps another; without a zone, theirs is the project's."""

    zone: str | None = None
    leave: tuple[Leave, ...] = ()
    quiet: QuietHours | None = None

    def in_project(self, calendar: WorkingCalendar) -> WorkingCalendar:
        return calendar.for_member(zone=self.zone, leave=self.leave, quiet=self.quiet)


class Calendars(Protocol):
    def of_project(self, project_id: int, *, since: date) -> ProjectCalendar:
        """With its days from that one on, in their order."""
        ...

    def of_member(self, member_id: int, *, since: date) -> OwnTimes:
        """With the leave that ends on that day or later."""
        ...

    def save(self, project_id: int, calendar: ProjectCalendar) -> None:
        """Everything but its days and its lead."""
        ...

    def replace_holidays(self, project_id: int, days: Mapping[date, str], *, since: date) -> None:
        """Those from that day on."""
        ...

    def put_day(self, project_id: int, day: CalendarDay) -> None: ...
    def remove_day(self, project_id: int, day: date, kind: DayKind) -> None: ...

    def with_old_holidays(self, *, edition: str) -> tuple[int, ...]:
        """At most a hundred projects that keep the holidays of another edition."""
        ...

    def add_leave(self, member_id: int, leave: Leave, now: datetime) -> None: ...
    def remove_leave(self, member_id: int, leave: Leave) -> None: ...
    def set_quiet(self, member_id: int, quiet: QuietHours | None) -> None: ...
