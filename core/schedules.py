"""When something regular falls due: every working day, once a week, once a month; once in each period and zone.

A period (`2026-11-18`, `2026-W48`, `2026-11`) is named for the day it is planned on, and belongs to one occurrence. A
holiday moves it to the next working day. Where that day is another period's already, as in a week that is all holidays,
there is no occurrence: what comes next covers it, and no morning brings two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.calendar import HORIZON, Weekday, WorkingCalendar
from core.errors import InvalidInput
from core.local_time import has_day, local_date, local_instant, zone_named

_DAY = timedelta(days=1)


class Rhythm(StrEnum):
    """`daily` is every working day; `monthly` the first working day of the month."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Schedule:
    """`at` is a clock time in `zone`, an IANA name; a weekly schedule alone has a `weekday`."""

    rhythm: Rhythm
    at: time
    zone: str
    weekday: Weekday | None = None

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if (self.weekday is not None) != (self.rhythm is Rhythm.WEEKLY):
            raise InvalidInput("A weekly schedule needs its weekday, and no other has one.", "Give day:mon for weekly.")

    def first_day(self, day: date) -> date:
        """On which the period is planned that this day's week or month has."""
        if self.weekday is not None:
            return day + timedelta(days=self.weekday - day.weekday())
        return day if self.rhythm is Rhythm.DAILY else day.replace(day=1)

    def next_first_day(self, first: date) -> date:
        if self.rhythm is Rhythm.MONTHLY:
            return (first + timedelta(days=31)).replace(day=1)
        return first + (_DAY if self.rhythm is Rhythm.DAILY else timedelta(days=7))

    def previous_first_day(self, first: date) -> date:
        return self.first_day(first - (_DAY if self.weekday is None else timedelta(days=7)))

    def period(self, first: date) -> str:
        if self.rhythm is Rhythm.DAILY:
            return first.isoformat()
        if self.rhythm is Rhythm.MONTHLY:
            return f"{first:%Y-%m}"
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"


class Occurrence(NamedTuple):
    period: str
    at: datetime


def last_due(schedule: Schedule, now: datetime, calendar: WorkingCalendar) -> Occurrence | None:
    """The newest occurrence that is not after `now`. None where the calendar's days off reach back for years."""
    first = schedule.next_first_day(schedule.first_day(local_date(now, zone_named(schedule.zone))))
    earliest = first - HORIZON
    while first > earliest:
        occurrence = _in_period(schedule, first, calendar)
        if occurrence is not None and occurrence.at <= now:
            return occurrence
        first = schedule.previous_first_day(first)
    return None


def next_due(schedule: Schedule, now: datetime, calendar: WorkingCalendar) -> Occurrence | None:
    """The first occurrence after `now`. None where the calendar's days off go on for years.

    From one occurrence's instant to the next, this goes through all there are.
    """
    today = local_date(now, zone_named(schedule.zone))
    # From the period before, which holidays may have moved to after now.
    firsts = _first_days(schedule, schedule.previous_first_day(schedule.first_day(today)))
    found = (_in_period(schedule, first, calendar) for first in firsts)
    return next((occurrence for occurrence in found if occurrence is not None and occurrence.at > now), None)


def _first_days(schedule: Schedule, first: date) -> Iterator[date]:
    last = first + HORIZON
    while first < last:
        yield first
        first = schedule.next_first_day(first)


def _in_period(schedule: Schedule, first: date, calendar: WorkingCalendar) -> Occurrence | None:
    """On the first working day from the planned one on, before the next period's."""
    zone = zone_named(schedule.zone)
    day, end = first, schedule.next_first_day(first)
    while day < end:
        if calendar.is_working_day(day) and has_day(day, zone):
            return Occurrence(schedule.period(first), local_instant(day, schedule.at, zone))
        day += _DAY
    return None
