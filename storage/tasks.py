"""Tasks: rows to `Task` and back, and the board's own order."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from core.durations import Box, WorkingTime
from core.ids import Person, TaskKey, TeamId
from core.task_search import TaskFilter
from core.tasks import Priority, Task
from storage.batches import AnyOf
from storage.prepared import Prepared
from storage.tables import blockers, members, projects, tasks

IS_BLOCKED = (
    exists()
    .where(blockers.c.task_id == tasks.c.id, blockers.c.team_id == tasks.c.team_id, blockers.c.closed_at.is_(None))
    .correlate(tasks)
)
TASK: Select[Any] = (
    select(
        tasks,
        projects.c.key.label("project_key"),
        members.c.name.label("owner_name"),
        IS_BLOCKED.label("is_blocked"),
    )
    .join(projects, projects.c.id == tasks.c.project_id)
    .outerjoin(members, members.c.id == tasks.c.owner_id)
    .where(tasks.c.team_id == bindparam("team"))
)  # fmt: skip
_BY_KEY = TASK.where(
    projects.c.team_id == bindparam("team"), projects.c.key == bindparam("key"), tasks.c.number == bindparam("number")
)
_OF_PROJECT = TASK.where(projects.c.team_id == bindparam("team"), projects.c.key == bindparam("key"))
_SEVERAL = AnyOf(
    _OF_PROJECT.where(tasks.c.number == bindparam("one")),
    _OF_PROJECT.where(tasks.c.number.in_(bindparam("several", expanding=True))),
)
_GET = Prepared(_BY_KEY)
_BY_ID = Prepared(TASK.where(tasks.c.id == bindparam("task")))
_BY_IDS = AnyOf(
    TASK.where(tasks.c.id == bindparam("one")), TASK.where(tasks.c.id.in_(bindparam("several", expanding=True)))
)  # fmt: skip
# Its key stays: what only refers to the task, such as another one's blocker, need not wait.
_GET_LOCKED = Prepared(_BY_KEY.with_for_update(of=tasks, key_share=True))
_ADD = Prepared(insert(tasks).returning(tasks.c.id))
_SAVE = update(tasks).where(tasks.c.team_id == bindparam("team"), tasks.c.id == bindparam("task"))
_OPEN = tasks.c.closed_at.is_(None)
_SAME_PRIORITY = (
    TASK.where(_OPEN, tasks.c.project_id == bindparam("project"), tasks.c.priority == bindparam("priority"))
)  # fmt: skip
_FIRST_ONE = _SAME_PRIORITY.order_by(tasks.c.rank, tasks.c.id).limit(1)
_LAST_ONE = _SAME_PRIORITY.order_by(tasks.c.rank.desc(), tasks.c.id.desc()).limit(1)
_FIRST, _LAST = Prepared(_FIRST_ONE), Prepared(_LAST_ONE)
_JUST_BEFORE = Prepared(_LAST_ONE.where(tasks.c.rank < bindparam("rank")))
_JUST_AFTER = Prepared(_FIRST_ONE.where(tasks.c.rank > bindparam("rank")))


@dataclass(frozen=True, slots=True)
class SqlTasks:
    connection: Connection
    team_id: TeamId

    def add(self, task: Task) -> Task:
        row = _columns(task) | {
            "team_id": self.team_id, "project_id": task.project_id, "number": task.key.number,
            "created_at": task.created_at, "created_by": task.created_by, "revision": task.revision,
        }  # fmt: skip
        if task.id:
            _ADD.later(self.connection, {"id": task.id, **row})
            return task
        return replace(task, id=_ADD.one(self.connection, row).id)

    def by_id(self, task_id: int) -> Task | None:
        return self._one(_BY_ID, {"task": task_id})

    def by_ids(self, task_ids: Collection[int]) -> tuple[Task, ...]:
        return tuple(map(task_of, _BY_IDS.rows(self.connection, task_ids, team=self.team_id)))

    def get(self, key: TaskKey, *, lock: bool = False) -> Task | None:
        values = {"team": self.team_id, "key": key.project, "number": key.number}
        row = (_GET_LOCKED if lock else _GET).first(self.connection, values)
        return task_of(row) if row else None

    def several(self, keys: Collection[TaskKey]) -> tuple[Task, ...]:
        return self.ask_several(keys)()

    def ask_several(self, keys: Collection[TaskKey]) -> Callable[[], tuple[Task, ...]]:
        by_project: dict[str, dict[int, None]] = {}
        for key in keys:
            by_project.setdefault(key.project, {})[key.number] = None
        asked = [
            _SEVERAL.ask(self.connection, numbers, team=self.team_id, key=project)
            for project, numbers in by_project.items()
        ]

        def read() -> tuple[Task, ...]:
            found = {task.key: task for rows in asked for task in map(task_of, rows())}
            return tuple(found[key] for key in dict.fromkeys(keys) if key in found)

        return read

    def save(self, task: Task) -> Task:
        saved = replace(task, revision=task.revision + 1)
        values = {"team": self.team_id, "task": task.id}
        self.connection.execute(_SAVE.values(**_columns(saved), revision=saved.revision), values)
        return saved

    def list(self, wanted: TaskFilter, *, limit: int, offset: int = 0) -> tuple[Task, ...]:
        query = TASK.where(*conditions(wanted)).limit(limit).offset(offset)
        if wanted.states and not any(state.is_open for state in wanted.states):
            query = query.order_by(tasks.c.closed_at.desc(), tasks.c.id.desc())
        else:
            query = query.order_by(tasks.c.priority, tasks.c.rank, tasks.c.id)
        return tuple(task_of(row) for row in self.connection.execute(query, {"team": self.team_id}))

    def neighbour(self, task: Task, *, before: bool) -> Task | None:
        values = {"project": task.project_id, "priority": task.priority, "rank": task.rank}
        return self._one(_JUST_BEFORE if before else _JUST_AFTER, values)

    def edge(self, project_id: int, priority: Priority, *, first: bool) -> Task | None:
        return self._one(_FIRST if first else _LAST, {"project": project_id, "priority": priority})

    def _one(self, query: Prepared, values: Mapping[str, object]) -> Task | None:
        row = query.first(self.connection, {"team": self.team_id, **values})
        return task_of(row) if row else None


def task_of(row: Any) -> Task:
    owner = Person(row.owner_id, row.owner_name) if row.owner_id is not None else None
    return Task(
        id=row.id, key=TaskKey(row.project_key, row.number), project_id=row.project_id, title=row.title,
        kind=row.kind, track=row.track, state=row.state, description=row.description, priority=row.priority,
        rank=row.rank, points=row.points, box=_box(row), version=row.version, role=row.role, owner=owner,
        labels=row.labels, is_blocked=bool(row.is_blocked), revision=row.revision, created_at=row.created_at,
        created_by=row.created_by, started_at=row.started_at, closed_at=row.closed_at,
    )  # fmt: skip


def _columns(task: Task) -> dict[str, Any]:
    box = task.box
    return {
        "title": task.title, "description": task.description, "kind": task.kind, "track": task.track,
        "state": task.state, "priority": task.priority, "rank": task.rank, "points": task.points,
        "box_length": str(box.length) if box and box.length else None, "box_until": box.until if box else None,
        "box_runs": box.runs if box else None, "version": task.version, "role": task.role,
        "owner_id": task.owner.id if task.owner else None, "labels": task.labels,
        "started_at": task.started_at, "closed_at": task.closed_at,
    }  # fmt: skip


def _box(row: Any) -> Box | None:
    if row.box_length is None and row.box_until is None:
        return None
    length = WorkingTime.parse(row.box_length) if row.box_length else None
    return Box(length=length, until=row.box_until, runs=row.box_runs)


def conditions(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    equal = {
        tasks.c.project_id: wanted.project_id, tasks.c.owner_id: wanted.owner_id, tasks.c.track: wanted.track,
        tasks.c.kind: wanted.kind, tasks.c.priority: wanted.priority, tasks.c.role: wanted.role,
        tasks.c.version: wanted.version,
    }  # fmt: skip
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    conditions.append(_state_condition(wanted))
    if wanted.label is not None:
        conditions.append(type_coerce(tasks.c.labels, Text).contains(f" {wanted.label} ", autoescape=True))
    if wanted.blocked is not None:
        conditions.append(IS_BLOCKED if wanted.blocked else ~IS_BLOCKED)
    return conditions


def _state_condition(wanted: TaskFilter) -> ColumnElement[bool]:
    """Says open or closed in the words of the partial indexes, so that they are used."""
    opened = [state for state in wanted.states if state.is_open]
    closed = [state for state in wanted.states if not state.is_open]
    if not wanted.states:
        return _OPEN
    ways = []
    if opened:
        ways.append(and_(_OPEN, tasks.c.state.in_(opened)))
    if closed:
        ways.append(and_(tasks.c.closed_at.is_not(None), tasks.c.state.in_(closed)))
    return or_(*ways)
