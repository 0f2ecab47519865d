from datetime import timedelta

import pytest

from core.blocking import block_task, make_wait, unblock_task
from core.errors import Conflict, InvalidInput, NotFound
from core.events import Cause
from core.ids import TaskKey
from core.projects import create_project
from core.tasks import Kind, State
from tests.drivers import refusal


def blockers(board, task):
    return board.read(lambda work: work.blockers.open_ones(task.id))


def unblock(board, task, *, cause=None, after=None):
    return board.do(unblock_task, key=task.key, cause=cause, waits_for=after.key if after else None)


def test_a_blocked_task_says_why_and_since_when(board):
    task = board.new()
    blocked = board.block(task, "  labels\nlate ", Cause.DATA)
    assert blocked.is_blocked
    (blocker,) = blockers(board, task)
    assert (blocker.cause, blocker.why, blocker.opened_at) == (Cause.DATA, "labels late", board.now)
    assert (blocker.task_id, blocker.task_key, blocker.waits_for) == (task.id, task.key, None)
    assert board.told(task)[-1] == "blocked it by data: labels late"
    assert board.see(task).state is State.TODO


def test_a_task_may_be_blocked_for_several_reasons_at_once(board):
    task = board.new()
    board.block(task, "labels late", Cause.DATA)
    board.block(task, "no GPU", Cause.INFRA)
    board.block(task, "no labels either", Cause.DATA)
    after, left = unblock(board, task, cause=Cause.DATA)
    assert after.is_blocked
    assert [(b.cause, b.why) for b in left] == [(Cause.INFRA, "no GPU")]
    after, left = unblock(board, task)
    assert not after.is_blocked
    assert left == ()


def test_unblocking_without_a_cause_clears_all_set_by_hand(board):
    task = board.new()
    board.block(task, cause=Cause.DATA)
    board.block(task, cause=Cause.PEOPLE)
    assert unblock(board, task)[1] == ()
    assert board.told(task)[-2:] == [
        "let it go on: no longer blocked by data", "let it go on: no longer blocked by people",
    ]  # fmt: skip


def test_the_time_a_task_was_blocked_is_kept_by_cause(board):
    task = board.new()
    opened = board.now
    board.block(task, cause=Cause.DATA)
    board.later(days=3)
    unblock(board, task)
    (event, *_) = board.read(lambda work: work.events.of_task(task.id, limit=1))
    assert (event.event.cause, event.at - event.event.blocked_at) == (Cause.DATA, timedelta(days=3))
    assert (event.event.blocked_at, event.at) == (opened, board.now)


@pytest.mark.parametrize(
    ("why", "words"), [("", "The reason is empty"), ("x" * 301, "301 characters"), ("\x00", "U+0000")]
)
def test_a_blocker_needs_a_reason_that_can_be_read(board, why, words):
    task = board.new()
    with refusal(InvalidInput, words):
        board.block(task, why)
    assert not board.see(task).is_blocked


def test_a_closed_task_cannot_be_blocked(board):
    task = board.new()
    board.move(task, State.DONE)
    with refusal(Conflict, f"{task.key} is done", "Open it again first", f"lab task move {task.key} to:todo"):
        board.block(task)
    with refusal(Conflict, f"{task.key} is done"):
        board.wait(task, board.new())


def test_dropped_research_is_carried_on_in_a_new_task(board):
    task = board.new(box="10d")
    board.move(task, State.DROPPED, why="no gain")
    with refusal(Conflict, f"{task.key} is dropped", "Make a new task"):
        board.block(task)


def test_unblocking_what_is_not_blocked_says_so(board):
    task = board.new()
    with refusal(Conflict, f"{task.key} is not blocked", "Nothing changed"):
        unblock(board, task)


def test_unblocking_by_a_cause_it_does_not_have_names_those_it_has(board):
    task = board.new()
    board.block(task, cause=Cause.PEOPLE)
    board.block(task, cause=Cause.DATA)
    with refusal(Conflict, "is blocked by data, people, not by that", "none to clear all"):
        unblock(board, task, cause=Cause.INFRA)


def test_a_task_that_only_waits_is_not_unblocked_by_hand(board):
    first, second = board.new(), board.new()
    board.wait(second, first)
    with refusal(Conflict, "CHURN-2 waits for CHURN-1", "by itself", "lab task unblock CHURN-2 after:CHURN-1"):
        unblock(board, second)


def test_a_task_waits_for_another(board):
    first, second = board.new(), board.new()
    waiting, other = board.do(make_wait, key=second.key, after=first.key)
    assert waiting.is_blocked
    assert other.key == first.key
    (blocker,) = blockers(board, second)
    assert (blocker.waits_for, blocker.cause, blocker.why) == (first.key, Cause.OTHER, "")
    assert board.told(second)[-1] == "made it wait for CHURN-1"
    assert [task.key for task in board.read(lambda work: work.dependencies.prerequisites(second.id))] == [first.key]
    assert [task.key for task in board.read(lambda work: work.dependencies.dependents(first.id))] == [second.key]


def test_waiting_for_data_work_is_blocked_by_data(board):
    data, task = board.new(kind=Kind.DATA), board.new()
    board.wait(task, data)
    assert blockers(board, task)[0].cause is Cause.DATA


def test_waiting_for_a_task_that_is_over_blocks_nothing_until_it_is_opened_again(board):
    first, second = board.new(), board.new()
    board.move(first, State.DONE)
    assert not board.wait(second, first).is_blocked
    board.move(first, State.TODO)
    assert board.see(second).is_blocked


def test_tasks_wait_across_tracks_and_projects(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    research, other = board.new(project="CHURN", box="10d"), board.new(project="OTHER", kind=Kind.DEPLOY)
    assert board.wait(other, research).is_blocked
    assert board.told(other)[-1] == f"made it wait for {research.key}"


def test_waiting_twice_for_the_same_is_refused(board):
    first, second = board.new(), board.new()
    board.wait(second, first)
    with refusal(Conflict, "CHURN-2 waits for CHURN-1 already", "Nothing changed"):
        board.wait(second, first)
    assert len(blockers(board, second)) == 1


def test_a_task_cannot_wait_for_itself(board):
    task = board.new()
    with refusal(InvalidInput, "cannot wait for itself"):
        board.wait(task, task)


def test_a_cycle_is_refused_and_named(board):
    a, b, c, d = (board.new() for _ in range(4))
    board.wait(b, a)
    board.wait(c, b)
    board.wait(d, c)
    with refusal(InvalidInput, "a circle", "CHURN-1 after CHURN-4 after CHURN-3 after CHURN-2 after CHURN-1"):
        board.wait(a, d)
    assert not board.see(a).is_blocked
    with refusal(InvalidInput, "CHURN-2 after CHURN-3 after CHURN-2"):
        board.wait(b, c)


def test_a_cycle_through_finished_work_is_refused_too(board):
    a, b, c = (board.new() for _ in range(3))
    board.wait(b, a)
    board.wait(c, b)
    board.move(b, State.DONE)
    with refusal(InvalidInput, "CHURN-1 after CHURN-3 after CHURN-2 after CHURN-1"):
        board.wait(a, c)


def test_two_ways_to_the_same_task_are_no_cycle(board):
    a, b, c, d = (board.new() for _ in range(4))
    for later, earlier in ((b, a), (c, a), (d, b), (d, c)):
        board.wait(later, earlier)
    with refusal(InvalidInput, "CHURN-1 after CHURN-4 after CHURN-"):
        board.wait(a, d)


def test_a_task_that_no_longer_waits_goes_on(board):
    first, second = board.new(), board.new()
    board.wait(second, first)
    board.block(second, "no GPU", Cause.INFRA)
    after, left = unblock(board, second, after=first)
    assert [b.why for b in left] == ["no GPU"]
    assert after.is_blocked
    assert board.told(second)[-1] == "let it go on: it no longer waits for CHURN-1"
    board.move(first, State.DONE)
    board.move(first, State.TODO)
    assert [b.why for b in blockers(board, second)] == ["no GPU"]
    board.wait(first, second)


def test_one_of_two_that_a_task_waits_for_can_be_taken_away(board):
    first, second, task = (board.new() for _ in range(3))
    board.wait(task, first)
    board.wait(task, second)
    _, left = unblock(board, task, after=first)
    assert [b.waits_for for b in left] == [second.key]


def test_forgetting_what_it_never_waited_for_is_refused(board):
    first, second = board.new(), board.new()
    with refusal(Conflict, "CHURN-2 does not wait for CHURN-1", "lab task show CHURN-2"):
        unblock(board, second, after=first)


@pytest.mark.parametrize("key", ["CHURN-9", "NOPE-1"])
def test_waiting_for_or_blocking_what_is_not_there_is_refused(board, key):
    task, unknown = board.new(), TaskKey.parse(key)
    with refusal(NotFound, "There is no"):
        board.do(make_wait, key=task.key, after=unknown)
    with refusal(NotFound, "There is no"):
        board.do(make_wait, key=unknown, after=task.key)
    with refusal(NotFound, "There is no"):
        board.do(block_task, key=unknown, why="x", cause=Cause.DATA)
