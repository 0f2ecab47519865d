"""What a field that is searched offers while somebody types: tasks, members, projects."""

from collections.abc import Callable
from typing import Any

from bot.values import ProjectKey
from core.forms import Choice
from core.ids import TaskKey
from core.journal import Actor
from core.members import MemberRef, find_members
from core.ports import UnitOfWork
from core.projects import list_projects
from core.task_search import find_open_tasks
from core.text import clip

# Discord takes no more.
MOST = 25
_LABEL = 75


def is_searched(kind: Any) -> bool:
    return kind in _SEARCHES


def suggest(work: UnitOfWork, *, actor: Actor, kind: Any, typed: str) -> tuple[Choice, ...]:
    """At most `MOST`; nothing for a kind that is not searched."""
    search = _SEARCHES.get(kind)
    return search(work, actor, typed.strip())[:MOST] if search else ()


def _tasks(work: UnitOfWork, actor: Actor, typed: str) -> tuple[Choice, ...]:
    found = find_open_tasks(work, actor=actor, typed=typed, limit=MOST)
    return tuple(Choice(str(task.key), clip(f"{task.key} {task.title}", _LABEL)) for task in found)


def _members(work: UnitOfWork, actor: Actor, typed: str) -> tuple[Choice, ...]:
    found = find_members(work, typed=typed, limit=MOST)
    own = [member for member in found if member.id == actor.member_id]
    others = [member for member in found if member.id != actor.member_id]
    return tuple(
        Choice(f"@{member.handle}", clip(f"{member.name} (@{member.handle})", _LABEL)) for member in [*own, *others]
    )  # fmt: skip


def _projects(work: UnitOfWork, actor: Actor, typed: str) -> tuple[Choice, ...]:
    word = typed.casefold()
    return tuple(
        Choice(project.key, clip(f"{project.key} {project.name}", _LABEL))
        for project in list_projects(work)
        if word in project.key.casefold() or word in project.name.casefold()
    )


_SEARCHES: dict[Any, Callable[[UnitOfWork, Actor, str], tuple[Choice, ...]]] = {
    TaskKey: _tasks,
    MemberRef: _members,
    ProjectKey: _projects,
}
