"""Blockers and dependencies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, or_, select, update

from core.blockers import Blocker
from core.events import Cause
from core.ids import TaskKey, TeamId
from core.tasks import Task
from storage.prepared import Prepared
from storage.tables import blockers, dependencies, projects, tasks
from storage.tasks import TASK, task_of
from storage.upsert import insert_or_ignore

_OTHER_TASK, _OTHER_PROJECT = tasks.alias("other_task"), projects.alias("other_project")
BLOCKER: Select[Any] = (
    select(
        blockers, projects.c.key, tasks.c.number,
        _OTHER_PROJECT.c.key.label("other_key"), _OTHER_TASK.c.number.label("other_number"),
    )
    .join(tasks, tasks.c.id == blockers.c.task_id)
    .join(projects, projects.c.id == tasks.c.project_id)
    .outerjoin(_OTHER_TASK, _OTHER_TASK.c.id == blockers.c.waits_for_id)
    .outerjoin(_OTHER_PROJECT, _OTHER_PROJECT.c.id == _OTHER_TASK.c.project_id)
    .where(blockers.c.team_id == bindparam("team"), blockers.c.closed_at.is_(None))
    .order_by(blockers.c.id)
)  # fmt: skip
_OF_TASK = Prepared(BLOCKER.where(blockers.c.task_id == bindparam("task")))
_WAITING = Prepared(BLOCKER.where(blockers.c.waits_for_id == bindparam("task")))
_OWN = tasks.alias("own_task")
_OWN_ONES = select(_OWN.c.id).where(
    _OWN.c.team_id == bindparam("team"), _OWN.c.owner_id == bindparam("member"), _OWN.c.closed_at.is_(None)
)
_OF_OWNER = Prepared(BLOCKER.where(blockers.c.task_id.in_(_OWN_ONES)))
_WAITING_FOR_OWNER = Prepared(
    BLOCKER.where(
        blockers.c.waits_for_id.in_(_OWN_ONES),
        or_(tasks.c.owner_id.is_(None), tasks.c.owner_id != bindparam("member")),
        tasks.c.closed_at.is_(None),
    ).limit(bindparam("limit"))
)
_ADDED = Prepared(BLOCKER.where(blockers.c.id == bindparam("blocker")))
_OPEN = insert(blockers).returning(blockers.c.id)
_CLOSE = (
    update(blockers)
    .where(blockers.c.team_id == bindparam("team"), blockers.c.id == bindparam("blocker"))
    .values(closed_at=bindparam("now"))
)

_EDGE = (
    (dependencies.c.team_id == bindparam("team")) & (dependencies.c.task_id == bindparam("task"))
    & (dependencies.c.after_id == bindparam("after"))
)  # fmt: skip
_REMOVE = delete(dependencies).where(_EDGE)
_ORDER = (projects.c.key, tasks.c.number)
_PREREQUISITES = TASK.join(dependencies, dependencies.c.after_id == tasks.c.id).where(
    dependencies.c.team_id == bindparam("team"), dependencies.c.task_id == bindparam("task")
)
_DEPENDENTS = TASK.join(dependencies, dependencies.c.task_id == tasks.c.id).where(
    dependencies.c.team_id == bindparam("team"), dependencies.c.after_id == bindparam("task")
)
_STEPS = select(dependencies.c.task_id, dependencies.c.after_id).where(
    dependencies.c.team_id == bindparam("team"), dependencies.c.task_id.in_(bindparam("tasks", expanding=True))
)
_KEYS = (
    select(tasks.c.id, projects.c.key, tasks.c.number)
    .join(projects, projects.c.id == tasks.c.project_id)
    .where(tasks.c.team_id == bindparam("team"), tasks.c.id.in_(bindparam("tasks", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class SqlBlockers:
    connection: Connection
    team_id: TeamId

    def open(
        self, task_id: int, *, cause: Cause, why: str, waits_for: int | None, member_id: int | None, now: datetime
    ) -> Blocker:
        row = {
            "team_id": self.team_id, "task_id": task_id, "cause": cause, "why": why, "waits_for_id": waits_for,
            "opened_by": member_id, "opened_at": now,
        }  # fmt: skip
        blocker_id = self.connection.execute(_OPEN, row).scalar_one()
        return self._all(_ADDED, blocker=blocker_id)[0]

    def close(self, blocker: Blocker, now: datetime) -> None:
        self.connection.execute(_CLOSE, {"team": self.team_id, "blocker": blocker.id, "now": now})

    def open_ones(self, task_id: int) -> tuple[Blocker, ...]:
        return self._all(_OF_TASK, task=task_id)

    def waiting_for(self, task_id: int) -> tuple[Blocker, ...]:
        return self._all(_WAITING, task=task_id)

    def of_owner(self, member_id: int) -> tuple[Blocker, ...]:
        return self._all(_OF_OWNER, member=member_id)

    def waiting_for_owner(self, member_id: int, *, limit: int) -> tuple[Blocker, ...]:
        return self._all(_WAITING_FOR_OWNER, member=member_id, limit=limit)

    def _all(self, query: Prepared, **values: object) -> tuple[Blocker, ...]:
        rows = query.all(self.connection, {"team": self.team_id, **values})
        return tuple(blocker_of(row) for row in rows)


@dataclass(frozen=True, slots=True)
class SqlDependencies:
    connection: Connection
    team_id: TeamId

    def add(self, task_id: int, after_id: int, now: datetime) -> bool:
        row = {"team_id": self.team_id, "task_id": task_id, "after_id": after_id, "created_at": now}
        return insert_or_ignore(self.connection, dependencies, row) is not None

    def remove(self, task_id: int, after_id: int) -> bool:
        return self.connection.execute(_REMOVE, {"team": self.team_id, "task": task_id, "after": after_id}).rowcount > 0

    def prerequisites(self, task_id: int) -> tuple[Task, ...]:
        return self._tasks(_PREREQUISITES, task_id)

    def dependents(self, task_id: int) -> tuple[Task, ...]:
        return self._tasks(_DEPENDENTS, task_id)

    def path(self, start_id: int, end_id: int) -> tuple[TaskKey, ...]:
        came_from: dict[int, int | None] = {start_id: None}
        level = [start_id]
        while level and end_id not in came_from:
            steps = self.connection.execute(_STEPS, {"team": self.team_id, "tasks": level}).all()
            level = []
            for task_id, after_id in steps:
                if after_id not in came_from:
                    came_from[after_id] = task_id
                    level.append(after_id)
        if end_id not in came_from:
            return ()
        return self._keys(_walk_back(came_from, end_id))

    def _tasks(self, query: Select[Any], task_id: int) -> tuple[Task, ...]:
        rows = self.connection.execute(query.order_by(*_ORDER), {"team": self.team_id, "task": task_id})
        return tuple(task_of(row) for row in rows)

    def _keys(self, ids: list[int]) -> tuple[TaskKey, ...]:
        rows = self.connection.execute(_KEYS, {"team": self.team_id, "tasks": ids})
        keys = {row.id: TaskKey(row.key, row.number) for row in rows}
        return tuple(keys[task_id] for task_id in ids)


def _walk_back(came_from: dict[int, int | None], end: int) -> list[int]:
    steps = [end]
    while (before := came_from[steps[-1]]) is not None:
        steps.append(before)
    return steps[::-1]


def blocker_of(row: Any) -> Blocker:
    waits_for = TaskKey(row.other_key, row.other_number) if row.waits_for_id is not None else None
    return Blocker(
        id=row.id, task_id=row.task_id, task_key=TaskKey(row.key, row.number), cause=row.cause, why=row.why,
        waits_for=waits_for, opened_at=row.opened_at,
    )  # fmt: skip
