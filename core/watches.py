"""Watches: which tasks a channel is shown besides its own project's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict, NotFound
from core.events import HomeChosen, WatchAdded, WatchRemoved
from core.filters import EVENT_FIELDS, NO_FILTERS, TASK_FIELDS, Filters, wants_event, wants_task
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
    only: Filters = NO_FILTERS
    without: Filters = NO_FILTERS

    @property
    def asks_for_events(self) -> bool:
        """It is for what is reported about tasks, and shows a task once that is."""
        return self.only.has(EVENT_FIELDS)

    @property
    def asks_for_tasks(self) -> bool:
        """It is for some of the project's tasks, and not for what concerns all of them."""
        return (self.track, self.kind, self.label) != (None, None, None) or self.only.has(TASK_FIELDS)

    def hears(self, event: object) -> bool:
        return wants_event(event, only=self.only, without=self.without)

    def matches(self, task: Task) -> bool:
        return (
            wants_task(task, only=self.only, without=self.without)
            and task.project_id == self.project_id
            and self.track in (None, task.track)
            and self.kind in (None, task.kind)
            and (self.label is None or self.label in task.labels)
        )

    def __str__(self) -> str:
        filters = {
            "track": self.track, "kind": self.kind, "label": self.label,
            "only": str(self.only), "not": str(self.without),
        }  # fmt: skip
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
    only: Filters | None = None,
    without: Filters | None = None,
    now: datetime,
) -> Watch:
    found = find_project(work, project)
    place = work.channels.ensure(channel, channel_name, now)
    watch = Watch(
        id=0, channel=place, project_id=found.id, project_key=found.key, track=track, kind=kind, label=label,
        only=only or NO_FILTERS, without=without or NO_FILTERS,
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


def telling_paths(watches: Iterable[Watch], paths: Sequence[str]) -> tuple[str, ...]:
    """The few of them by which these watches decide as by all."""
    found = [
        path
        for watch in watches
        for path in (watch.only.telling("path", paths), watch.without.not_meant("path", paths))
        if path is not None
    ]
    # One at least: where none is known, none is left out either.
    return tuple(dict.fromkeys([*paths[:1], *found]))


@dataclass(frozen=True, slots=True)
class Audience:
    """A channel that is shown something: a project's home, or one that watches; of several watches, any may want it."""

    channel_id: int
    is_home: bool
    watches: tuple[Watch, ...]

    def wants(self, event: object) -> bool:
        if self.is_home and wants_event(event, only=NO_FILTERS, without=NO_FILTERS):
            return True
        return any(watch.hears(event) for watch in self.watches)

    def asked_for(self, event: object) -> bool:
        """Whether a watch there names such events, and not only the tasks."""
        return any(watch.asks_for_events and watch.hears(event) for watch in self.watches)


@dataclass(frozen=True, slots=True)
class Audiences:
    """Where a project's tasks, and what concerns all of it, are shown: its home, and the channels that watch."""

    home: int | None
    watches: tuple[Watch, ...]

    @classmethod
    def of(cls, work: UnitOfWork, project_id: int) -> "Audiences":
        return cls(work.projects.home_of(project_id), work.watches.of_project(project_id))

    def for_task(self, task: Task) -> tuple[Audience, ...]:
        return self._with(watch for watch in self.watches if watch.matches(task))

    def for_project(self) -> tuple[Audience, ...]:
        return self._with(watch for watch in self.watches if not watch.asks_for_tasks)

    def _with(self, watches: Iterable[Watch]) -> tuple[Audience, ...]:
        """The home first."""
        by_channel: dict[int, list[Watch]] = {self.home: []} if self.home is not None else {}
        for watch in watches:
            by_channel.setdefault(watch.channel.id, []).append(watch)
        return tuple(Audience(channel, channel == self.home, tuple(own)) for channel, own in by_channel.items())
