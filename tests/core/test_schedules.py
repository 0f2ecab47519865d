import os
import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import Leave, Weekday, WorkingCalendar
from core.errors import InvalidInput
from core.schedules import Occurrence, Rhythm, Schedule, last_due, next_due
from tests.core.slow_clock import DAY, SlowClock, instant, reading
from tests.drivers import refusal

SHORT = os.environ.get("LABKEEPER_SOAK") == "short"
# In November 2026 the 16th is a Monday; the first is a Sunday.
LISBON = WorkingCalendar(zone="Europe/Lisbon", holidays=frozenset({date(2026, 12, 1)}))
WEEKLY = Schedule(Rhythm.WEEKLY, time(9), "Europe/Lisbon", Weekday.MONDAY)
MONTHLY = Schedule(Rhythm.MONTHLY, time(9), "Europe/Lisbon")
DAILY = Schedule(Rhythm.DAILY, time(9), "Europe/Lisbon")
FIRST, LAST = date(2025, 12, 1), date(2027, 3, 1)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days_off(*texts):
    return WorkingCalendar(days_off=frozenset(date.fromisoformat(text) for text in texts))


@pytest.mark.parametrize(
    ("schedule", "now", "period", "at"),
    [
        (WEEKLY, "2026-11-16 09:00", "2026-W47", "2026-11-16 09:00"),
        (WEEKLY, "2026-11-16 08:59", "2026-W46", "2026-11-09 09:00"),
        (WEEKLY, "2026-11-22 23:00", "2026-W47", "2026-11-16 09:00"),
        (MONTHLY, "2026-11-18 12:00", "2026-11", "2026-11-02 09:00"),
        (MONTHLY, "2026-11-01 12:00", "2026-10", "2026-10-01 08:00"),
        (MONTHLY, "2026-12-02 08:59", "2026-11", "2026-11-02 09:00"),
        (MONTHLY, "2026-12-02 09:00", "2026-12", "2026-12-02 09:00"),
        (DAILY, "2026-11-18 12:00", "2026-11-18", "2026-11-18 09:00"),
        (DAILY, "2026-11-22 12:00", "2026-11-20", "2026-11-20 09:00"),
    ],
)
def test_what_was_due_last_has_a_period_of_its_own(schedule, now, period, at):
    assert last_due(schedule, utc(now), LISBON) == Occurrence(period, utc(at))


@pytest.mark.parametrize(
    ("schedule", "now", "period", "at"),
    [
        (WEEKLY, "2026-11-16 08:59", "2026-W47", "2026-11-16 09:00"),
        (WEEKLY, "2026-11-16 09:00", "2026-W48", "2026-11-23 09:00"),
        (MONTHLY, "2026-11-18 12:00", "2026-12", "2026-12-02 09:00"),
        (MONTHLY, "2026-12-18 12:00", "2027-01", "2027-01-01 09:00"),
        (DAILY, "2026-11-20 12:00", "2026-11-23", "2026-11-23 09:00"),
        (DAILY, "2026-11-30 12:00", "2026-12-02", "2026-12-02 09:00"),
    ],
)
def test_what_is_due_next_is_later_than_now(schedule, now, period, at):
    assert next_due(schedule, utc(now), LISBON) == Occurrence(period, utc(at))


def test_a_holiday_moves_it_to_the_next_working_day():
    calendar = days_off("2026-11-16", "2026-11-17")
    assert next_due(WEEKLY, utc("2026-11-15 12:00"), calendar) == Occurrence("2026-W47", utc("2026-11-18 09:00"))
    assert last_due(WEEKLY, utc("2026-11-18 08:00"), calendar) == Occurrence("2026-W46", utc("2026-11-09 09:00"))


def test_moved_into_the_next_week_it_is_still_that_of_its_own():
    friday = Schedule(Rhythm.WEEKLY, time(9), "UTC", Weekday.FRIDAY)
    calendar = days_off("2026-11-20", "2026-11-23", "2026-11-24")
    moved = Occurrence("2026-W47", utc("2026-11-25 09:00"))
    for now in ("2026-11-19 12:00", "2026-11-23 12:00", "2026-11-24 12:00"):
        assert next_due(friday, utc(now), calendar) == moved
    assert last_due(friday, utc("2026-11-26 12:00"), calendar) == moved
    assert next_due(friday, moved.at, calendar) == Occurrence("2026-W48", utc("2026-11-27 09:00"))


def test_a_week_without_a_working_day_is_covered_by_the_next():
    calendar = WorkingCalendar(leave=(Leave(date(2026, 12, 21), date(2027, 1, 1)),))
    assert next_due(WEEKLY, utc("2026-12-14 09:00"), calendar) == Occurrence("2027-W01", utc("2027-01-04 09:00"))
    assert last_due(WEEKLY, utc("2027-01-03 12:00"), calendar) == Occurrence("2026-W51", utc("2026-12-14 09:00"))


def test_weeks_are_counted_as_iso_does_over_the_turn_of_the_year():
    days = [next_due(WEEKLY, utc(f"2026-12-{day} 12:00"), WorkingCalendar()) for day in (21, 28)]
    assert [found and found.period for found in days] == ["2026-W53", "2027-W01"]


def test_a_schedule_keeps_its_time_on_the_clock_when_the_clocks_change():
    before, after = (next_due(WEEKLY, utc(f"2026-10-{day} 12:00"), LISBON) for day in (18, 25))
    assert before == Occurrence("2026-W43", utc("2026-10-19 08:00"))
    assert after == Occurrence("2026-W44", utc("2026-10-26 09:00"))


def test_a_time_that_its_day_lacks_or_has_twice_is_due_once():
    always = WorkingCalendar(weekdays=frozenset(Weekday))
    sunday = Schedule(Rhythm.WEEKLY, time(2, 30), "America/New_York", Weekday.SUNDAY)
    assert next_due(sunday, utc("2026-03-08 06:59"), always) == Occurrence("2026-W10", utc("2026-03-08 07:00"))
    assert next_due(sunday, utc("2026-03-08 07:00"), always) == Occurrence("2026-W11", utc("2026-03-15 06:30"))
    daily = Schedule(Rhythm.DAILY, time(1, 30), "America/New_York")
    assert next_due(daily, utc("2026-11-01 05:00"), always) == Occurrence("2026-11-01", utc("2026-11-01 05:30"))
    assert next_due(daily, utc("2026-11-01 05:30"), always) == Occurrence("2026-11-02", utc("2026-11-02 06:30"))


def test_nothing_is_due_on_a_day_that_the_zone_left_out():
    daily = Schedule(Rhythm.DAILY, time(9), "Pacific/Apia")
    always = WorkingCalendar(weekdays=frozenset(Weekday))
    thursday = next_due(daily, utc("2011-12-29 12:00"), always)
    assert thursday == Occurrence("2011-12-29", utc("2011-12-29 19:00"))
    assert next_due(daily, thursday.at, always) == Occurrence("2011-12-31", utc("2011-12-30 19:00"))


def test_where_nobody_ever_works_nothing_is_due():
    closed = WorkingCalendar(leave=(Leave(date.min, date.max),))
    for schedule in (WEEKLY, MONTHLY, DAILY):
        assert last_due(schedule, utc("2026-11-18 12:00"), closed) is None
        assert next_due(schedule, utc("2026-11-18 12:00"), closed) is None


def test_a_schedule_that_cannot_be_is_refused():
    with refusal(InvalidInput, "“Europe/Atlantis” is not a time zone", "Europe/Lisbon"):
        Schedule(Rhythm.DAILY, time(9), "Europe/Atlantis")
    for rhythm, weekday in ((Rhythm.WEEKLY, None), (Rhythm.DAILY, Weekday.MONDAY), (Rhythm.MONTHLY, Weekday.MONDAY)):
        with refusal(InvalidInput, "needs its weekday", "day:mon"):
            Schedule(rhythm, time(9), "UTC", weekday)


def all_occurrences(schedule, calendar):
    """Worked out from the other end: a working day brings the newest plan, if no working day since has brought it."""
    clock = SlowClock.of(schedule.zone, FIRST, LAST, DAY)
    day, plan, found = FIRST - timedelta(days=40), None, []
    while day <= LAST:
        if schedule.rhythm is Rhythm.DAILY or is_planned(schedule, day):
            plan = day
        if plan is not None and calendar.is_working_day(day):
            found.append(Occurrence(name(schedule, plan), instant(clock.first_instant(reading(day, schedule.at)))))
            plan = None
        day += timedelta(days=1)
    return [occurrence for occurrence in found if utc("2026-01-01") <= occurrence.at < utc("2027-01-01")]


def is_planned(schedule, day):
    return day.day == 1 if schedule.rhythm is Rhythm.MONTHLY else day.weekday() == schedule.weekday


def name(schedule, day):
    return day.strftime({Rhythm.DAILY: "%Y-%m-%d", Rhythm.WEEKLY: "%G-W%V", Rhythm.MONTHLY: "%Y-%m"}[schedule.rhythm])


def check_a_year(schedule, calendar, moments):
    expected = all_occurrences(schedule, calendar)
    found, now = [], utc("2026-01-01") - timedelta(microseconds=1)
    while (occurrence := next_due(schedule, now, calendar)) is not None and occurrence.at < utc("2027-01-01"):
        found.append(occurrence)
        now = occurrence.at
    assert found == expected
    assert len({occurrence.period for occurrence in found}) == len(found)
    for moment in moments:
        past = [occurrence for occurrence in expected if occurrence.at <= moment]
        if past:
            assert last_due(schedule, moment, calendar) == past[-1]


MINUTES_OF_A_DAY = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
ZONES = sorted(available_timezones())


@st.composite
def schedules(draw):
    zone, at = draw(st.sampled_from(ZONES)), draw(MINUTES_OF_A_DAY)
    rhythm = draw(st.sampled_from(Rhythm))
    return Schedule(rhythm, at, zone, draw(st.sampled_from(Weekday)) if rhythm is Rhythm.WEEKLY else None)


@st.composite
def calendars(draw):
    year_days = st.integers(0, 364).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
    away = draw(st.lists(st.tuples(year_days, st.integers(0, 40)), max_size=4))
    weeks = st.one_of(st.just(WorkingCalendar().weekdays), st.frozensets(st.sampled_from(Weekday), min_size=1))
    return WorkingCalendar(
        weekdays=draw(weeks),
        holidays=draw(st.frozensets(year_days, max_size=12)),
        leave=tuple(Leave(first, first + timedelta(days=length)) for first, length in away),
    )


@settings(max_examples=40, deadline=None)
@given(schedules(), calendars(), st.lists(st.integers(0, 365 * 1440), max_size=8))
def test_in_a_year_each_period_is_due_once_and_the_last_one_is_the_newest(schedule, calendar, minutes):
    check_a_year(schedule, calendar, [utc("2026-01-01") + timedelta(minutes=minute) for minute in minutes])


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(4))
def test_in_every_zone_each_period_is_due_once(part):
    holidays = frozenset({date(2026, 1, 1), date(2026, 3, 30), date(2026, 5, 1), date(2026, 12, 25)})
    calendars_tried = [WorkingCalendar(holidays=holidays), WorkingCalendar(weekdays=frozenset(Weekday))]
    for zone in ZONES[part :: 16 if SHORT else 4]:
        drawn = random.Random(zone)
        moments = [utc("2026-01-01") + timedelta(minutes=drawn.randrange(365 * 1440)) for _ in range(100)]
        for at in (time(0), time(2, 30), time(9), time(23, 30)):
            for calendar in calendars_tried:
                check_a_year(Schedule(Rhythm.WEEKLY, at, zone, drawn.choice(list(Weekday))), calendar, moments)
                check_a_year(Schedule(Rhythm.DAILY, at, zone), calendar, moments)
                check_a_year(Schedule(Rhythm.MONTHLY, at, zone), calendar, moments)
