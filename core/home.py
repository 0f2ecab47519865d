"""What somebody sees of the board first: their open tasks, what keeps these from going on, and what waits for them."""

from dataclasses import dataclass
from datetime import datetime

from core.blockers import Blocker
from core.ids import TaskKey
from core.ports import UnitOfWork
from core.projects import list_projects
from core.task_search import TaskFilter
from core.tasks import State, Task

# Looked at; nobody reads more of them, and what is beyond is not counted.
MOST = 200
MOST_WAITING = 10


@dataclass(frozen=True, slots=True)
class BlockedTask:
    task: Task
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """Somebody else's, which begins when one of theirs (`waits_for`) is over."""

    task: Task
    waits_for: TaskKey
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """Each in the board's order. `mine` are those that can go on, `reviews` others' in projects that they lead;
    `waiting_count` counts all who wait."""

    mine: tuple[Task, ...] = ()
    blocked: tuple[BlockedTask, ...] = ()
    waiting: tuple[WaitingTask, ...] = ()
    waiting_count: int = 0
    reviews: tuple[Task, ...] = ()
    has_projects: bool = True


def view_home(work: UnitOfWork, *, member_id: int | None) -> HomeView:
    """None for somebody whom the board does not know yet."""
    projects = list_projects(work)
    if member_id is None:
        return HomeView(has_projects=bool(projects))
    own = work.tasks.list(TaskFilter(owner_id=member_id), limit=MOST)
    waits = work.blockers.waiting_for_owner(member_id, limit=MOST)
    led = [project.id for project in projects if project.lead is not None and project.lead.id == member_id]
    return HomeView(
        mine=tuple(task for task in own if not task.is_blocked),
        blocked=_blocked(work, tuple(task for task in own if task.is_blocked), member_id),
        waiting=tuple(found for found in (_waiting(work, wait) for wait in waits[:MOST_WAITING]) if found),
        waiting_count=len(waits),
        reviews=tuple(task for project in led for task in _in_review(work, project, member_id)),
        has_projects=bool(projects),
    )


def _blocked(work: UnitOfWork, tasks: tuple[Task, ...], member_id: int) -> tuple[BlockedTask, ...]:
    blockers = work.blockers.of_owner(member_id) if tasks else ()
    return tuple(BlockedTask(task, tuple(b for b in blockers if b.task_id == task.id)) for task in tasks)


def _waiting(work: UnitOfWork, blocker: Blocker) -> WaitingTask | None:
    task = work.tasks.by_id(blocker.task_id)
    if task is None or blocker.waits_for is None:
        return None
    return WaitingTask(task, blocker.waits_for, blocker.opened_at)


def _in_review(work: UnitOfWork, project_id: int, member_id: int) -> tuple[Task, ...]:
    found = work.tasks.list(TaskFilter(project_id=project_id, states=(State.REVIEW,)), limit=MOST)
    return tuple(task for task in found if task.owner is None or task.owner.id != member_id)
