"""Timeboxes that run while a calendar, leave, quiet hours or a zone changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.calendar import Weekday
from core.calendar_words import Hours
from core.events import Event
from core.local_time import QuietHours
from core.members import MemberRef, set_zone
from core.own_times import come_back, go_away, set_quiet_hours
from core.project_calendars import CalendarChanges, change_calendar, close_days
from core.projects import name_lead
from core.tasks import Kind, State, Task
from core.timebox_events import TimeboxEnded, TimeboxNagged, TimeboxNearlyOver
from core.timebox_records import Timebox
from core.timeboxes import expire_due_timeboxes
from tests.drivers import BoardDriver
from tests.storage.walk import statements


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def start(board: BoardDriver, box: str = "5d", **fields) -> Task:
    """Of Ana, from Wednesday the 18th at 10:00 in Lisbon; five days end on Wednesday the 25th at 10:00."""
    task = board.new("Try focal loss", kind=Kind.INVESTIGATE, box=box, owner=MemberRef.parse("ana"), **fields)
    return board.move(task, State.DOING)


def tick(board: BoardDriver, when: str | None = None) -> None:
    if when is not None:
        board.now = at(when)
        board.today = board.now.date()
    while board.write(lambda work: expire_due_timeboxes(work, now=board.now)):
        pass


def timebox(board: BoardDriver, task: Task) -> Timebox:
    found = board.read(lambda work: work.timeboxes.open_of(task.id))
    assert found is not None
    return found


def happened(board: BoardDriver, task: Task, *kinds: type[Event]) -> list[datetime]:
    entries = board.read(lambda work: work.events.of_task(task.id, limit=100))
    return [entry.at for entry in reversed(entries) if isinstance(entry.event, kinds)]


def away(board: BoardDriver, first: str, last: str | None = None) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last) if last else None
    board.do(go_away, first=days[0], last=days[1], today=board.today)


def back(board: BoardDriver) -> None:
    board.do(come_back, day=None, today=board.today)


def test_leave_moves_the_end_of_what_runs_and_coming_back_moves_it_back(board):
    task = start(board)
    assert timebox(board, task).ends_at == at("2026-11-25T10:00")
    away(board, "2026-11-19", "2026-11-23")
    tick(board)
    assert timebox(board, task).ends_at == at("2026-11-30T10:00")
    board.now, board.today = at("2026-11-20T12:00"), date(2026, 11, 20)
    back(board)
    tick(board)
    assert timebox(board, task).ends_at == at("2026-11-26T10:00")


def test_a_day_off_and_other_hours_of_the_project_move_it_too_and_nobody_elses(board):
    task, hours = start(board), start(board, "3h")
    board.do(
        close_days, project="CHURN", first=date(2026, 11, 20), last=None, why="", today=board.today
    )  # fmt: skip
    tick(board)
    assert timebox(board, task).ends_at == at("2026-11-26T10:00")
    changes = CalendarChanges(weekdays=frozenset({Weekday.WEDNESDAY, Weekday.SATURDAY}), hours=Hours(time(8), time(11)))
    board.do(change_calendar, project="CHURN", changes=changes, today=board.today)
    tick(board)
    assert timebox(board, hours).ends_at == at("2026-11-21T10:00")
    assert timebox(board, task).ends_at == at("2026-12-05T10:00")


def test_another_zone_moves_it(board):
    task = start(board)
    board.do(set_zone, zone="Asia/Tokyo")
    tick(board)
    # 10:00 in Lisbon is after work in Tokyo: it counts from Thursday at 09:00 there.
    assert timebox(board, task).ends_at == at("2026-11-26T00:00")


def test_what_is_not_mine_is_not_timed_anew(board):
    task = start(board)
    ben = board.sign_in("ben")
    board.do(go_away, actor=ben, first=date(2026, 11, 19), last=None, today=board.today)
    assert timebox(board, task).ends_at == at("2026-11-25T10:00")


def test_an_end_that_lies_behind_by_the_new_calendar_is_asked_about_at_once_and_is_not_late(board):
    task = start(board, "2d")
    away(board, "2026-11-19", "2026-11-30")
    tick(board, "2026-11-25T12:00")
    assert timebox(board, task).ends_at == at("2026-12-02T10:00")
    board.do(come_back, day=date(2026, 11, 19), today=board.today)
    tick(board)
    (asked,) = happened(board, task, TimeboxEnded)
    assert asked == board.now
    entries = board.read(lambda work: work.events.of_task(task.id, limit=1))
    assert entries[0].event.late_seconds == 0


def test_the_note_before_the_end_is_given_once_however_the_end_moves(board):
    task = start(board)
    tick(board, "2026-11-24T10:00")
    assert len(happened(board, task, TimeboxNearlyOver)) == 1
    away(board, "2026-11-25", "2026-11-26")
    tick(board)
    assert (timebox(board, task).ends_at, timebox(board, task).warns_at) == (at("2026-11-27T10:00"), None)
    for hour in range(9, 19):
        tick(board, f"2026-11-26T{hour:02}:00")
    assert len(happened(board, task, TimeboxNearlyOver)) == 1
    tick(board, "2026-11-27T10:00")
    assert happened(board, task, TimeboxEnded) == [at("2026-11-27T10:00")]


def test_the_note_that_is_to_come_moves_with_the_end(board):
    task = start(board)
    away(board, "2026-11-23")
    tick(board, "2026-11-24T10:00")
    assert happened(board, task, TimeboxNearlyOver) == []
    tick(board, "2026-11-25T10:00")
    assert happened(board, task, TimeboxNearlyOver) == [at("2026-11-25T10:00")]


def test_what_was_asked_already_is_not_touched_and_its_reminder_waits_for_whoever_is_away(board):
    task = start(board)
    tick(board, "2026-11-25T10:00")
    asked = timebox(board, task)
    away(board, "2026-11-26", "2026-11-27")
    assert timebox(board, task) == asked
    tick(board, "2026-11-26T09:00")
    tick(board, "2026-11-27T12:00")
    assert happened(board, task, TimeboxNagged) == []
    tick(board, "2026-11-30T09:00")
    assert happened(board, task, TimeboxNagged) == [at("2026-11-30T09:00")]
    board.now, board.today = at("2026-11-30T09:01"), date(2026, 11, 30)
    away(board, "2026-11-30")
    back(board)
    tick(board, "2026-11-30T18:00")
    assert len(happened(board, task, TimeboxEnded)) == len(happened(board, task, TimeboxNagged)) == 1


def test_a_question_that_waits_for_a_sensible_hour_follows_leave_as_well(board):
    task = start(board)
    tick(board, "2026-11-28T12:00")
    assert timebox(board, task).due_at == at("2026-11-30T09:00")
    away(board, "2026-11-30", "2026-12-11")
    tick(board, "2026-11-30T09:00")
    assert happened(board, task, TimeboxEnded) == []
    board.now, board.today = at("2026-12-02T11:00"), date(2026, 12, 2)
    back(board)
    assert timebox(board, task).ends_at == at("2026-11-25T10:00")
    tick(board, "2026-12-02T11:00:02")
    assert happened(board, task, TimeboxEnded) == [at("2026-12-02T11:00:02")]


def test_the_lead_is_told_in_the_leads_own_hours(board):
    board.do(set_zone, actor=board.sign_in("ben"), zone="America/New_York")
    board.do(name_lead, project="CHURN", lead=MemberRef.parse("ben"))
    task = start(board)
    tick(board, "2026-11-25T10:00")
    tick(board, "2026-11-26T09:00")
    tick(board, "2026-11-27T09:00")
    assert happened(board, task, TimeboxNagged) == [at("2026-11-26T09:00")]
    tick(board, "2026-11-27T14:00")
    assert happened(board, task, TimeboxNagged) == [at("2026-11-26T09:00"), at("2026-11-27T14:00")]


@pytest.mark.parametrize(
    ("begins", "ends", "after"),
    [
        # 01:30 is not there on the night the clocks go forward: quiet ends with the gap, at 02:00.
        ("2027-03-27T00:30", "2027-03-28T01:00", "2027-03-28T02:00"),
        # It comes twice when they go back: quiet ends with the first.
        ("2027-10-29T23:30", "2027-10-31T00:30", "2027-10-31T01:30"),
    ],
)
def test_quiet_hours_end_once_on_the_nights_that_change_the_clocks(board, begins, ends, after):
    board.now = at(begins)
    board.today = board.now.date()
    changes = CalendarChanges(weekdays=frozenset(Weekday), hours=Hours(time(0), time(23)))
    board.do(change_calendar, project="CHURN", changes=changes, today=board.today)
    task = start(board, "1d")
    board.do(set_quiet_hours, quiet=QuietHours(time(22), time(1, 30)), today=board.today)
    tick(board)
    assert timebox(board, task).ends_at == at(ends)
    tick(board, (at(ends) - timedelta(minutes=1)).isoformat()[:16])
    assert happened(board, task, TimeboxEnded) == []
    tick(board, ends)
    tick(board, after)
    assert happened(board, task, TimeboxEnded) == [at(ends)]


def test_hundreds_of_timeboxes_cost_a_statement_for_each_project_and_owner(board):
    for _ in range(12):
        start(board, "1d")
    board.now = at("2026-11-19T10:00")
    with statements() as asked:
        assert board.write(lambda work: expire_due_timeboxes(work, now=board.now)) == 12
    assert len([words for words, _ in asked if "calendar" in words]) == 1
    assert len([words for words, _ in asked if "leave" in words]) == 1
