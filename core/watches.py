"""Watches: which tasks a channel is shown besides its own project's."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict, NotFound
from core.events import HomeChosen, WatchAdded, WatchRemoved
from core.ids import ChannelRef
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.projects import Channel, Project, find_project
from core.tasks import Kind, Task, Track

MOST_IN_A_CHANNEL = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Shows the tasks of a project in a channel; None asks for nothing."""

    id: int
    channel: Channel
    project_id: int
    project_key: str
    track: Track | None = None
    kind: Kind | None = None
    label: str | None = None

    def matches(self, task: Task) -> bool:
        return (
            task.project_id == self.project_id
            and self.track in (None, task.track)
            and self.kind in (None, task.kind)
            and (self.label is None or self.label in task.labels)
        )

    def __str__(self) -> str:
        filters = {"track": self.track, "kind": self.kind, "label": self.label}
        return " ".join([self.project_key, *(f"{name}:{value}" for name, value in filters.items() if value)])


def choose_home(
    work: UnitOfWork, *, actor: Actor, project: str, channel: ChannelRef, name: str, now: datetime
) -> Project:
    """Makes `channel` the place where the project's cards live; what is shown elsewhere stays there."""
    found = find_project(work, project)
    home = work.channels.ensure(channel, name, now)
    if found.home is None or found.home.id != home.id:
        work.projects.set_home(found.id, home.id)
        work.channels.set_default_project(home.id, found.id)
        record(work, HomeChosen(found.key, name), actor=actor, now=now, project_id=found.id)
    return find_project(work, project)


def add_watch(
    work: UnitOfWork,
    *,
    actor: Actor,
    project: str,
    channel: ChannelRef,
    channel_name: str,
    track: Track | None,
    kind: Kind | None,
    label: str | None,
    now: datetime,
) -> Watch:
    found = find_project(work, project)
    place = work.channels.ensure(channel, channel_name, now)
    watch = Watch(
        id=0, channel=place, project_id=found.id, project_key=found.key, track=track, kind=kind, label=label
    )  # fmt: skip
    there = work.watches.in_channel(place.id)
    if any(str(other) == str(watch) for other in there):
        raise Conflict(f"This channel is shown “{watch}” already.", "Nothing changed.")
    if len(there) >= MOST_IN_A_CHANNEL:
        raise Conflict(f"A channel has at most {MOST_IN_A_CHANNEL} watches.", "Remove one first.")
    watch = work.watches.add(watch, member_id=actor.member_id, now=now)
    record(work, WatchAdded(str(watch), channel_name), actor=actor, now=now, project_id=found.id)
    return watch


def remove_watch(work: UnitOfWork, *, actor: Actor, number: int, now: datetime) -> Watch:
    watch = work.watches.get(number)
    if watch is None:
        raise NotFound(f"There is no watch {number}.", "See which there are:", example="lab-admin watch list")
    work.watches.remove(number)
    record(work, WatchRemoved(str(watch), watch.channel.name), actor=actor, now=now, project_id=watch.project_id)
    return watch


def list_watches(work: UnitOfWork) -> tuple[Watch, ...]:
    return work.watches.list(limit=200)


@dataclass(frozen=True, slots=True)
class Audience:
    """Where a project's tasks are shown: its home, and the channels that watch."""

    home: int | None
    watches: tuple[Watch, ...]

    @classmethod
    def of(cls, work: UnitOfWork, project_id: int) -> "Audience":
        return cls(work.projects.home_of(project_id), work.watches.of_project(project_id))

    def channels(self, task: Task) -> tuple[int, ...]:
        """The home first."""
        watching = [watch.channel.id for watch in self.watches if watch.matches(task)]
        return tuple(dict.fromkeys([*([self.home] if self.home is not None else []), *watching]))
