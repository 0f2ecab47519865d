"""Blockers: why a task cannot go on, for how long, and by what cause.

A task that waits for another one has an open blocker for it too, so that blocked time is kept in one way.
"""

from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict
from core.events import Cause, TaskBlocked, TaskUnblocked
from core.ids import TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.tasks import Kind, Task
from core.text import clean_line

WHY_LIMIT = 300
# The lock of whoever changes what waits for what, or ends a task that others wait for.
DEPENDENCIES = "dependencies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """`waits_for` is the task whose end closes it."""

    id: int
    task_id: int
    task_key: TaskKey
    cause: Cause
    why: str
    waits_for: TaskKey | None
    opened_at: datetime


def open_blocker(
    work: UnitOfWork, task: Task, *, cause: Cause, why: str, actor: Actor, now: datetime, waits_for: Task | None = None
) -> Blocker:
    blocker = work.blockers.open(
        task.id,
        cause=cause,
        why=clean_line(why, what="reason", limit=WHY_LIMIT) if waits_for is None else "",
        waits_for=waits_for.id if waits_for else None,
        member_id=actor.member_id,
        now=now,
    )
    event = TaskBlocked(blocker.id, cause, blocker.why, str(waits_for.key) if waits_for else None)
    record(work, event, actor=actor, now=now, task=task)
    return blocker


def close_blocker(work: UnitOfWork, task: Task, blocker: Blocker, *, actor: Actor, now: datetime) -> None:
    work.blockers.close(blocker, now)
    waits_for = str(blocker.waits_for) if blocker.waits_for else None
    event = TaskUnblocked(blocker.id, blocker.cause, blocker.opened_at, blocker.why, waits_for)
    record(work, event, actor=actor, now=now, task=task)


def wait_for(work: UnitOfWork, task: Task, other: Task, *, actor: Actor, now: datetime) -> None:
    """Opens the blocker of an unfinished dependency."""
    cause = Cause.DATA if other.kind is Kind.DATA else Cause.OTHER
    open_blocker(work, task, cause=cause, why="", actor=actor, now=now, waits_for=other)


def refuse_closed(task: Task) -> None:
    """Raises `Conflict` for a task that is over."""
    if not task.state.is_open:
        raise Conflict(
            f"{task.key} is {task.state}.",
            "Open it again first." if task.track.value == "production" else "Make a new task to carry it on.",
            example=f"lab task move {task.key} to:todo" if task.track.value == "production" else "",
        )
