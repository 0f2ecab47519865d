"""Projects: a key, a zone, a lead and a home channel."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict, InvalidInput, NotFound
from core.events import LeadNamed, ProjectCreated
from core.ids import ChannelRef, Person
from core.journal import Actor, record
from core.members import Member, MemberRef, ensure_member
from core.ports import UnitOfWork
from core.text import clean_line

NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Channel:
    """`emoji` makes a task of the message it is put on there."""

    id: int
    ref: ChannelRef
    name: str
    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """`task_id` is what the task with that number will have, where the database gives it out beforehand, else 0."""

    project_id: int
    number: int
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """`home` is the channel where its cards live; without one nothing is posted."""

    id: int
    key: str
    name: str
    zone: str
    lead: Person | None = None
    home: Channel | None = None


def create_project(
    work: UnitOfWork,
    *,
    actor: Actor,
    key: str,
    name: str | None,
    zone: str,
    channel: ChannelRef | None,
    channel_name: str,
    now: datetime,
) -> Project:
    """A project whose home is `channel`, which takes it as its default too. Nothing is posted."""
    name = clean_line(name or key.capitalize(), what="project name", limit=NAME_LIMIT)
    home = work.channels.ensure(channel, channel_name, now) if channel else None
    project = work.projects.add(key=key, name=name, zone=zone, home=home.id if home else None, now=now)
    if project is None:
        raise Conflict(
            f"There is already a project {key}.",
            "Choose another key, or use that one.",
            example="lab-admin project list",
        )
    if home is not None:
        work.channels.set_default_project(home.id, project.id)
    record(work, ProjectCreated(key, name), actor=actor, now=now, project_id=project.id)
    return project


def name_lead(work: UnitOfWork, *, actor: Actor, project: str, lead: MemberRef | None, now: datetime) -> Project:
    """The lead is told when nobody decides; None leaves the project without one."""
    found = find_project(work, project)
    member: Member | None = ensure_member(work, lead, actor=actor, now=now) if lead else None
    if (found.lead.id if found.lead else None) != (member.id if member else None):
        work.projects.set_lead(found.id, member.id if member else None)
        event = LeadNamed(found.key, member.name if member else None)
        record(work, event, actor=actor, now=now, project_id=found.id)
    return find_project(work, project)


def list_projects(work: UnitOfWork) -> tuple[Project, ...]:
    """At most two hundred, by key."""
    return work.projects.list(limit=200)


def project_keys(work: UnitOfWork) -> frozenset[str]:
    return frozenset(project.key for project in work.projects.list(limit=1_000))


def find_project(work: UnitOfWork, key: str) -> Project:
    project = work.projects.by_key(key)
    if project is None:
        raise unknown_project(work, key)
    return project


def unknown_project(work: UnitOfWork, key: str) -> NotFound:
    """The refusal for a key that no project has, with those there are."""
    projects = work.projects.list(limit=20)
    if not projects:
        return no_project(key)
    return NotFound(f"There is no project {key}.", "Projects: " + ", ".join(p.key for p in projects) + ".")


def no_project(key: str) -> NotFound:
    return NotFound(
        "There is no project yet.",
        "An administrator makes the first one.",
        example=f"lab-admin project new {key} name:What it is about",
    )


def choose_project(work: UnitOfWork, *, key: str | None, channel: ChannelRef | None) -> Project:
    """The one named, else the channel's, else the only one."""
    if key is not None:
        return find_project(work, key)
    project = work.projects.by_channel(channel) if channel else None
    if project is not None:
        return project
    projects = work.projects.list(limit=20)
    if len(projects) == 1:
        return projects[0]
    if not projects:
        raise no_project("CHURN")
    raise InvalidInput(
        "There are several projects here.",
        "Say which, for example project:" + projects[0].key + ". Projects: " + ", ".join(p.key for p in projects) + ".",
    )
