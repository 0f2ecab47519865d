"""What a Git host tells, made up in a line, and taken to a board as a hook would."""

from datetime import datetime, timedelta
from hashlib import sha1

from core.events import LoggedEvent
from core.git import (
    CheckReported,
    Commit,
    DeploymentReported,
    Fact,
    GitPerson,
    PullRequestChanged,
    PullRequestState,
    Pushed,
    Repository,
    Result,
)
from core.git_intake import take_fact
from core.hooks import Hook, HookProvider
from core.ids import TeamId
from core.links import TaskLink
from core.notes import Note
from core.tasks import Task
from tests.conftest import NOW
from tests.drivers import BoardDriver

CHURN = Repository(
    host="github", external_id="1", name="acme/churn", url="https://github.com/acme/churn", default_branch="main"
)
BO = GitPerson(name="Bo Berg", email="bo@example.com", login="bo-berg")
BOT = GitPerson(name="renovate[bot]", login="renovate[bot]", is_bot=True)


def sha_of(text: str) -> str:
    return sha1(text.encode()).hexdigest()


def commit(message: str, sha: str = "", *, author: GitPerson = BO, paths: tuple[str, ...] = ()) -> Commit:
    """The sha follows from the message; a rebased copy is given another one."""
    sha = sha_of(sha or message)
    return Commit(sha=sha, message=message, author=author, url=f"{CHURN.url}/commit/{sha}", paths=paths)


def push(
    *commits: Commit | str,
    branch: str = "feat/tails",
    pusher: GitPerson = BO,
    forced: bool = False,
    repository: Repository = CHURN,
) -> Pushed:
    made = tuple(commit(one) if isinstance(one, str) else one for one in commits)
    return Pushed(
        repository=repository, branch=branch, before="0" * 40, after=made[-1].sha if made else "0" * 40, commits=made,
        pusher=pusher, is_forced=forced,
    )  # fmt: skip


def pull_request(
    state: PullRequestState = PullRequestState.OPEN,
    *,
    title: str = "CHURN-1 tails",
    body: str = "",
    number: int = 7,
    minutes: int = 0,
    head: str = "feat/tails",
    head_sha: str = "",
    base: str = "main",
    merge_sha: str = "",
    author: GitPerson = BO,
    is_from_fork: bool = False,
) -> PullRequestChanged:
    """As it was so many minutes after the board's beginning."""
    return PullRequestChanged(
        repository=CHURN, number=number, title=title, body=body, url=f"{CHURN.url}/pull/{number}", state=state,
        updated_at=NOW + timedelta(minutes=minutes), author=author, sender=author, head_branch=head,
        head_sha=head_sha or sha_of(f"head {number}"), base_branch=base, merge_sha=merge_sha,
        merged_at=NOW + timedelta(minutes=minutes) if state is PullRequestState.MERGED else None,
        is_from_fork=is_from_fork,
    )  # fmt: skip


def check(
    sha: str, result: Result, *, name: str = "tests", order: int = 1, minutes: int = 0, branch: str = ""
) -> CheckReported:
    return CheckReported(
        repository=CHURN, sha=sha, name=name, result=result, url=f"{CHURN.url}/actions/{order}", order=order,
        at=NOW + timedelta(minutes=minutes), branch=branch,
    )  # fmt: skip


def deployment(
    sha: str,
    result: Result,
    *,
    id: str = "1",
    order: int = 1,
    minutes: int = 0,
    environment: str = "production",
    creator: GitPerson = BO,
    description: str = "",
) -> DeploymentReported:
    return DeploymentReported(
        repository=CHURN, external_id=id, environment=environment, sha=sha, ref="main", result=result, order=order,
        at=NOW + timedelta(minutes=minutes), creator=creator, description=description,
        is_production=environment == "production",
    )  # fmt: skip


def hook_of(project: str, team: TeamId) -> Hook:
    return Hook(
        id=1, team_id=team, public_id="x", provider=HookProvider.GITHUB, project_id=0, project_key=project, secret="",
        created_at=NOW, repository=CHURN.name,
    )  # fmt: skip


def take(board: BoardDriver, *facts: Fact, project: str = "CHURN") -> None:
    """One unit of work for each, as each arrives by itself."""
    hook = hook_of(project, board.team)
    for fact in facts:
        now: datetime = board.now
        board.write(lambda work, fact=fact, now=now: take_fact(work, fact=fact, hook=hook, now=now))


def happened(board: BoardDriver, task: Task, *kinds: type) -> list[LoggedEvent]:
    """What happened to the task, oldest first, of these kinds or of all."""
    entries = board.read(lambda work: work.events.of_task(task.id, limit=500))
    return [entry for entry in reversed(entries) if not kinds or isinstance(entry.event, kinds)]


def links(board: BoardDriver, task: Task, kind: str) -> list[TaskLink]:
    found = board.read(lambda work: work.links.of_task(task.id, limit=100))
    return [link for link in found if link.kind == kind]


def notes(board: BoardDriver, task: Task) -> list[Note]:
    return list(board.read(lambda work: work.notes.of_task(task.id, limit=100)))
