from datetime import UTC, date, datetime, time

import pytest

from core.calendar import Leave
from core.calendar_records import OwnTimes
from core.local_time import QuietHours
from core.own_times import free_at

NIGHT = QuietHours(time(22), time(8))
HOLIDAY = Leave(date(2026, 12, 21), date(2026, 12, 23))
MORE = Leave(date(2026, 12, 24), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("times", "at", "free"),
    [
        (OwnTimes(), "2026-12-20T03:00", "2026-12-20T03:00"),
        (OwnTimes(quiet=NIGHT), "2026-12-20T21:30", "2026-12-20T21:30"),
        # In Lisbon, where nobody named a zone.
        (OwnTimes(quiet=NIGHT), "2026-07-20T21:30", "2026-07-21T07:00"),
        (OwnTimes(quiet=NIGHT, zone="Asia/Tokyo"), "2026-12-20T14:00", "2026-12-20T23:00"),
        (OwnTimes(leave=(HOLIDAY,)), "2026-12-21T00:00", "2026-12-24T00:00"),
        (OwnTimes(leave=(HOLIDAY, MORE), quiet=NIGHT), "2026-12-20T23:00", "2027-01-01T08:00"),
        # Clocks go forward from 01:00 to 02:00.
        (OwnTimes(quiet=QuietHours(time(22), time(1, 30))), "2027-03-28T00:10", "2027-03-28T01:00"),
    ],
)
def test_somebody_is_free_after_leave_and_quiet_hours(times, at, free):
    found = free_at(times, datetime.fromisoformat(at).replace(tzinfo=UTC), zone="Europe/Lisbon")
    assert found == datetime.fromisoformat(free).replace(tzinfo=UTC)


def test_leave_and_holidays_that_are_over_are_not_read(board):
    ana = board.ana.member_id

    def keep(work):
        project = work.projects.by_key("CHURN").id
        for leave in (HOLIDAY, MORE):
            work.calendars.add_leave(ana, leave, board.now)
        work.calendars.replace_holidays(
            project, {date(2026, 1, 1): "old", date(2026, 12, 25): "new"}, since=date(2025, 1, 1)
        )
        return project

    project = board.write(keep)
    since = date(2026, 12, 24)
    assert board.read(lambda work: work.calendars.of_member(ana, since=since)).leave == (MORE,)
    assert board.read(lambda work: work.calendars.of_member(ana, since=date(2026, 12, 23))).leave == (HOLIDAY, MORE)
    (day,) = board.read(lambda work: work.calendars.of_project(project, since=since)).days
    assert (day.day, day.name) == (date(2026, 12, 25), "new")
