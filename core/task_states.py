"""Moving tasks: started, reviewed, done, dropped, opened again; and what that sets free."""

from dataclasses import replace
from datetime import datetime

from core.blockers import DEPENDENCIES, close_blocker, wait_for
from core.board import last_rank
from core.errors import Conflict, InvalidInput
from core.events import TaskMoved
from core.ids import TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.task_search import find_task
from core.tasks import State, Task, Track
from core.text import clean_line

WHY_LIMIT = 1_000


def move_task(
    work: UnitOfWork, *, actor: Actor, key: TaskKey, to: State, why: str = "", now: datetime
) -> tuple[Task, tuple[TaskKey, ...]]:
    """The moved task and the tasks that need no longer wait for it."""
    work.lock(DEPENDENCIES)
    task = find_task(work, key, lock=True)
    why = clean_line(why, what="reason", limit=WHY_LIMIT) if why else ""
    _refuse_move(work, task, to, why)
    moved = replace(
        task,
        state=to,
        started_at=task.started_at or (now if to in (State.DOING, State.REVIEW, State.DONE) else None),
        closed_at=None if to.is_open else now,
        rank=last_rank(work, task, task.priority) if to.is_open and not task.state.is_open else task.rank,
    )
    moved = work.tasks.save(moved)
    record(work, TaskMoved(task.state, to, why), actor=actor, now=now, task=moved)
    freed = _after_move(work, task, moved, actor=actor, now=now)
    return work.tasks.get(key) or moved, freed


def _refuse_move(work: UnitOfWork, task: Task, to: State, why: str) -> None:
    if to is task.state:
        raise _already(work, task)
    if task.track is Track.RESEARCH:
        _refuse_research_move(task, to, why)
    if not task.state.is_open and not to.is_open:
        raise Conflict(
            f"{task.key} is {task.state} already.", "Open it again first.", example=f"lab task move {task.key} to:todo"
        )


def _refuse_research_move(task: Task, to: State, why: str) -> None:
    if to is State.DONE:
        raise InvalidInput(
            f"{task.key} is research: it ends in a decision, never in done.",
            "If it leads nowhere, drop it and say what was learned.",
            example=f"lab task drop {task.key} why:what you learned",
        )
    if to is State.DROPPED and not why:
        raise InvalidInput(
            "Dropped research is a learning: say what was learned.",
            "Add why:, in a sentence.",
            example=f"lab task drop {task.key} why:what you learned",
        )
    if not task.state.is_open:
        raise Conflict(
            f"{task.key} was dropped and its learning is kept.",
            "Ask the new question as a new task, with a timebox of its own.",
            example=f"lab task new {task.title} kind:{task.kind} box:5d",
        )


def _already(work: UnitOfWork, task: Task) -> Conflict:
    for entry in work.events.of_task(task.id, limit=20):
        if isinstance(entry.event, TaskMoved) and entry.event.after is task.state:
            return Conflict(
                f"{task.key} is {task.state} already: {entry.member or 'somebody'} moved it.", "Nothing changed."
            )
    return Conflict(f"{task.key} is {task.state} already.", "Nothing changed.")


def _after_move(work: UnitOfWork, before: Task, after: Task, *, actor: Actor, now: datetime) -> tuple[TaskKey, ...]:
    if before.state.is_open == after.state.is_open:
        return ()
    if after.state.is_open:
        for other in work.dependencies.prerequisites(after.id):
            if other.state.is_open:
                wait_for(work, after, other, actor=actor, now=now)
        for dependent in work.dependencies.dependents(after.id):
            if dependent.state.is_open:
                wait_for(work, dependent, after, actor=actor, now=now)
        return ()
    for blocker in work.blockers.open_ones(after.id):
        close_blocker(work, after, blocker, actor=actor, now=now)
    return _free_dependents(work, after, actor=actor, now=now)


def _free_dependents(work: UnitOfWork, task: Task, *, actor: Actor, now: datetime) -> tuple[TaskKey, ...]:
    waiting = {blocker.task_id: blocker for blocker in work.blockers.waiting_for(task.id)}
    freed = []
    for dependent in work.dependencies.dependents(task.id):
        if dependent.id in waiting:
            close_blocker(work, dependent, waiting[dependent.id], actor=actor, now=now)
            freed.append(dependent.key)
    return tuple(freed)
