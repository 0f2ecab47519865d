"""What is kept of a Git host, and how it is asked for."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from core.git import CheckReported, DeploymentReported, PullRequestChanged, PullRequestState, Repository, Result
from core.ids import TaskKey

if TYPE_CHECKING:
    from core.hooks import Hook


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCommit:
    """`fingerprint` is the same for a commit and its rebased copy; `reached_at` is when the default branch got it."""

    id: int
    sha: str
    branch: str
    fingerprint: str
    reached_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommit:
    sha: str
    title: str
    url: str
    author: str
    branch: str
    fingerprint: str
    reached_at: datetime | None


@dataclass(frozen=True, slots=True)
class CommitTask:
    commit_id: int
    task_id: int
    closes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPullRequest:
    id: int
    state: PullRequestState
    head_sha: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """CI on a commit, in its present state. `order` and `at` tell newer reports from older ones."""

    id: int
    repository: str
    sha: str
    name: str
    result: Result
    url: str
    order: int
    at: datetime
    branch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """`started_at` is the first that was heard of it; `finished_at` stays empty while it runs."""

    id: int
    repository_id: int
    repository: str
    external_id: str
    environment: str
    is_production: bool
    sha: str
    ref: str
    result: Result
    order: int
    by: str
    url: str
    description: str
    started_at: datetime
    finished_at: datetime | None = None
    is_rollback: bool = False

    @property
    def seconds(self) -> int | None:
        return int((self.finished_at - self.started_at).total_seconds()) if self.finished_at else None


def merged_branch(branch: str, pull_request: int) -> str:
    """What stands for the branch of commits that a pull request has merged: no branch is called so."""
    return f"{branch}~{pull_request}"


class Repositories(Protocol):
    def ensure(self, repository: Repository, now: datetime) -> int:
        """Its id here; a new name, address or default branch is noted."""
        ...

    def assign(self, repository_id: int, project_id: int) -> None:
        """Notes that a hook of the project reports of it."""
        ...

    def projects(self, repository_id: int) -> tuple[int, ...]: ...

    def name_of(self, host: str, external_id: str) -> str | None:
        """As it was called when it was last reported."""
        ...

    def of_host(self, host: str, *, limit: int) -> tuple[str, ...]:
        """The names of those that were reported, the newest first."""
        ...

    def reported(self, host: str, *, before: int | None, limit: int) -> tuple[tuple[int, str], ...]:
        """As `of_host` with their ids, those with a lower id than `before`."""
        ...


class Commits(Protocol):
    def known(self, repository_id: int, shas: Collection[str]) -> dict[str, SeenCommit]: ...
    def add(self, repository_id: int, commits: Sequence[NewCommit], now: datetime) -> dict[str, int]:
        """Their ids, by sha. One that is there already is left as it is and not among them."""
        ...

    def copies(
        self, repository_id: int, fingerprints: Collection[str], *, not_on: str | None
    ) -> Callable[[], frozenset[tuple[str, str, int]]]:
        """Commits with these fingerprints that were first seen on another branch than `not_on`, or with None on any:
        sha, fingerprint and a task that has it."""
        ...

    def mark_reached(self, commit_ids: Collection[int], now: datetime) -> None: ...

    def link(self, links: Sequence[CommitTask]) -> set[tuple[int, int]]:
        """Those that are new, as ids of commit and task."""
        ...

    def tasks(self, commit_ids: Collection[int]) -> tuple[tuple[TaskKey, bool], ...]:
        """The tasks of these commits, and whether one of them says that it closes the task."""
        ...

    def tasks_on_branch(self, repository_id: int, branch: str) -> tuple[tuple[TaskKey, bool], ...]:
        """As `tasks`, of the commits of this branch, or of what stands for it, that are not on the default one yet."""
        ...

    def leave_branch(self, repository_id: int, branch: str, *, pull_request: int | None) -> None:
        """Its commits that have not reached the default branch are of no branch any more, but of the pull request."""
        ...

    def merge_branch(
        self, repository_id: int, branch: str, *, pull_request: int, head: str, merged_at: datetime
    ) -> None:
        """As `leave_branch`, for the commits up to the head, and all that were seen before it was merged."""
        ...

    def tasks_between(self, repository_id: int, after: datetime, until: datetime) -> tuple[TaskKey, ...]:
        """The tasks of commits that reached the default branch after the one time and not after the other."""
        ...

    def take_action(
        self, repository_id: int, task_id: int, fingerprint: str, *, branch: str, is_rewritten: bool, now: datetime
    ) -> bool:
        """False when the same was said before on another branch, or on this one before it was rewritten."""
        ...


class PullRequests(Protocol):
    def get(self, repository_id: int, number: int) -> SeenPullRequest | None: ...
    def save(self, repository_id: int, reported: PullRequestChanged, now: datetime) -> int: ...
    def link(self, pull_request_id: int, task_id: int, state: PullRequestState) -> None:
        """Notes that the task was told of it in this state."""
        ...

    def tasks(self, pull_request_id: int) -> dict[TaskKey, PullRequestState]:
        """Its tasks, and what each was told last."""
        ...

    def open_ones(self, task_id: int) -> int:
        """How many pull requests of the task are open or drafts."""
        ...

    def open_from(self, repository_id: int, branch: str) -> int | None:
        """The number of one that is open or a draft and has this branch as its head."""
        ...

    def merged_with(self, repository_id: int, branch: str, shas: Collection[str]) -> Callable[[], dict[str, int]]:
        """Those of the commits that were the head of this branch when it was merged, and the pull request's number."""
        ...

    def tasks_at(self, repository_id: int, sha: str) -> tuple[TaskKey, ...]:
        """The tasks of pull requests whose newest or merged commit this is."""
        ...


class Checks(Protocol):
    def get(self, check_id: int) -> Check | None: ...
    def find(self, repository_id: int, sha: str, name: str) -> Check | None: ...
    def save(self, repository_id: int, reported: CheckReported, now: datetime) -> int: ...
    def of_commits(self, repository_id: int, shas: Collection[str]) -> tuple[Check, ...]: ...
    def ask_of_commits(self, repository_id: int, shas: Collection[str]) -> Callable[[], tuple[Check, ...]]:
        """As `of_commits`, together with what is asked next."""
        ...

    def mark_told(self, check_ids: Collection[int]) -> None:
        """Notes that a task was told of them: they are kept."""
        ...


class Deployments(Protocol):
    def get(self, deployment_id: int) -> Deployment: ...
    def find(self, repository_id: int, external_id: str) -> Deployment | None: ...
    def add(
        self, repository_id: int, reported: DeploymentReported, *, member_id: int | None, by: str
    ) -> Deployment: ...
    def save(self, deployment: Deployment) -> None: ...

    def last_success(self, repository_id: int, environment: str, *, before: int) -> Deployment | None:
        """The newest one that succeeded there, other than `before`."""
        ...

    def was_deployed(self, repository_id: int, environment: str, sha: str, *, before: int) -> bool:
        """Whether an earlier deployment of this commit there succeeded."""
        ...

    def list(self, project_id: int | None, environment: str | None, *, limit: int) -> tuple[Deployment, ...]:
        """Newest first; of a project, those of its repositories."""
        ...


class Hooks(Protocol):
    def add(self, hook: "Hook", *, member_id: int | None) -> "Hook":
        """The hook with its id; `hook.id` is ignored."""
        ...

    def get(self, hook_id: int) -> "Hook | None": ...
    def ask(self, hook_id: int) -> "Callable[[], Hook | None]":
        """As `get`, together with what is asked next."""
        ...

    def save(self, hook: "Hook") -> None:
        """Writes its secrets, its repository and whether it is revoked."""
        ...

    def reseal(self, hook: "Hook", *, secret: str, old_secret: str) -> None:
        """The same secrets under another seal, unless they have changed."""
        ...

    def mark_used(self, hook_id: int, now: datetime) -> None: ...
    def list(self, *, limit: int) -> "tuple[Hook, ...]":
        """Those in use, oldest first."""
        ...
