"""Repositories and their commits, with the tasks they name."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, bindparam, cast, func, or_, select, update

from core.git import Repository
from core.git_records import CommitTask, NewCommit, SeenCommit, merged_branch
from core.ids import TaskKey, TeamId
from storage.batches import FEW, AnyOf
from storage.git_tables import (
    commit_actions,
    commit_tasks,
    commits,
    project_repositories,
    pull_request_tasks,
    pull_requests,
    repositories,
)
from storage.prepared import Prepared
from storage.tables import projects, tasks
from storage.upsert import insert_or_ignore, insert_or_ignore_later, insert_several, insert_statement

# SQLite takes so many parameters at most in old builds, and one statement need not be longer.
_AT_ONCE = 400
_NEWEST = 2**63 - 1
_REPOSITORY = Prepared(
    select(repositories).where(
        repositories.c.team_id == bindparam("team"),
        repositories.c.host == bindparam("host"),
        repositories.c.external_id == bindparam("external"),
    )
)
_OF_HOST = (
    select(repositories.c.name)
    .where(repositories.c.team_id == bindparam("team"), repositories.c.host == bindparam("host"))
    .order_by(repositories.c.id.desc())
    .limit(bindparam("limit"))
)
_REPORTED = (
    select(repositories.c.id, repositories.c.name)
    .where(
        repositories.c.team_id == bindparam("team"),
        repositories.c.host == bindparam("host"),
        repositories.c.id < bindparam("before"),
    )
    .order_by(repositories.c.id.desc())
    .limit(bindparam("limit"))
)
_RENAME = update(repositories).where(
    repositories.c.team_id == bindparam("team"), repositories.c.id == bindparam("repository")
)
_PROJECTS = (
    select(project_repositories.c.project_id)
    .where(
        project_repositories.c.team_id == bindparam("team"),
        project_repositories.c.repository_id == bindparam("repository"),
    )
    .order_by(project_repositories.c.project_id)
)
_OURS = (commits.c.team_id == bindparam("team")) & (commits.c.repository_id == bindparam("repository"))
_SEVERAL: Any = bindparam("several", expanding=True)
_IN_REPOSITORY = select(commits).where(_OURS)
_KNOWN = AnyOf(
    _IN_REPOSITORY.where(commits.c.sha == bindparam("one")), _IN_REPOSITORY.where(commits.c.sha.in_(_SEVERAL))
)
# No branch has an empty name, which then leaves none out.
_ELSEWHERE = (
    select(commits.c.sha, commits.c.fingerprint, commit_tasks.c.task_id)
    .join(commit_tasks, commit_tasks.c.commit_id == commits.c.id)
    .where(_OURS, commits.c.branch != bindparam("branch"))
)
_COPIES = AnyOf(
    _ELSEWHERE.where(commits.c.fingerprint == bindparam("one")),
    _ELSEWHERE.where(commits.c.fingerprint.in_(_SEVERAL)),
)
_REACH = (
    update(commits)
    .where(commits.c.team_id == bindparam("team"), commits.c.id.in_(bindparam("commits", expanding=True)))
    .values(reached_at=bindparam("now"))
)
_KEY_OF: Select[Any] = (
    select(projects.c.key, tasks.c.number, func.max(cast(commit_tasks.c.closes, Integer)).label("closes"))
    .select_from(commit_tasks)
    .join(tasks, tasks.c.id == commit_tasks.c.task_id)
    .join(projects, projects.c.id == tasks.c.project_id)
    .join(commits, commits.c.id == commit_tasks.c.commit_id)
    .where(commit_tasks.c.team_id == bindparam("team"))
    .group_by(projects.c.key, tasks.c.number)
    .order_by(projects.c.key, tasks.c.number)
)
_TASKS = _KEY_OF.where(commit_tasks.c.commit_id.in_(bindparam("commits", expanding=True)))
_ON_BRANCH = _KEY_OF.where(_OURS, commits.c.branch == bindparam("branch"), commits.c.reached_at.is_(None))
_BETWEEN = _KEY_OF.where(_OURS, commits.c.reached_at > bindparam("after"), commits.c.reached_at <= bindparam("until"))
# A squash says what whoever merged it wrote; what it is about, its pull request says.
_MERGED_BETWEEN = (
    select(projects.c.key, tasks.c.number)
    .distinct()
    .select_from(commits)
    .join(
        pull_requests,
        and_(pull_requests.c.repository_id == commits.c.repository_id, pull_requests.c.merge_sha == commits.c.sha),
    )
    .join(pull_request_tasks, pull_request_tasks.c.pull_request_id == pull_requests.c.id)
    .join(tasks, tasks.c.id == pull_request_tasks.c.task_id)
    .join(projects, projects.c.id == tasks.c.project_id)
    .where(_OURS, commits.c.reached_at > bindparam("after"), commits.c.reached_at <= bindparam("until"))
)
_LEAVE = (
    update(commits)
    .where(_OURS, commits.c.branch == bindparam("gone"), commits.c.reached_at.is_(None))
    .values(branch=bindparam("stands_for"))
)
_ALL_LEAVE = Prepared(_LEAVE)
_HEAD = select(commits.c.id).where(_OURS, commits.c.sha == bindparam("head")).scalar_subquery()
_MERGED_LEAVE = Prepared(_LEAVE.where(or_(commits.c.id <= _HEAD, commits.c.created_at <= bindparam("merged_at"))))
_SAID_BY = select(commit_actions.c.branch).where(
    commit_actions.c.team_id == bindparam("team"),
    commit_actions.c.repository_id == bindparam("repository"),
    commit_actions.c.task_id == bindparam("task"),
    commit_actions.c.fingerprint == bindparam("fingerprint"),
)


@dataclass(frozen=True, slots=True)
class SqlRepositories:
    connection: Connection
    team_id: TeamId

    def ensure(self, repository: Repository, now: datetime) -> int:
        about = {"name": repository.name, "url": repository.url, "default_branch": repository.default_branch}
        row = {"team_id": self.team_id, "host": repository.host, "external_id": repository.external_id}
        found = self._find(repository)
        if found is None:
            insert_or_ignore(self.connection, repositories, {**row, **about, "created_at": now})
            found = self._find(repository)
        assert found is not None
        if any(getattr(found, name) != value for name, value in about.items()):
            self.connection.execute(_RENAME.values(**about), {"team": self.team_id, "repository": found.id})
        return int(found.id)

    def assign(self, repository_id: int, project_id: int) -> None:
        row = {"project_id": project_id, "repository_id": repository_id, "team_id": self.team_id}
        insert_or_ignore_later(self.connection, project_repositories, row)

    def projects(self, repository_id: int) -> tuple[int, ...]:
        found = self.connection.execute(_PROJECTS, {"team": self.team_id, "repository": repository_id})
        return tuple(found.scalars())

    def name_of(self, host: str, external_id: str) -> str | None:
        values = {"team": self.team_id, "host": host, "external": external_id}
        row = _REPOSITORY.first(self.connection, values)
        return str(row.name) if row else None

    def of_host(self, host: str, *, limit: int) -> tuple[str, ...]:
        values = {"team": self.team_id, "host": host, "limit": limit}
        return tuple(self.connection.execute(_OF_HOST, values).scalars())

    def reported(self, host: str, *, before: int | None, limit: int) -> tuple[tuple[int, str], ...]:
        values = {"team": self.team_id, "host": host, "before": _NEWEST if before is None else before, "limit": limit}
        return tuple((row.id, row.name) for row in self.connection.execute(_REPORTED, values))

    def _find(self, repository: Repository) -> Any:
        values = {"team": self.team_id, "host": repository.host, "external": repository.external_id}
        return _REPOSITORY.first(self.connection, values)


@dataclass(frozen=True, slots=True)
class SqlCommits:
    connection: Connection
    team_id: TeamId

    def known(self, repository_id: int, shas: Collection[str]) -> dict[str, SeenCommit]:
        rows = _KNOWN.rows(self.connection, shas, team=self.team_id, repository=repository_id)
        return {
            row.sha: SeenCommit(
                id=row.id, sha=row.sha, branch=row.branch, fingerprint=row.fingerprint, reached_at=row.reached_at
            )
            for row in rows
        }

    def add(self, repository_id: int, new: Sequence[NewCommit], now: datetime) -> dict[str, int]:
        rows: list[dict[str, Any]] = [
            {
                "team_id": self.team_id, "repository_id": repository_id, "sha": commit.sha, "title": commit.title,
                "url": commit.url, "author": commit.author, "branch": commit.branch,
                "fingerprint": commit.fingerprint, "created_at": now, "reached_at": commit.reached_at,
            }
            for commit in new
        ]  # fmt: skip
        if len(rows) <= FEW:
            ids = insert_several(self.connection, commits, rows)
            return {row["sha"]: new for row, new in zip(rows, ids, strict=True) if new is not None}
        added = self.connection.execute(_adding(self.connection.dialect.name), rows)
        return {row.sha: row.id for row in added}

    def copies(
        self, repository_id: int, fingerprints: Collection[str], *, not_on: str | None
    ) -> Callable[[], frozenset[tuple[str, str, int]]]:
        values = {"team": self.team_id, "repository": repository_id, "branch": not_on or ""}
        rows = _COPIES.ask(self.connection, fingerprints, **values)
        return lambda: frozenset((row.sha, row.fingerprint, row.task_id) for row in rows())

    def mark_reached(self, commit_ids: Collection[int], now: datetime) -> None:
        for some in _batches(commit_ids):
            self.connection.execute(_REACH, {"team": self.team_id, "commits": some, "now": now})

    def link(self, links: Sequence[CommitTask]) -> set[tuple[int, int]]:
        rows: list[dict[str, Any]] = [
            {"commit_id": link.commit_id, "task_id": link.task_id, "team_id": self.team_id, "closes": link.closes}
            for link in links
        ]
        if len(rows) <= FEW:
            ids = insert_several(self.connection, commit_tasks, rows)
            return {(row["commit_id"], row["task_id"]) for row, new in zip(rows, ids, strict=True) if new is not None}
        added = self.connection.execute(_linking(self.connection.dialect.name), rows)
        return {(row.commit_id, row.task_id) for row in added}

    def tasks(self, commit_ids: Collection[int]) -> tuple[tuple[TaskKey, bool], ...]:
        found: dict[TaskKey, bool] = {}
        for some in _batches(commit_ids):
            for key, closes in _keys(self._all(_TASKS, commits=some)):
                found[key] = found.get(key, False) or closes
        return tuple(found.items())

    def tasks_on_branch(self, repository_id: int, branch: str) -> tuple[tuple[TaskKey, bool], ...]:
        return _keys(self._all(_ON_BRANCH, repository=repository_id, branch=branch))

    def leave_branch(self, repository_id: int, branch: str, *, pull_request: int | None) -> None:
        stands_for = "" if pull_request is None else merged_branch(branch, pull_request)
        _ALL_LEAVE.run(self.connection, self._leaving(repository_id, branch, stands_for))

    def merge_branch(
        self, repository_id: int, branch: str, *, pull_request: int, head: str, merged_at: datetime
    ) -> None:
        leaving = self._leaving(repository_id, branch, merged_branch(branch, pull_request))
        _MERGED_LEAVE.run(self.connection, {**leaving, "head": head, "merged_at": merged_at})

    def _leaving(self, repository_id: int, branch: str, stands_for: str) -> dict[str, object]:
        return {"team": self.team_id, "repository": repository_id, "gone": branch, "stands_for": stands_for}

    def tasks_between(self, repository_id: int, after: datetime, until: datetime) -> tuple[TaskKey, ...]:
        values = {"repository": repository_id, "after": after, "until": until}
        named = [key for key, _ in _keys(self._all(_BETWEEN, **values))]
        merged = [TaskKey(row.key, row.number) for row in self._all(_MERGED_BETWEEN, **values)]
        return tuple(sorted({*named, *merged}))

    def take_action(
        self, repository_id: int, task_id: int, fingerprint: str, *, branch: str, is_rewritten: bool, now: datetime
    ) -> bool:
        row = {
            "repository_id": repository_id, "task_id": task_id, "fingerprint": fingerprint, "team_id": self.team_id,
            "branch": branch, "at": now,
        }  # fmt: skip
        if insert_or_ignore(self.connection, commit_actions, row) is not None:
            return True
        said_on = next(iter(self._all(_SAID_BY, repository=repository_id, task=task_id, fingerprint=fingerprint)), None)
        return said_on is not None and said_on.branch == branch and not is_rewritten

    def _all(self, query: Select[Any], **values: object) -> Any:
        return self.connection.execute(query, {"team": self.team_id, **values})


def _keys(rows: Any) -> tuple[tuple[TaskKey, bool], ...]:
    return tuple((TaskKey(row.key, row.number), bool(row.closes)) for row in rows)


def _batches(items: Collection[Any]) -> Iterator[list[Any]]:
    ordered = list(items)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


@cache
def _linking(dialect: str) -> Any:
    new = insert_statement(dialect, commit_tasks).on_conflict_do_nothing()
    return new.returning(commit_tasks.c.commit_id, commit_tasks.c.task_id)


@cache
def _adding(dialect: str) -> Any:
    return insert_statement(dialect, commits).on_conflict_do_nothing().returning(commits.c.id, commits.c.sha)
