"""What a Git host tells, in one form whichever host it is: facts, before they mean anything to the board."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """`external_id` is the host's own id, which stays when the repository is renamed; `name` is `acme/churn`."""

    host: str
    external_id: str
    name: str
    url: str
    default_branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GitPerson:
    """As Git or the host names them; `login` is the host's account, where it knows one."""

    name: str
    email: str = ""
    login: str = ""
    is_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """`paths` are the files it touched, as far as the host lists them.

    `is_distinct` unless it was pushed before, to another branch: a merge of that one brings it along, or a rebase.
    """

    sha: str
    message: str
    author: GitPerson
    url: str
    paths: tuple[str, ...] = ()
    is_distinct: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """Commits arrived on a branch, oldest first; `branch` is without `refs/heads/`.

    `is_truncated` where the host left commits out; they lie between `before` and `after`. `pusher` is who signed in,
    which no commit can forge.
    """

    repository: Repository
    branch: str
    before: str
    after: str
    commits: tuple[Commit, ...]
    pusher: GitPerson
    compare_url: str = ""
    is_forced: bool = False
    is_truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchCreated:
    repository: Repository
    branch: str
    sender: GitPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchDeleted:
    repository: Repository
    branch: str


class PullRequestState(StrEnum):
    OPEN = "open"
    DRAFT = "draft"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestChanged:
    """A pull request as it was at `updated_at`; older news of it change nothing.

    `head_sha` is its newest commit; `merge_sha` the commit it became on the base branch at `merged_at`, once merged. A
    fork's branches have nothing to do with the repository's own of the same name.
    """

    repository: Repository
    number: int
    title: str
    body: str
    url: str
    state: PullRequestState
    updated_at: datetime
    author: GitPerson
    sender: GitPerson
    head_branch: str
    head_sha: str
    base_branch: str
    merge_sha: str = ""
    merged_at: datetime | None = None
    is_from_fork: bool = False


class Result(StrEnum):
    """How far a check or a deployment is. `inactive`: replaced by a newer one; `skipped`: nothing was to be done."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    INACTIVE = "inactive"

    @property
    def is_final(self) -> bool:
        return self not in (Result.WAITING, Result.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReported:
    """CI on a commit. `name` is the workflow, app or context: one line for each commit and name.

    `order` grows with each run and each attempt of a run, as far as the host counts them; of two reports with the same
    order the one with the later `at` holds.
    """

    repository: Repository
    sha: str
    name: str
    result: Result
    url: str
    order: int
    at: datetime
    branch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentReported:
    """A deployment, or news of it. `order` is 0 for the deployment itself and grows with each status.

    `is_production` as the host says it, else by the environment's name.
    """

    repository: Repository
    external_id: str
    environment: str
    sha: str
    ref: str
    result: Result
    order: int
    at: datetime
    creator: GitPerson
    url: str = ""
    description: str = ""
    is_production: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePublished:
    repository: Repository
    tag: str
    name: str
    body: str
    url: str
    author: GitPerson


@dataclass(frozen=True, slots=True)
class Pinged:
    """The host tried the hook out."""

    repository: Repository | None = None


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """Properly signed, and nothing the board needs."""

    why: str


Fact: TypeAlias = (
    Pushed
    | BranchCreated
    | BranchDeleted
    | PullRequestChanged
    | CheckReported
    | DeploymentReported
    | ReleasePublished
    | Pinged
    | NotNeeded
)


# Who commits in a workflow, as people write it down there.
_PROGRAMS = frozenset({"github-actions", "github-action", "actions-user", "gitlab-ci", "jenkins"})


def is_bot_name(name: str, email: str, login: str) -> bool:
    """Where the host does not say: by what programs are called. Not the bare word: Bot is a family name."""
    mailbox = email.partition("@")[0].lower()
    words = (name.lower(), mailbox, login.lower())
    is_program = any(word.replace(" ", "-") in _PROGRAMS for word in words)
    return is_program or mailbox == "bot" or any(word.endswith(("[bot]", "-bot")) for word in words)


def is_production(environment: str) -> bool:
    """Where the host does not say: by the name people give it."""
    words = environment.casefold().replace("_", "-").replace("/", "-").split("-")
    return any(word in ("production", "prod", "live") for word in words) and "pre" not in words and "non" not in words
