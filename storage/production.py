"""Spans of work, what deployments carried, and what ran in production."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, or_, select, text, update

from core.ids import TeamId
from core.report_records import RunningVersion
from core.tasks import Task
from storage.git_tables import deployments, repositories
from storage.prepared import Prepared
from storage.report_tables import IS_REPLACED, IS_RUNNING, deployment_tasks, running_versions, task_spans
from storage.upsert import insert_or_ignore_later, insert_statement

_END = Prepared(
    update(task_spans)
    .where(
        task_spans.c.team_id == bindparam("team"), task_spans.c.task_id == bindparam("task"),
        task_spans.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("now"))
)  # fmt: skip
_RUNNING: Select[Any] = (
    select(running_versions, repositories.c.name.label("repository_name"), deployments.c.sha)
    .join(repositories, repositories.c.id == running_versions.c.repository_id)
    .join(deployments, deployments.c.id == running_versions.c.deployment_id)
    .where(running_versions.c.team_id == bindparam("team"))
)
_HERE = (
    running_versions.c.repository_id == bindparam("repository"),
    running_versions.c.environment == bindparam("environment"),
)
_IN_PLACE = Prepared(
    _RUNNING.where(
        *_HERE, running_versions.c.since <= bindparam("at"),
        or_(running_versions.c.until.is_(None), running_versions.c.until > bindparam("at")),
    ).order_by(running_versions.c.id)
)  # fmt: skip
_WAS_THERE = Prepared(
    select(deployments.c.finished_at)
    .where(
        deployments.c.team_id == bindparam("team"), deployments.c.repository_id == bindparam("repository"),
        deployments.c.environment == bindparam("environment"), text("has_succeeded"),
        deployments.c.id != bindparam("before"), deployments.c.sha == bindparam("sha"),
    )
    .order_by(deployments.c.finished_at.desc(), deployments.c.id.desc())
    .limit(1)
)  # fmt: skip
_SINCE = running_versions.c.since <= bindparam("at")
_OPEN = Prepared(_RUNNING.where(IS_RUNNING, _SINCE))
_REPLACED = Prepared(_RUNNING.where(IS_REPLACED, running_versions.c.until > bindparam("at"), _SINCE))
_START = Prepared(insert(running_versions).inline())
_STOP = Prepared(
    update(running_versions)
    .where(running_versions.c.team_id == bindparam("team"), running_versions.c.id == bindparam("running"))
    .values({"until": bindparam("at")})
)


@dataclass(frozen=True, slots=True)
class SqlSpans:
    connection: Connection
    team_id: TeamId

    def begin(self, task: Task, now: datetime) -> None:
        row = {
            "team_id": self.team_id, "task_id": task.id, "project_id": task.project_id, "track": task.track,
            "state": task.state, "started_at": now,
        }  # fmt: skip
        insert_or_ignore_later(self.connection, task_spans, row)

    def end(self, task_id: int, now: datetime) -> None:
        _END.later(self.connection, {"team": self.team_id, "task": task_id, "now": now})


@dataclass(frozen=True, slots=True)
class SqlProduction:
    connection: Connection
    team_id: TeamId

    def carry(self, deployment_id: int, task_ids: Collection[int]) -> None:
        rows = [{"deployment_id": deployment_id, "task_id": task, "team_id": self.team_id} for task in task_ids]
        if rows:
            statement = insert_statement(self.connection.dialect.name, deployment_tasks).on_conflict_do_nothing()
            self.connection.execute(statement, rows)

    def running_in(self, repository_id: int, environment: str, *, at: datetime) -> tuple[RunningVersion, ...]:
        values = {"team": self.team_id, "repository": repository_id, "environment": environment, "at": at}
        return tuple(_running(row) for row in _IN_PLACE.all(self.connection, values))

    def was_there(self, repository_id: int, environment: str, sha: str, *, before: int) -> datetime | None:
        values = {
            "team": self.team_id, "repository": repository_id, "environment": environment, "sha": sha, "before": before
        }  # fmt: skip
        return _WAS_THERE.scalar(self.connection, values)

    def start(self, running: RunningVersion) -> None:
        row = {
            "team_id": self.team_id, "repository_id": running.repository_id, "environment": running.environment,
            "model": running.model, "version": running.version, "project_id": running.project_id,
            "deployment_id": running.deployment_id, "since": running.since, "until": running.until,
        }  # fmt: skip
        _START.later(self.connection, row)

    def stop(self, running_id: int, at: datetime) -> None:
        _STOP.later(self.connection, {"team": self.team_id, "running": running_id, "at": at})

    def running(self, *, at: datetime) -> tuple[RunningVersion, ...]:
        values = {"team": self.team_id, "at": at}
        rows = [*_OPEN.all(self.connection, values), *_REPLACED.all(self.connection, values)]
        return tuple(sorted(map(_running, rows), key=lambda one: (one.since, one.version, one.id)))


def _running(row: Any) -> RunningVersion:
    return RunningVersion(
        id=row.id, repository_id=row.repository_id, repository=row.repository_name, environment=row.environment,
        model=row.model, version=row.version, project_id=row.project_id, deployment_id=row.deployment_id, sha=row.sha,
        since=row.since, until=row.until,
    )  # fmt: skip
