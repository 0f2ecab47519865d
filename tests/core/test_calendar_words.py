from datetime import date, time

import pytest

from core.calendar import Weekday
from core.calendar_words import Hours, Quiet, parse_day, parse_hours, parse_weekdays, quiet_text, weekdays_text
from core.errors import InvalidInput
from core.local_time import QuietHours
from tests.drivers import refusal


def test_a_day_is_written_as_year_month_and_day():
    assert parse_day(" 2026-12-20 ") == date(2026, 12, 20)
    assert parse_day("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "", "2027-02-29", "2026-13-01", "20261220", "2026-W51-7", "20.12.2026", "12/20/2026", "tomorrow", "02:30",
        "0001-01-01", "9999-12-31", "1969-12-31", "٢٠٢٦-12-20", "2026-12-20T10:00", "-",
    ],
)  # fmt: skip
def test_what_is_no_day_is_told_how_to_write_one(text):
    with refusal(InvalidInput, "is not a day", "2026-12-20"):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "days", "written"),
    [
        ("mon-fri", "01234", "mon-fri"), ("Monday-Friday", "01234", "mon-fri"),
        ("mon,wed,fri", "024", "mon,wed,fri"), ("sun-thu", "01236", "sun-thu"), ("fri mon-tue", "014", "mon,tue,fri"),
        ("tue", "1", "tue"), ("mon-sun", "0123456", "mon-sun"), ("sat-sun", "56", "sat-sun"),
        ("mon–thu", "0123", "mon-thu"), ("thu,tue", "13", "tue,thu"),
    ],
)  # fmt: skip
def test_days_of_the_week(text, days, written):
    found = parse_weekdays(text)
    assert found == {Weekday(int(day)) for day in days}
    assert weekdays_text(found) == written
    assert parse_weekdays(written) == found


@pytest.mark.parametrize("text", ["", "m", "t", "mon-", "mon-fri-sun", "weekdays", "1-5", "montag", "mon fri -", "s-m"])
def test_what_is_no_day_of_the_week_is_told_three_forms(text):
    with refusal(InvalidInput, "day", "mon-fri, mon-thu or mon,wed,fri"):
        parse_weekdays(text)


@pytest.mark.parametrize("text", ["09:00-18:00", "9-18", "9:00 – 18.00", "09:00 to 18", "9—18:00"])
def test_hours_of_a_day(text):
    assert parse_hours(text) == Hours(time(9), time(18))
    assert str(parse_hours(text)) == "09:00-18:00"


@pytest.mark.parametrize(
    "text", ["", "02:30", "9", "9-", "24:00-25:00", "09:60-18:00", "9-18-20", "9h-18h", "09:00:30-18:00"]
)
def test_what_are_no_hours_are_told_how_to_write_some(text):
    with refusal(InvalidInput, "is not from one clock time to another", "hours:09:00-18:00"):
        parse_hours(text)


@pytest.mark.parametrize("text", ["22:00-06:00", "09:00-09:00", "18:00-00:00"])
def test_working_hours_over_midnight_are_refused(text):
    with refusal(InvalidInput, "Working hours cannot end at", "hours of one day"):
        parse_hours(text)


def test_quiet_hours_may_go_over_midnight_or_be_none():
    assert Quiet.parse("20:00-08:00").hours == QuietHours(time(20), time(8))
    assert Quiet.parse("12-13:30").hours == QuietHours(time(12), time(13, 30))
    assert quiet_text(Quiet.parse("20-8").hours) == "20:00-08:00"
    assert Quiet.parse("None") == Quiet.parse("-") == Quiet(None)
    with refusal(InvalidInput, "never end", "you are away"):
        Quiet.parse("20:00-20:00")
    with refusal(InvalidInput, "“at night” is not from one", "20:00-08:00. Or none"):
        Quiet.parse("at night")
