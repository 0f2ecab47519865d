"""Moving tasks: started, reviewed, done, dropped, opened again; and what that sets free."""

from dataclasses import replace
from datetime import datetime

from core.blockers import close_blocker, wait_for
from core.board import last_rank
from core.errors import Conflict
from core.events import TaskMoved
from core.ids import TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.task_spans import follow_state
from core.tasks import State, Task
from core.text import clean_line
from core.timeboxes import start_timebox

WHY_LIMIT = 1_000


def change_state(
    work: UnitOfWork, task: Task, to: State, *, actor: Actor, why: str = "", now: datetime
) -> tuple[Task, tuple[TaskKey, ...]]:
    """The moved task and the tasks that need no longer wait for it. Work on research starts its timebox."""
    why = clean_line(why, what="reason", limit=WHY_LIMIT) if why else ""
    if to is task.state:
        raise _already(work, task)
    if not task.state.is_open and not to.is_open:
        raise Conflict(
            f"{task.key} is {task.state} already.", "Open it again first.", example=f"lab task move {task.key} to:todo"
        )
    moved = work.tasks.save(_in_state(work, task, to, now))
    follow_state(work, task, moved, now=now)
    record(work, TaskMoved(task.state, to, why), actor=actor, now=now, task=moved)
    freed = _after_move(work, task, moved, actor=actor, now=now)
    if to is State.DROPPED:
        work.findings.remember_dropped(moved)
    elif task.state is State.DROPPED:
        work.findings.forget_dropped(task.id)
    if to in (State.DOING, State.REVIEW):
        start_timebox(work, moved, actor=actor, now=now)
    return work.tasks.get(task.key) or moved, freed


def close_task(
    work: UnitOfWork, task: Task, to: State, *, actor: Actor, now: datetime
) -> tuple[Task, tuple[TaskKey, ...]]:
    """What was decided is over; the event of the decision tells of it."""
    closed = work.tasks.save(_in_state(work, task, to, now))
    follow_state(work, task, closed, now=now)
    return closed, _after_move(work, task, closed, actor=actor, now=now)


def _in_state(work: UnitOfWork, task: Task, to: State, now: datetime) -> Task:
    return replace(
        task,
        state=to,
        started_at=task.started_at or (now if to in (State.DOING, State.REVIEW, State.DONE) else None),
        closed_at=None if to.is_open else now,
        rank=last_rank(work, task, task.priority) if to.is_open and not task.state.is_open else task.rank,
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
