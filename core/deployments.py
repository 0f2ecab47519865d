"""Deployments: what runs where, and the end of a deploy task."""

from dataclasses import replace
from datetime import datetime

from core.checks import tasks_of_commit
from core.deployment_news import News, UntoldTasks, tell_deployment
from core.git import DeploymentReported, Result
from core.git_people import git_actor
from core.git_records import Deployment
from core.ids import TaskKey
from core.ports import UnitOfWork
from core.production import note_deployment
from core.projects import find_project

_TOLD = (Result.RUNNING, Result.SUCCESS, Result.FAILURE, Result.CANCELLED)


def take_deployment(
    work: UnitOfWork, *, reported: DeploymentReported, project: str, is_chosen: bool = True, now: datetime
) -> UntoldTasks | None:
    """News that are older than what is known change nothing. Every task it carries is told, whichever project's hook
    reports it first: what one unit has no time for is given back, for `tell_tasks`.

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
        return None
    after = _apply(work, before, reported)
    work.deployments.save(after)
    if after.result is before.result or after.result not in _TOLD:
        return None
    tasks = work.tasks.several(_carried(work, after))
    if after.result in (Result.SUCCESS, Result.FAILURE):
        work.production.carry(after.id, [task.id for task in tasks])
    if after.result is Result.SUCCESS and after.is_production:
        note_deployment(work, after, tasks)
    return tell_deployment(work, News(after, tasks, actor, project), now=now)


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
    between = work.commits.tasks_between(deployment.repository_id, first, second)
    return tuple(dict.fromkeys([*own, *between]))
