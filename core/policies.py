"""What more time costs in a project."""

from datetime import datetime

from core.deciding import Cost
from core.events import PolicyChanged
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.projects import Project, find_project


def set_policy(
    work: UnitOfWork, *, actor: Actor, project: str, costs: tuple[Cost, ...], now: datetime
) -> tuple[Project, tuple[Cost, ...]]:
    found = find_project(work, project)
    before = work.projects.policy(found.id)
    if before != costs:
        work.projects.set_policy(found.id, costs)
        event = PolicyChanged(found.key, ",".join(before), ",".join(costs))
        record(work, event, actor=actor, now=now, project_id=found.id)
    return found, costs


def view_policy(work: UnitOfWork, *, project: str) -> tuple[Project, tuple[Cost, ...]]:
    found = find_project(work, project)
    return found, work.projects.policy(found.id)
