from core.blockers import Cause
from core.errors import NotFound
from core.ids import TaskKey
from core.links import link_task
from core.metrics import Measurement, record_metric
from core.notes import add_note
from core.task_views import HISTORY, NOTES, view_task
from core.tasks import Kind, Phase
from tests.drivers import refusal


def view(board, task):
    return board.read(lambda work: view_task(work, key=task.key))


def test_a_task_is_shown_with_all_that_hangs_on_it(board):
    before, task, after = board.new(), board.new(kind=Kind.FEATURE), board.new()
    board.wait(task, before)
    board.wait(after, task)
    board.block(task, "no GPU", Cause.INFRA)
    board.do(link_task, task=task.key, url="https://example.com/a.ipynb", title=None)
    board.do(add_note, task=task.key, text="seen")
    board.do(lambda work, *, actor, now: record_metric(work, task, Measurement("f1", 0.8), actor=actor, now=now))
    shown = view(board, task)
    assert shown.task == board.see(task)
    assert shown.phase is Phase.EXPLORE
    assert [str(blocker.waits_for or blocker.why) for blocker in shown.blockers] == ["CHURN-1", "no GPU"]
    assert ([t.key for t in shown.after], [t.key for t in shown.before]) == ([before.key], [after.key])
    assert [(reading.name, definition) for reading, definition in shown.metrics] == [("f1", None)]
    assert [link.kind for link in shown.links] == ["notebook"]
    assert [note.text for note in shown.notes] == ["seen"]
    assert shown.history[0].event.name == "f1"


def test_only_the_newest_notes_and_events_are_shown(board):
    task = board.new()
    for number in range(HISTORY + 3):
        board.do(add_note, task=task.key, text=str(number))
    shown = view(board, task)
    assert [note.text for note in shown.notes] == [str(HISTORY + 2 - n) for n in range(NOTES)]
    assert [entry.event.text for entry in shown.history] == [str(HISTORY + 2 - n) for n in range(HISTORY)]
    assert all((entry.member, entry.task_id) == ("ana", task.id) for entry in shown.history)


def test_a_task_that_is_not_there_cannot_be_shown(board):
    with refusal(NotFound, "no task CHURN-1"):
        board.read(lambda work: view_task(work, key=TaskKey("CHURN", 1)))
