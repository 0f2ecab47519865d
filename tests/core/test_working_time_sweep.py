"""Working time against a count of minutes, in every zone that changes its clocks, with any hours of work."""

import os
import random
from datetime import date, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.calendar import Leave, Weekday, WorkingCalendar, next_working_moment
from core.durations import Unit, WorkingTime
from core.local_time import QuietHours, zone_named
from core.working_time import add_working_time, end_of_date_box, share_of, working_time_between
from tests.core.slow_calendar import SlowCalendar
from tests.core.slow_clock import DAY, MINUTE, SlowClock, instant

SHORT = os.environ.get("LABKEEPER_SOAK") == "short"
ZONES = sorted(available_timezones())
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
# At night, from and to midnight, by half an hour, by two hours, for a month of fasting.
CHANGING = [
    "Europe/Lisbon", "America/New_York", "America/Nuuk", "Asia/Beirut", "America/Havana", "Australia/Lord_Howe",
    "Antarctica/Troll", "Africa/Casablanca", "Africa/Cairo", "Pacific/Chatham", "America/Santiago", "Atlantic/Azores",
]  # fmt: skip
LENGTHS = [*(WorkingTime(hours, Unit.HOUR) for hours in (1, 3, 9, 20)), *(WorkingTime(n, Unit.DAY) for n in (1, 2, 5))]


def clock_of(zone):
    return SlowClock.of(zone, FIRST, LAST, 5 * DAY)


@st.composite
def clock_times(draw):
    """At least half an hour apart, so that a day's work does not take years to count."""
    opens = draw(st.integers(0, 23 * 60))
    closes = draw(st.integers(opens + 30, 24 * 60 - 1))
    return time(opens // 60, opens % 60), time(closes // 60, closes % 60)


@st.composite
def situations(draw, *, near=4):
    """A calendar of any hours and days off, and a minute within days of a change of its clocks."""
    zone = draw(st.sampled_from(CHANGING))
    change = draw(st.sampled_from(clock_of(zone).changes))
    start = instant(change // MINUTE * MINUTE + MINUTE * draw(st.integers(-near * 1440, near * 1440)))
    opens, closes = draw(st.one_of(st.just((time(9), time(18))), clock_times()))
    near_days = st.integers(-3, 12).map(lambda off: start.date() + timedelta(days=off))
    leave = draw(st.lists(near_days, max_size=1))
    calendar = WorkingCalendar(
        zone=zone,
        weekdays=draw(st.frozensets(st.sampled_from(Weekday), min_size=1)),
        opens=opens,
        closes=closes,
        holidays=draw(st.frozensets(near_days, max_size=3)),
        days_off=draw(st.frozensets(near_days, max_size=2)),
        leave=tuple(Leave(day, day + timedelta(days=2)) for day in leave),
    )
    return calendar, start


hours = st.builds(WorkingTime, st.integers(1, 12), st.just(Unit.HOUR))
days = st.builds(
    WorkingTime, st.integers(1, 4), st.sampled_from([Unit.DAY, Unit.WEEK]).filter(lambda unit: unit == "d")
)
lengths = st.one_of(hours, days, st.just(WorkingTime(1, Unit.WEEK)))
quiet_hours = (
    clock_times().flatmap(lambda pair: st.sampled_from([pair, pair[::-1]])).map(lambda pair: QuietHours(*pair))
)
few = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(situations(), lengths)
def test_an_end_is_where_counting_minutes_ends(situation, length):
    calendar, start = situation
    assert add_working_time(start, length, calendar) == SlowCalendar.of(calendar, start).end(start, length)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=200 if SHORT else 2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(situations(), lengths)
def test_many_ends_are_where_counting_minutes_ends(situation, length):
    calendar, start = situation
    assert add_working_time(start, length, calendar) == SlowCalendar.of(calendar, start).end(start, length)


@few
@given(situations(), st.integers(-600, 12_000))
def test_working_time_between_is_what_counting_minutes_gives(situation, minutes):
    calendar, start = situation
    end = start + timedelta(minutes=minutes)
    expected = SlowCalendar.of(calendar, start).between(start, end) if minutes > 0 else timedelta()
    assert working_time_between(start, end, calendar) == expected


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(8))
def test_office_hours_in_every_zone_are_where_counting_minutes_ends(part):
    """Around four changes of each zone, or four days at random where it has none."""
    for zone in ZONES[part::8]:
        drawn = random.Random(zone)
        clock = clock_of(zone)
        around = drawn.sample(clock.changes, min(4, len(clock.changes))) or [
            1_800_000_000 + 10**7 * n for n in range(4)
        ]
        calendar = WorkingCalendar(zone=zone)
        for change in around[: 1 if SHORT else 4]:
            start = instant(change // MINUTE * MINUTE + MINUTE * drawn.randrange(-4 * 1440, 1440))
            slow = SlowCalendar.of(calendar, start)
            for length in LENGTHS:
                assert add_working_time(start, length, calendar) == slow.end(start, length), (zone, start, length)


@many
@given(situations(), hours)
def test_hours_that_are_added_are_the_hours_between(situation, length):
    calendar, start = situation
    end = add_working_time(start, length, calendar)
    assert working_time_between(start, end, calendar) == timedelta(hours=length.amount)


@many
@given(situations(), st.integers(1, 9), st.integers(1, 9))
def test_hours_can_be_added_one_after_the_other(situation, some, more):
    calendar, start = situation
    halfway = add_working_time(start, WorkingTime(some, Unit.HOUR), calendar)
    end = add_working_time(start, WorkingTime(some + more, Unit.HOUR), calendar)
    assert add_working_time(halfway, WorkingTime(more, Unit.HOUR), calendar) == end


@many
@given(situations(), lengths, quiet_hours)
def test_no_end_is_outside_working_hours_or_in_quiet_ones(situation, length, quiet):
    calendar, start = situation
    member = calendar.for_member(quiet=quiet)
    plain, end = add_working_time(start, length, calendar), add_working_time(start, length, member)
    assert plain <= end
    assert next_working_moment(end, member) == end
    shown = end.astimezone(zone_named(calendar.zone)).time()
    if member.quiet is not None and not in_fold(end, calendar.zone):
        assert (
            shown <= quiet.start or shown >= quiet.end if quiet.start < quiet.end else quiet.end <= shown <= quiet.start
        )


def in_fold(at, zone):
    """Where the clock shows less than it has shown before."""
    clock = clock_of(zone)
    return any(change <= at.timestamp() < change + 3 * 3600 for change in clock.changes)


@many
@given(st.sampled_from(ZONES), st.integers(0, 7 * 366 * 1440), lengths)
def test_in_office_hours_every_end_is_at_a_clock_time_of_the_office(zone, minute, length):
    calendar = WorkingCalendar(zone=zone, holidays=frozenset({date(2026, 12, 25)}))
    start = instant(1_704_067_200 + minute * MINUTE)
    end = add_working_time(start, length, calendar).astimezone(zone_named(zone))
    assert end > start
    assert time(9) <= end.time() <= time(18)
    assert end.weekday() < 5
    assert end.date() != date(2026, 12, 25)


@many
@given(situations(), lengths, st.sampled_from([0.5, 0.8, 0.95]))
def test_at_its_share_of_a_box_that_share_is_used(situation, length, share):
    calendar, start = situation
    end = add_working_time(start, length, calendar)
    at = share_of(start, end, share, calendar)
    used = working_time_between(start, at, calendar)
    assert at <= end
    assert abs(used - working_time_between(start, end, calendar) * share) < timedelta(seconds=1)


@many
@given(situations(), st.integers(0, 6))
def test_a_box_with_a_last_day_ends_on_it_or_on_the_next_working_morning(situation, ahead):
    calendar, start = situation
    last = start.date() + timedelta(days=ahead)
    end = end_of_date_box(last, calendar)
    shift = next(calendar.shifts(end))
    assert shift.day >= last
    assert end in (shift.opens, shift.closes)
    assert next_working_moment(end, calendar) == end
