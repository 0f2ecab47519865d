from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.calendar import (
    HORIZON,
    Leave,
    Weekday,
    WorkingCalendar,
    next_working_moment,
    next_working_morning,
    nth_working_day_after,
)
from core.errors import InvalidInput
from core.local_time import QuietHours
from tests.drivers import refusal

# In 2026 the first of December is a Tuesday.
LISBON = WorkingCalendar(zone="Europe/Lisbon", holidays=frozenset({date(2026, 12, 1), date(2026, 12, 8)}))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days(first, count):
    return frozenset(first + timedelta(days=number) for number in range(count))


def test_working_time_is_monday_to_friday_from_nine_to_six_unless_a_project_says_otherwise():
    plain = WorkingCalendar()
    assert [plain.is_working_day(date(2026, 11, 16) + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2
    shift = plain.shift_on(date(2026, 11, 18))
    assert (shift.opens, shift.closes) == (utc("2026-11-18 09:00"), utc("2026-11-18 18:00"))


def test_holidays_days_off_and_leave_are_no_working_days():
    calendar = WorkingCalendar(
        holidays=frozenset({date(2026, 11, 16)}),
        days_off=frozenset({date(2026, 11, 17)}),
        leave=(Leave(date(2026, 11, 18), date(2026, 11, 19)),),
    )
    assert [day for day in range(15, 23) if calendar.is_working_day(date(2026, 11, day))] == [20]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-18 12:34", "2026-11-18 12:34"),
        ("2026-11-18 09:00", "2026-11-18 09:00"),
        ("2026-11-18 18:00", "2026-11-18 18:00"),
        ("2026-11-18 18:00:01", "2026-11-19 09:00"),
        ("2026-11-18 23:10", "2026-11-19 09:00"),
        ("2026-11-18 03:00", "2026-11-18 09:00"),
        # Friday evening, Sunday, the evening before a holiday.
        ("2026-11-20 19:00", "2026-11-23 09:00"),
        ("2026-11-22 12:00", "2026-11-23 09:00"),
        ("2026-11-30 19:00", "2026-12-02 09:00"),
    ],
)
def test_what_is_outside_working_hours_waits_for_the_next_ones(at, expected):
    assert next_working_moment(utc(at), LISBON) == utc(expected)


@pytest.mark.parametrize(
    ("at", "first", "second"),
    [
        ("2026-11-16 12:00", "2026-11-17 09:00", "2026-11-18 09:00"),
        ("2026-11-16 09:00", "2026-11-17 09:00", "2026-11-18 09:00"),
        ("2026-11-16 08:59", "2026-11-16 09:00", "2026-11-17 09:00"),
        ("2026-11-20 12:00", "2026-11-23 09:00", "2026-11-24 09:00"),
        ("2026-11-30 12:00", "2026-12-02 09:00", "2026-12-03 09:00"),
    ],
)
def test_mornings_are_those_of_working_days_later_than_now(at, first, second):
    assert next_working_morning(utc(at), LISBON) == utc(first)
    assert [nth_working_day_after(utc(at), n, LISBON) for n in (1, 2)] == [utc(first), utc(second)]


def test_a_member_works_the_projects_hours_in_their_own_zone():
    tokyo = LISBON.for_member(zone="Asia/Tokyo")
    assert next_working_moment(utc("2026-11-18 12:00"), tokyo) == utc("2026-11-19 00:00")
    # On the project's working days.
    assert next_working_moment(utc("2026-11-30 12:00"), tokyo) == utc("2026-12-02 00:00")
    assert LISBON.for_member() == LISBON


def test_a_member_is_not_asked_on_leave_or_in_quiet_hours():
    away = LISBON.for_member(leave=[Leave(date(2026, 11, 18), date(2026, 11, 24))])
    assert next_working_moment(utc("2026-11-18 12:00"), away) == utc("2026-11-25 09:00")
    late = LISBON.for_member(quiet=QuietHours(time(17), time(10)))
    assert next_working_moment(utc("2026-11-18 17:30"), late) == utc("2026-11-19 10:00")
    assert next_working_moment(utc("2026-11-20 17:30"), late) == utc("2026-11-23 10:00")
    assert next_working_morning(utc("2026-11-18 11:00"), late) == utc("2026-11-19 10:00")
    noon = LISBON.for_member(quiet=QuietHours(time(12), time(14)))
    assert next_working_moment(utc("2026-11-18 13:00"), noon) == utc("2026-11-18 14:00")


@pytest.mark.parametrize("quiet", [(time(8), time(19)), (time(19), time(18, 30)), (time(8, 59), time(8, 58))])
def test_quiet_hours_that_leave_nothing_of_the_working_day_are_put_aside(quiet):
    member = LISBON.for_member(quiet=QuietHours(*quiet))
    assert member.quiet is None
    assert next_working_moment(utc("2026-11-18 12:34"), member) == utc("2026-11-18 12:34")


def test_quiet_hours_just_as_long_as_the_working_day_leave_its_ends():
    member = LISBON.for_member(quiet=QuietHours(time(9), time(18)))
    assert next_working_moment(utc("2026-11-18 12:34"), member) == utc("2026-11-18 18:00")


def test_a_year_of_days_off_is_waited_for():
    closed = WorkingCalendar(days_off=days(date(2026, 11, 16), 365))
    assert next_working_moment(utc("2026-11-18 12:00"), closed) == utc("2027-11-16 09:00")


def test_a_calendar_without_end_of_days_off_is_not_searched_for_ever():
    closed = WorkingCalendar(leave=(Leave(date(2026, 11, 16), date.max),))
    with refusal(InvalidInput, "not enough working days", "3h, 10d, 2w or 2026-12-15"):
        next_working_moment(utc("2026-11-18 12:00"), closed)


@pytest.mark.parametrize("first", [date.min, date(1969, 12, 31), date(2999, 12, 31), date.max])
def test_the_years_of_a_calendar_are_bounded(first):
    with refusal(InvalidInput, "not enough working days", "3h, 10d, 2w or 2026-12-15"):
        list(WorkingCalendar(weekdays=frozenset(Weekday)).working_days(first))


def test_no_search_goes_beyond_the_horizon():
    days_there = WorkingCalendar(weekdays=frozenset(Weekday)).working_days(date(2026, 1, 1))
    assert [next(days_there) for _ in range(HORIZON.days)][-1] == date(2026, 1, 1) + HORIZON - timedelta(days=1)
    with refusal(InvalidInput, "not enough working days after 2026-01-01"):
        next(days_there)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"zone": "Europe/Atlantis"}, ("“Europe/Atlantis” is not a time zone", "Europe/Lisbon")),
        ({"opens": time(18), "closes": time(9)}, ("cannot end at 09:00", "09:00 to 18:00")),
        ({"opens": time(9), "closes": time(9)}, ("cannot end at 09:00", "09:00 to 18:00")),
        ({"weekdays": frozenset()}, ("without a working day", "mon-fri")),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_what_to_give(wrong, words):
    with refusal(InvalidInput, *words):
        WorkingCalendar(**wrong)
    if "zone" in wrong:
        with refusal(InvalidInput, *words):
            LISBON.for_member(**wrong)


def test_leave_cannot_end_before_it_begins():
    with refusal(InvalidInput, "cannot end on 2026-11-17", "first day and then the last"):
        Leave(date(2026, 11, 18), date(2026, 11, 17))


def test_working_hours_may_lie_where_the_clocks_change():
    night = WorkingCalendar(zone="America/New_York", weekdays=frozenset(Weekday), opens=time(2), closes=time(2, 45))
    # On the eighth of March that shift has no time at all, and there is none.
    assert next_working_moment(utc("2026-03-07 12:00"), night) == utc("2026-03-09 06:00")


def test_a_shift_whose_end_falls_into_a_gap_at_midnight_closes_at_midnight():
    late = WorkingCalendar(zone="America/Nuuk", weekdays=frozenset(Weekday), opens=time(22), closes=time(23, 30))
    assert next_working_moment(utc("2026-03-29 01:00"), late) == utc("2026-03-29 01:00")
    assert next_working_moment(utc("2026-03-29 01:01"), late) == utc("2026-03-29 23:00")
