"""CI on commits, and deployments: each in its newest state."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, select, text, update

from core.git import CheckReported, DeploymentReported, Result
from core.git_records import Check, Deployment
from core.ids import TeamId
from storage.batches import AnyOf
from storage.git_tables import IS_UNTOLD_CHECK, checks, deployments, project_repositories, repositories
from storage.upsert import insert_or_ignore, insert_or_replace

_AT_ONCE = 400
_CHECK: Select[Any] = (
    select(checks, repositories.c.name.label("repository_name"))
    .join(repositories, repositories.c.id == checks.c.repository_id)
    .where(checks.c.team_id == bindparam("team"))
)
_GET_CHECK = _CHECK.where(checks.c.id == bindparam("check_id"))
_FIND_CHECK = _CHECK.where(
    checks.c.repository_id == bindparam("repository"),
    checks.c.sha == bindparam("sha"),
    checks.c.name == bindparam("name"),
)
_IN_REPOSITORY = _CHECK.where(checks.c.repository_id == bindparam("repository")).order_by(checks.c.id)
_OF_COMMITS = AnyOf(
    _IN_REPOSITORY.where(checks.c.sha == bindparam("one")),
    _IN_REPOSITORY.where(checks.c.sha.in_(bindparam("several", expanding=True))),
)
_TOLD = update(checks).where(checks.c.team_id == bindparam("team"), checks.c.id.in_(bindparam("told", expanding=True)))
# How many are taken away in one unit.
FORGOTTEN = 5_000
_UNTOLD = select(checks.c.id).where(IS_UNTOLD_CHECK, checks.c.at < bindparam("before")).limit(FORGOTTEN)
_FORGET = delete(checks).where(checks.c.id.in_(_UNTOLD))
_DEPLOYMENT: Select[Any] = (
    select(deployments, repositories.c.name.label("repository_name"))
    .join(repositories, repositories.c.id == deployments.c.repository_id)
    .where(deployments.c.team_id == bindparam("team"))
)
_FIND_DEPLOYMENT = _DEPLOYMENT.where(
    deployments.c.repository_id == bindparam("repository"), deployments.c.external_id == bindparam("external")
)
_GET_DEPLOYMENT = _DEPLOYMENT.where(deployments.c.id == bindparam("deployment"))
_SUCCEEDED = _DEPLOYMENT.where(
    deployments.c.repository_id == bindparam("repository"),
    deployments.c.environment == bindparam("environment"),
    text("has_succeeded"),
    deployments.c.id != bindparam("before"),
).order_by(deployments.c.finished_at.desc(), deployments.c.id.desc())
_LAST_SUCCESS = _SUCCEEDED.limit(1)
_WAS_DEPLOYED = _SUCCEEDED.where(deployments.c.sha == bindparam("sha")).limit(1)
_SAVE = update(deployments).where(
    deployments.c.team_id == bindparam("team"), deployments.c.id == bindparam("deployment")
)
_OF_PROJECT = deployments.c.repository_id.in_(
    select(project_repositories.c.repository_id).where(project_repositories.c.project_id == bindparam("project"))
)


@dataclass(frozen=True, slots=True)
class SqlChecks:
    connection: Connection
    team_id: TeamId

    def get(self, check_id: int) -> Check | None:
        return self._one(_GET_CHECK, check_id=check_id)

    def find(self, repository_id: int, sha: str, name: str) -> Check | None:
        return self._one(_FIND_CHECK, repository=repository_id, sha=sha, name=name)

    def save(self, repository_id: int, reported: CheckReported, now: datetime) -> int:
        row = {
            "team_id": self.team_id, "repository_id": repository_id, "sha": reported.sha, "name": reported.name,
            "result": reported.result, "url": reported.url, "branch": reported.branch, "run_order": reported.order,
            "at": reported.at,
        }  # fmt: skip
        insert_or_replace(self.connection, checks, row, ("repository_id", "sha", "name"))
        values = {"repository": repository_id, "sha": reported.sha, "name": reported.name}
        return int(self.connection.execute(_FIND_CHECK, {"team": self.team_id, **values}).one().id)

    def of_commits(self, repository_id: int, shas: Collection[str]) -> tuple[Check, ...]:
        return self.ask_of_commits(repository_id, shas)()

    def ask_of_commits(self, repository_id: int, shas: Collection[str]) -> Callable[[], tuple[Check, ...]]:
        rows = _OF_COMMITS.ask(self.connection, shas, team=self.team_id, repository=repository_id)
        return lambda: tuple(_check(row) for row in rows())

    def mark_told(self, check_ids: Collection[int]) -> None:
        for start in range(0, len(check_ids), _AT_ONCE):
            told = list(check_ids)[start : start + _AT_ONCE]
            self.connection.execute(_TOLD.values(is_told=True), {"team": self.team_id, "told": told})

    def _one(self, query: Select[Any], **values: object) -> Check | None:
        row = self.connection.execute(query, {"team": self.team_id, **values}).first()
        return _check(row) if row else None


@dataclass(frozen=True, slots=True)
class SqlDeployments:
    connection: Connection
    team_id: TeamId

    def get(self, deployment_id: int) -> Deployment:
        values = {"team": self.team_id, "deployment": deployment_id}
        return _deployment(self.connection.execute(_GET_DEPLOYMENT, values).one())

    def find(self, repository_id: int, external_id: str) -> Deployment | None:
        return self._one(_FIND_DEPLOYMENT, repository=repository_id, external=external_id)

    def add(self, repository_id: int, reported: DeploymentReported, *, member_id: int | None, by: str) -> Deployment:
        """As it is first heard of: waiting, whatever the news says."""
        row = {
            "team_id": self.team_id, "repository_id": repository_id, "external_id": reported.external_id,
            "environment": reported.environment, "is_production": reported.is_production, "sha": reported.sha,
            "ref": reported.ref, "result": Result.WAITING, "status_order": -1, "by": by,
            "member_id": member_id, "url": reported.url, "description": reported.description,
            "started_at": reported.at,
        }  # fmt: skip
        insert_or_ignore(self.connection, deployments, row)
        values = {"team": self.team_id, "repository": repository_id, "external": reported.external_id}
        return _deployment(self.connection.execute(_FIND_DEPLOYMENT, values).one())

    def save(self, deployment: Deployment) -> None:
        values: dict[str, object] = {
            "result": deployment.result, "status_order": deployment.order, "url": deployment.url,
            "description": deployment.description, "started_at": deployment.started_at,
            "finished_at": deployment.finished_at, "is_rollback": deployment.is_rollback,
            "is_production": deployment.is_production,
        }  # fmt: skip
        if deployment.result is Result.SUCCESS:
            values["has_succeeded"] = True
        self.connection.execute(_SAVE.values(**values), {"team": self.team_id, "deployment": deployment.id})

    def last_success(self, repository_id: int, environment: str, *, before: int) -> Deployment | None:
        return self._one(_LAST_SUCCESS, repository=repository_id, environment=environment, before=before)

    def was_deployed(self, repository_id: int, environment: str, sha: str, *, before: int) -> bool:
        values = {"repository": repository_id, "environment": environment, "sha": sha, "before": before}
        return self._one(_WAS_DEPLOYED, **values) is not None

    def list(self, project_id: int | None, environment: str | None, *, limit: int) -> tuple[Deployment, ...]:
        query = _DEPLOYMENT.order_by(deployments.c.started_at.desc(), deployments.c.id.desc()).limit(limit)
        values: dict[str, object] = {"team": self.team_id}
        if environment is not None:
            query = query.where(deployments.c.environment == environment)
        if project_id is not None:
            query, values["project"] = query.where(_OF_PROJECT), project_id
        return tuple(_deployment(row) for row in self.connection.execute(query, values))

    def _one(self, query: Select[Any], **values: object) -> Deployment | None:
        row = self.connection.execute(query, {"team": self.team_id, **values}).first()
        return _deployment(row) if row else None


def forget_checks(connection: Connection, *, before: datetime) -> int:
    """Of any team: those that were reported so long ago and no task was told of; how many, FORGOTTEN at most."""
    return connection.execute(_FORGET, {"before": before}).rowcount


def _check(row: Any) -> Check:
    return Check(
        id=row.id, repository=row.repository_name, sha=row.sha, name=row.name, result=row.result, url=row.url,
        order=row.run_order, at=row.at, branch=row.branch,
    )  # fmt: skip


def _deployment(row: Any) -> Deployment:
    return Deployment(
        id=row.id, repository_id=row.repository_id, repository=row.repository_name, external_id=row.external_id,
        environment=row.environment, is_production=row.is_production, sha=row.sha, ref=row.ref, result=row.result,
        order=row.status_order, by=row.by, url=row.url, description=row.description, started_at=row.started_at,
        finished_at=row.finished_at, is_rollback=row.is_rollback,
    )  # fmt: skip
