"""What a digest in a channel may tell of: the projects that are shown there."""

from dataclasses import dataclass

from core.ids import ChannelRef
from core.ports import UnitOfWork
from core.projects import Project
from core.scopes import Scope

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """`projects` are told of by name; of the team's `hidden` others there are only counts."""

    projects: tuple[Project, ...]
    hidden: tuple[Project, ...] = ()

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(project.id for project in self.projects)

    @property
    def names(self) -> str:
        """Their keys; of many, the first and how many more."""
        keys = [project.key for project in self.projects]
        return ", ".join(keys) if len(keys) <= 5 else f"{', '.join(keys[:4])} and {len(keys) - 4} more"

    @property
    def scope(self) -> Scope:
        return Scope(self.ids, frozenset(project.id for project in self.hidden))


def scope_of(work: UnitOfWork, channel: ChannelRef | None, *, shows_all: bool = False) -> Shown:
    """The projects that have their home in the channel or are watched from it; all of them where there is no channel,
    or where an administrator said so."""
    projects = work.projects.list(limit=_MOST)
    if channel is None or shows_all:
        return Shown(projects)
    found = work.channels.find(channel)
    watched = {watch.project_id for watch in work.watches.in_channel(found.id)} if found else set()
    shown = [one for one in projects if one.id in watched or (one.home and one.home.ref == channel)]
    return Shown(tuple(shown), tuple(one for one in projects if one not in shown))
