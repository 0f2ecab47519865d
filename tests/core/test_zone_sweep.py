"""Every zone there is, on the days around every change of its clocks and on days drawn at random."""

import os
import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest

from core.local_time import local_instant, zone_named
from tests.core.slow_clock import DAY, HOUR, MINUTE, SlowClock, day_shown, instant, reading

SHORT = os.environ.get("LABKEEPER_SOAK") == "short"
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
LOOKED_FROM, LOOKED_UNTIL = date(2023, 12, 20), date(2031, 1, 10)
TIMES = [
    time(0),
    time(0, 30),
    time(1, 59),
    time(2),
    time(2, 30),
    time(3),
    time(9),
    time(18),
    time(23, 30),
    time(23, 59),
]
QUARTERS = [time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 15)]
ZONES = sorted(available_timezones())


def test_there_is_one_occurrence_on_each_local_day_in_every_zone():
    """The soak test below in small: two times on every day near a change, and twenty other days."""
    for number, zone in enumerate(ZONES):
        clock = SlowClock.of(zone, LOOKED_FROM, LOOKED_UNTIL, 5 * DAY)
        times = [TIMES[number % len(TIMES)], TIMES[(number + 4) % len(TIMES)]]
        check(zone, clock, [*days_near(clock), *days_at_random(zone, 20)], times)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(8))
def test_there_is_one_occurrence_on_each_local_day_in_every_zone_at_many_times(part):
    for zone in ZONES[part::8]:
        clock = SlowClock.of(zone, LOOKED_FROM, LOOKED_UNTIL, DAY if SHORT else HOUR)
        check(zone, clock, days_near(clock), TIMES if SHORT else QUARTERS)
        check(zone, clock, days_at_random(zone, 100 if SHORT else 1000), TIMES)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(8))
def test_minute_by_minute_no_time_is_met_twice_or_left_out(part):
    """Walks every minute of the five days around each change, with nothing worked out beforehand but where to look."""
    for zone in ZONES[part::8]:
        clock = SlowClock.of(zone, LOOKED_FROM, LOOKED_UNTIL, DAY)
        changes = clock.changes[:4] if SHORT else clock.changes
        for change in changes:
            walk(zone, day_shown(clock.shows(change)))


def days_near(clock: SlowClock) -> list[date]:
    near = {day_shown(clock.shows(change)) + timedelta(days=off) for change in clock.changes for off in range(-2, 3)}
    return sorted(day for day in near if FIRST <= day <= LAST)


def days_at_random(zone: str, count: int) -> Iterator[date]:
    drawn = random.Random(zone)
    return (FIRST + timedelta(days=drawn.randrange((LAST - FIRST).days + 1)) for _ in range(count))


def check(zone: str, clock: SlowClock, days: Iterable[date], times: list[time]) -> None:
    tz = zone_named(zone)
    for day in days:
        for at in times:
            expected = instant(clock.first_instant(reading(day, at)))
            assert local_instant(day, at, tz) == expected, (zone, day, at)


def walk(zone: str, middle: date) -> None:
    tz = zone_named(zone)
    days = [middle + timedelta(days=off) for off in range(-2, 3)]
    expected = occurrences_met(zone, days)
    for day in days:
        for at in QUARTERS:
            assert local_instant(day, at, tz) == expected[datetime.combine(day, at)], (zone, day, at)
    for at in QUARTERS:
        instants = [local_instant(day, at, tz) for day in days]
        assert instants == sorted(set(instants)), (zone, at)


def occurrences_met(zone: str, days: list[date]) -> dict[datetime, datetime]:
    """When each minute of the clock was first shown or, where it falls into a gap, when the gap ended."""
    tz = zone_named(zone)
    at = instant(reading(days[0] - timedelta(days=2), time.min))
    latest = at.astimezone(tz).replace(tzinfo=None)
    met = {latest: at}
    while latest.date() <= days[-1]:
        at += timedelta(minutes=1)
        shown = at.astimezone(tz).replace(tzinfo=None)
        while latest < shown:
            latest += timedelta(minutes=1)
            met[latest] = at
    return met


def test_the_slow_clock_finds_every_change_that_an_hourly_look_does():
    for zone in ("Africa/Casablanca", "Europe/Lisbon", "Australia/Lord_Howe", "Asia/Tokyo", "America/Nuuk"):
        coarse, fine = (SlowClock.of(zone, LOOKED_FROM, LOOKED_UNTIL, step) for step in (5 * DAY, HOUR))
        assert coarse == fine


@pytest.mark.parametrize("wrong", [MINUTE, HOUR])
def test_a_change_that_comes_late_is_noticed(wrong):
    clock = SlowClock.of("Europe/Lisbon", LOOKED_FROM, LOOKED_UNTIL, 5 * DAY)
    late = SlowClock(tuple((since + wrong, offset) for since, offset in clock.offsets))
    with pytest.raises(AssertionError):
        check("Europe/Lisbon", late, days_near(clock), QUARTERS)
