"""What of the unit of work writes down what happened: as `core.ports`, protocols and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.events import Event, LoggedEvent
    from core.journal import Actor, AuditLine, Happened
    from core.tasks import Task


class EventLog(Protocol):
    def add(
        self, event: Event, *, summary: str, now: datetime, actor: Actor, task: Task | None, project_id: int | None
    ) -> None:
        """With its audit line, which says `summary`. The actor's name is kept where no member acted."""
        ...

    def add_all(
        self, happened: Sequence[Happened], *, now: datetime, member_id: int | None, actor: str
    ) -> Sequence[int]:
        """The ids, in the order of what happened."""
        ...

    def of_task(
        self, task_id: int, *, limit: int, after_revision: int = 0, before: int | None = None
    ) -> tuple[LoggedEvent, ...]:
        """Newest first; with `after_revision`, those that made the task's later revisions; `before` is the id to go
        on from.

        Without what only a newer version can read.
        """
        ...

    def unfanned(self, *, limit: int) -> tuple[LoggedEvent, ...]:
        """Those that nobody has been told about yet, in the order they were logged.

        What only a newer version can read waits for it, and so does what happened to the same task since.
        """
        ...

    def between(self, kinds: Collection[type[Event]], start: datetime, end: datetime) -> tuple[LoggedEvent, ...]:
        """What happened of these kinds from `start` on and before `end`, newest first, as `of_task`."""
        ...

    def mark_fanned(self, event_ids: Collection[int]) -> None: ...


class AuditLog(Protocol):
    def add_all(self, lines: Sequence[tuple[int, str, str]], *, now: datetime, actor: Actor) -> None:
        """Lines of event id, subject and summary."""
        ...

    def list(
        self, *, limit: int, subject: str | None = None, member_id: int | None = None, before: int | None = None
    ) -> tuple[AuditLine, ...]:
        """Newest first; `before` is the id to go on from."""
        ...
