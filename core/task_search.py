"""Finding tasks on the board."""

from dataclasses import dataclass, replace

from core.errors import Conflict, InvalidInput, NotFound
from core.events import LoggedEvent, describe
from core.ids import TaskKey
from core.journal import Actor
from core.members import MemberRef, find_member
from core.ports import UnitOfWork
from core.projects import find_project
from core.tasks import Kind, Priority, Role, State, Task, Track

PAGE = 20
# Open tasks that are looked at for words in their titles, in the board's order.
_SEARCHED = 500
LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """What a list asks for; None asks for nothing. `states` empty means every open state."""

    project_id: int | None = None
    owner_id: int | None = None
    track: Track | None = None
    kind: Kind | None = None
    states: tuple[State, ...] = ()
    priority: Priority | None = None
    role: Role | None = None
    version: str | None = None
    label: str | None = None
    blocked: bool | None = None


@dataclass(frozen=True, slots=True)
class TaskPage:
    tasks: tuple[Task, ...]
    page: int
    has_more: bool


def find_task(work: UnitOfWork, key: TaskKey, *, lock: bool = False, revision: int | None = None) -> Task:
    """With `revision`, refuses with what changed if the task is no longer at that revision."""
    task = work.tasks.get(key, lock=lock)
    if task is None:
        find_project(work, key.project)
        raise NotFound(f"There is no task {key}.", "See what there is:", example=f"lab task list project:{key.project}")
    if revision is not None and task.revision != revision:
        raise _changed_since(work, task, revision)
    return task


def list_tasks(
    work: UnitOfWork,
    *,
    actor: Actor,
    project: str | None = None,
    owner: MemberRef | None = None,
    wanted: TaskFilter,
    page: int = 1,
) -> TaskPage:
    """Open tasks by priority and the owner's order; closed ones newest first."""
    if not 1 <= page <= LAST_PAGE:
        raise InvalidInput(f"There is no page {page}.", "Pages are counted from 1.")
    if project is not None:
        wanted = replace(wanted, project_id=find_project(work, project).id)
    if owner is not None:
        wanted = replace(wanted, owner_id=find_member(work, owner, actor=actor).id)
    tasks = work.tasks.list(wanted, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return TaskPage(tasks[:PAGE], page, len(tasks) > PAGE)


def find_open_tasks(work: UnitOfWork, *, actor: Actor, typed: str, limit: int) -> tuple[Task, ...]:
    """What somebody may mean who is still typing: a key, or words of a title; without any, their own tasks first."""
    named = _task_named(work, typed)
    words = typed.casefold().split()
    opened = work.tasks.list(TaskFilter(), limit=_SEARCHED)
    fitting = [task for task in opened if all(word in f"{task.key} {task.title}".casefold() for word in words)]
    fitting.sort(key=lambda task: task.owner is None or task.owner.id != actor.member_id)
    return tuple(dict.fromkeys([*([named] if named else []), *fitting]))[:limit]


def _task_named(work: UnitOfWork, typed: str) -> Task | None:
    try:
        return work.tasks.get(TaskKey.parse(typed))
    except InvalidInput:
        return None


def _changed_since(work: UnitOfWork, task: Task, revision: int) -> Conflict:
    later: tuple[LoggedEvent, ...] = work.events.of_task(task.id, limit=5, after_revision=revision)
    words = "; ".join(f"{entry.member or 'Somebody'} {describe(entry.event)}" for entry in reversed(later))
    return Conflict(
        f"{task.key} changed since you looked (revision {revision}, now {task.revision}). Nothing was changed now.",
        f"{words}. Look again, then repeat it." if words else "Look again, then repeat it.",
        example=f"lab task show {task.key}",
    )
