import pytest

from core.errors import InvalidInput, NotFound
from core.ids import TaskKey
from core.notes import NOTE_LIMIT, add_note
from core.tasks import State
from tests.drivers import refusal


def notes(board, task, limit=10):
    return board.read(lambda work: work.notes.of_task(task.id, limit=limit))


def test_a_note_keeps_its_lines_its_author_and_its_time(board):
    bo = board.sign_in("bo")
    task = board.new()
    board.later(minutes=3)
    found, note = board.do(add_note, actor=bo, task=task.key, text="  one\r\n<!channel> two ")
    assert found.key == task.key
    (kept,) = notes(board, task)
    assert (kept.id, kept.text, kept.author, kept.at) == (note.id, "one\n<!channel> two", "bo", board.now)
    assert board.told(task)[-1] == "noted: one\n<!channel> two"


def test_notes_come_newest_first_up_to_a_limit(board):
    task, other = board.new(), board.new()
    for text in ("one", "two", "three"):
        board.do(add_note, task=task.key, text=text)
    board.do(add_note, task=other.key, text="elsewhere")
    assert [note.text for note in notes(board, task)] == ["three", "two", "one"]
    assert [note.text for note in notes(board, task, limit=2)] == ["three", "two"]


def test_a_closed_task_can_still_be_noted_on(board):
    task = board.new()
    board.move(task, State.DONE)
    board.do(add_note, task=task.key, text="seen")
    assert len(notes(board, task)) == 1


@pytest.mark.parametrize(("text", "words"), [("", "The note is empty"), (" \n ", "The note is empty")])
def test_an_empty_note_is_refused_with_an_example(board, text, words):
    task = board.new()
    with refusal(InvalidInput, words, f"lab task note {task.key}"):
        board.do(add_note, task=task.key, text=text)
    assert notes(board, task) == ()


def test_a_note_has_a_limit(board):
    task = board.new()
    board.do(add_note, task=task.key, text="x" * NOTE_LIMIT)
    with refusal(InvalidInput, "4,001 characters", "4,000"):
        board.do(add_note, task=task.key, text="x" * (NOTE_LIMIT + 1))


def test_a_note_with_a_nul_is_refused(board):
    with refusal(InvalidInput, "U+0000"):
        board.do(add_note, task=board.new().key, text="a\x00")


def test_a_note_needs_its_task(board):
    with refusal(NotFound, "no task CHURN-7"):
        board.do(add_note, task=TaskKey("CHURN", 7), text="x")
