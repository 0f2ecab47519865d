"""What a Git host tells, taken to the board in one unit of work."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from core.checks import take_check
from core.commits import parse_branch, parse_pull_request
from core.deployment_news import UntoldTasks
from core.deployments import take_deployment
from core.events import LinkAdded
from core.git import (
    BranchCreated,
    BranchDeleted,
    CheckReported,
    DeploymentReported,
    Fact,
    NotNeeded,
    Pinged,
    PullRequestChanged,
    Pushed,
    ReleasePublished,
    Repository,
)
from core.git_events import ReleaseLinked
from core.git_people import git_actor
from core.hooks import Hook
from core.journal import record
from core.ports import UnitOfWork
from core.projects import project_keys
from core.pull_requests import take_pull_request
from core.pushes import LinkedRest, take_push, take_rest, tell_rest


def is_needed(fact: Fact, hook: Hook) -> bool:
    """Whether the board has any use for it."""
    repository = repository_of(fact)
    return repository is not None and not isinstance(fact, Pinged) and hook.takes(repository.name)


def repository_of(fact: Fact) -> Repository | None:
    return None if isinstance(fact, NotNeeded) else fact.repository


def follow_rename(work: UnitOfWork, *, fact: Fact, hook: Hook) -> Hook:
    """A hook for one repository goes on when that is renamed: its id stays."""
    repository = repository_of(fact)
    if repository is None or hook.takes(repository.name):
        return hook
    before = work.repositories.name_of(repository.host, repository.external_id)
    if before is None or not hook.takes(before):
        return hook
    renamed = replace(hook, repository=repository.name)
    work.hooks.save(renamed)
    return renamed


def take_fact(work: UnitOfWork, *, fact: Fact, hook: Hook, now: datetime) -> UntoldTasks | None:
    """Harmless however often and in whatever order facts come. What one unit has no time for is given back."""
    prefixes = (hook.project_key,)
    repository = repository_of(fact)
    if repository is not None and not isinstance(fact, Pushed):
        # What is known and what follows from the news must not change in between: two hooks may tell it at one moment.
        work.lock(f"repository {repository.host} {repository.external_id}")
    match fact:
        case Pushed():
            take_push(work, pushed=fact, prefixes=prefixes, now=now)
        case PullRequestChanged():
            take_pull_request(work, changed=fact, prefixes=prefixes, now=now)
        case CheckReported():
            take_check(work, reported=fact, now=now)
        case DeploymentReported():
            is_chosen = bool(hook.repository)
            return take_deployment(work, reported=fact, project=hook.project_key, is_chosen=is_chosen, now=now)
        case BranchDeleted():
            _forget_branch(work, fact, now)
        case BranchCreated():
            _take_branch(work, fact, prefixes, now)
        case ReleasePublished():
            _take_release(work, fact, prefixes, now)
        case Pinged() | NotNeeded():
            pass
    return None


def complete_push(
    work: UnitOfWork, *, pushed: Pushed, hook: Hook, so_far: tuple[LinkedRest, ...], is_last: bool, now: datetime
) -> tuple[LinkedRest, ...]:
    """Some of the commits that the report of a push left out. With the last of them it is said how many they were."""
    linked = {(one.task, one.is_bot): one for one in so_far}
    for new in take_rest(work, pushed=pushed, prefixes=(hook.project_key,), now=now):
        before = linked.get((new.task, new.is_bot))
        linked[new.task, new.is_bot] = replace(new, count=new.count + before.count) if before else new
    rest = tuple(linked.values())
    if is_last:
        tell_rest(work, pushed=pushed, rest=rest, now=now)
    return rest


def _forget_branch(work: UnitOfWork, deleted: BranchDeleted, now: datetime) -> None:
    """Another branch of that name has nothing to do with the tasks of this one."""
    repository = work.repositories.ensure(deleted.repository, now)
    # GitHub deletes a branch that was merged at once: what came of its pull request may be told behind it.
    open_one = work.pull_requests.open_from(repository, deleted.branch)
    work.commits.leave_branch(repository, deleted.branch, pull_request=open_one)


def _take_branch(work: UnitOfWork, created: BranchCreated, prefixes: Collection[str], now: datetime) -> None:
    if created.sender.is_bot:
        return
    for key in parse_branch(created.branch, prefixes=prefixes):
        task = work.tasks.get(key)
        if task is not None:
            actor = git_actor(work, created.sender, host=created.repository.host, place=created.repository.name)
            url = f"{created.repository.url}/tree/{quote(created.branch)}"
            link = work.links.add(
                task.id, kind="branch", url=url, title=created.branch, member_id=actor.member_id, now=now
            )
            if link is not None:
                record(work, LinkAdded(link.id, "branch", url, created.branch), actor=actor, now=now, task=task)


def _take_release(work: UnitOfWork, released: ReleasePublished, prefixes: Collection[str], now: datetime) -> None:
    actor = git_actor(work, released.author, host=released.repository.host, place=released.repository.name)
    for mention in parse_pull_request(released.name, released.body, prefixes=prefixes, others=project_keys(work)):
        task = work.tasks.get(mention.key)
        title = f"{released.name or released.tag}"[:200]
        if task is not None and work.links.add(
            task.id, kind="release", url=released.url, title=title, member_id=actor.member_id, now=now
        ):
            event = ReleaseLinked(
                released.repository.name, released.tag, title, released.url, actor.name, released.author.is_bot
            )
            record(work, event, actor=actor, now=now, task=task)
