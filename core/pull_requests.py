"""Pull requests drive the review: open, their tasks are in review; merged, what they close is done."""

from collections.abc import Collection
from datetime import datetime

from core.checks import tell_known_checks
from core.commit_actions import finish, move
from core.commits import Done, parse_branch, parse_pull_request
from core.git import PullRequestChanged, PullRequestState
from core.git_events import PullRequestMoved
from core.git_people import git_actor
from core.git_records import SeenPullRequest, merged_branch
from core.ids import TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.projects import project_keys
from core.tasks import State, Task, Track

TITLE_KEPT = 200
_IN_WORK = (State.TODO, State.DOING)


def take_pull_request(
    work: UnitOfWork, *, changed: PullRequestChanged, prefixes: Collection[str], now: datetime
) -> None:
    """What is older than what is known changes nothing; what is known already is told once for each task."""
    closing = _closing(work, changed, prefixes)
    repository = work.repositories.ensure(changed.repository, now)
    before = work.pull_requests.get(repository, changed.number)
    if before is not None and _is_old(changed, before):
        return
    on_branch = _on_branch(work, repository, changed)
    told = work.pull_requests.tasks(before.id) if before is not None else {}
    keys = dict.fromkeys([*closing, *(key for key in (*on_branch, *told) if key.project in prefixes)])
    tasks = [task for task in (work.tasks.get(key) for key in keys) if task is not None]
    if not tasks and before is None:
        return
    number = work.pull_requests.save(repository, changed, now)
    actor = git_actor(work, changed.sender, host=changed.repository.host, place=changed.repository.name)
    for task in tasks:
        if task.key not in told:
            _link(work, repository, task, changed, actor, now)
        if told.get(task.key) is not changed.state:
            work.pull_requests.link(number, task.id, changed.state)
            closes = closing.get(task.key, False) or on_branch.get(task.key, False)
            _tell(work, task, changed, actor, now)
            _drive(work, task, changed, closes=closes, actor=actor, now=now)


def _on_branch(work: UnitOfWork, repository: int, changed: PullRequestChanged) -> dict[TaskKey, bool]:
    """The tasks of its commits, and whether one of them closes it. Merged, the branch carries them no longer: one that
    lives on, such as `develop`, does not bring them to its next pull request."""
    if changed.is_from_fork:
        return {}
    if changed.state is PullRequestState.MERGED:
        work.commits.merge_branch(
            repository, changed.head_branch, pull_request=changed.number, head=changed.head_sha,
            merged_at=changed.merged_at or changed.updated_at,
        )  # fmt: skip
        branch = merged_branch(changed.head_branch, changed.number)
        return dict(work.commits.tasks_on_branch(repository, branch))
    return dict(work.commits.tasks_on_branch(repository, changed.head_branch))


def _closing(work: UnitOfWork, changed: PullRequestChanged, prefixes: Collection[str]) -> dict[TaskKey, bool]:
    """The tasks it names, and whether it says that it closes them."""
    named = {
        mention.key: any(isinstance(action, Done) for action in mention.actions)
        for mention in parse_pull_request(changed.title, changed.body, prefixes=prefixes, others=project_keys(work))
    }
    return {**dict.fromkeys(parse_branch(changed.head_branch, prefixes=prefixes), False), **named}


def _is_old(changed: PullRequestChanged, before: SeenPullRequest) -> bool:
    """News are told apart by seconds: in the same second, an end stands."""
    if changed.updated_at != before.updated_at:
        return changed.updated_at < before.updated_at
    return changed.state is not before.state and before.state in (PullRequestState.MERGED, PullRequestState.CLOSED)


def _link(
    work: UnitOfWork, repository: int, task: Task, changed: PullRequestChanged, actor: Actor, now: datetime
) -> None:
    title = f"#{changed.number} {changed.title}"[:TITLE_KEPT]
    work.links.add(
        task.id, kind="pull request", url=changed.url, title=title, member_id=actor.member_id, now=now
    )  # fmt: skip
    checks = work.checks.of_commits(repository, [changed.head_sha])
    tell_known_checks(work, checks, task=task, actor=actor, now=now)


def _tell(work: UnitOfWork, task: Task, changed: PullRequestChanged, actor: Actor, now: datetime) -> None:
    event = PullRequestMoved(
        repository=changed.repository.name, number=changed.number, title=changed.title[:TITLE_KEPT], url=changed.url,
        state=changed.state, branch=changed.base_branch, by=actor.name, is_bot=changed.author.is_bot,
    )  # fmt: skip
    record(work, event, actor=actor, now=now, task=task)


def _drive(
    work: UnitOfWork, task: Task, changed: PullRequestChanged, *, closes: bool, actor: Actor, now: datetime
) -> None:
    """Moves only what nobody moved on by hand. A bot's pull request moves nothing."""
    if changed.author.is_bot or not task.state.is_open:
        return
    source = f"pull request #{changed.number}"
    match changed.state:
        case PullRequestState.OPEN if task.state in _IN_WORK:
            move(work, task, State.REVIEW, source=source, actor=actor, now=now)
        case PullRequestState.DRAFT if task.state in (State.TODO, State.REVIEW):
            move(work, task, State.DOING, source=source, actor=actor, now=now)
        case PullRequestState.MERGED if closes and changed.base_branch == changed.repository.default_branch:
            finish(work, task.key, source=source, actor=actor, now=now)
            if task.track is Track.RESEARCH:
                _back_to_work(work, task, source, actor, now)
        case PullRequestState.CLOSED | PullRequestState.MERGED:
            _back_to_work(work, task, source, actor, now)


def _back_to_work(work: UnitOfWork, task: Task, source: str, actor: Actor, now: datetime) -> None:
    if task.state is State.REVIEW and not work.pull_requests.open_ones(task.id):
        move(work, task, State.DOING, source=source, actor=actor, now=now)
