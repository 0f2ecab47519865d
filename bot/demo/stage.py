"""Where the demo's story is played: people say lines, Git hosts report, and time passes, all of it at its own hour.

What follows from a step happens before the next one: events are fanned out, timeboxes fall due, messages are said in
the local chat. It is the product's own code throughout; only the clock is the story's.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias, TypeVar, cast

from bot.catalogue import Catalogue
from bot.context import Context, Ports
from bot.dispatch import Outcome, run_line
from bot.outbox import Notifications, fan_out
from bot.sending import Times, begin, settle
from core.deliveries import Destination, Post
from core.git import Fact
from core.git_intake import take_fact
from core.hooks import list_hooks
from core.ids import ChannelRef
from core.journal import Actor
from core.local_chat import PLATFORM, WORKSPACE, NewMessage, say, show_anew
from core.ports import Store, UnitOfWork
from core.teams import Directory, Team
from core.timeboxes import expire_due_timeboxes

T = TypeVar("T")
_MINUTE = timedelta(minutes=1)
# Steps in one unit of work, which has two seconds, also on a machine that is busy.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody says a line in a channel. Tasks stand in it by the names that the story gives them, in braces; `makes`
    has those of the tasks that it makes."""

    at: datetime
    who: str
    text: str
    makes: str = ""
    channel: str = "ml-board"


@dataclass(frozen=True, slots=True)
class Report:
    """A Git host reports about a repository of this project; `fact` is made of the tasks' keys."""

    at: datetime
    project: str
    fact: Callable[[Mapping[str, str]], Fact]


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody says something to the others."""

    at: datetime
    who: str
    text: str
    channel: str = "ml-board"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is said; what is due by then happens."""

    at: datetime


Step: TypeAlias = Line | Report | Words | Pause


class StageFright(Exception):
    """A step of the story was refused: the story is wrong."""


@dataclass
class Stage:
    store: Store
    team: Team
    catalogue: Catalogue
    ports: Ports
    notifications: Notifications
    zone: str
    keys: dict[str, str] = field(default_factory=dict)

    def play(self, steps: Iterable[Step]) -> None:
        """In the order of their hours. Raises `StageFright`."""
        waiting = sorted(steps, key=lambda step: step.at)
        for start in range(0, len(waiting), _AT_ONCE):
            act = waiting[start : start + _AT_ONCE]
            self.store.write_directory(partial(self._act, steps=act)).result()

    def read_by(self, readers: Iterable[str], channels: Iterable[str]) -> None:
        """They have read what was said; what comes from now on is new."""

        def note(work: UnitOfWork) -> None:
            for channel in channels:
                last = work.local_messages.page(channel, "", before=None, limit=1)
                for reader in readers if last else ():
                    work.local_messages.mark_read(reader, channel, last[0].id)

        self.store.write(note, team=self.team.id).result()

    def _act(self, teams: Directory, steps: list[Step]) -> None:
        work = teams.unit(self.team.id)
        for step in steps:
            if not isinstance(step, Pause):
                self._step(work, step)
                self._tell(teams, work, step.at)
            if expire_due_timeboxes(work, now=step.at):
                self._tell(teams, work, step.at)

    def _tell(self, teams: Directory, work: UnitOfWork, at: datetime) -> None:
        while fan_out(work, notifications=self.notifications, now=at):
            pass
        self._deliver(teams, work, at)

    def _step(self, work: UnitOfWork, step: Line | Report | Words) -> None:
        match step:
            case Line():
                self._say_line(work, step)
            case Report(at, project, fact):
                hook = next(hook for hook in list_hooks(work) if hook.project_key == project)
                take_fact(work, fact=fact(self.keys), hook=hook, now=at)
            case Words(at, who, text, channel):
                say(work, NewMessage(channel=channel, author=who, text=text, marker=f"demo:{at.isoformat()}"), now=at)

    def _say_line(self, work: UnitOfWork, line: Line) -> None:
        member = work.members.by_name(line.who)
        if member is None:
            raise StageFright(f"there is no {line.who}")
        actor = Actor(member.id, member.name, member.administers, PLATFORM, line.channel)
        context = Context(
            cast(Store, _OneUnit(work)), self.team, actor, member.zone or self.zone, line.at, self.catalogue,
            self.ports, channel=ChannelRef(PLATFORM, WORKSPACE, line.channel), channel_name=line.channel,
        )  # fmt: skip
        root, _, words = line.text.format_map(self.keys).partition(" ")
        answer = asyncio.run(run_line(context, root, words))
        if answer.outcome is not Outcome.DONE:
            raise StageFright(f"{line.at} {line.who}: {root} {words}\n{answer.card}")
        facts = dict(answer.card.facts)
        made = facts.get("made", "").split() or [facts.get("task", "")]
        self.keys.update(zip(line.makes.split(), made, strict=False))

    def _deliver(self, teams: Directory, work: UnitOfWork, at: datetime) -> None:
        times = Times(now=at, lease=_MINUTE, spacing=timedelta(), settling=timedelta())
        while places := teams.claim_destinations(now=at, lease=_MINUTE, limit=10):
            for place in places:
                self._speak(work, place, times)

    def _speak(self, work: UnitOfWork, place: Destination, times: Times) -> None:
        sending = begin(work, place, times)
        if sending is not None:
            settle(work, place, sending, _post(work, sending.post, times.now), times)


def _post(work: UnitOfWork, post: Post, at: datetime) -> str:
    """As the local chat does, in the same unit."""
    if post.message is not None:
        show_anew(work, int(post.message), post.card, now=at)
        return post.message
    new = NewMessage(
        channel=post.channel.channel, card=post.card, marker=post.marker,
        thread=int(post.thread) if post.thread is not None else None, shows_in_channel=post.shows_in_channel,
    )  # fmt: skip
    return str(say(work, new, now=at).id)


@dataclass
class _OneUnit:
    """A store for a command that is said inside of a unit of work: it has all that commands ask of one."""

    work: UnitOfWork

    def write(self, operation: Callable[[UnitOfWork], T], **_: Any) -> Future[T]:
        return _at_once(lambda: operation(self.work))

    def read(self, query: Callable[[UnitOfWork], T], **_: Any) -> Future[T]:
        return _at_once(lambda: query(self.work))


def _at_once(run: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    try:
        future.set_result(run())
    except Exception as error:
        future.set_exception(error)
    return future
