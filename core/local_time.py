"""Clock times of a zone as instants: exactly one for each local day. And the hours in which somebody wants quiet.

All instants are aware and come out in UTC. A clock time that its day skips is the first valid moment after the gap; one
that its day has twice is the first of the two.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import InvalidInput

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


@cache
def zone_named(name: str) -> ZoneInfo:
    """Raises `InvalidInput`. Kept, because `ZoneInfo` itself forgets all but eight and would read files again."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "Use an IANA name such as Europe/Lisbon or UTC."
        raise InvalidInput(f"“{name[:64]}” is not a time zone.", hint) from None


# A calendar asks for the same few times of the same days for every timebox.
@lru_cache(maxsize=8192)
def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The one instant at which a schedule for this clock time falls on this day.

    Of a day that the zone skipped whole (Samoa's 30 December 2011) it is the first moment of the next.
    Raises `OverflowError` within a day of the years 1 and 9999.
    """
    wall = datetime.combine(day, at.replace(fold=0), zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).utcoffset() == wall.utcoffset():
        return instant
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The change of the zone's offset by which the clock jumped over `wall`."""
    before, after = wall.replace(fold=1).astimezone(UTC), wall.astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def has_day(day: date, zone: ZoneInfo) -> bool:
    """Not where the zone crossed the date line and left this day out."""
    return local_instant(day, time.min, zone).astimezone(zone).date() == day


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one clock time to another, over midnight where `end` is not after `start`.

    Just at `start` somebody may still be spoken to, as just at the end of working hours; at `end` again.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise InvalidInput(
                "Quiet hours that end when they begin would never end.",
                "Give two times, such as 20:00 and 08:00; for whole days, say that you are away.",
            )

    def cover(self, opens: time, closes: time) -> bool:
        """Whether nothing of a working day is left outside them."""
        if self.start < self.end:
            return self.start < opens and closes < self.end
        return self.start < opens or closes < self.end


def respecting_quiet_hours(at: datetime, quiet: QuietHours, zone: ZoneInfo) -> datetime:
    """`at`, or the end of the quiet hours that it falls into."""
    at = in_utc(at)
    today = local_date(at, zone)
    # Tomorrow too: clocks that are put back over midnight show yesterday's date again within its quiet hours.
    for day in (today - _DAY, today, today + _DAY):
        end_day = day if quiet.start < quiet.end else day + _DAY
        end = local_instant(end_day, quiet.end, zone)
        if local_instant(day, quiet.start, zone) < at < end:
            at = end
    return at


def local_date(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} without a zone could be any instant")
    return at.astimezone(UTC)
