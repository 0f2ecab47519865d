"""What happened on a Git host and touched the board. A name is as Git or the host has it, where no member is known."""

from dataclasses import dataclass
from typing import TypeAlias

from core.git import PullRequestState, Result

COMMITS_SHOWN = 5


# Stands for the id of a member who is named and not called.
NOBODY = 0


@dataclass(frozen=True)
class CommitLine:
    sha: str
    title: str
    url: str
    author: str


@dataclass(frozen=True)
class CommitsLinked:
    """Commits of one push that belong to a task: `count` of them, the newest `commits` shown.

    `is_rest` where they are those that the host had left out of its report; none is shown then. `paths` are a few of
    those that were touched: enough for every watch to decide as by all.
    """

    repository: str
    branch: str
    commits: tuple[CommitLine, ...]
    count: int
    by: str
    is_bot: bool = False
    url: str = ""
    paths: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    is_rest: bool = False


@dataclass(frozen=True)
class PullRequestMoved:
    repository: str
    number: int
    title: str
    url: str
    state: PullRequestState
    branch: str
    by: str
    is_bot: bool = False


@dataclass(frozen=True)
class CheckChanged:
    """`check` is the row that the line in the thread shows, as it is when the line is written."""

    check: int
    repository: str
    name: str
    sha: str
    result: Result
    branch: str = ""


@dataclass(frozen=True)
class DeploymentChanged:
    """`is_announced` where the channel is told and not only the thread; `tasks` are the first of the `count` that the
    deployment carries.

    `watchers` are the names of those who should look after a failure; their ids stand beside them, `NOBODY`
    for whom is not to be called now.
    """

    deployment: int
    repository: str
    environment: str
    is_production: bool
    result: Result
    sha: str
    by: str
    url: str = ""
    description: str = ""
    seconds: int | None = None
    is_rollback: bool = False
    is_announced: bool = False
    tasks: tuple[str, ...] = ()
    watcher_ids: tuple[int, ...] = ()
    watchers: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class ReleaseLinked:
    repository: str
    tag: str
    name: str
    url: str
    by: str
    is_bot: bool = False


@dataclass(frozen=True)
class ResearchSaidDone:
    """A commit or pull request said of research that it is done, which only a decision can."""

    source: str
    by: str


@dataclass(frozen=True)
class HookCreated:
    hook: int
    provider: str
    project: str
    repository: str = ""


@dataclass(frozen=True)
class HookRotated:
    hook: int
    provider: str
    project: str


@dataclass(frozen=True)
class HookRevoked:
    hook: int
    provider: str
    project: str


GitEvent: TypeAlias = (
    CommitsLinked
    | PullRequestMoved
    | CheckChanged
    | DeploymentChanged
    | ReleaseLinked
    | ResearchSaidDone
    | HookCreated
    | HookRotated
    | HookRevoked
)

_PULL_REQUEST_WORDS = {
    PullRequestState.OPEN: "opened",
    PullRequestState.DRAFT: "drafted",
    PullRequestState.CLOSED: "closed",
    PullRequestState.MERGED: "merged",
}
_DEPLOYMENT_WORDS = {
    Result.WAITING: "queued a deployment to {0}",
    Result.RUNNING: "is deploying to {0}",
    Result.SUCCESS: "deployed to {0}",
    Result.FAILURE: "failed to deploy to {0}",
    Result.CANCELLED: "cancelled the deployment to {0}",
    Result.SKIPPED: "skipped the deployment to {0}",
    Result.INACTIVE: "replaced the deployment to {0}",
}


def short(sha: str) -> str:
    return sha[:7]


def describe_git(event: object) -> str:
    """The rest of a sentence that begins with a name."""
    match event:
        case CommitsLinked(branch=branch, commits=commits, count=count, is_rest=is_rest):
            title, more = f": {commits[-1].title}" if commits else "", "more " if is_rest else ""
            return f"pushed {count} {more}commit{'s' if count != 1 else ''} to {branch}{title}"
        case PullRequestMoved(number=number, title=title, state=state):
            return f"{_PULL_REQUEST_WORDS[state]} pull request #{number}: {title}"
        case CheckChanged(name=name, sha=sha, result=result):
            return f"reported {name} on {short(sha)}: {result}"
        case DeploymentChanged(environment=environment, sha=sha, result=result, is_rollback=is_rollback):
            words = f"rolled {environment} back" if is_rollback else _DEPLOYMENT_WORDS[result].format(environment)
            return f"{words} ({short(sha)})"
        case ReleaseLinked(tag=tag, name=name):
            return f"released {name or tag}"
        case ResearchSaidDone(source=source):
            return f"said in {source} that it is done, but research ends in a decision"
        case HookCreated(hook, provider, project, repository):
            return f"made hook {hook}: {provider} for {project}" + (f", only {repository}" if repository else "")
        case HookRotated(hook, provider, project):
            return f"gave hook {hook} ({provider} for {project}) a new secret"
        case HookRevoked(hook, provider, project):
            return f"revoked hook {hook} ({provider} for {project})"
    raise TypeError(f"no words for {type(event).__name__}")


def is_by_bot(event: object) -> bool:
    return bool(getattr(event, "is_bot", False))
