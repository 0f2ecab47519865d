"""What runs in production: noted with each deployment that succeeded there, so that nobody has to look back for it."""

from collections.abc import Iterable
from datetime import datetime

from core.git_records import Deployment
from core.ports import UnitOfWork
from core.report_records import RunningVersion
from core.tasks import Kind, Task


def note_deployment(work: UnitOfWork, deployment: Deployment, tasks: Iterable[Task]) -> None:
    """After it succeeded in production. News that are older than what runs there change nothing."""
    at = deployment.finished_at or deployment.started_at
    running = {one.model: one for one in work.production.running_in(*_place(deployment), at=at)}
    if any(one.until is not None for one in running.values()):
        return
    wanted = _restored(work, deployment) if deployment.is_rollback else _carried(tasks)
    if deployment.is_rollback:
        for model in running.keys() - wanted.keys() - {""}:
            work.production.stop(running[model].id, at)
    for model, (version, project_id) in {**wanted, "": ("", None)}.items():
        old = running.get(model)
        if old is not None and model and old.version == version:
            continue
        if old is not None:
            work.production.stop(old.id, at)
        work.production.start(_row(deployment, model, version, project_id, at))


def _carried(tasks: Iterable[Task]) -> dict[str, tuple[str, int | None]]:
    """By model, the version that a deploy task names, else the newest task."""
    ordered = sorted(tasks, key=lambda task: (task.kind is Kind.DEPLOY, task.id))
    return {
        task.version.partition("@")[0]: (task.version, task.project_id) for task in ordered if task.version is not None
    }


def _restored(work: UnitOfWork, deployment: Deployment) -> dict[str, tuple[str, int | None]]:
    """What ran there with this commit before."""
    before = work.production.was_there(*_place(deployment), deployment.sha, before=deployment.id)
    if before is None:
        return {}
    then = work.production.running_in(*_place(deployment), at=before)
    return {one.model: (one.version, one.project_id) for one in then if one.model}


def _place(deployment: Deployment) -> tuple[int, str]:
    return deployment.repository_id, deployment.environment


def _row(
    deployment: Deployment, model: str, version: str, project_id: int | None, at: datetime
) -> RunningVersion:  # fmt: skip
    return RunningVersion(
        id=0, repository_id=deployment.repository_id, repository=deployment.repository,
        environment=deployment.environment, model=model, version=version, project_id=project_id,
        deployment_id=deployment.id, sha=deployment.sha, since=at,
    )  # fmt: skip
