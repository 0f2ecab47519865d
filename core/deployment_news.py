"""What a deployment tells: the channel, where production changed or was to; and the thread of each task it carries,
some at a time, for a release may carry thousands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.calendar import is_at_work
from core.commit_actions import move
from core.errors import NotFound
from core.git import Result
from core.git_events import NOBODY, DeploymentChanged, short
from core.git_records import Deployment
from core.ids import Person, TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.projects import find_project
from core.tasks import Kind, State, Task
from core.working_calendars import WorkingCalendars

# Of tasks, in one unit: each takes some twenty statements, and all of it must be over within two seconds.
AT_ONCE = 50
TASKS_NAMED = 10
# Between the end of one of its jobs and the beginning of the next. Later, the same commit may carry another model.
_ONE_RELEASE = timedelta(minutes=15)
_LOOKED_AT = 20


@dataclass(frozen=True)
class Asked:
    """Somebody who should look after a failure, and the task in whose thread they are asked: a person is asked once.

    Outside their working time nobody is called for what is not production: they are named, and see it later.
    """

    member: int
    name: str
    task: str
    is_called: bool = True


@dataclass(frozen=True)
class UntoldTasks:
    """The tasks that have not heard of a deployment yet; `ends_deploy_tasks` where it is what those are for."""

    event: DeploymentChanged
    actor: Actor
    tasks: tuple[str, ...]
    asked: tuple[Asked, ...] = ()
    ends_deploy_tasks: bool = False


@dataclass(frozen=True, slots=True)
class News:
    deployment: Deployment
    tasks: Sequence[Task]
    actor: Actor
    project: str


def tell_deployment(work: UnitOfWork, news: News, *, now: datetime) -> UntoldTasks | None:
    """The channel, and the first tasks; what is left is to be told by `tell_tasks`."""
    deployment, tasks = news.deployment, news.tasks
    is_announced = deployment.is_production and (
        deployment.result is Result.FAILURE
        or (deployment.result is Result.SUCCESS and not _is_another_part(work, deployment))
    )
    event = DeploymentChanged(
        deployment=deployment.id, repository=deployment.repository, environment=deployment.environment,
        is_production=deployment.is_production, result=deployment.result, sha=deployment.sha, by=news.actor.name,
        url=deployment.url, description=deployment.description, seconds=deployment.seconds,
        is_rollback=deployment.is_rollback, is_announced=is_announced and len(tasks) == 1,
        tasks=tuple(str(task.key) for task in tasks[:TASKS_NAMED]), count=len(tasks),
    )  # fmt: skip
    asked = tuple(_asked(work, news)) if deployment.result is Result.FAILURE else ()
    if asked and not deployment.is_production:
        asked = _called_at_work(work, news, asked, now)
    if is_announced and len(tasks) != 1:
        # First: a channel hears one thing a second, and this is what it must hear.
        _announce(work, news, replace(event, is_announced=True), asked, now)
        asked = ()
    untold = UntoldTasks(
        event, news.actor, tuple(str(task.key) for task in tasks), asked,
        ends_deploy_tasks=deployment.result is Result.SUCCESS and deployment.is_production
        and not deployment.is_rollback,
    )  # fmt: skip
    return tell_tasks(work, untold, now=now)


def _is_another_part(work: UnitOfWork, deployment: Deployment) -> bool:
    """Of a release that the channel has heard of: a workflow makes a deployment of each of its jobs."""
    ended = [
        (one.finished_at, one)
        for one in work.deployments.list(None, deployment.environment, limit=_LOOKED_AT)
        if one.repository_id == deployment.repository_id and one.id != deployment.id and one.finished_at is not None
    ]
    if not ended:
        return False
    at, last = max(ended, key=lambda end: (end[0], end[1].id))
    is_well = last.result in (Result.SUCCESS, Result.INACTIVE)
    return is_well and last.sha == deployment.sha and deployment.started_at < at + _ONE_RELEASE


def tell_tasks(work: UnitOfWork, untold: UntoldTasks, *, now: datetime) -> UntoldTasks | None:
    """Some of them; those that are left, or None. What is over by now is not told as running."""
    event = untold.event
    if event.result is Result.RUNNING and work.deployments.get(event.deployment).result is not Result.RUNNING:
        return None
    for task in work.tasks.several([TaskKey.parse(key) for key in untold.tasks[:AT_ONCE]]):
        _tell(work, untold, task, now)
    left = untold.tasks[AT_ONCE:]
    return replace(untold, tasks=left) if left else None


def _tell(work: UnitOfWork, untold: UntoldTasks, task: Task, now: datetime) -> None:
    event, actor = untold.event, untold.actor
    own = _asking(event, [asked for asked in untold.asked if asked.task == str(task.key)])
    record(work, own, actor=actor, now=now, task=task)
    work.links.add(
        task.id, kind="deployment", url=event.url or f"deployment:{event.deployment}",
        title=f"{event.environment} {short(event.sha)}", member_id=actor.member_id, now=now,
    )  # fmt: skip
    if untold.ends_deploy_tasks and task.kind is Kind.DEPLOY and task.state.is_open:
        move(work, task, State.DONE, source=f"{short(event.sha)} runs in {event.environment}", actor=actor, now=now)


def _announce(work: UnitOfWork, news: News, event: DeploymentChanged, asked: Sequence[Asked], now: datetime) -> None:
    """In the channel of each project of the repository: whoever should look, in that of their task."""
    projects = work.repositories.projects(news.deployment.repository_id)
    project_of = {str(task.key): task.project_id for task in news.tasks}
    places = [project_of.get(one.task) for one in asked]
    for project_id in projects:
        here = [
            one
            for one, place in zip(asked, places, strict=True)
            if place == project_id or (place not in projects and project_id == projects[0])
        ]
        record(work, _asking(event, here), actor=news.actor, now=now, project_id=project_id)


def _asking(event: DeploymentChanged, asked: Sequence[Asked]) -> DeploymentChanged:
    watchers = tuple(one.name for one in asked)
    watcher_ids = tuple(one.member if one.is_called else NOBODY for one in asked)
    return replace(event, watcher_ids=watcher_ids, watchers=watchers)


def _called_at_work(work: UnitOfWork, news: News, asked: Sequence[Asked], now: datetime) -> tuple[Asked, ...]:
    calendars = WorkingCalendars(work, since=now)
    project_of = {str(task.key): task.project_id for task in news.tasks}
    return tuple(
        replace(one, is_called=is_at_work(calendars.of(project_id, one.member), now))
        for one in asked
        for project_id in (project_of.get(one.task) or find_project(work, news.project).id,)
    )


def _asked(work: UnitOfWork, news: News) -> Iterator[Asked]:
    """Who should look: the owners of what was to go out, else the lead. Whoever deployed knows already."""
    owners: dict[Person, str] = {}
    for task in news.tasks:
        if task.owner is not None and task.owner.id != news.actor.member_id:
            owners.setdefault(task.owner, str(task.key))
    if not owners:
        lead = _lead(work, news.project)
        if lead is not None and lead.id != news.actor.member_id:
            yield Asked(lead.id, lead.name, str(news.tasks[0].key) if news.tasks else "")
    for owner, key in owners.items():
        yield Asked(owner.id, owner.name, key)


def _lead(work: UnitOfWork, project: str) -> Person | None:
    try:
        return find_project(work, project).lead
    except NotFound:
        return None
