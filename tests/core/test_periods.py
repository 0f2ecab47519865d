from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.calendar import Weekday
from core.errors import InvalidInput
from core.periods import back_from, month_at, week_at
from core.schedules import Rhythm, Schedule
from tests.drivers import refusal

LISBON = "Europe/Lisbon"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_week_begins_on_monday_midnight_of_its_zone():
    week = week_at(at("2026-11-18T10:00"), "America/New_York")
    assert (week.first, week.last) == (date(2026, 11, 16), date(2026, 11, 22))
    assert (week.start, week.end) == (at("2026-11-16T05:00"), at("2026-11-23T05:00"))
    assert str(week) == "2026-W47"


def test_the_moment_of_midnight_belongs_to_the_day_it_begins():
    week = week_at(at("2026-11-16T00:00"), LISBON)
    assert week.start in week
    assert week.end not in week
    assert week_at(week.end, LISBON) == week.after
    assert week.after.before == week


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 167), ("2026-10-25", 169), ("2026-11-18", 168)])
def test_a_week_in_which_the_clocks_change_has_its_true_length(day, hours):
    week = week_at(at(f"{day}T12:00"), LISBON)
    assert week.end - week.start == timedelta(hours=hours)


def test_a_month_and_those_before_it():
    month = month_at(at("2026-03-01T00:30"), LISBON)
    assert (str(month), str(month.before), month.before.last) == ("2026-03", "2026-02", date(2026, 2, 28))
    assert [str(one) for one in back_from(month, 4)] == ["2025-12", "2026-01", "2026-02", "2026-03"]


def test_samoa_had_a_week_of_six_days():
    """The zone left out 30 December 2011 when it crossed the date line."""
    week = week_at(at("2011-12-28T12:00"), "Pacific/Apia")
    assert week.end - week.start == timedelta(days=6)


def test_periods_are_called_as_the_schedules_call_them():
    weekly = Schedule(Rhythm.WEEKLY, time(9), LISBON, Weekday.MONDAY)
    monthly = Schedule(Rhythm.MONTHLY, time(9), LISBON)
    for days in range(0, 800, 5):
        moment = at("2025-12-20T12:00") + timedelta(days=days)
        assert str(week_at(moment, LISBON)) == weekly.period(weekly.first_day(moment.date()))
        assert str(month_at(moment, LISBON)) == monthly.period(monthly.first_day(moment.date()))


def test_a_zone_that_does_not_exist_is_refused():
    with refusal(InvalidInput, "Mars/Base", "Europe/Lisbon"):
        week_at(at("2026-11-18T10:00"), "Mars/Base")
