from datetime import timedelta

from core.events import MemberJoined, NoteAdded, TaskMoved
from core.journal import Actor
from core.notes import add_note
from core.tasks import State
from tests.conftest import NOW
from tests.drivers import BoardDriver


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
