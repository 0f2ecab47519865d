"""What digests list: each thing with what a reader needs to know of it, and how many more there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from core.events import Cause
from core.ids import Person, TaskKey
from core.metrics import MetricDefinition, Reading
from core.tasks import Kind, Priority, State, Track
from core.timebox_records import Call

T = TypeVar("T", covariant=True)
# Of one list. What is more is counted.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """The first of the `total` that the reader may see, and how many there are `elsewhere`, in projects that the
    destination does not show."""

    items: tuple[T, ...] = ()
    total: int = 0
    elsewhere: int = 0

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __bool__(self) -> bool:
        return self.total > 0 or self.elsewhere > 0

    @property
    def more(self) -> int:
        return self.total - len(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task as far as a line of a digest tells of it."""

    id: int
    key: TaskKey
    title: str
    kind: Kind
    track: Track
    state: State
    project_id: int
    owner: Person | None = None
    version: str | None = None
    points: int | None = None
    priority: Priority = Priority.NEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A timebox and its end: None while the calendar has to be asked again. `waits` since it was asked about."""

    task: TaskLine
    ends_at: datetime | None
    asked_at: datetime | None = None
    nags: int = 0
    extensions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigation:
    """Research under way: its title is the question.

    `left` is working time, nothing once the box is over, and None where no box runs; `hours_a_day` says how long a
    working day is. `readings` are the newest, `runs` all that were linked.
    """

    task: TaskLine
    box: str
    ends_at: datetime | None
    left: timedelta | None
    hours_a_day: float
    runs: int
    readings: tuple[tuple[Reading, MetricDefinition | None], ...]
    extensions: int
    is_blocked: bool

    @property
    def is_over(self) -> bool:
        return self.left is not None and not self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedTask:
    """`since` is when its oldest open blocker by this cause was opened; `waits_for` and its `source`, what that is
    called, are empty also where that task is in a project that is not shown."""

    task: TaskLine
    cause: Cause
    why: str
    waits_for: TaskKey | None
    since: datetime
    days: float
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Production work that ships by model version; None is what has no version.

    `deploys` are open deploy tasks, `under_way` other tasks in doing or review, `waiting` those of the version that
    nobody has begun. `points` and `unestimated` are of all of these. `target` is the day by which it is wanted.
    """

    version: str | None
    deploys: tuple[TaskLine, ...]
    under_way: tuple[TaskLine, ...]
    waiting: int
    points: int
    unestimated: int
    blocked: int
    target: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """What tasks wait for, and how many: a data task, or else what was written as the reason."""

    source: TaskLine | None
    why: str
    tasks: tuple[TaskKey, ...]
    count: int
    since: datetime
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    task: TaskLine
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """A decision, or a finding written by hand (`call` is None). `carried_on` are the tasks that go on from it."""

    task: TaskLine
    call: Call | None
    learned: str
    why: str
    best_run: str
    who: str
    at: datetime
    finding: int | None
    carried_on: tuple[TaskKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """One deployment to production: it succeeded at `at`, or failed. `tasks` are the first that it carried in projects
    that are shown, `count` all of them, `versions` of those shown."""

    id: int
    repository: str
    environment: str
    sha: str
    by: str
    url: str
    at: datetime
    has_succeeded: bool
    is_rollback: bool
    versions: tuple[str, ...]
    tasks: tuple[TaskLine, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """In production now: a model version, or where none is known the commit of a repository."""

    version: str | None
    repository: str
    environment: str
    sha: str
    since: datetime
    is_rollback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """A model version on its way, and what stands before it. None is work without a version.

    `decide_by` is when the last of its open decisions falls due, as far as that is known; nothing later is promised.
    `target` is the day by which somebody wants it. What `is_running` is in production already, and goes on.
    """

    version: str | None
    done: int
    open: int
    points: int
    unestimated: int
    decisions: tuple[Deadline, ...]
    blockers: tuple[BlockedTask, ...]
    decide_by: datetime | None
    target: date | None = None
    is_running: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The best value that was recorded of a defined metric in the period, and on which task."""

    task: TaskLine
    reading: Reading
    definition: MetricDefinition
