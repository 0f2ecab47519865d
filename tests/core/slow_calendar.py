"""Working time, worked out slowly: by looking at a clock every minute and counting."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.calendar import WorkingCalendar
from core.durations import Unit, WorkingTime
from tests.core.slow_clock import DAY, EPOCH, MINUTE, SlowClock, day_shown, instant, reading, seconds


@dataclass(frozen=True)
class Minute:
    """`latest` is the latest that the clock has shown until then: while it is put back, work goes on.

    `works` says that the minute which begins here is a working one, `closes` that it is not and the one before was.
    """

    at: int
    shown: int
    latest: int
    works: bool
    closes: bool


@dataclass(frozen=True)
class SlowCalendar:
    calendar: WorkingCalendar
    clock: SlowClock

    @classmethod
    def of(cls, calendar: WorkingCalendar, near: datetime) -> "SlowCalendar":
        first, last = near.date() - timedelta(days=20), near.date() + timedelta(days=500)
        return cls(calendar, SlowClock.of(calendar.zone, first.replace(day=1), last.replace(day=1), DAY))

    def minutes(self, start: int) -> Iterator[Minute]:
        latest, worked = -(10**15), False
        for at in range(start - 2 * DAY, 10**15, MINUTE):
            shown = self.clock.shows(at)
            latest = max(latest, shown)
            works = self._works(latest)
            if at >= start:
                yield Minute(at, shown, latest, works, worked and not works)
            worked = works

    def _works(self, shown: int) -> bool:
        day = day_shown(shown)
        begins, ends = reading(day, self.calendar.opens), reading(day, self.calendar.closes)
        return begins <= shown < ends and self._is_working_day(day)

    def _is_working_day(self, day: date) -> bool:
        calendar = self.calendar
        off = (
            calendar.holidays
            | calendar.days_off
            | {day for leave in calendar.leave if leave.first <= day <= leave.last}
        )
        return day.isoweekday() - 1 in calendar.weekdays and day not in off

    def end(self, start: datetime, length: WorkingTime) -> datetime:
        if length.unit is Unit.HOUR:
            return self._after_minutes(start, length.amount * 60)
        days = length.amount * (len(self.calendar.weekdays) if length.unit is Unit.WEEK else 1)
        return self._after_days(start, days)

    def _after_minutes(self, start: datetime, count: int) -> datetime:
        working = (minute for minute in self.minutes(seconds(start)) if minute.works)
        last = next(minute for number, minute in enumerate(working, 1) if number == count)
        return instant(last.at + MINUTE)

    def _after_days(self, start: datetime, days: int) -> datetime:
        minutes = self.minutes(seconds(start))
        first = next(minute for minute in minutes if minute.works or minute.closes)
        day = day_shown(first.latest - MINUTE if first.closes else first.latest)
        clock_time = first.shown - reading(day, time.min)
        if first.closes:
            clock_time = reading(EPOCH, self.calendar.closes)
        elif first.at > seconds(start):
            clock_time = reading(EPOCH, self.calendar.opens)
        for _ in range(days):
            day += timedelta(days=1)
            while not self._is_working_day(day):
                day += timedelta(days=1)
        target = reading(day, time.min) + clock_time
        return next(
            instant(minute.at) for minute in minutes if minute.latest >= target and (minute.works or minute.closes)
        )

    def between(self, start: datetime, end: datetime) -> timedelta:
        count = 0
        for minute in self.minutes(seconds(start)):
            if minute.at >= seconds(end):
                return timedelta(minutes=count)
            count += minute.works
        raise AssertionError
