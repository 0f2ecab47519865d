"""What is kept of findings, and of what was tried before, and the collection that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.ids import TaskKey
    from core.tasks import State, Task
    from core.timebox_records import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one revision says; the body is Markdown."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes: a member, or by name whoever is none."""

    member_id: int | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One revision of it, usually the newest: `last_revision` is that one's number.

    `number` counts the team's findings. `author` wrote the first revision, `reviser` this one. `call` is what the
    decision was that it came from, if it did.
    """

    id: int
    number: int
    task_id: int
    task_key: TaskKey
    task_title: str
    page: Page
    author: str
    written_at: datetime
    revision: int
    last_revision: int
    reviser: str
    revised_at: datetime
    call: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A finding, or a task that was dropped without one: `words` are those of its titles.

    `learned` is the decision's, or what the finding says; empty where nothing was written down. `at` and `who`: when it
    was decided, written or dropped, and by whom; a dropped task is told by its owner.
    """

    task: TaskKey
    title: str
    state: State
    words: frozenset[str]
    at: datetime
    who: str | None = None
    learned: str = ""
    call: Call | None = None
    finding: int | None = None


class Findings(Protocol):
    def add(
        self, task: Task, page: Page, *, by: Writer, decision_id: int | None, now: datetime
    ) -> int:  # fmt: skip
        """Its number, the team's next; whoever adds holds the team's lock for it."""
        ...

    def revise(self, finding: Finding, page: Page, *, by: Writer, now: datetime) -> None:
        """A new revision; the ones before it stay."""
        ...

    def get(self, number: int, *, revision: int | None = None, lock: bool = False) -> Finding | None:
        """The newest revision, or that one; with `lock`, nobody else revises it until this unit ends."""
        ...

    def list(self, *, project_id: int | None, limit: int, before: int | None = None) -> tuple[Finding, ...]:
        """Newest first; `before` is the number to go on from."""
        ...

    def of_task(self, task_id: int, *, limit: int) -> tuple[Finding, ...]:
        """Newest first."""
        ...

    def search(self, words: tuple[str, ...], *, limit: int, before: int | None = None) -> tuple[Finding, ...]:
        """Those with words that begin with each of these, newest first; `before` as in `list`."""
        ...

    def like(self, words: tuple[str, ...], *, at_least: int, limit: int) -> Callable[[], tuple[Tried, ...]]:
        """Findings and dropped tasks with so many of these words in their titles, newest first. Whoever can wait for
        them asks for something else before it calls what is returned."""
        ...

    def remember_dropped(self, task: Task) -> None: ...
    def rename_dropped(self, task: Task) -> None: ...
    def forget_dropped(self, task_id: int) -> None: ...
