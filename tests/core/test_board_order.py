import random

import pytest

from core.board import reorder_task
from core.errors import Conflict, InvalidInput, NotFound
from core.ids import TaskKey
from core.projects import create_project
from core.tasks import Priority, State
from tests.drivers import refusal


def place(board, task, to=None, *, before=None, after=None):
    return board.do(
        reorder_task, key=task.key, place=to, before=before.key if before else None, after=after.key if after else None
    )


def numbers(board, **wanted):
    return [key.number for key in board.order(**wanted)]


@pytest.fixture
def tasks(board):
    return [board.new() for _ in range(4)]


def test_new_tasks_stand_in_the_order_they_came(board, tasks):
    assert numbers(board) == [1, 2, 3, 4]


def test_a_task_is_moved_to_the_top(board, tasks):
    place(board, tasks[2], "top")
    assert numbers(board) == [3, 1, 2, 4]


def test_a_task_is_moved_to_the_bottom_and_a_new_one_still_comes_last(board, tasks):
    place(board, tasks[1], "bottom")
    board.new()
    assert numbers(board) == [1, 3, 4, 2, 5]


def test_a_task_is_moved_before_another(board, tasks):
    place(board, tasks[3], before=tasks[1])
    assert numbers(board) == [1, 4, 2, 3]
    place(board, tasks[2], before=tasks[0])
    assert numbers(board) == [3, 1, 4, 2]


def test_a_task_is_moved_after_another(board, tasks):
    place(board, tasks[0], after=tasks[1])
    assert numbers(board) == [2, 1, 3, 4]
    place(board, tasks[1], after=tasks[3])
    assert numbers(board) == [1, 3, 4, 2]


def test_a_move_beside_another_takes_its_priority(board, tasks):
    urgent = board.new(priority=Priority.NOW)
    moved = place(board, tasks[1], after=urgent)
    assert moved.priority is Priority.NOW
    assert numbers(board) == [5, 2, 1, 3, 4]
    assert board.see(tasks[1]) == moved


def test_a_changed_priority_goes_last_there(board, tasks):
    board.change(tasks[3], priority=Priority.NOW)
    board.change(tasks[0], priority=Priority.NOW)
    board.change(tasks[1], priority=Priority.LATER)
    assert numbers(board) == [4, 1, 3, 2]


def test_now_comes_before_next_and_next_before_later(board):
    for priority in (Priority.LATER, Priority.NEXT, Priority.NOW):
        board.new(priority=priority)
    assert numbers(board) == [3, 2, 1]


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ({"to": "top"}, "put it at the top of next"),
        ({"to": "bottom"}, "put it at the bottom of next"),
        ({"before": 0}, "put it before CHURN-1"),
        ({"after": 3}, "put it after CHURN-4"),
    ],
)
def test_a_move_is_told_in_words_and_counts_as_a_change(board, tasks, move, words):
    named = {side: tasks[index] if isinstance(index, int) else index for side, index in move.items()}
    assert place(board, tasks[1], **named).revision == 2
    assert board.told(tasks[1])[-1] == words


@pytest.mark.parametrize("move", [{"to": "top"}, {"before": 1}, {"to": "bottom"}, {"after": 0}])
def test_a_move_to_where_it_stands_changes_nothing(board, tasks, move):
    task = tasks[3] if move == {"to": "bottom"} else tasks[1] if "after" in move else tasks[0]
    named = {side: tasks[index] if isinstance(index, int) else index for side, index in move.items()}
    assert place(board, task, **named) == task
    assert len(board.told(task)) == 1
    assert numbers(board) == [1, 2, 3, 4]


def test_closed_tasks_do_not_count_for_the_order(board, tasks):
    board.move(tasks[0], State.DONE)
    place(board, tasks[3], "top")
    place(board, tasks[2], before=tasks[1])
    assert numbers(board) == [4, 3, 2]


def test_a_task_that_is_opened_again_comes_last(board, tasks):
    board.move(tasks[0], State.DONE)
    board.move(tasks[0], State.TODO)
    assert numbers(board) == [2, 3, 4, 1]


def test_a_task_cannot_stand_beside_itself(board, tasks):
    with refusal(InvalidInput, "beside itself", "to:top"):
        place(board, tasks[0], before=tasks[0])


def test_order_is_kept_inside_a_project(board, tasks):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    other = board.new(project="OTHER")
    with refusal(InvalidInput, "OTHER-1 is in another project"):
        place(board, tasks[0], after=other)
    place(board, other, "top")
    assert [str(key) for key in board.order(project_id=tasks[0].project_id)] == [f"CHURN-{n}" for n in (1, 2, 3, 4)]


def test_a_task_cannot_stand_beside_a_closed_one(board, tasks):
    board.move(tasks[1], State.DROPPED)
    with refusal(InvalidInput, "CHURN-2 is dropped", "open task"):
        place(board, tasks[0], after=tasks[1])


def test_a_closed_task_has_no_place_in_the_order(board, tasks):
    done = board.move(tasks[1], State.DONE)
    with refusal(Conflict, "CHURN-2 is done", "Open it again", "lab task move CHURN-2 to:todo"):
        place(board, tasks[1], "top")
    assert board.see(tasks[1]) == done


def test_a_move_beside_an_unknown_task_is_refused(board, tasks):
    with refusal(NotFound, "no task CHURN-99"):
        board.do(reorder_task, key=tasks[0].key, place=None, before=TaskKey("CHURN", 99), after=None)


def test_a_closed_task_that_changes_its_priority_disturbs_nobody(board, tasks):
    done = board.move(tasks[1], State.DONE)
    assert board.change(done, priority=Priority.NOW)[0].priority is Priority.NOW
    assert numbers(board) == [1, 3, 4]


def test_many_moves_in_a_row_leave_exactly_the_order_asked_for(board, tasks):
    chance = random.Random(7)
    wanted = [1, 2, 3, 4]
    by_number = {task.key.number: task for task in tasks}
    for _ in range(60):
        name, other = chance.sample(wanted, 2)
        wanted.remove(name)
        match chance.choice(["top", "bottom", "before", "after"]):
            case "before":
                place(board, by_number[name], before=by_number[other])
                wanted.insert(wanted.index(other), name)
            case "after":
                place(board, by_number[name], after=by_number[other])
                wanted.insert(wanted.index(other) + 1, name)
            case edge:
                place(board, by_number[name], edge)
                wanted.insert(0 if edge == "top" else len(wanted), name)
        assert numbers(board) == wanted
