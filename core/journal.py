"""One way to write down what happened: the event for the board, the audit line for those who ask who did it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.events import Event, describe
from core.ids import TaskKey
from core.ports import UnitOfWork
from core.tasks import Task


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and from where: `platform` is the chat, `place` the channel or terminal within it."""

    member_id: int | None
    name: str
    is_admin: bool
    platform: str
    place: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who (`actor`) did what (`summary`) to which thing (`subject`), from where."""

    id: int
    at: datetime
    actor: str
    platform: str
    place: str
    subject: str
    summary: str


# What falls due by itself.
AUTOMATIC = Actor(None, "Labkeeper", False, "labkeeper", "")


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a task that was not read itself."""

    event: Event
    task_id: int
    task_key: TaskKey
    task_revision: int
    project_id: int


def record_all(work: UnitOfWork, happened: Sequence[Happened], *, actor: Actor, now: datetime) -> None:
    """As `record`, for many tasks in two statements."""
    event_ids = work.events.add_all(happened, now=now, member_id=actor.member_id, actor=actor.name)
    lines = [
        (event_id, str(one.task_key), describe(one.event))
        for event_id, one in zip(event_ids, happened, strict=True)
    ]  # fmt: skip
    work.audit.add_all(lines, now=now, actor=actor)


def record(
    work: UnitOfWork,
    event: Event,
    *,
    actor: Actor,
    now: datetime,
    task: Task | None = None,
    project_id: int | None = None,
) -> None:
    """Adds the event and its audit line to the unit of work."""
    if task is not None:
        project_id = task.project_id
    work.events.add(event, summary=describe(event), now=now, actor=actor, task=task, project_id=project_id)
