"""What hangs on a task: metrics, links and notes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, bindparam, func, insert, select

from core.ids import TaskKey, TeamId
from core.links import NewLink, TaskLink
from core.metrics import MetricDefinition, Reading
from core.notes import Note
from storage.batches import FEW
from storage.prepared import Prepared
from storage.tables import links, members, metric_definitions, notes, projects, task_metrics, tasks
from storage.upsert import (
    insert_or_ignore,
    insert_or_ignore_later,
    insert_or_replace,
    insert_statement,
)

_DEFINITIONS = Prepared(
    select(metric_definitions)
    .where(metric_definitions.c.team_id == bindparam("team"), metric_definitions.c.project_id == bindparam("project"))
    .order_by(metric_definitions.c.name_key)
)
_READINGS = Prepared(
    select(task_metrics)
    .where(task_metrics.c.team_id == bindparam("team"), task_metrics.c.task_id == bindparam("task"))
    .order_by(task_metrics.c.name)
)
_VALUE = select(task_metrics.c.value).where(
    task_metrics.c.team_id == bindparam("team"),
    task_metrics.c.task_id == bindparam("task"),
    task_metrics.c.name == bindparam("name"),
)
_TASK_LINKS = (links.c.team_id == bindparam("team")) & (links.c.task_id == bindparam("task"))
_LINKS = select(links).where(_TASK_LINKS).order_by(links.c.id.desc()).limit(bindparam("limit"))
_COUNT_KIND = (
    select(func.count())
    .select_from(links)
    .where(
        links.c.team_id == bindparam("team"),
        links.c.task_id == bindparam("task"),
        links.c.kind == bindparam("kind"),
        links.c.added_at >= bindparam("since"),
    )
)
_LINK_COUNT = select(func.count()).select_from(links).where(_TASK_LINKS)
_LINK_KINDS = select(links.c.kind).where(_TASK_LINKS).distinct()
_TASK_WITH = (
    select(projects.c.key, tasks.c.number)
    .select_from(links)
    .join(tasks, tasks.c.id == links.c.task_id)
    .join(projects, projects.c.id == tasks.c.project_id)
    .where(links.c.team_id == bindparam("team"), links.c.url == bindparam("url"))
    .limit(1)
)
_ADD_NOTE = insert(notes).returning(notes.c.id)
_NOTES = (
    select(notes, members.c.name.label("author"))
    .outerjoin(members, members.c.id == notes.c.author_id)
    .where(notes.c.team_id == bindparam("team"), notes.c.task_id == bindparam("task"))
    .order_by(notes.c.id.desc())
    .limit(bindparam("limit"))
)


@cache
def _recording(dialect: str) -> Prepared:
    """The newest value beside the extremes of all; another team's is left alone."""
    largest, least = (func.max, func.min) if dialect == "sqlite" else (func.greatest, func.least)
    statement = insert_statement(dialect, task_metrics)
    new = statement.excluded
    changed = {
        "value": new.value, "updated_at": new.updated_at, "highest": largest(task_metrics.c.highest, new.highest),
        "lowest": least(task_metrics.c.lowest, new.lowest),
    }  # fmt: skip
    is_ours = task_metrics.c.team_id == new.team_id
    return Prepared(
        statement.on_conflict_do_update(index_elements=["task_id", "name"], set_=changed, where=is_ours).inline()
    )


@dataclass(frozen=True, slots=True)
class SqlMetrics:
    connection: Connection
    team_id: TeamId

    def define(self, definition: MetricDefinition, now: datetime) -> None:
        row = {
            "team_id": self.team_id, "project_id": definition.project_id, "name_key": definition.name.lower(),
            "name": definition.name, "direction": definition.direction, "baseline": definition.baseline,
            "target": definition.target, "meaning": definition.meaning, "updated_at": now,
        }  # fmt: skip
        insert_or_replace(self.connection, metric_definitions, row, ("project_id", "name_key"))

    def definitions(self, project_id: int) -> tuple[MetricDefinition, ...]:
        rows = _DEFINITIONS.all(self.connection, {"team": self.team_id, "project": project_id})
        return tuple(
            MetricDefinition(
                project_id=row.project_id, name=row.name, direction=row.direction, baseline=row.baseline,
                target=row.target, meaning=row.meaning,
            )
            for row in rows
        )  # fmt: skip

    def record(self, task_id: int, name: str, value: float, now: datetime) -> float | None:
        before = self.connection.execute(_VALUE, {"team": self.team_id, "task": task_id, "name": name}).scalar()
        row = {
            "team_id": self.team_id, "task_id": task_id, "name": name, "value": value, "highest": value,
            "lowest": value, "updated_at": now,
        }  # fmt: skip
        _recording(self.connection.dialect.name).later(self.connection, row)
        return before

    def readings(self, task_id: int) -> tuple[Reading, ...]:
        rows = _READINGS.all(self.connection, {"team": self.team_id, "task": task_id})
        return tuple(Reading(row.name, row.value, row.updated_at, row.highest, row.lowest) for row in rows)


@dataclass(frozen=True, slots=True)
class SqlLinks:
    connection: Connection
    team_id: TeamId

    def add(
        self, task_id: int, *, kind: str, url: str, title: str, member_id: int | None, now: datetime
    ) -> TaskLink | None:
        row = {
            "team_id": self.team_id, "task_id": task_id, "kind": kind, "url": url, "title": title,
            "added_by": member_id, "added_at": now,
        }  # fmt: skip
        link_id = insert_or_ignore(self.connection, links, row)
        return TaskLink(link_id, kind, url, title, now) if link_id is not None else None

    def ask_each(self, task_id: int, new: Sequence[NewLink], now: datetime) -> Callable[[], tuple[TaskLink, ...]]:
        answers = [insert_or_ignore_later(self.connection, links, self._row(task_id, link, now)) for link in new]
        return lambda: tuple(
            TaskLink(row.id, link.kind, link.url, link.title, now)
            for answer, link in zip(answers, new, strict=True)
            for row in answer.rows()
        )

    def _row(self, task_id: int, link: NewLink, now: datetime) -> dict[str, object]:
        return {
            "team_id": self.team_id, "task_id": task_id, "kind": link.kind, "url": link.url, "title": link.title,
            "added_by": link.member_id, "added_at": now,
        }  # fmt: skip

    def add_all(self, task_id: int, new: Sequence[NewLink], now: datetime) -> None:
        rows = [self._row(task_id, link, now) for link in new]
        if len(rows) <= FEW:
            for row in rows:
                insert_or_ignore_later(self.connection, links, row)
        else:
            statement = insert_statement(self.connection.dialect.name, links).on_conflict_do_nothing()
            self.connection.execute(statement, rows)

    def of_task(self, task_id: int, *, limit: int) -> tuple[TaskLink, ...]:
        rows = self.connection.execute(_LINKS, {"team": self.team_id, "task": task_id, "limit": limit})
        return tuple(TaskLink(row.id, row.kind, row.url, row.title, row.added_at) for row in rows)

    def count(self, task_id: int) -> int:
        return self.connection.execute(_LINK_COUNT, {"team": self.team_id, "task": task_id}).scalar_one()

    def task_with(self, url: str) -> TaskKey | None:
        row = self.connection.execute(_TASK_WITH, {"team": self.team_id, "url": url}).first()
        return TaskKey(row.key, row.number) if row else None

    def count_kind(self, task_id: int, kind: str, *, since: datetime) -> int:
        values = {"team": self.team_id, "task": task_id, "kind": kind, "since": since}
        return self.connection.execute(_COUNT_KIND, values).scalar_one()

    def kinds(self, task_id: int) -> frozenset[str]:
        return frozenset(self.connection.execute(_LINK_KINDS, {"team": self.team_id, "task": task_id}).scalars())


@dataclass(frozen=True, slots=True)
class SqlNotes:
    connection: Connection
    team_id: TeamId

    def add(self, task_id: int, text: str, *, member_id: int | None, actor: str, now: datetime) -> Note:
        row = {
            "team_id": self.team_id,
            "task_id": task_id,
            "text": text,
            "author_id": member_id,
            "added_at": now,
            "actor": actor or None if member_id is None else None,
        }
        return Note(self.connection.execute(_ADD_NOTE, row).scalar_one(), text, None, now)

    def of_task(self, task_id: int, *, limit: int) -> tuple[Note, ...]:
        rows = self.connection.execute(_NOTES, {"team": self.team_id, "task": task_id, "limit": limit})
        return tuple(Note(row.id, row.text, row.author or row.actor, row.added_at) for row in rows)
