"""Looking at timeboxes."""

from datetime import datetime

from core.deciding import find_undecided
from core.ids import TaskKey
from core.journal import Actor
from core.members import MemberRef, find_member
from core.ports import UnitOfWork
from core.projects import find_project
from core.prompts import TimeboxView, view_timebox
from core.task_search import find_task
from core.timebox_records import Timebox

MOST_LISTED = 30


def list_timeboxes(
    work: UnitOfWork, *, actor: Actor, owner: MemberRef | None, project: str | None
) -> tuple[Timebox, ...]:
    """Open ones by their end, at most thirty."""
    owner_id = find_member(work, owner, actor=actor).id if owner else None
    project_id = find_project(work, project).id if project else None
    return work.timeboxes.list_open(project_id=project_id, owner_id=owner_id, limit=MOST_LISTED)


def show_timebox(work: UnitOfWork, *, task: TaskKey, now: datetime) -> TimeboxView | None:
    return view_timebox(work, task=find_task(work, task), now=now)


def check_decidable(work: UnitOfWork, *, actor: Actor, task: TaskKey) -> None:
    """Before anybody is asked for what was learned. Raises as `find_undecided`."""
    find_undecided(work, task, actor=actor)
