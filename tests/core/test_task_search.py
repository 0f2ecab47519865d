import pytest

from core.errors import Conflict, InvalidInput, NotFound
from core.ids import TaskKey
from core.members import MemberRef
from core.notes import add_note
from core.projects import create_project
from core.task_search import PAGE, TaskFilter, find_task, list_tasks
from core.tasks import Kind, Priority, Role, State, Track
from tests.drivers import refusal


def listed(board, *, project=None, owner=None, page=1, actor=None, **wanted):
    return board.read(
        lambda work: list_tasks(
            work, actor=actor or board.ana, project=project, owner=MemberRef.parse(owner) if owner else None,
            wanted=TaskFilter(**wanted), page=page,
        )
    )  # fmt: skip


def numbers(board, **wanted):
    return [task.key.number for task in listed(board, **wanted).tasks]


def test_a_list_shows_open_tasks_only(board):
    tasks = [board.new() for _ in range(5)]
    for task, state in zip(tasks[1:], (State.DOING, State.REVIEW, State.DONE, State.DROPPED), strict=True):
        board.move(task, state)
    assert numbers(board) == [1, 2, 3]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"track": Track.RESEARCH}, [2]),
        ({"kind": Kind.DEPLOY}, [3]),
        ({"priority": Priority.NOW}, [3]),
        ({"role": Role.DATA}, [4]),
        ({"version": "churn@v2.0"}, [1]),
        ({"label": "loss"}, [1, 2]),
        ({"label": "los"}, []),
        ({"label": "a_b"}, [4]),
        ({"label": "a%b"}, []),
        ({"blocked": True}, [1]),
        ({"blocked": False}, [3, 2, 4]),
        ({"states": (State.DOING,)}, [2]),
        ({"states": (State.TODO, State.DOING), "track": Track.PRODUCTION}, [3, 1, 4]),
        ({"label": "loss", "track": Track.RESEARCH}, [2]),
        ({"label": "loss", "kind": Kind.DEPLOY}, []),
        ({"project": "CHURN"}, [3, 1, 2, 4]),
        ({"owner": "@bo"}, [4]),
        ({"owner": "me"}, [1]),
    ],
)
def test_a_list_shows_what_was_asked_for(board, wanted, found):
    board.sign_in("bo")
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    first = board.new(project="CHURN", labels=("loss", "tails"), version="churn@v2.0", owner=MemberRef.parse("ana"))
    board.move(board.new(project="CHURN", box="10d", labels=("loss",)), State.DOING)
    board.new(project="CHURN", kind=Kind.DEPLOY, priority=Priority.NOW, labels=("axb",))
    board.new(project="CHURN", role=Role.DATA, labels=("a_b",), owner=MemberRef.parse("bo"))
    board.block(first)
    assert numbers(board, **wanted) == found


def test_a_list_of_one_project_leaves_out_the_others(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    board.new(project="CHURN")
    other = board.new(project="OTHER")
    assert [task.key for task in listed(board, project="OTHER").tasks] == [other.key]
    assert len(listed(board).tasks) == 2


def test_closed_tasks_are_listed_newest_first(board):
    tasks = [board.new() for _ in range(4)]
    for task in (tasks[1], tasks[3], tasks[0]):
        board.later(minutes=1)
        board.move(task, State.DONE)
    board.move(tasks[2], State.DROPPED)
    assert numbers(board, states=(State.DONE,)) == [1, 4, 2]
    assert numbers(board, states=(State.DONE, State.DROPPED)) == [3, 1, 4, 2]


def test_open_and_closed_tasks_can_be_listed_together(board):
    tasks = [board.new() for _ in range(3)]
    board.move(tasks[1], State.DONE)
    board.move(tasks[2], State.DROPPED)
    assert numbers(board, states=(State.TODO, State.DONE)) == [1, 2]


def test_a_long_list_comes_in_pages(board):
    for _ in range(PAGE + 3):
        board.new()
    first, second, third = (listed(board, page=page) for page in (1, 2, 3))
    assert [task.key.number for task in first.tasks] == list(range(1, PAGE + 1))
    assert [task.key.number for task in second.tasks] == [PAGE + 1, PAGE + 2, PAGE + 3]
    assert (first.has_more, second.has_more, third.has_more) == (True, False, False)
    assert (first.page, third.tasks) == (1, ())


def test_a_page_that_is_just_full_is_the_last(board):
    for _ in range(PAGE):
        board.new()
    assert not listed(board).has_more


@pytest.mark.parametrize("page", [0, -1, 10**6 + 1, 10**30])
def test_a_page_that_cannot_be_meant_is_refused(board, page):
    with refusal(InvalidInput, f"no page {page}"):
        listed(board, page=page)


def test_listing_for_an_unknown_project_or_member_is_refused(board):
    with refusal(NotFound, "no project NOPE"):
        listed(board, project="NOPE")
    with refusal(NotFound, "no member “nobody”"):
        listed(board, owner="nobody")


def find(board, task, **how):
    return board.read(lambda work: find_task(work, task.key, **how))


def test_a_task_at_the_expected_revision_is_found(board):
    task = board.new()
    assert find(board, task, revision=1) == task


def test_a_task_that_changed_meanwhile_is_refused_with_what_changed(board):
    task = board.new()
    board.change(task, title="New title")
    board.move(task, State.DOING)
    with refusal(
        Conflict, "CHURN-1 changed since you looked (revision 1, now 3)", "Nothing was changed now",
        "ana changed title A task → New title; ana moved it from todo to doing", "lab task show CHURN-1",
    ):  # fmt: skip
        board.change(task, revision=1, points=3)
    assert board.see(task).points is None


def test_only_what_changed_since_is_told(board):
    task = board.new()
    board.change(task, title="First")
    board.change(task, title="Second")
    with pytest.raises(Conflict) as caught:
        find(board, task, revision=2)
    assert "First → Second" in caught.value.hint
    assert "A task → First" not in caught.value.hint


def test_a_note_is_no_change_that_a_writer_must_look_at_first(board):
    task = board.new()
    board.do(add_note, task=task.key, text="seen")
    assert board.change(task, revision=1, points=3)[0].revision == 2


def test_a_task_that_is_not_there_is_not_found(board):
    with refusal(NotFound, "There is no task CHURN-1", "lab task list project:CHURN"):
        board.read(lambda work: find_task(work, TaskKey("CHURN", 1)))
    with refusal(NotFound, "There is no project NOPE", "CHURN"):
        board.read(lambda work: find_task(work, TaskKey("NOPE", 1)))
