"""What it costs to say when a timebox ends, next to the floor: one clock time that is turned into an instant."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from zoneinfo import ZoneInfo

from core.calendar import Leave, WorkingCalendar
from core.durations import WorkingTime
from core.local_time import QuietHours
from core.schedules import Rhythm, Schedule, last_due
from core.working_time import add_working_time, share_of

_BEGIN = datetime(2026, 11, 18, 10, 7, tzinfo=UTC)
_ENDS = 10_000


def measure_working_time() -> None:
    """Ten thousand moments over 200 days, one after the other, in processor time."""
    project = WorkingCalendar(zone="Europe/Lisbon", holidays=frozenset({date(2026, 12, 1), date(2026, 12, 25)}))
    leave = [Leave(date(2026, 11, 30), date(2026, 12, 4))]
    owner = project.for_member(zone="America/New_York", leave=leave, quiet=QuietHours(time(20), time(8)))
    monthly = Schedule(Rhythm.MONTHLY, time(9), "Europe/Lisbon")
    lisbon = ZoneInfo("Europe/Lisbon")
    drawn = random.Random(6)
    moments = [_BEGIN + timedelta(seconds=drawn.randrange(200 * 86400)) for _ in range(_ENDS)]
    print(f"Working time: {_ENDS:,} times each")
    floor = _per_call(lambda at: at.replace(tzinfo=lisbon).astimezone(UTC), moments)
    _line("floor: a clock time as an instant", floor, floor)
    for text in ("3h", "1d", "10d", "2w", "40h", "52w"):
        length = WorkingTime.parse(text)
        _line(
            f"end of {text}", _per_call(lambda at, length=length: add_working_time(at, length, owner), moments), floor
        )
    fortnight = timedelta(days=14)
    _line("80 % of two weeks", _per_call(lambda at: share_of(at, at + fortnight, 0.8, owner), moments), floor)
    _line("last monthly digest", _per_call(lambda at: last_due(monthly, at, project), moments), floor)


def _per_call(act: Callable[[datetime], object], moments: list[datetime]) -> float:
    for moment in moments[:100]:
        act(moment)
    before = process_time()
    for moment in moments:
        act(moment)
    return (process_time() - before) / len(moments)


def _line(name: str, seconds: float, floor: float) -> None:
    print(f"  {name:<44}{seconds * 1e6:8.1f} µs   {seconds / floor:6.1f} × the floor", flush=True)
