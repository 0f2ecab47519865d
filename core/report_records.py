"""Facts of a period, as they are kept: what figures are counted from and what lists are made of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.digest_records import TaskLine
    from core.durations import Box
    from core.events import Cause
    from core.metrics import Reading
    from core.tasks import State, Task, Track
    from core.timebox_records import TimeboxState


@dataclass(frozen=True, slots=True)
class WorkSpan:
    """A task in doing or review on one track, up to `ended_at`; None while it still is."""

    task_id: int
    project_id: int
    track: Track
    state: State
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class BlockedSpan:
    """One blocker of a task, up to `closed_at`; None while it is open."""

    id: int
    task_id: int
    project_id: int
    cause: Cause
    why: str
    waits_for_id: int | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenBox:
    """A timebox that runs or waits for its decision."""

    task_id: int
    project_id: int
    owner_id: int | None
    state: TimeboxState
    box: Box
    ends_at: datetime | None
    asked_at: datetime | None
    nags: int
    rounds: int


@dataclass(frozen=True, slots=True)
class ProductionDeployment:
    """It succeeded, or failed, at `at`. `project_ids` are those that its repository reports to."""

    id: int
    repository_id: int
    repository: str
    environment: str
    sha: str
    by: str
    url: str
    at: datetime
    has_succeeded: bool
    is_rollback: bool
    project_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Adopted research that reached production for the first time."""

    task_id: int
    project_id: int
    began_at: datetime
    arrived_at: datetime


class AnswerKind(StrEnum):
    """To a timebox's question; `late` where the lead had to be told, and not when it is answered after that."""

    DECIDED = "decided"
    EXTENDED = "extended"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Answer:
    """`is_in_time` where a timebox was decided before its lead had to be told."""

    kind: AnswerKind
    project_id: int | None
    at: datetime
    is_in_time: bool = False
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    project_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest value of a metric on a task."""

    task_id: int
    project_id: int
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningVersion:
    """What runs in an environment of a repository: a model's version, or the deployment alone (`model` is empty)."""

    id: int
    repository_id: int
    repository: str
    environment: str
    model: str
    version: str
    project_id: int | None
    deployment_id: int
    sha: str
    since: datetime
    until: datetime | None = None


class Spans(Protocol):
    def begin(self, task: Task, now: datetime) -> None:
        """Nothing where one of it is open."""
        ...

    def end(self, task_id: int, now: datetime) -> None: ...


class Production(Protocol):
    def carry(self, deployment_id: int, task_ids: Collection[int]) -> None:
        """Notes that the deployment carries these tasks; what is noted already stays."""
        ...

    def running_in(self, repository_id: int, environment: str, *, at: datetime) -> tuple[RunningVersion, ...]: ...

    def was_there(self, repository_id: int, environment: str, sha: str, *, before: int) -> datetime | None:
        """When this commit was last deployed there, by another deployment than `before`."""
        ...

    def start(self, running: RunningVersion) -> None:
        """`id` is ignored."""
        ...

    def stop(self, running_id: int, at: datetime) -> None: ...

    def running(self, *, at: datetime) -> tuple[RunningVersion, ...]:
        """Everywhere, the longest first."""
        ...


class Reports(Protocol):
    """What happened between two moments, the first included; bounded by what happened then and what is open."""

    def began(self, project_ids: Collection[int]) -> datetime:
        """When the first of these projects was made; the end of time where there is none."""
        ...

    def spans(self, start: datetime, end: datetime) -> tuple[WorkSpan, ...]:
        """Those that lie in it at least partly."""
        ...

    def worked(self, start: datetime, end: datetime) -> dict[tuple[int, Track], timedelta]:
        """How long the tasks of each project and track were in doing or review then, each for itself, added up."""
        ...

    def answers(self, start: datetime, end: datetime) -> tuple[Answer, ...]: ...

    def blocked(self, start: datetime, end: datetime) -> tuple[BlockedSpan, ...]:
        """As `spans`."""
        ...

    def boxes(self, *, at: datetime) -> tuple[OpenBox, ...]:
        """Those that were not decided by then, by their end; what has none comes last."""
        ...

    def deployments(self, start: datetime, end: datetime) -> tuple[ProductionDeployment, ...]:
        """Oldest first."""
        ...

    def carried(self, deployment_ids: Collection[int]) -> dict[int, tuple[TaskLine, ...]]: ...
    def arrivals(self, start: datetime, end: datetime) -> tuple[Arrival, ...]: ...
    def alerts(self, start: datetime, end: datetime) -> tuple[Alert, ...]: ...

    def runs(self, start: datetime, end: datetime) -> dict[int, int]:
        """How many tracker runs were linked, by project."""
        ...

    def measured(self, start: datetime, end: datetime) -> tuple[Measured, ...]:
        """Values recorded then that are still the newest, of metrics that their project defines."""
        ...

    def ready_data(self, start: datetime, end: datetime) -> tuple[tuple[TaskLine, datetime], ...]:
        """Data tasks that were done then, newest first."""
        ...

    def lines(self, task_ids: Collection[int]) -> dict[int, TaskLine]: ...
    def readings(self, task_ids: Collection[int]) -> dict[int, tuple[Reading, ...]]: ...

    def runs_of(self, task_ids: Collection[int]) -> dict[int, int]: ...

    def open_versions(self) -> tuple[TaskLine, ...]:
        """Open tasks that belong to a model version."""
        ...

    def open_deploys(self) -> tuple[TaskLine, ...]: ...

    def done(self, versions: Sequence[str]) -> dict[tuple[str, int], int]:
        """How many tasks of each version and project are done."""
        ...
