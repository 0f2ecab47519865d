import pytest

from core.blockers import Cause
from core.errors import Conflict, InvalidInput, NotFound
from core.ids import TaskKey
from core.moves import move_task
from core.tasks import Kind, State
from tests.drivers import refusal


def test_a_task_goes_through_its_states_and_keeps_when(board):
    task = board.new()
    board.later(hours=1)
    started = board.move(task, State.DOING)
    assert (started.state, started.started_at, started.closed_at) == (State.DOING, board.now, None)
    board.later(hours=1)
    reviewed = board.move(task, State.REVIEW)
    assert (reviewed.started_at, reviewed.closed_at) == (started.started_at, None)
    board.later(hours=1)
    done = board.move(task, State.DONE)
    assert (done.state, done.started_at, done.closed_at) == (State.DONE, started.started_at, board.now)
    assert board.see(task) == done
    assert done.revision == 4
    assert board.told(task)[1:] == [
        "moved it from todo to doing", "moved it from doing to review", "moved it from review to done",
    ]  # fmt: skip


@pytest.mark.parametrize("state", [State.REVIEW, State.DONE])
def test_a_task_that_skips_a_state_has_started_then(board, state):
    assert board.move(board.new(), state).started_at == board.now


def test_a_task_that_is_dropped_untouched_was_never_started(board):
    dropped = board.move(board.new(), State.DROPPED)
    assert (dropped.started_at, dropped.closed_at) == (None, board.now)


def test_production_is_dropped_without_a_reason_and_keeps_the_one_given(board):
    board.move(board.new(), State.DROPPED)
    task = board.new()
    board.move(task, State.DROPPED, why="  no longer\nneeded ")
    assert board.told(task)[-1] == "moved it from todo to dropped: no longer needed"


def test_research_cannot_be_done(board):
    task = board.new(box="10d")
    board.move(task, State.DOING)
    with refusal(InvalidInput, "ends in a decision", f"lab box decide {task.key} call:adopt learned:"):
        board.move(task, State.DONE)
    assert board.see(task).state is State.DOING


def test_research_is_dropped_only_with_what_was_learned(board):
    task = board.new(box="10d")
    with refusal(InvalidInput, "say what was learned", f"lab task drop {task.key} why:"):
        board.move(task, State.DROPPED)
    with refusal(InvalidInput, "A decision keeps what was learned", "learned:"):
        board.move(task, State.DROPPED, why="\u200b")
    assert board.move(task, State.DROPPED, why="no gain over the baseline").state is State.DROPPED
    assert board.told(task)[-1] == "decided: dropped. Learned: no gain over the baseline"


def test_dropped_research_is_opened_again_by_a_new_timebox_alone(board):
    task = board.new("Try focal loss", box="10d")
    board.move(task, State.DROPPED, why="no gain")
    for state in (State.TODO, State.DOING, State.REVIEW):
        with refusal(Conflict, "ana dropped it", "no gain", f"lab box start {task.key} box:5d"):
            board.move(task, state)


def test_a_closed_production_task_can_be_opened_again(board):
    task = board.new()
    board.move(task, State.DONE)
    opened = board.move(task, State.TODO)
    assert (opened.state, opened.closed_at, opened.started_at) == (State.TODO, None, board.now)
    assert board.order() == [task.key]


@pytest.mark.parametrize(("first", "second"), [(State.DONE, State.DROPPED), (State.DROPPED, State.DONE)])
def test_a_closed_task_is_opened_before_it_is_closed_otherwise(board, first, second):
    task = board.new()
    board.move(task, first)
    with refusal(Conflict, f"{task.key} is {first} already", f"lab task move {task.key} to:todo"):
        board.move(task, second)


def test_moving_to_the_state_it_has_tells_who_was_faster(board):
    bo = board.sign_in("bo")
    task = board.new()
    board.do(move_task, actor=bo, key=task.key, to=State.DOING)
    with refusal(Conflict, f"{task.key} is doing already: bo moved it", "Nothing changed"):
        board.move(task, State.DOING)
    assert board.see(task).revision == 2


def test_a_new_task_is_todo_already(board):
    task = board.new()
    with refusal(Conflict, f"{task.key} is todo already.", "Nothing changed"):
        board.move(task, State.TODO)


def test_a_reason_has_a_limit(board):
    with refusal(InvalidInput, "1,001 characters"):
        board.move(board.new(), State.DROPPED, why="x" * 1_001)


def test_an_unknown_task_cannot_be_moved(board):
    with refusal(NotFound, "no task CHURN-9"):
        board.do(move_task, key=TaskKey("CHURN", 9), to=State.DOING)


def freed(board, task, to):
    return [str(key) for key in board.do(move_task, key=task.key, to=to)[1]]


@pytest.mark.parametrize("end", [State.DONE, State.DROPPED])
def test_the_end_of_a_task_frees_those_that_waited_for_it(board, end):
    first, second, third, other = (board.new() for _ in range(4))
    board.wait(second, first)
    board.wait(third, first)
    assert [board.see(task).is_blocked for task in (second, third, other)] == [True, True, False]
    assert freed(board, first, end) == ["CHURN-2", "CHURN-3"]
    assert not any(board.see(task).is_blocked for task in (second, third))
    assert board.told(second)[-1] == "let it go on: it no longer waits for CHURN-1"


def test_a_task_waits_until_all_it_waits_for_is_over(board):
    first, second, last = (board.new() for _ in range(3))
    board.wait(last, first)
    board.wait(last, second)
    assert freed(board, first, State.DONE) == ["CHURN-3"]
    assert board.see(last).is_blocked
    board.move(second, State.DONE)
    assert not board.see(last).is_blocked


def test_a_task_that_is_freed_keeps_the_blockers_set_by_hand(board):
    first, second = board.new(), board.new()
    board.wait(second, first)
    board.block(second, "no budget", Cause.PEOPLE)
    board.move(first, State.DONE)
    assert [b.why for b in board.read(lambda work: work.blockers.open_ones(second.id))] == ["no budget"]


def test_starting_a_task_frees_nobody(board):
    first, second = board.new(), board.new()
    board.wait(second, first)
    assert freed(board, first, State.REVIEW) == []
    assert board.see(second).is_blocked


def test_opening_a_task_again_makes_those_behind_it_wait_again(board):
    first, second, closed = (board.new() for _ in range(3))
    board.wait(second, first)
    board.wait(closed, first)
    board.move(first, State.DONE)
    board.move(closed, State.DONE)
    assert freed(board, first, State.TODO) == []
    assert board.see(second).is_blocked
    assert board.told(second)[-1] == "made it wait for CHURN-1"
    assert not board.see(closed).is_blocked
    assert freed(board, first, State.DONE) == ["CHURN-2"]


def test_a_task_opened_again_waits_for_what_is_not_over(board):
    first, second, over = (board.new() for _ in range(3))
    board.wait(second, first)
    board.wait(second, over)
    board.move(over, State.DONE)
    assert board.move(second, State.DONE).is_blocked is False
    opened = board.move(second, State.TODO)
    assert opened.is_blocked
    assert [b.waits_for for b in board.read(lambda work: work.blockers.open_ones(second.id))] == [first.key]


def test_the_end_of_a_task_ends_its_own_blockers(board):
    task, other = board.new(), board.new()
    board.block(task, "no labels")
    board.wait(task, other)
    done = board.move(task, State.DONE)
    assert not done.is_blocked
    assert board.read(lambda work: work.blockers.open_ones(task.id)) == ()
    assert board.told(task)[-2:] == [
        "let it go on: no longer blocked by data",
        "let it go on: it no longer waits for CHURN-2",
    ]
    assert freed(board, other, State.DONE) == []


def test_a_task_on_research_frees_production_and_the_other_way_round(board):
    research, build = board.new(box="10d"), board.new(kind=Kind.BUILD)
    board.wait(build, research)
    board.move(research, State.DROPPED, why="no gain")
    assert not board.see(build).is_blocked
    more = board.new(box="3h")
    board.wait(more, build)
    board.move(build, State.DONE)
    assert not board.see(more).is_blocked
