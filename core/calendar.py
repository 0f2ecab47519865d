"""A project's working days and hours, as its members see them: in their own zone, less their leave and quiet hours.

Working hours include both their ends: a timebox may end at 09:00 and at 18:00 sharp, and not a second later.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from itertools import islice
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from core.durations import FORMS
from core.errors import InvalidInput
from core.local_time import QuietHours, in_utc, local_date, local_instant, respecting_quiet_hours, zone_named

# How far a calendar is looked through from any day, so that one full of days off cannot be looked through for ever.
HORIZON = timedelta(days=3660)
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
_DAY = timedelta(days=1)


class Weekday(IntEnum):
    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away, the last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput(
                f"Leave from {self.first} cannot end on {self.last}.", "Give the first day and then the last."
            )

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class Shift(NamedTuple):
    """The working hours of one day."""

    day: date
    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """`zone` is an IANA name, `opens` and `closes` are clock times there, in whole minutes.

    `holidays` are public and `days_off` the project's own. `leave` and `quiet` are a member's: days of leave are no
    working days; quiet hours are working time like any other, but nothing ends or is asked in them.
    """

    zone: str = "UTC"
    weekdays: frozenset[Weekday] = frozenset(list(Weekday)[:5])
    opens: time = time(9)
    closes: time = time(18)
    holidays: frozenset[date] = frozenset()
    days_off: frozenset[date] = frozenset()
    leave: tuple[Leave, ...] = ()
    quiet: QuietHours | None = None

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if not self.weekdays:
            raise InvalidInput("A week without a working day has no time to work in.", "Give days such as mon-fri.")
        if self.closes <= self.opens:
            raise InvalidInput(
                f"Working hours cannot end at {self.closes:%H:%M} when they begin at {self.opens:%H:%M}.",
                "Give hours of one day, such as 09:00 to 18:00.",
            )

    def for_member(
        self, *, zone: str | None = None, leave: Iterable[Leave] = (), quiet: QuietHours | None = None
    ) -> Self:
        """The same days and clock times in the member's own zone, less their leave; nothing ends in their quiet hours.

        Somebody in Tokyo on a project of Lisbon works from 09:00 to 18:00 in Tokyo, on Lisbon's working days. Quiet
        hours that leave nothing of the working hours are put aside: every timebox has to end at some hour.
        """
        if quiet is not None and quiet.cover(self.opens, self.closes):
            quiet = None
        return replace(self, zone=zone or self.zone, leave=(*self.leave, *leave), quiet=quiet or self.quiet)

    @property
    def tz(self) -> ZoneInfo:
        return zone_named(self.zone)

    def is_working_day(self, day: date) -> bool:
        return (
            day.weekday() in self.weekdays
            and day not in self.holidays
            and day not in self.days_off
            and not any(day in leave for leave in self.leave)
        )

    def working_days(self, first: date) -> Iterator[date]:
        """From `first` on. Raises `InvalidInput` at the horizon, and outside the years that a calendar holds."""
        last = min(first + HORIZON, LAST_DAY) if first <= LAST_DAY else first
        day = first
        while FIRST_DAY <= day < last:
            if self.is_working_day(day):
                yield day
            day += _DAY
        raise InvalidInput(f"The calendar has not enough working days after {first}.", FORMS)

    def shift_on(self, day: date) -> Shift:
        return Shift(day, local_instant(day, self.opens, self.tz), local_instant(day, self.closes, self.tz))

    def shifts(self, at: datetime) -> Iterator[Shift]:
        """From the one that closes at `at` or later, without those that a change of the clocks leaves no time in."""
        # From yesterday, because a gap before midnight makes a shift close at 00:00.
        for day in self.working_days(local_date(at, self.tz) - _DAY):
            shift = self.shift_on(day)
            if at <= shift.closes and shift.opens < shift.closes:
                yield shift

    def reachable(self, shift: Shift, at: datetime) -> datetime | None:
        """The first moment of the shift, at `at` or later, outside quiet hours."""
        moment = max(at, shift.opens)
        if self.quiet is not None:
            moment = respecting_quiet_hours(moment, self.quiet, self.tz)
        return moment if moment <= shift.closes else None

    def mornings(self, at: datetime) -> Iterator[datetime]:
        """When work begins, or quiet hours in it end, on each working day, later than `at`."""
        for shift in self.shifts(at):
            morning = self.reachable(shift, shift.opens)
            if morning is not None and morning > at:
                yield morning


def next_working_moment(at: datetime, calendar: WorkingCalendar) -> datetime:
    """`at`, or the first moment after it that lies in working hours and outside quiet ones."""
    at = in_utc(at)
    moments = (calendar.reachable(shift, at) for shift in calendar.shifts(at))
    return next(moment for moment in moments if moment is not None)


def is_at_work(calendar: WorkingCalendar, at: datetime) -> bool:
    try:
        return next_working_moment(at, calendar) == at
    except InvalidInput:
        return False


def next_working_morning(at: datetime, calendar: WorkingCalendar) -> datetime:
    return nth_working_day_after(at, 1, calendar)


def nth_working_day_after(at: datetime, n: int, calendar: WorkingCalendar) -> datetime:
    """The n-th morning of a working day later than `at`: after Monday noon, the first is Tuesday's.

    Raises `InvalidInput` where the calendar holds no such day.
    """
    return next(islice(calendar.mornings(in_utc(at)), n - 1, None))
