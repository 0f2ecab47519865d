"""The board as pages: the ids of a column from one index that has all a filter asks for, then the rows of a few."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, String, and_, bindparam, cast, literal, or_, select

from core.blockers import Blocker
from core.board_pages import Moment, Place
from core.events import Cause
from core.ids import TeamId
from core.task_search import TaskFilter
from core.tasks import Task
from storage import board_indexes as board_indexes
from storage.batches import AnyOf
from storage.blocking import BLOCKER, blocker_of
from storage.prepared import Prepared
from storage.tables import blockers, tasks
from storage.tasks import TASK, conditions, task_of

_IN_ORDER = (tasks.c.priority, tasks.c.rank, tasks.c.id)
_TASKS = AnyOf(
    TASK.where(tasks.c.id == bindparam("one")), TASK.where(tasks.c.id.in_(bindparam("several", expanding=True)))
)
_BLOCKERS = AnyOf(
    BLOCKER.where(blockers.c.task_id == bindparam("one")),
    BLOCKER.where(blockers.c.task_id.in_(bindparam("several", expanding=True))),
)
_BLOCKED_NOW = select(blockers.c.task_id).where(blockers.c.team_id == bindparam("team"), blockers.c.closed_at.is_(None))
_OPEN = (tasks.c.team_id == bindparam("team"), tasks.c.closed_at.is_(None), tasks.c.version.is_not(None))


def _versions() -> Select[Any]:
    """From one version to the next in the index, instead of through every task that has one."""
    first = select(tasks.c.version.label("version"), literal(1, Integer).label("n")).where(*_OPEN)
    first = first.order_by(tasks.c.version).limit(1)
    found = select(first.subquery()).cte("found", recursive=True)
    following = select(tasks.c.version).where(*_OPEN, tasks.c.version > found.c.version).order_by(tasks.c.version)
    step = select(following.limit(1).correlate(found).scalar_subquery(), found.c.n + 1).where(
        found.c.version.is_not(None), found.c.n < bindparam("limit")
    )
    found = found.union_all(step)
    return select(cast(found.c.version, String).label("version")).where(found.c.version.is_not(None))


_VERSIONS = Prepared(_versions())


@dataclass(frozen=True, slots=True)
class SqlBoardPages:
    connection: Connection
    team_id: TeamId

    def column(self, wanted: TaskFilter, *, after: Place | None, most: int) -> tuple[int, ...]:
        filters = conditions(replace(wanted, blocked=None))
        if wanted.blocked is not None:
            filters.append(tasks.c.id.in_(_BLOCKED_NOW) if wanted.blocked else tasks.c.id.not_in(_BLOCKED_NOW))
        query = select(tasks.c.id).where(tasks.c.team_id == bindparam("team"), *filters)
        if after is not None:
            query = query.where(_behind(after))
        found = self.connection.execute(query.order_by(*_IN_ORDER).limit(most), {"team": self.team_id})
        return tuple(found.scalars())

    def tasks(self, ids: Collection[int]) -> tuple[Task, ...]:
        found = {row.id: task_of(row) for row in _TASKS.rows(self.connection, ids, team=self.team_id)}
        return tuple(found[task_id] for task_id in ids if task_id in found)

    def closed(self, wanted: TaskFilter, *, before: Moment | None, limit: int) -> tuple[Task, ...]:
        query = select(tasks.c.id).where(tasks.c.team_id == bindparam("team"), *conditions(wanted))
        if before is not None:
            same = and_(tasks.c.closed_at == before.at, tasks.c.id < before.id)
            query = query.where(tasks.c.closed_at <= before.at, or_(tasks.c.closed_at < before.at, same))
        query = query.order_by(tasks.c.closed_at.desc(), tasks.c.id.desc()).limit(limit)
        return self.tasks(self.connection.execute(query, {"team": self.team_id}).scalars().all())

    def blockers(
        self, *, cause: Cause, project_id: int | None, after: Moment | None, limit: int
    ) -> tuple[Blocker, ...]:
        query = BLOCKER.where(blockers.c.cause == cause)
        if project_id is not None:
            query = query.where(tasks.c.project_id == project_id)
        if after is not None:
            same = and_(blockers.c.opened_at == after.at, blockers.c.id > after.id)
            query = query.where(blockers.c.opened_at >= after.at, or_(blockers.c.opened_at > after.at, same))
        query = query.order_by(None).order_by(blockers.c.opened_at, blockers.c.id).limit(limit)
        return tuple(blocker_of(row) for row in self.connection.execute(query, {"team": self.team_id}))

    def blockers_of(self, task_ids: Collection[int]) -> tuple[Blocker, ...]:
        return tuple(blocker_of(row) for row in _BLOCKERS.rows(self.connection, task_ids, team=self.team_id))

    def versions(self, *, limit: int) -> tuple[str, ...]:
        rows = _VERSIONS.all(self.connection, {"team": self.team_id, "limit": limit})
        return tuple(row.version for row in rows)


def _behind(place: Place) -> ColumnElement[bool]:
    priority, rank, task_id = _IN_ORDER
    return and_(
        priority >= place.priority,
        or_(
            priority > place.priority,
            and_(priority == place.priority, rank > place.rank),
            and_(priority == place.priority, rank == place.rank, task_id > place.id),
        ),
    )
