from datetime import timedelta

import pytest

from core.events import MemberJoined, NoteAdded, TaskCreated, TaskMoved
from core.journal import Actor
from core.notes import add_note
from core.tasks import State
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.storage.probes import execute


def unfanned(board, limit=100):
    return board.read(lambda work: work.events.unfanned(limit=limit))


def mark(board, *events):
    board.write(lambda work: work.events.mark_fanned([event.id for event in events]))


def test_an_event_is_logged_with_who_did_it_when_and_to_what(board):
    bo = board.sign_in("bo")
    task = board.new()
    board.later(minutes=1, microseconds=7)
    board.do(add_note, actor=bo, task=task.key, text="seen")
    (logged, *_) = board.read(lambda work: work.events.of_task(task.id, limit=5))
    assert (logged.at, logged.member, logged.task_id) == (board.now, "bo", task.id)
    assert isinstance(logged.event, NoteAdded)


def test_an_event_that_nobody_in_particular_caused_has_no_member(board):
    nobody = Actor(None, "", False, "test", "")
    board.write(
        lambda work: work.events.add(
            MemberJoined("x"), summary="joined", now=NOW, actor=nobody, task=None, project_id=None
        )
    )
    assert unfanned(board)[-1].member is None
    assert unfanned(board)[-1].task_id is None


def test_the_events_of_a_task_come_newest_first_up_to_a_limit(board):
    task = board.new()
    board.new()
    for state in (State.DOING, State.REVIEW, State.DONE):
        board.move(task, state)
    events = board.read(lambda work: work.events.of_task(task.id, limit=3))
    assert [entry.event.after for entry in events] == [State.DONE, State.REVIEW, State.DOING]


def test_the_events_since_a_revision_are_those_that_made_later_ones(board):
    task = board.new()
    board.move(task, State.DOING)
    board.do(add_note, task=task.key, text="at revision two")
    board.move(task, State.REVIEW)
    later = board.read(lambda work: work.events.of_task(task.id, limit=10, after_revision=2))
    assert [type(entry.event) for entry in later] == [TaskMoved]
    assert len(board.read(lambda work: work.events.of_task(task.id, limit=10))) == 4


def test_events_wait_in_the_order_they_were_logged_until_they_are_marked(board):
    task = board.new()
    for state in (State.DOING, State.REVIEW):
        board.move(task, state)
    waiting = unfanned(board)
    assert [entry.id for entry in waiting] == sorted(entry.id for entry in waiting)
    assert isinstance(waiting[-1].event, TaskMoved)
    assert unfanned(board, limit=2) == waiting[:2]
    mark(board, waiting[0], waiting[2])
    assert unfanned(board) == tuple(entry for entry in waiting if entry not in (waiting[0], waiting[2]))
    mark(board, *waiting)
    assert unfanned(board) == ()


def test_marking_nothing_changes_nothing(board):
    board.new()
    before = unfanned(board)
    mark(board)
    assert unfanned(board) == before


def test_the_teams_with_something_to_tell_are_known(board, database):
    quiet = BoardDriver.open(database, now=NOW)
    mark(quiet, *unfanned(quiet))
    assert database.teams_to_fan_out().result() == (board.team,)
    mark(board, *unfanned(board))
    assert database.teams_to_fan_out().result() == ()


def test_an_audit_line_keeps_its_time_to_the_microsecond(board):
    board.now += timedelta(microseconds=7)
    task = board.new()
    (line,) = board.read(lambda work: work.audit.list(limit=1, subject=str(task.key)))
    assert line.at == board.now


def from_a_newer_version(url, task, *, type_="FromTheFuture"):
    """All that happened to the task so far."""
    execute(url, f"UPDATE events SET type = '{type_}' WHERE task_id = {task.id}")


@pytest.mark.parametrize("type_", ["FromTheFuture", "TaskMoved"], ids=["unknown", "of another form"])
def test_what_a_newer_version_wrote_waits_for_it_with_its_task_and_all_else_goes_on(board, database_url, type_):
    mark(board, *unfanned(board))
    strange, plain = board.new(), board.new()
    from_a_newer_version(database_url, strange, type_=type_)
    board.move(strange, State.DOING)
    board.move(plain, State.DOING)
    board.sign_in("bo")
    assert [(entry.task_id, type(entry.event)) for entry in unfanned(board)] == [
        (plain.id, TaskCreated), (plain.id, TaskMoved), (None, MemberJoined),
    ]  # fmt: skip


def test_however_much_waits_for_a_newer_version_the_rest_is_found_behind_it(board, database_url):
    mark(board, *unfanned(board))
    for _ in range(10):
        from_a_newer_version(database_url, board.new())
    tasks = [board.new() for _ in range(5)]
    assert [entry.task_id for entry in unfanned(board, limit=3)] == [task.id for task in tasks[:3]]
    assert [entry.task_id for entry in unfanned(board, limit=5)] == [task.id for task in tasks]


def test_the_newer_version_finds_what_waited_for_it_in_its_order(board, database_url):
    mark(board, *unfanned(board))
    task = board.new()
    from_a_newer_version(database_url, task)
    board.move(task, State.DOING)
    assert unfanned(board) == ()
    execute(database_url, "UPDATE events SET type = 'TaskCreated' WHERE type = 'FromTheFuture'")
    assert [type(entry.event) for entry in unfanned(board)] == [TaskCreated, TaskMoved]


def test_a_team_with_nothing_but_what_a_newer_version_wrote_is_left_alone(board, database, database_url):
    mark(board, *unfanned(board))
    assert database.teams_to_fan_out().result() == ()
    from_a_newer_version(database_url, board.new())
    assert database.teams_to_fan_out().result() == ()
    board.new()
    assert database.teams_to_fan_out().result() == (board.team,)


def test_a_tasks_history_is_shown_without_what_only_a_newer_version_can_read(board, database_url):
    task = board.new()
    from_a_newer_version(database_url, task)
    board.move(task, State.DOING)
    events = board.read(lambda work: work.events.of_task(task.id, limit=5))
    assert [type(entry.event) for entry in events] == [TaskMoved]
