from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from core.errors import InvalidInput
from core.local_time import QuietHours, has_day, in_utc, local_instant, respecting_quiet_hours, zone_named
from tests.drivers import refusal

NIGHT = QuietHours(time(20), time(8))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Lisbon", "2026-11-18", "09:00", "2026-11-18 09:00"),
        ("Asia/Kolkata", "2026-11-18", "09:00", "2026-11-18 03:30"),
        # An hour is skipped: the first valid minute after it.
        ("America/New_York", "2026-03-08", "01:59", "2026-03-08 06:59"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08 07:00"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08 07:00"),
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08 07:00"),
        ("America/New_York", "2026-03-08", "03:01", "2026-03-08 07:01"),
        # An hour comes twice: the first of the two.
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30"),
        ("America/New_York", "2026-11-01", "02:00", "2026-11-01 07:00"),
        # The skipped hour is the first or the last of its day, or no whole one, or two.
        ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-28 22:00"),
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29 01:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03 15:30"),
        ("Antarctica/Troll", "2026-03-29", "02:59", "2026-03-29 01:00"),
        # A day is skipped whole, or comes twice.
        ("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30 10:00"),
        ("Pacific/Apia", "2011-12-31", "09:00", "2011-12-30 19:00"),
        ("Pacific/Kwajalein", "1993-08-21", "09:00", "1993-08-21 12:00"),
        ("America/Juneau", "1867-10-18", "16:00", "1867-10-18 00:57:41"),
    ],
)
def test_a_clock_time_is_one_instant_of_its_day(zone, day, at, expected):
    assert local_instant(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone)) == utc(expected)


def test_the_second_of_two_equal_times_means_the_first_too():
    fold = time(1, 17, fold=1)
    assert local_instant(date(2026, 11, 1), fold, ZoneInfo("America/New_York")) == utc("2026-11-01 05:17")


def test_instants_come_out_in_utc():
    assert local_instant(date(2026, 11, 18), time(9), ZoneInfo("Asia/Tokyo")).tzinfo is UTC


def test_a_day_that_the_zone_left_out_is_not_there():
    apia = zone_named("Pacific/Apia")
    assert [has_day(date(2011, 12, day), apia) for day in (29, 30, 31)] == [True, False, True]
    assert has_day(date(2026, 3, 29), zone_named("Asia/Beirut"))


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "/etc/localtime", "Europe", "a\0b", "z" * 5000])
def test_what_is_no_zone_is_refused_with_an_example(name):
    with pytest.raises(InvalidInput) as caught:
        zone_named(name)
    assert "Europe/Lisbon" in caught.value.hint
    assert len(caught.value.message) < 100


@pytest.mark.parametrize(
    ("quiet", "at", "expected"),
    [
        (NIGHT, "2026-11-18 07:59:59", "2026-11-18 08:00"),
        (NIGHT, "2026-11-18 08:00", "2026-11-18 08:00"),
        (NIGHT, "2026-11-18 12:00", "2026-11-18 12:00"),
        (NIGHT, "2026-11-18 20:00", "2026-11-18 20:00"),
        (NIGHT, "2026-11-18 20:00:01", "2026-11-19 08:00"),
        (NIGHT, "2026-11-18 23:59", "2026-11-19 08:00"),
        (QuietHours(time(12), time(14)), "2026-11-18 13:00", "2026-11-18 14:00"),
        (QuietHours(time(12), time(14)), "2026-11-18 15:00", "2026-11-18 15:00"),
        (QuietHours(time(8), time(7, 59)), "2026-11-18 08:30", "2026-11-19 07:59"),
    ],
)
def test_in_quiet_hours_what_is_to_be_said_waits_for_their_end(quiet, at, expected):
    assert respecting_quiet_hours(utc(at), quiet, zone_named("UTC")) == utc(expected)


def test_quiet_hours_are_those_of_the_zone():
    assert respecting_quiet_hours(utc("2026-11-18 12:00"), NIGHT, zone_named("Asia/Tokyo")) == utc("2026-11-18 23:00")


def test_quiet_hours_are_as_long_as_the_night_is():
    new_york = zone_named("America/New_York")
    assert respecting_quiet_hours(utc("2026-03-08 04:00"), NIGHT, new_york) == utc("2026-03-08 12:00")
    assert respecting_quiet_hours(utc("2026-11-01 04:00"), NIGHT, new_york) == utc("2026-11-01 13:00")
    # The end itself is skipped.
    early = QuietHours(time(22), time(2, 30))
    assert respecting_quiet_hours(utc("2026-03-08 05:00"), early, new_york) == utc("2026-03-08 07:00")


def test_quiet_hours_that_begin_and_end_in_one_gap_are_kept_on_both_sides_of_it():
    quiet = QuietHours(time(2, 30), time(2, 15))
    new_york = zone_named("America/New_York")
    assert respecting_quiet_hours(utc("2026-03-08 06:00"), quiet, new_york) == utc("2026-03-08 07:00")
    assert respecting_quiet_hours(utc("2026-03-08 07:01"), quiet, new_york) == utc("2026-03-09 06:15")


def test_quiet_hours_go_on_when_the_clock_is_put_back_over_midnight():
    # A minute after midnight it was put back to 23:01 of the day before.
    quiet, newfoundland = QuietHours(time(0), time(8)), zone_named("America/St_Johns")
    assert respecting_quiet_hours(utc("2010-11-07 03:00"), quiet, newfoundland) == utc("2010-11-07 11:30")


def test_quiet_hours_of_no_length_or_a_whole_day_are_refused():
    with refusal(InvalidInput, "never end", "20:00 and 08:00"):
        QuietHours(time(8), time(8))


def test_an_instant_without_a_zone_is_a_mistake_and_not_a_guess():
    with pytest.raises(ValueError, match="any instant"):
        in_utc(datetime(2026, 11, 18, 9))  # noqa: DTZ001
    assert in_utc(datetime(2026, 11, 18, 9, tzinfo=timezone(timedelta(hours=9)))) == utc("2026-11-18 00:00")
