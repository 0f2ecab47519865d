"""Weeks and months of a zone: what a digest is about, and what figures are counted in."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.local_time import local_date, local_instant, zone_named

_DAY = timedelta(days=1)


class Span(StrEnum):
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` on and before `end`: the midnights of `zone` before its `first` day and after its `last`.

    Over a change of the clocks a week has 167 or 169 hours.
    """

    span: Span
    zone: str
    first: date
    last: date
    start: datetime
    end: datetime

    def __str__(self) -> str:
        """`2026-W48`, `2026-11`: as `core.schedules` calls it."""
        if self.span is Span.MONTH:
            return f"{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def before(self) -> "Period":
        return _period(self.span, self.first - _DAY, self.zone)

    @property
    def after(self) -> "Period":
        return _period(self.span, self.last + _DAY, self.zone)

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


def week_at(at: datetime, zone: str) -> Period:
    """The week from Monday to Sunday that the moment falls into there. Raises `InvalidInput` for an unknown zone."""
    return _period(Span.WEEK, local_date(at, zone_named(zone)), zone)


def month_at(at: datetime, zone: str) -> Period:
    """As `week_at`, for a month."""
    return _period(Span.MONTH, local_date(at, zone_named(zone)), zone)


def back_from(period: Period, count: int) -> tuple[Period, ...]:
    """So many periods that end with this one, oldest first."""
    periods = [period]
    while len(periods) < count:
        periods.append(periods[-1].before)
    return tuple(reversed(periods))


def _period(span: Span, day: date, zone: str) -> Period:
    tz = zone_named(zone)
    if span is Span.WEEK:
        first = day - timedelta(days=day.weekday())
        last = first + 6 * _DAY
    else:
        first = day.replace(day=1)
        last = (first + 31 * _DAY).replace(day=1) - _DAY
    return Period(span, zone, first, last, _midnight(first, tz), _midnight(last + _DAY, tz))


def _midnight(day: date, tz: ZoneInfo) -> datetime:
    return local_instant(day, time.min, tz)
