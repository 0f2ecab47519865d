"""Pull requests in their newest state, and their tasks."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from core.git import PullRequestChanged, PullRequestState
from core.git_records import SeenPullRequest
from core.ids import TaskKey, TeamId
from storage.batches import AnyOf
from storage.git_tables import IS_OPEN_PULL_REQUEST, pull_request_tasks, pull_requests
from storage.tables import projects, tasks
from storage.upsert import insert_or_replace

_OURS = (pull_requests.c.team_id == bindparam("team")) & (pull_requests.c.repository_id == bindparam("repository"))
_GET = select(pull_requests).where(_OURS, pull_requests.c.number == bindparam("number"))
_OPEN_ONES = (
    select(func.count())
    .select_from(pull_request_tasks)
    .join(pull_requests, pull_requests.c.id == pull_request_tasks.c.pull_request_id)
    .where(
        pull_request_tasks.c.team_id == bindparam("team"),
        pull_request_tasks.c.task_id == bindparam("task"),
        pull_requests.c.state.in_((PullRequestState.OPEN, PullRequestState.DRAFT)),
    )
)
_TASKS = (
    select(projects.c.key, tasks.c.number, pull_request_tasks.c.state)
    .select_from(pull_request_tasks)
    .join(tasks, tasks.c.id == pull_request_tasks.c.task_id)
    .join(projects, projects.c.id == tasks.c.project_id)
    .where(
        pull_request_tasks.c.team_id == bindparam("team"),
        pull_request_tasks.c.pull_request_id == bindparam("pull_request"),
    )
    .order_by(projects.c.key, tasks.c.number)
)
_OPEN_FROM = (
    select(pull_requests.c.number)
    .where(_OURS, pull_requests.c.head_branch == bindparam("branch"), IS_OPEN_PULL_REQUEST)
    .order_by(pull_requests.c.number.desc())
    .limit(1)
)
_MERGED_FROM = select(pull_requests.c.head_sha, pull_requests.c.number).where(
    _OURS, pull_requests.c.head_branch == bindparam("branch"), pull_requests.c.state == PullRequestState.MERGED
)
_MERGED_WITH = AnyOf(
    _MERGED_FROM.where(pull_requests.c.head_sha == bindparam("one")),
    _MERGED_FROM.where(pull_requests.c.head_sha.in_(bindparam("several", expanding=True))),
)
_TASKS_AT = (
    select(projects.c.key, tasks.c.number)
    .distinct()
    .select_from(pull_request_tasks)
    .join(pull_requests, pull_requests.c.id == pull_request_tasks.c.pull_request_id)
    .join(tasks, tasks.c.id == pull_request_tasks.c.task_id)
    .join(projects, projects.c.id == tasks.c.project_id)
    .where(_OURS, or_(pull_requests.c.head_sha == bindparam("sha"), pull_requests.c.merge_sha == bindparam("sha")))
    .order_by(projects.c.key, tasks.c.number)
)


@dataclass(frozen=True, slots=True)
class SqlPullRequests:
    connection: Connection
    team_id: TeamId

    def get(self, repository_id: int, number: int) -> SeenPullRequest | None:
        values = {"team": self.team_id, "repository": repository_id, "number": number}
        row = self.connection.execute(_GET, values).first()
        if row is None:
            return None
        return SeenPullRequest(id=row.id, state=row.state, head_sha=row.head_sha, updated_at=row.updated_at)

    def save(self, repository_id: int, reported: PullRequestChanged, now: datetime) -> int:
        row = {
            "team_id": self.team_id, "repository_id": repository_id, "number": reported.number,
            "title": reported.title, "url": reported.url, "state": reported.state,
            "head_branch": reported.head_branch, "head_sha": reported.head_sha, "merge_sha": reported.merge_sha,
            "author": reported.author.name, "updated_at": reported.updated_at,
        }  # fmt: skip
        insert_or_replace(self.connection, pull_requests, row, ("repository_id", "number"))
        values = {"team": self.team_id, "repository": repository_id, "number": reported.number}
        return int(self.connection.execute(_GET, values).one().id)

    def link(self, pull_request_id: int, task_id: int, state: PullRequestState) -> None:
        row = {"pull_request_id": pull_request_id, "task_id": task_id, "team_id": self.team_id, "state": state}
        insert_or_replace(self.connection, pull_request_tasks, row, ("pull_request_id", "task_id"))

    def tasks(self, pull_request_id: int) -> dict[TaskKey, PullRequestState]:
        rows = self.connection.execute(_TASKS, {"team": self.team_id, "pull_request": pull_request_id})
        return {TaskKey(row.key, row.number): row.state for row in rows}

    def open_ones(self, task_id: int) -> int:
        return self.connection.execute(_OPEN_ONES, {"team": self.team_id, "task": task_id}).scalar_one()

    def open_from(self, repository_id: int, branch: str) -> int | None:
        values = {"team": self.team_id, "repository": repository_id, "branch": branch}
        return self.connection.execute(_OPEN_FROM, values).scalar()

    def merged_with(self, repository_id: int, branch: str, shas: Collection[str]) -> Callable[[], dict[str, int]]:
        rows = _MERGED_WITH.ask(self.connection, shas, team=self.team_id, repository=repository_id, branch=branch)
        return lambda: {row.head_sha: row.number for row in rows()}

    def tasks_at(self, repository_id: int, sha: str) -> tuple[TaskKey, ...]:
        rows = self.connection.execute(_TASKS_AT, {"team": self.team_id, "repository": repository_id, "sha": sha})
        return tuple(TaskKey(row.key, row.number) for row in rows)
