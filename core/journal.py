"""One way to write down what happened: the event for the board, the audit line for those who ask who did it."""

from dataclasses import dataclass
from datetime import datetime

from core.events import Event, describe
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
