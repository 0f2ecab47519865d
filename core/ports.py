"""What core needs of the outside, as protocols. Nothing here does anything.

A unit of work is one transaction of one team: every collection in it sees that team's rows and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from core.blockers import Blocker
    from core.deliveries import Delivery, Message, NewDelivery
    from core.events import Cause, Event, LoggedEvent
    from core.ids import ChannelRef, TaskKey, TeamId
    from core.jobs import Job
    from core.journal import Actor, AuditLine
    from core.links import TaskLink
    from core.members import Identity, Member
    from core.metrics import MetricDefinition, Reading
    from core.notes import Note
    from core.projects import Channel, Project
    from core.task_search import TaskFilter
    from core.tasks import Priority, Role, Task
    from core.teams import Directory

T = TypeVar("T")


class UnitOfWork(Protocol):
    """Everything done through it is committed together or not at all."""

    @property
    def team_id(self) -> TeamId: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def channels(self) -> Channels: ...
    @property
    def members(self) -> Members: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def blockers(self) -> Blockers: ...
    @property
    def dependencies(self) -> Dependencies: ...
    @property
    def metrics(self) -> Metrics: ...
    @property
    def links(self) -> Links: ...
    @property
    def notes(self) -> Notes: ...
    @property
    def events(self) -> EventLog: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def messages(self) -> Messages: ...

    def lock(self, name: str) -> None:
        """Waits until no other unit of this team holds `name`; held to the end of the transaction."""
        ...


class Store(Protocol):
    """Runs functions inside transactions, away from the caller's thread.

    A write that has not committed by its deadline is rolled back and raises `Unavailable`.
    """

    def write(
        self, operation: Callable[[UnitOfWork], T], *, team: TeamId, within: timedelta | None = None
    ) -> Future[T]: ...

    def read(self, query: Callable[[UnitOfWork], T], *, team: TeamId) -> Future[T]: ...

    def write_directory(self, operation: Callable[[Directory], T]) -> Future[T]: ...

    def read_directory(self, query: Callable[[Directory], T]) -> Future[T]: ...

    def claim_jobs(self, *, now: datetime, lease: timedelta, limit: int) -> Future[tuple[Job, ...]]:
        """Due jobs of any team, this caller's until the lease ends."""
        ...

    def count_due_jobs(self, *, now: datetime) -> Future[int]:
        """How many wait for a worker, counted up to a thousand."""
        ...

    def maintain(self) -> Future[None]:
        """What the database wants done from time to time. Only the server calls it."""
        ...


class Projects(Protocol):
    def add(self, *, key: str, name: str, zone: str, home: int | None, now: datetime) -> Project | None:
        """None when the key is taken."""
        ...

    def by_key(self, key: str) -> Project | None: ...
    def by_channel(self, channel: ChannelRef) -> Project | None: ...
    def list(self, *, limit: int) -> tuple[Project, ...]: ...
    def set_lead(self, project_id: int, member_id: int | None) -> None: ...

    def take_number(self, key: str) -> tuple[int, int] | None:
        """Reserves the next task number; (project id, number), or None where there is no such project."""
        ...


class Channels(Protocol):
    def ensure(self, ref: ChannelRef, name: str, now: datetime) -> Channel: ...
    def set_default_project(self, channel_id: int, project_id: int | None) -> None: ...


class Members(Protocol):
    def add(self, *, name: str, handle: str, role: Role | None, is_admin: bool, now: datetime) -> Member: ...
    def save(self, member: Member) -> None: ...
    def get(self, member_id: int) -> Member: ...

    def by_name(self, text: str) -> Member | None:
        """By handle or by name, without case."""
        ...

    def by_identity(self, identity: Identity) -> Member | None: ...
    def list(self, *, limit: int) -> tuple[Member, ...]: ...
    def handles_like(self, prefix: str) -> frozenset[str]: ...
    def count_admins(self) -> int: ...
    def add_identity(self, member_id: int, identity: Identity, now: datetime) -> None: ...
    def identities(self, member_id: int) -> tuple[Identity, ...]: ...


class Tasks(Protocol):
    def add(self, task: Task) -> Task:
        """The task with its id; `task.id` is ignored."""
        ...

    def get(self, key: TaskKey, *, lock: bool = False) -> Task | None:
        """With `lock`, nobody else changes it until this unit ends."""
        ...

    def save(self, task: Task) -> Task:
        """Writes every field and counts up the revision."""
        ...

    def list(self, wanted: TaskFilter, *, limit: int, offset: int = 0) -> tuple[Task, ...]: ...

    def neighbour(self, task: Task, *, before: bool) -> Task | None:
        """The open task just before or after it in its project and priority."""
        ...

    def edge(self, project_id: int, priority: Priority, *, first: bool) -> Task | None:
        """The first or last open task of a priority."""
        ...


class Blockers(Protocol):
    def open(
        self, task_id: int, *, cause: Cause, why: str, waits_for: int | None, member_id: int | None, now: datetime
    ) -> Blocker: ...
    def close(self, blocker: Blocker, now: datetime) -> None: ...
    def open_ones(self, task_id: int) -> tuple[Blocker, ...]: ...

    def waiting_for(self, task_id: int) -> tuple[Blocker, ...]:
        """Open blockers of other tasks that wait for the end of this one."""
        ...


class Dependencies(Protocol):
    def add(self, task_id: int, after_id: int, now: datetime) -> bool:
        """False when it was there already."""
        ...

    def remove(self, task_id: int, after_id: int) -> bool: ...
    def prerequisites(self, task_id: int) -> tuple[Task, ...]: ...
    def dependents(self, task_id: int) -> tuple[Task, ...]: ...

    def path(self, start_id: int, end_id: int) -> tuple[TaskKey, ...]:
        """The tasks on one way from `start_id` along its prerequisites to `end_id`, or nothing."""
        ...


class Metrics(Protocol):
    def define(self, definition: MetricDefinition, now: datetime) -> None: ...
    def definitions(self, project_id: int) -> tuple[MetricDefinition, ...]: ...

    def record(self, task_id: int, name: str, value: float, now: datetime) -> float | None:
        """Keeps the newest value; returns the one before."""
        ...

    def readings(self, task_id: int) -> tuple[Reading, ...]: ...


class Links(Protocol):
    def add(
        self, task_id: int, *, kind: str, url: str, title: str, member_id: int | None, now: datetime
    ) -> TaskLink | None:
        """None when the task has that address already."""
        ...

    def of_task(self, task_id: int, *, limit: int) -> tuple[TaskLink, ...]: ...
    def count(self, task_id: int) -> int: ...
    def kinds(self, task_id: int) -> frozenset[str]: ...


class Notes(Protocol):
    def add(self, task_id: int, text: str, *, member_id: int | None, now: datetime) -> Note: ...
    def of_task(self, task_id: int, *, limit: int) -> tuple[Note, ...]:
        """Newest first."""
        ...


class EventLog(Protocol):
    def add(
        self, event: Event, *, now: datetime, member_id: int | None, task: Task | None, project_id: int | None
    ) -> int: ...

    def of_task(self, task_id: int, *, limit: int, after_revision: int = 0) -> tuple[LoggedEvent, ...]:
        """Newest first; with `after_revision`, those that made the task's later revisions."""
        ...


class AuditLog(Protocol):
    def add(self, *, now: datetime, actor: Actor, event_id: int, subject: str, summary: str) -> None: ...

    def list(
        self, *, limit: int, subject: str | None = None, member_id: int | None = None, before: int | None = None
    ) -> tuple[AuditLine, ...]:
        """Newest first; `before` is the id to go on from."""
        ...


class Jobs(Protocol):
    def add(self, kind: str, body: Mapping[str, object], *, run_at: datetime) -> int: ...

    def finish(self, job_id: int, lease: str, now: datetime) -> bool:
        """False when the lease had passed to another worker."""
        ...

    def fail(self, job_id: int, lease: str, *, error: str, retry_at: datetime | None) -> bool:
        """Again at `retry_at`, or parked for good."""
        ...

    def get(self, job_id: int) -> Job | None: ...


class Deliveries(Protocol):
    def add(self, delivery: NewDelivery, now: datetime) -> int | None:
        """None when its dedupe key was there already."""
        ...

    def get(self, delivery_id: int) -> Delivery | None: ...
    def pending(self, channel_id: int, *, limit: int) -> tuple[Delivery, ...]:
        """In the order they must arrive."""
        ...

    def mark(self, delivery: Delivery, now: datetime) -> None:
        """Keeps its state, attempts, next attempt and error."""
        ...


class Messages(Protocol):
    def put(self, message: Message, now: datetime) -> None:
        """Remembers where a task's root message stands in a channel; a newer one replaces it."""
        ...

    def root(self, task_id: int, channel_id: int) -> Message | None: ...
    def task_of(self, channel: ChannelRef, message: str) -> TaskKey | None: ...
