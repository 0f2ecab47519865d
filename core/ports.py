"""What core needs of the outside, as protocols. Nothing here does anything.

A unit of work is one transaction of one team: every collection in it sees that team's rows and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from core.blockers import Blocker
    from core.cards import Card
    from core.deliveries import Destination, Post
    from core.events import Cause, Event, LoggedEvent
    from core.git import Repository
    from core.git_records import Checks, Commits, Deployments, Hooks, PullRequests, Repositories
    from core.hosts import CommitPage, FailedDelivery
    from core.ids import ChannelRef, TaskKey, TeamId
    from core.jobs import Job
    from core.journal import Actor, AuditLine
    from core.links import NewLink, TaskLink
    from core.members import Identity, Member
    from core.metrics import MetricDefinition, Reading
    from core.notes import Note
    from core.outbox_ports import Deliveries, Messages
    from core.projects import Channel, Project, TakenNumber
    from core.task_search import TaskFilter
    from core.tasks import Priority, Role, Task
    from core.teams import Directory
    from core.watches import Watch

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
    @property
    def watches(self) -> Watches: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def hooks(self) -> Hooks: ...
    @property
    def repositories(self) -> Repositories: ...
    @property
    def commits(self) -> Commits: ...
    @property
    def pull_requests(self) -> PullRequests: ...
    @property
    def checks(self) -> Checks: ...
    @property
    def deployments(self) -> Deployments: ...

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

    def claim_destinations(self, *, now: datetime, lease: timedelta, limit: int) -> Future[tuple[Destination, ...]]:
        """Channels of any team with something to say, this caller's until the lease ends."""
        ...

    def free_destinations(self) -> Future[None]:
        """Takes back every lease: only for the one process that has the database to itself."""
        ...

    def teams_to_fan_out(self) -> Future[tuple[TeamId, ...]]: ...

    def forget_receipts(self, *, before: datetime) -> Future[int]:
        """Some of those that were received before; how many. None are left when it was none."""
        ...

    def forget_jobs(self, *, before: datetime) -> Future[int]:
        """As `forget_receipts`: those that were done before."""
        ...

    def on_events(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Calls `wake`, from another thread, when a process elsewhere logged events; returns what ends that."""
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
    def set_home(self, project_id: int, channel_id: int) -> None: ...
    def home_of(self, project_id: int) -> int | None: ...

    def take_number(self, key: str) -> TakenNumber | None:
        """Reserves the next task number; None where there is no such project."""
        ...


class Channels(Protocol):
    def ensure(self, ref: ChannelRef, name: str, now: datetime) -> Channel: ...
    def get(self, channel_id: int) -> Channel: ...
    def find(self, ref: ChannelRef) -> Channel | None: ...
    def set_default_project(self, channel_id: int, project_id: int | None) -> None: ...


class Watches(Protocol):
    def add(self, watch: Watch, *, member_id: int | None, now: datetime) -> Watch:
        """The watch with its id; `watch.id` is ignored."""
        ...

    def get(self, watch_id: int) -> Watch | None: ...
    def remove(self, watch_id: int) -> None: ...
    def list(self, *, limit: int) -> tuple[Watch, ...]: ...
    def of_project(self, project_id: int) -> tuple[Watch, ...]: ...
    def in_channel(self, channel_id: int) -> tuple[Watch, ...]: ...


class Receipts(Protocol):
    def add(self, source: str, key: str, now: datetime) -> bool:
        """False when it was received before."""
        ...

    def add_first(self, source: str, key: str, now: datetime) -> Callable[[], bool]:
        """As `add`, for a unit that asks at its end: by then it is known without waiting for it."""
        ...


class Members(Protocol):
    def add(self, *, name: str, handle: str, role: Role | None, is_admin: bool, now: datetime) -> Member: ...
    def save(self, member: Member) -> None: ...
    def get(self, member_id: int) -> Member: ...

    def by_name(self, text: str) -> Member | None:
        """By handle or by name, without case."""
        ...

    def by_identity(self, identity: Identity) -> Member | None: ...

    def by_first_known(self, identities: Sequence[Identity]) -> Member | None:
        """Whose the first of them is that anybody has."""
        ...

    def list(self, *, limit: int) -> tuple[Member, ...]: ...
    def handles_like(self, prefix: str) -> frozenset[str]: ...
    def count_admins(self) -> int: ...
    def add_identity(self, member_id: int, identity: Identity, now: datetime) -> None: ...
    def identities(self, member_id: int) -> tuple[Identity, ...]: ...

    def subjects(self, member_ids: Collection[int], provider: str, realm: str) -> dict[int, str]:
        """What a chat calls these members, where it knows them."""
        ...

    def first_admin(self) -> Member | None: ...


class Tasks(Protocol):
    def add(self, task: Task) -> Task:
        """The task with its id; one that has none yet, 0, is given one."""
        ...

    def by_id(self, task_id: int) -> Task | None: ...

    def get(self, key: TaskKey, *, lock: bool = False) -> Task | None:
        """With `lock`, nobody else changes it until this unit ends."""
        ...

    def get_all(self, keys: Collection[TaskKey]) -> dict[TaskKey, Task]:
        """Those that there are."""
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

    def add_all(self, task_id: int, new: Sequence[NewLink], now: datetime) -> None:
        """As many as there are at once; an address that the task has already stays as it is."""
        ...

    def of_task(self, task_id: int, *, limit: int) -> tuple[TaskLink, ...]: ...
    def count(self, task_id: int) -> int: ...
    def kinds(self, task_id: int) -> frozenset[str]: ...


class Notes(Protocol):
    def add(self, task_id: int, text: str, *, member_id: int | None, actor: str, now: datetime) -> Note:
        """`actor` is kept where no member wrote it."""
        ...

    def of_task(self, task_id: int, *, limit: int) -> tuple[Note, ...]:
        """Newest first."""
        ...


class EventLog(Protocol):
    def add(
        self, event: Event, *, summary: str, now: datetime, actor: Actor, task: Task | None, project_id: int | None
    ) -> None:
        """With its audit line, which says `summary`. The actor's name is kept where no member acted."""
        ...

    def of_task(self, task_id: int, *, limit: int, after_revision: int = 0) -> tuple[LoggedEvent, ...]:
        """Newest first; with `after_revision`, those that made the task's later revisions."""
        ...

    def unfanned(self, *, limit: int) -> tuple[LoggedEvent, ...]:
        """Those that nobody has been told about yet, in the order they were logged."""
        ...

    def mark_fanned(self, event_ids: Collection[int]) -> None: ...


class AuditLog(Protocol):
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


class Chat(Protocol):
    """A chat platform, for saying something in it. Every failure is a `core.deliveries.DeliveryError`."""

    async def post(self, post: Post) -> str:
        """Posts, or with `post.message` edits that message; the platform's id of the message."""
        ...

    async def look_in(self, channel: ChannelRef) -> None:
        """Raises `Refused` where the bot cannot post."""
        ...

    async def answer(self, address: str, card: Card) -> None:
        """A private answer to a request, at the address that came with it."""
        ...

    async def find(self, post: Post, *, since: datetime) -> str | None:
        """The id of the message with the post's marker, if it stands in the channel or thread since then."""
        ...


class Host(Protocol):
    """A Git host, asked with a token. Every failure is a `core.hosts.HostError`."""

    async def commits_between(self, repository: Repository, before: str, after: str, *, page: int) -> CommitPage:
        """What `after` has and `before` has not, oldest first; pages count from 1.

        Where `before` is nothing or gone: what the default branch has not.
        """
        ...

    async def failed_deliveries(
        self, repository: str, address: str, *, within: timedelta
    ) -> tuple[FailedDelivery, ...]:
        """Reports to the hook whose address ends so that failed lately and did not arrive since, oldest first."""
        ...

    async def redeliver(self, repository: str, delivery: FailedDelivery) -> None: ...


class Vault(Protocol):
    """Keeps secrets sealed; `about` says what one belongs to, and must be the same at both ends."""

    def seal(self, secret: str, *, about: str) -> str: ...
    def open(self, sealed: str, *, about: str) -> str: ...

    def needs_new_seal(self, sealed: str) -> bool:
        """Whether it is sealed with a key that is being exchanged."""
        ...
