"""Days, weekdays and hours as people type and read them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from typing import Self

from core.calendar import FIRST_DAY, LAST_DAY, Leave, Weekday, WorkingCalendar
from core.errors import InvalidInput
from core.local_time import QuietHours

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = r"([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?"
_HOURS = re.compile(rf"{_CLOCK}\s*(?:-|–|—|to|until)\s*{_CLOCK}", re.IGNORECASE)
_NAMES = {day: day.name[:3].lower() for day in Weekday}
_DAYS_HINT = "Give days such as mon-fri, mon-thu or mon,wed,fri."
_NONE = frozenset({"none", "-", "–", "—", "off", "no"})


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours of one day."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours as somebody wants them: None for none."""

    hours: QuietHours | None

    @classmethod
    def parse(cls, text: str) -> Self:
        if text.strip().casefold() in _NONE:
            return cls(None)
        return cls(QuietHours(*_two_times(text, "Give when they begin and end: 20:00-08:00. Or none.")))


def parse_day(text: str) -> date:
    text = text.strip()
    try:
        day = date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidInput(f"“{text[:40]}” is not a day.", "Give year, month and day: 2026-12-20.")
    return day


def parse_weekdays(text: str) -> frozenset[Weekday]:
    """`mon-fri`, `mon,wed,fri`, `sun-thu`; whole names too."""
    days: set[Weekday] = set()
    for part in re.split(r"[,;\s]+", text.strip().casefold()):
        ends = [_weekday(name) for name in re.split(r"[-–—]", part)]
        if not 1 <= len(ends) <= 2:
            raise InvalidInput(f"“{part[:40]}” is neither a day of the week nor two.", _DAYS_HINT)
        first, last = ends[0], ends[-1]
        days.update(Weekday((first + step) % 7) for step in range((last - first) % 7 + 1))
    return frozenset(days)


def _weekday(name: str) -> Weekday:
    found = [day for day in Weekday if len(name) >= 2 and day.name.lower().startswith(name)]
    if len(found) != 1:
        raise InvalidInput(f"“{name[:40]}” is not a day of the week.", _DAYS_HINT)
    return found[0]


def parse_weekday(text: str) -> Weekday:
    """`mon`, `Monday`."""
    return _weekday(text.strip().casefold())


def parse_clock(text: str) -> time:
    """`09:00`, `9`, `9.30`."""
    match = re.fullmatch(_CLOCK, text.strip())
    if match is None:
        raise InvalidInput(f"“{text.strip()[:40]}” is not a time of day.", "Give hours and minutes: at:09:00.")
    return time(int(match[1]), int(match[2] or 0))


def parse_hours(text: str) -> Hours:
    opens, closes = _two_times(text, "Give when work begins and ends, on one day: hours:09:00-18:00.")
    # Raises where they end before they begin.
    WorkingCalendar(opens=opens, closes=closes)
    return Hours(opens, closes)


def _two_times(text: str, hint: str) -> tuple[time, time]:
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise InvalidInput(f"“{text.strip()[:40]}” is not from one clock time to another.", hint)
    return time(int(match[1]), int(match[2] or 0)), time(int(match[3]), int(match[4] or 0))


def weekdays_text(days: Collection[Weekday]) -> str:
    """As `parse_weekdays` reads it: `mon-fri`, `sun-thu`, `mon,wed,fri`."""
    for first in Weekday:
        last = Weekday((first + len(days) - 1) % 7)
        following = {Weekday((first + step) % 7) for step in range(len(days))}
        if following == set(days) and (len(days) < 7 or first is Weekday.MONDAY):
            return _NAMES[first] if len(days) == 1 else f"{_NAMES[first]}-{_NAMES[last]}"
    return ",".join(_NAMES[day] for day in sorted(days))


def quiet_text(quiet: QuietHours | None) -> str | None:
    return f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" if quiet else None


def leave_text(leave: Leave) -> str:
    return str(leave.first) if leave.first == leave.last else f"{leave.first} to {leave.last}"
