"""Links: what belongs to a task and lives elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from core.errors import Conflict, InvalidInput
from core.events import LinkAdded
from core.ids import TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.task_search import find_task
from core.tasks import Task
from core.text import clean_line

URL_LIMIT = 2_000
TITLE_LIMIT = 120


@dataclass(frozen=True, slots=True)
class TaskLink:
    id: int
    kind: str
    url: str
    title: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class NewLink:
    kind: str
    url: str
    title: str
    member_id: int | None


def link_task(
    work: UnitOfWork, *, actor: Actor, task: TaskKey, url: str, title: str | None, now: datetime
) -> tuple[Task, TaskLink]:
    found = find_task(work, task, lock=True)
    return found, add_link(work, found, url=url, title=title, actor=actor, now=now)


def add_link(work: UnitOfWork, task: Task, *, url: str, title: str | None, actor: Actor, now: datetime) -> TaskLink:
    """Raises `Conflict` where the task has it already."""
    url = parse_url(url)
    words = clean_line(title, what="title", limit=TITLE_LIMIT) if title else ""
    link = work.links.add(task.id, kind=kind_of(url), url=url, title=words, member_id=actor.member_id, now=now)
    if link is None:
        raise Conflict(
            f"{task.key} has this link already.", "Nothing was changed.", example=f"lab task show {task.key}"
        )
    record(work, LinkAdded(link.id, link.kind, url, words), actor=actor, now=now, task=task)
    return link


def parse_url(text: str) -> str:
    """An absolute http or https address without a password in it."""
    url = clean_line(text.strip(" \t\r\n<>"), what="address", limit=URL_LIMIT)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url
    except ValueError:
        usable = False
    if not usable:
        raise InvalidInput(f"“{url[:60]}” is not a web address.", "Give one that begins with https://.")
    if parts.password is not None:
        raise InvalidInput("This address has a password in it.", "Remove what stands before the @.")
    return url


def kind_of(url: str) -> str:
    """`notebook` for a Jupyter notebook, else `link`."""
    return "notebook" if unquote(urlsplit(url).path).lower().endswith(".ipynb") else "link"
