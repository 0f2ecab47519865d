"""Deployments: what runs where, and the end of a deploy task."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.checks import tasks_of_commit
from core.commit_actions import move
from core.errors import NotFound
from core.git import DeploymentReported, Result
from core.git_events import DeploymentChanged, short
from core.git_people import git_actor
from core.git_records import Deployment
from core.ids import Person, TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.projects import find_project
from core.tasks import Kind, State, Task

MOST_TASKS = 500
_TOLD = (Result.RUNNING, Result.SUCCESS, Result.FAILURE, Result.CANCELLED)


@dataclass(frozen=True, slots=True)
class _News:
    deployment: Deployment
    tasks: tuple[Task, ...]
    actor: Actor


def take_deployment(
    work: UnitOfWork, *, reported: DeploymentReported, project: str, is_chosen: bool = True, now: datetime
) -> None:
    """News that are older than what is known change nothing. Every task it carries is told, whichever project's hook
    reports it first.

    `is_chosen` where the hook is for this repository alone; others are the project's once a commit of theirs names it.
    """
    repository = work.repositories.ensure(reported.repository, now)
    if is_chosen:
        work.repositories.assign(repository, find_project(work, project).id)
    actor = git_actor(work, reported.creator, host=reported.repository.host, place=reported.repository.name)
    before = work.deployments.find(repository, reported.external_id)
    if before is None:
        before = work.deployments.add(repository, reported, member_id=actor.member_id, by=actor.name)
    if reported.order <= before.order:
        if reported.at < before.started_at:
            # The deployment itself, after news of it: it began earlier than was known.
            work.deployments.save(replace(before, started_at=reported.at))
        return
    after = _apply(work, before, reported)
    work.deployments.save(after)
    if after.result is not before.result and after.result in _TOLD:
        tasks = tuple(task for task in map(work.tasks.get, _carried(work, after)) if task is not None)
        _tell(work, _News(after, tasks, actor), project, now)
        if after.result is Result.SUCCESS and after.is_production:
            _close_deploy_tasks(work, _News(after, tasks, actor), now)


def list_deployments(
    work: UnitOfWork, *, project: str | None, environment: str | None, limit: int
) -> tuple[Deployment, ...]:
    found = find_project(work, project) if project else None
    return work.deployments.list(found.id if found else None, environment, limit=limit)


def _apply(work: UnitOfWork, before: Deployment, reported: DeploymentReported) -> Deployment:
    is_over = reported.result.is_final and reported.result is not Result.INACTIVE
    finished_at = before.finished_at or (reported.at if is_over else None)
    after = replace(
        before, result=reported.result, order=reported.order, url=reported.url or before.url,
        description=reported.description or before.description, finished_at=finished_at,
        is_production=before.is_production or reported.is_production,
        started_at=min(before.started_at, reported.at),
    )  # fmt: skip
    return replace(after, is_rollback=_is_rollback(work, after)) if after.result is Result.SUCCESS else after


def _is_rollback(work: UnitOfWork, deployment: Deployment) -> bool:
    """This commit ran there before, and another one since."""
    place = (deployment.repository_id, deployment.environment)
    last = work.deployments.last_success(*place, before=deployment.id)
    return (
        last is not None
        and last.sha != deployment.sha
        and work.deployments.was_deployed(*place, deployment.sha, before=deployment.id)
    )


def _carried(work: UnitOfWork, deployment: Deployment) -> tuple[TaskKey, ...]:
    """The tasks of the deployed commit, and of all that reached the default branch since the last deployment there."""
    own = tasks_of_commit(work, deployment.repository_id, deployment.sha)
    seen = work.commits.known(deployment.repository_id, [deployment.sha]).get(deployment.sha)
    last = work.deployments.last_success(deployment.repository_id, deployment.environment, before=deployment.id)
    if seen is None or seen.reached_at is None or last is None:
        return own
    last_seen = work.commits.known(deployment.repository_id, [last.sha]).get(last.sha)
    if last_seen is None or last_seen.reached_at is None:
        return own
    # A rollback takes back what lies between; its threads are told too.
    first, second = sorted((last_seen.reached_at, seen.reached_at))
    between = work.commits.tasks_between(deployment.repository_id, first, second, limit=MOST_TASKS)
    return tuple(dict.fromkeys([*own, *between]))


def _tell(work: UnitOfWork, news: _News, project: str, now: datetime) -> None:
    """Each thread; and the channel, where production changed or was to: in the thread of the one task, or by itself."""
    deployment, tasks = news.deployment, news.tasks
    is_announced = deployment.is_production and deployment.result in (Result.SUCCESS, Result.FAILURE)
    watchers = _watchers(work, news, project) if deployment.result is Result.FAILURE else ()
    event = DeploymentChanged(
        deployment=deployment.id, repository=deployment.repository, environment=deployment.environment,
        is_production=deployment.is_production, result=deployment.result, sha=deployment.sha, by=news.actor.name,
        url=deployment.url, description=deployment.description, seconds=deployment.seconds,
        is_rollback=deployment.is_rollback, tasks=tuple(str(task.key) for task in tasks),
        watcher_ids=tuple(person.id for person in watchers), watchers=tuple(person.name for person in watchers),
    )  # fmt: skip
    if is_announced and len(tasks) != 1:
        # First: a channel hears one thing a second, and this is what it must hear.
        announced = replace(event, is_announced=True)
        for project_id in work.repositories.projects(deployment.repository_id):
            record(work, announced, actor=news.actor, now=now, project_id=project_id)
        # Whoever should look is asked once.
        event = replace(event, watcher_ids=(), watchers=())
    for task in tasks:
        own = replace(event, is_announced=is_announced and len(tasks) == 1)
        record(work, own, actor=news.actor, now=now, task=task)
        work.links.add(
            task.id, kind="deployment", url=deployment.url or f"deployment:{deployment.id}",
            title=f"{deployment.environment} {short(deployment.sha)}", member_id=news.actor.member_id, now=now,
        )  # fmt: skip


def _watchers(work: UnitOfWork, news: _News, project: str) -> tuple[Person, ...]:
    """Who should look: the owners of what was to go out, else the lead. Whoever deployed knows already."""
    people = dict.fromkeys(task.owner for task in news.tasks if task.owner is not None)
    others = tuple(person for person in people if person.id != news.actor.member_id)
    if others:
        return others
    try:
        lead = find_project(work, project).lead
    except NotFound:
        return ()
    return (lead,) if lead is not None and lead.id != news.actor.member_id else ()


def _close_deploy_tasks(work: UnitOfWork, news: _News, now: datetime) -> None:
    if news.deployment.is_rollback:
        return
    for task in news.tasks:
        if task.kind is Kind.DEPLOY and task.state.is_open:
            source = f"{short(news.deployment.sha)} runs in {news.deployment.environment}"
            move(work, task, State.DONE, source=source, actor=news.actor, now=now)
