"""What a digest in a channel may tell of: the projects that are shown there."""

from dataclasses import dataclass

from core.ids import ChannelRef
from core.ports import UnitOfWork
from core.projects import Project

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Scope:
    """`projects` are told of by name; of the team's `hidden` others there is only a count."""

    projects: tuple[Project, ...]
    hidden: int = 0

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(project.id for project in self.projects)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(project.key for project in self.projects)


def scope_of(work: UnitOfWork, channel: ChannelRef | None, *, shows_all: bool = False) -> Scope:
    """The projects that have their home in the channel or are watched from it; all of them where there is no channel,
    or where an administrator said so."""
    projects = work.projects.list(limit=_MOST)
    if channel is None or shows_all:
        return Scope(projects)
    found = work.channels.find(channel)
    watched = {watch.project_id for watch in work.watches.in_channel(found.id)} if found else set()
    shown = tuple(
        project for project in projects if project.id in watched or (project.home and project.home.ref == channel)
    )
    return Scope(shown, len(projects) - len(shown))
