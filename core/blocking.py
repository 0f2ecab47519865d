"""Blocking tasks by hand, and letting one wait for another."""

from datetime import datetime

from core.blockers import DEPENDENCIES, Blocker, close_blocker, open_blocker, refuse_closed, wait_for
from core.errors import Conflict, InvalidInput
from core.events import Cause
from core.ids import TaskKey
from core.journal import Actor
from core.ports import UnitOfWork
from core.task_search import find_task
from core.tasks import Task


def block_task(work: UnitOfWork, *, actor: Actor, key: TaskKey, why: str, cause: Cause, now: datetime) -> Task:
    """A task may be blocked for several reasons at once; each has its own blocker."""
    task = find_task(work, key, lock=True)
    refuse_closed(task)
    open_blocker(work, task, cause=cause, why=why, actor=actor, now=now)
    return find_task(work, key)


def unblock_task(
    work: UnitOfWork, *, actor: Actor, key: TaskKey, cause: Cause | None, waits_for: TaskKey | None, now: datetime
) -> tuple[Task, tuple[Blocker, ...]]:
    """Closes the blockers set by hand, of one cause if given; with `waits_for`, ends that dependency instead.

    Returns the task and the blockers that remain.
    """
    if waits_for is not None:
        work.lock(DEPENDENCIES)
    task = find_task(work, key, lock=True)
    if waits_for is not None:
        return _forget_dependency(work, task, waits_for, actor=actor, now=now)
    open_ones = work.blockers.open_ones(task.id)
    by_hand = [b for b in open_ones if b.waits_for is None and cause in (None, b.cause)]
    if not by_hand:
        raise _nothing_to_unblock(task, open_ones)
    for blocker in by_hand:
        close_blocker(work, task, blocker, actor=actor, now=now)
    return find_task(work, key), work.blockers.open_ones(task.id)


def make_wait(work: UnitOfWork, *, actor: Actor, key: TaskKey, after: TaskKey, now: datetime) -> tuple[Task, Task]:
    """`key` begins only when `after` is over. Refused where that would close a circle."""
    # Two additions that are each harmless can make a circle together: one at a time.
    work.lock(DEPENDENCIES)
    task, other = find_task(work, key, lock=True), find_task(work, after)
    refuse_closed(task)
    if task.id == other.id:
        raise InvalidInput("A task cannot wait for itself.", "Name the task that must be over first.")
    circle = work.dependencies.path(other.id, task.id)
    if circle:
        way = " after ".join(str(step) for step in (task.key, *circle))
        raise InvalidInput(
            "That would be a circle: none of them could ever begin.",
            f"It would say: {way}. Take one of these away first.",
        )
    if not work.dependencies.add(task.id, other.id, now):
        raise Conflict(f"{key} waits for {after} already.", "Nothing changed.")
    if other.state.is_open:
        wait_for(work, task, other, actor=actor, now=now)
    return find_task(work, key), other


def _forget_dependency(
    work: UnitOfWork, task: Task, other: TaskKey, *, actor: Actor, now: datetime
) -> tuple[Task, tuple[Blocker, ...]]:
    prerequisite = find_task(work, other)
    if not work.dependencies.remove(task.id, prerequisite.id):
        raise Conflict(
            f"{task.key} does not wait for {other}.", "See what it waits for:", example=f"lab task show {task.key}"
        )
    for blocker in work.blockers.open_ones(task.id):
        if blocker.waits_for == other:
            close_blocker(work, task, blocker, actor=actor, now=now)
    return find_task(work, task.key), work.blockers.open_ones(task.id)


def _nothing_to_unblock(task: Task, open_ones: tuple[Blocker, ...]) -> Conflict:
    waiting = [blocker.waits_for for blocker in open_ones if blocker.waits_for]
    if waiting:
        names = ", ".join(str(key) for key in waiting)
        return Conflict(
            f"{task.key} waits for {names}.", "It goes on by itself when that is over. To wait no longer:",
            example=f"lab task unblock {task.key} after:{waiting[0]}",
        )  # fmt: skip
    if open_ones:
        causes = ", ".join(sorted({str(blocker.cause) for blocker in open_ones}))
        return Conflict(f"{task.key} is blocked by {causes}, not by that.", "Name that cause, or none to clear all.")
    return Conflict(f"{task.key} is not blocked.", "Nothing changed.")
