"""What is kept of timeboxes and decisions, and the collections that keep it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.board_pages import Moment
    from core.durations import Box
    from core.ids import Person, TaskKey


class TimeboxState(StrEnum):
    """`ended` waits for a decision; `cancelled` is over without one, because the task left research."""

    RUNNING = "running"
    ENDED = "ended"
    DECIDED = "decided"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        return self in (TimeboxState.RUNNING, TimeboxState.ENDED)


class Call(StrEnum):
    """What a research task is decided to be."""

    ADOPT = "adopt"
    DROP = "drop"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Plea:
    """An extension that waits for another person's word."""

    member_id: int | None
    name: str
    by: Box
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timebox:
    """One promise of a research task, from its start to its decision.

    `box` is what was promised last and `counts_from` when that began: the start, or the last extension. `ends_at` is
    None until the calendar was asked, or after it changed; `warns_at` (four fifths) is None where no note is to come.
    `due_at` is when the next thing is to be done about it. `rounds` counts the extensions, `nags` what was said since
    it ended, `asked_at` when that was.
    """

    id: int
    task_id: int
    task_key: TaskKey
    task_revision: int
    project_id: int
    owner: Person | None = None
    state: TimeboxState = TimeboxState.RUNNING
    box: Box
    started_at: datetime
    counts_from: datetime
    ends_at: datetime | None = None
    warns_at: datetime | None = None
    due_at: datetime | None = None
    asked_at: datetime | None = None
    nags: int = 0
    rounds: int = 0
    plea: Plea | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """`agreed_by` is the other person, where the policy asked for one."""

    id: int
    timebox_id: int
    by: str
    why: str
    author: str
    agreed_by: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Kept for good; a later one of the same task supersedes it. `author` is who decided."""

    id: int
    task_id: int
    timebox_id: int | None
    call: Call
    why: str
    learned: str
    best_run: str
    author: str
    at: datetime


class Timeboxes(Protocol):
    def add(self, timebox: Timebox) -> Timebox:
        """The timebox with its id; `timebox.id` is ignored."""
        ...

    def open_of(self, task_id: int, *, lock: bool = False) -> Timebox | None:
        """The one that runs or waits for a decision; with `lock`, nobody else changes it until this unit ends."""
        ...

    def open_ones(self, task_ids: Collection[int]) -> dict[int, Timebox]:
        """As `open_of`, by task."""
        ...

    def get(self, timebox_id: int) -> Timebox | None: ...

    def claim_due(self, *, now: datetime, limit: int) -> tuple[Timebox, ...]:
        """Those that something is to be done about, longest due first, this unit's until it ends; those that another
        unit holds are left out."""
        ...

    def save_all(self, timeboxes: Sequence[Timebox]) -> None: ...

    def list_open(
        self, *, project_id: int | None, owner_id: int | None, limit: int, after: Moment | None = None,
        is_timed: bool | None = None,
    ) -> tuple[Timebox, ...]:  # fmt: skip
        """By when they end; what has ended comes first. `is_timed` asks whether their end is known."""
        ...

    def retime(self, *, project_id: int | None, owner_id: int | None, now: datetime) -> None:
        """Has the calendar asked again for what runs of this project, or of this owner; what is decided, or asked for
        already, stays as it is."""
        ...

    def has_evidence(self, task_id: int, *, since: datetime) -> bool:
        """Whether a run, a commit or a note came later than that."""
        ...

    def add_extension(
        self, timebox: Timebox, *, by: str, why: str, member_id: int | None, agreed_by: int | None, now: datetime
    ) -> None: ...

    def extensions(self, timebox_id: int) -> tuple[Extension, ...]:
        """Oldest first."""
        ...


class Decisions(Protocol):
    def add(
        self, task_id: int, *, timebox_id: int | None, call: Call, why: str, learned: str, best_run: str,
        member_id: int | None, actor: str, now: datetime,
    ) -> int: ...  # fmt: skip

    def last(self, task_id: int) -> Decision | None:
        """The one that holds."""
        ...

    def of_task(self, task_id: int, *, limit: int) -> tuple[Decision, ...]:
        """Newest first: the first one holds."""
        ...
