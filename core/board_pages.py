"""The board as pages: whoever looks at it goes on from a place, and never reads all of it at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from core.errors import InvalidInput
from core.tasks import Priority, State, Task, Track

if TYPE_CHECKING:
    from core.blockers import Blocker
    from core.events import Cause
    from core.ports import UnitOfWork
    from core.task_search import TaskFilter

# Of a column on the board, and of a list.
COLUMN, PAGE = 12, 50
# Counted in a column; what is beyond is “and more”.
MOST_COUNTED = 300
_SHORT = 20
OPEN_STATES = tuple(state for state in State if state.is_open)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an open task stands in the board's order."""

    priority: Priority
    rank: str
    id: int

    @classmethod
    def of(cls, task: Task) -> Place:
        return cls(task.priority, task.rank, task.id)

    def __str__(self) -> str:
        return f"{self.priority}.{self.rank}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """Raises `InvalidInput`."""
        priority, _, rest = text.partition(".")
        rank, _, number = rest.rpartition(".")
        try:
            return cls(Priority(priority), rank, _id(number))
        except ValueError:
            raise InvalidInput("There is no such page.", "Begin with the first one.") from None


@dataclass(frozen=True, slots=True)
class Moment:
    """Where something stands in the order of time."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Raises `InvalidInput`."""
        at, _, number = text.rpartition("_")
        try:
            moment = cls(datetime.fromisoformat(at), _id(number))
        except ValueError:
            raise InvalidInput("There is no such page.", "Begin with the first one.") from None
        if moment.at.tzinfo is None:
            raise InvalidInput("There is no such page.", "Begin with the first one.")
        return moment


class BoardPages(Protocol):
    """What only the pages ask for."""

    def column(self, wanted: TaskFilter, *, after: Place | None, most: int) -> tuple[int, ...]:
        """The ids of open tasks in the board's order, those behind `after`."""
        ...

    def tasks(self, ids: Collection[int]) -> tuple[Task, ...]:
        """In the order of the ids."""
        ...

    def closed(self, wanted: TaskFilter, *, before: Moment | None, limit: int) -> tuple[Task, ...]:
        """Of these states, the last that was closed first."""
        ...

    def blockers(
        self, *, cause: Cause, project_id: int | None, after: Moment | None, limit: int
    ) -> tuple[Blocker, ...]:
        """Open ones, the longest open first."""
        ...

    def blockers_of(self, task_ids: Collection[int]) -> tuple[Blocker, ...]: ...

    def versions(self, *, limit: int) -> tuple[str, ...]:
        """Model versions that open tasks belong to."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`count` is cut at MOST_COUNTED; `last` is where the next page goes on, if there is more."""

    track: Track
    state: State
    tasks: tuple[Task, ...]
    count: int

    @property
    def has_more(self) -> bool:
        return self.count > len(self.tasks)

    @property
    def by_priority(self) -> tuple[tuple[Priority, tuple[Task, ...]], ...]:
        return tuple((priority, tuple(found)) for priority, found in groupby(self.tasks, key=lambda one: one.priority))

    @property
    def is_cut(self) -> bool:
        return self.count >= MOST_COUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """`blockers` are those of the tasks shown, by task."""

    columns: tuple[Column, ...]
    blockers: dict[int, tuple[Blocker, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """`next` is how the next page is asked for; empty where this is the last."""

    tasks: tuple[Task, ...]
    blockers: dict[int, tuple[Blocker, ...]]
    next: str


def view_board(work: UnitOfWork, *, wanted: TaskFilter) -> BoardView:
    """A column for each track and open state that the filter leaves."""
    tracks = (wanted.track,) if wanted.track else tuple(Track)
    places = [(track, state) for track in tracks for state in OPEN_STATES]
    ids = [
        work.board.column(replace(wanted, track=track, states=(state,)), after=None, most=MOST_COUNTED)
        for track, state in places
    ]
    shown = {task.id: task for task in work.board.tasks([one for column in ids for one in column[:COLUMN]])}
    columns = tuple(
        Column(
            track=track, state=state, count=len(column),
            tasks=tuple(shown[one] for one in column[:COLUMN] if one in shown),
        )
        for (track, state), column in zip(places, ids, strict=True)
    )  # fmt: skip
    return BoardView(columns=columns, blockers=_blockers(work, shown.values()))


def view_list(work: UnitOfWork, *, wanted: TaskFilter, page: str) -> ListView:
    """Tasks of one state, or all open ones; `page` as `ListView.next`. Raises `InvalidInput`."""
    if wanted.states and not wanted.states[0].is_open:
        found = work.board.closed(wanted, before=Moment.parse(page) if page else None, limit=PAGE + 1)
    else:
        ids = work.board.column(wanted, after=Place.parse(page) if page else None, most=PAGE + 1)
        found = work.board.tasks(ids)
    shown = found[:PAGE]
    more = str(_place_of(shown[-1])) if len(found) > PAGE else ""
    return ListView(tasks=shown, blockers=_blockers(work, shown), next=more)


def _place_of(task: Task) -> Place | Moment:
    return Moment(task.closed_at, task.id) if task.closed_at is not None else Place.of(task)


def _blockers(work: UnitOfWork, tasks: Collection[Task]) -> dict[int, tuple[Blocker, ...]]:
    blocked = [task.id for task in tasks if task.is_blocked]
    found = work.board.blockers_of(blocked) if blocked else ()
    return {task_id: tuple(one for one in found if one.task_id == task_id) for task_id in blocked}


def _id(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number
