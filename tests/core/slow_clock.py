"""What a clock on a wall shows, worked out slowly: it knows no gap and no fold, only what is shown at each instant.

Instants and readings are whole numbers: seconds since 1970, in UTC and as the clock shows them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Self
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3600, 86400
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class SlowClock:
    """From when each offset to UTC holds, in order; the first holds since always."""

    offsets: tuple[tuple[int, int], ...]

    @classmethod
    @cache
    def of(cls, zone: str, first: date, last: date, step: int) -> Self:
        """Changes are looked for every `step` seconds, and each is then closed in on."""
        tz = ZoneInfo(zone)
        at, end = reading(first, time.min), reading(last, time.min)
        offsets = [(-(10**15), offset_at(at, tz))]
        for later in range(at + step, end + step, step):
            offset = offset_at(later, tz)
            if offset != offsets[-1][1]:
                offsets.append((_change(later - step, later, tz), offset))
        return cls(tuple(offsets))

    @property
    def changes(self) -> list[int]:
        return [since for since, _ in self.offsets[1:]]

    def shows(self, at: int) -> int:
        return at + next(offset for since, offset in reversed(self.offsets) if since <= at)

    def first_instant(self, shown: int) -> int:
        """The first at which the clock shows this or anything later."""
        ends = [since for since, _ in self.offsets[1:]] + [10**15]
        found = ((max(since, shown - offset), end) for (since, offset), end in zip(self.offsets, ends, strict=True))
        return next(at for at, end in found if at < end)


def offset_at(at: int, tz: ZoneInfo) -> int:
    offset = instant(at).astimezone(tz).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _change(before: int, after: int, tz: ZoneInfo) -> int:
    old = offset_at(before, tz)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if offset_at(middle, tz) == old else (before, middle)
    return after


def instant(at: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)


def seconds(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def reading(day: date, at: time) -> int:
    return (day - EPOCH).days * DAY + at.hour * HOUR + at.minute * MINUTE + at.second


def day_shown(shown: int) -> date:
    return EPOCH + timedelta(days=shown // DAY)
