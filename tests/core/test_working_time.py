from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter

import pytest

from core.calendar import Leave, Weekday, WorkingCalendar
from core.durations import Unit, WorkingTime
from core.errors import InvalidInput
from core.local_time import QuietHours
from core.working_time import add_working_time, end_of_date_box, share_of, working_time_between
from tests.drivers import refusal

# In November 2026 the 16th is a Monday; the first of December is a Tuesday and a holiday.
LISBON = WorkingCalendar(zone="Europe/Lisbon", holidays=frozenset({date(2026, 12, 1)}))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-11-17 14:00", "3h", "2026-11-17 17:00"),
        ("2026-11-17 15:00", "3h", "2026-11-17 18:00"),
        ("2026-11-17 16:00", "3h", "2026-11-18 10:00"),
        ("2026-11-20 17:00", "3h", "2026-11-23 11:00"),
        ("2026-11-30 17:00", "3h", "2026-12-02 11:00"),
        ("2026-11-16 09:00", "90h", "2026-11-27 18:00"),
        ("2026-11-17 14:00", "1d", "2026-11-18 14:00"),
        ("2026-11-17 18:00", "1d", "2026-11-18 18:00"),
        ("2026-11-20 14:00", "1d", "2026-11-23 14:00"),
        ("2026-11-30 14:00", "1d", "2026-12-02 14:00"),
        ("2026-11-17 14:07:21", "10d", "2026-12-02 14:07:21"),
        ("2026-11-03 14:00", "1w", "2026-11-10 14:00"),
        ("2026-11-24 14:00", "1w", "2026-12-02 14:00"),
        ("2026-11-03 14:00", "2w", "2026-11-17 14:00"),
        # Begun outside working time, it counts from the next opening.
        ("2026-11-17 03:00", "3h", "2026-11-17 12:00"),
        ("2026-11-17 22:00", "3h", "2026-11-18 12:00"),
        ("2026-11-22 12:00", "1d", "2026-11-24 09:00"),
        ("2026-11-17 23:10", "1d", "2026-11-19 09:00"),
        # Over the night on which the clocks go back: the same time on the clock.
        ("2026-10-23 13:00", "1d", "2026-10-26 14:00"),
        ("2026-10-23 16:00", "3h", "2026-10-26 11:00"),
    ],
)
def test_a_box_ends_when_its_working_time_is_over(start, length, end):
    assert add_working_time(utc(start), WorkingTime.parse(length), LISBON) == utc(end)


def test_a_week_is_as_many_days_as_the_calendar_works_in_one():
    four = WorkingCalendar(weekdays=frozenset(list(Weekday)[:4]))
    seven = WorkingCalendar(weekdays=frozenset(Weekday))
    for calendar in (four, seven):
        assert add_working_time(utc("2026-11-17 14:00"), WorkingTime(1, Unit.WEEK), calendar) == utc("2026-11-24 14:00")


def test_a_box_of_its_owner_ends_when_its_owner_works():
    new_york = LISBON.for_member(zone="America/New_York", leave=[Leave(date(2026, 11, 18), date(2026, 11, 20))])
    assert add_working_time(utc("2026-11-17 10:00"), WorkingTime(3, Unit.HOUR), new_york) == utc("2026-11-17 17:00")
    assert add_working_time(utc("2026-11-17 19:00"), WorkingTime(1, Unit.DAY), new_york) == utc("2026-11-23 19:00")


def test_quiet_hours_are_worked_in_and_not_ended_in():
    focused = LISBON.for_member(quiet=QuietHours(time(9), time(11)))
    assert add_working_time(utc("2026-11-17 09:00"), WorkingTime(1, Unit.HOUR), focused) == utc("2026-11-17 11:00")
    assert add_working_time(utc("2026-11-17 09:00"), WorkingTime(3, Unit.HOUR), focused) == utc("2026-11-17 12:00")
    assert working_time_between(utc("2026-11-17 09:00"), utc("2026-11-17 12:00"), focused) == timedelta(hours=3)


@pytest.mark.parametrize(
    ("last", "end"),
    [
        ("2026-11-18", "2026-11-18 18:00"),
        ("2026-11-22", "2026-11-23 09:00"),
        ("2026-12-01", "2026-12-02 09:00"),
    ],
)
def test_a_box_with_a_last_day_ends_with_its_working_hours_or_on_the_next_working_morning(last, end):
    assert end_of_date_box(date.fromisoformat(last), LISBON) == utc(end)


def test_a_box_with_a_last_day_does_not_end_in_quiet_hours():
    early = LISBON.for_member(quiet=QuietHours(time(17), time(9, 30)))
    assert end_of_date_box(date(2026, 11, 20), early) == utc("2026-11-23 09:30")
    assert end_of_date_box(date(2026, 11, 22), early) == utc("2026-11-23 09:30")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-17 14:00", "2026-11-18 14:00", 9),
        ("2026-11-20 17:00", "2026-11-23 10:00", 2),
        ("2026-11-21 00:00", "2026-11-22 23:00", 0),
        ("2026-11-18 14:00", "2026-11-17 14:00", 0),
        ("2026-11-16 00:00", "2026-11-16 12:30", 3.5),
    ],
)
def test_time_used_is_counted_in_hours_of_work(start, end, hours):
    assert working_time_between(utc(start), utc(end), LISBON) == timedelta(hours=hours)


def test_four_fifths_of_a_box_are_used_where_work_has_used_them():
    start = utc("2026-11-16 09:00")
    assert share_of(start, utc("2026-11-20 18:00"), 0.8, LISBON) == utc("2026-11-19 18:00")
    assert share_of(utc("2026-11-20 17:00"), utc("2026-11-23 13:00"), 0.8, LISBON) == utc("2026-11-23 12:00")
    assert share_of(start, utc("2026-11-16 12:00"), 0.8, LISBON) == utc("2026-11-16 11:24")
    assert share_of(start, start, 0.8, LISBON) == start
    quiet = LISBON.for_member(quiet=QuietHours(time(11), time(12)))
    assert share_of(start, utc("2026-11-16 12:00"), 0.8, quiet) == utc("2026-11-16 12:00")


@pytest.mark.parametrize(
    "length", [WorkingTime(1000 * 52, Unit.WEEK), WorkingTime(261, Unit.DAY), WorkingTime(0, Unit.DAY)]
)
def test_what_is_no_length_of_a_box_is_refused_with_three_that_are(length):
    with refusal(InvalidInput, str(length), "3h, 10d, 2w or 2026-12-15"):
        add_working_time(utc("2026-11-17 14:00"), length, LISBON)


def test_what_the_calendar_has_no_days_for_is_refused_with_three_forms_and_at_once():
    sparse = WorkingCalendar(opens=time(9), closes=time(9, 1))
    closed = WorkingCalendar(leave=(Leave(date(2026, 11, 18), date.max),))
    started = perf_counter()
    for calendar, length in [(sparse, "2340h"), (closed, "1d"), (closed, "10h")]:
        with refusal(InvalidInput, "not enough working days", "3h, 10d, 2w or 2026-12-15"):
            add_working_time(utc("2026-11-17 14:00"), WorkingTime.parse(length), calendar)
    for last in (date.max, date.min):
        with refusal(InvalidInput, "not enough working days", "3h, 10d, 2w or 2026-12-15"):
            end_of_date_box(last, LISBON)
    assert perf_counter() - started < 5


def test_after_a_year_of_days_off_the_box_goes_on():
    off = frozenset(date(2026, 11, 18) + timedelta(days=n) for n in range(365))
    end = add_working_time(utc("2026-11-17 14:00"), WorkingTime(3, Unit.DAY), WorkingCalendar(days_off=off))
    assert end == utc("2027-11-22 14:00")


def test_a_day_that_the_zone_left_out_has_no_working_time():
    apia = WorkingCalendar(zone="Pacific/Apia")
    thursday = utc("2011-12-30 00:00")
    assert add_working_time(thursday, WorkingTime(6, Unit.HOUR), apia) == utc("2012-01-01 21:00")
    assert working_time_between(thursday, utc("2012-01-01 19:00"), apia) == timedelta(hours=4)
    assert add_working_time(thursday, WorkingTime(1, Unit.DAY), apia) == utc("2012-01-01 19:00")


def test_a_day_that_begins_or_ends_in_a_gap_counts_as_begun_and_ended_in_time():
    week, day = frozenset(Weekday), WorkingTime(1, Unit.DAY)
    night = WorkingCalendar(zone="America/New_York", weekdays=week, opens=time(2), closes=time(10))
    assert add_working_time(utc("2026-03-08 05:00"), day, night) == utc("2026-03-09 06:00")
    evening = WorkingCalendar(zone="America/Nuuk", weekdays=week, opens=time(22), closes=time(23, 30))
    assert add_working_time(utc("2026-03-29 01:00"), day, evening) == utc("2026-03-30 00:30")


def test_working_time_goes_on_when_the_clock_is_put_back_over_midnight():
    early = WorkingCalendar(zone="America/St_Johns", weekdays=frozenset(Weekday), opens=time(0), closes=time(8))
    assert working_time_between(utc("2010-11-07 02:00"), utc("2010-11-07 03:00"), early) == timedelta(minutes=30)


def test_an_instant_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="any instant"):
        add_working_time(datetime(2026, 11, 17, 14), WorkingTime(1, Unit.DAY), LISBON)  # noqa: DTZ001
