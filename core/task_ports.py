"""What of the unit of work is tasks, and what hangs on one: as `core.ports`, protocols and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.blockers import Blocker
    from core.events import Cause
    from core.ids import TaskKey
    from core.links import NewLink, TaskLink
    from core.metrics import MetricDefinition, Reading
    from core.notes import Note
    from core.task_search import TaskFilter
    from core.tasks import Priority, Task


class Tasks(Protocol):
    def add(self, task: Task) -> Task:
        """The task with its id; one that has none yet, 0, is given one."""
        ...

    def by_id(self, task_id: int) -> Task | None: ...

    def by_ids(self, task_ids: Collection[int]) -> tuple[Task, ...]:
        """Those that are there, in no order."""
        ...

    def get(self, key: TaskKey, *, lock: bool = False) -> Task | None:
        """With `lock`, nobody else changes it until this unit ends."""
        ...

    def ask_several(self, keys: Collection[TaskKey]) -> Callable[[], tuple[Task, ...]]:
        """As `several`, together with what is asked before what is returned is called."""
        ...

    def several(self, keys: Collection[TaskKey]) -> tuple[Task, ...]:
        """Those that are there, in the order of the keys."""
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

    def of_owner(self, member_id: int) -> tuple[Blocker, ...]: ...

    def waiting_for_owner(self, member_id: int, *, limit: int) -> tuple[Blocker, ...]:
        """Those of others' tasks that wait for the end of one of theirs."""
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

    def ask_each(self, task_id: int, new: Sequence[NewLink], now: datetime) -> Callable[[], tuple[TaskLink, ...]]:
        """Those whose address the task did not have; added together with what is asked next."""
        ...

    def add_all(self, task_id: int, new: Sequence[NewLink], now: datetime) -> None:
        """As many as there are at once; an address that the task has already stays as it is."""
        ...

    def of_task(self, task_id: int, *, limit: int) -> tuple[TaskLink, ...]: ...
    def count(self, task_id: int) -> int: ...
    def count_kind(self, task_id: int, kind: str, *, since: datetime) -> int: ...
    def task_with(self, url: str) -> TaskKey | None: ...
    def kinds(self, task_id: int) -> frozenset[str]: ...


class Notes(Protocol):
    def add(self, task_id: int, text: str, *, member_id: int | None, actor: str, now: datetime) -> Note:
        """`actor` is kept where no member wrote it."""
        ...

    def of_task(self, task_id: int, *, limit: int) -> tuple[Note, ...]:
        """Newest first."""
        ...
