"""The local chat: what people and the bot say in the channels that this board keeps itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.cards import Card
from core.events import MemberJoined
from core.ids import TeamId
from core.journal import Actor, record
from core.members import ROSTER, Identity, sign_in
from core.ports import UnitOfWork
from core.tasks import Role
from core.teams import Directory, Team

PLATFORM, WORKSPACE = "web", "local"
# Characters of what somebody says at once.
TEXT_LIMIT = 60_000
# Held to the end of whatever writes, so that stamps are seen in their order.
_STAMPS = "local chat"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to be in the local chat."""

    subject: str
    name: str
    role: Role
    is_admin: bool
    about: str

    @property
    def identity(self) -> Identity:
        return Identity(PLATFORM, WORKSPACE, self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """`author` and `only_for` are what the chat calls people; the bot is nobody, and what all may read for nobody.

    `thread` is the message at its root. `marker` is the same for the same message, however often it is sent.
    """

    channel: str
    author: str = ""
    only_for: str = ""
    thread: int | None = None
    shows_in_channel: bool = False
    text: str = ""
    card: Card | None = None
    marker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalMessage:
    """`stamp` counts up with every change of any message: whoever knows one asks for what came after it.

    `replies` are those that all may read.
    """

    id: int
    stamp: int
    channel: str
    author: str
    only_for: str
    thread: int | None
    in_channel: bool
    text: str
    card: Card | None
    at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    replies: int = 0
    replied_at: datetime | None = None

    def is_for(self, reader: str, channels: frozenset[str]) -> bool:
        return self.only_for in ("", reader) and (self.channel in channels or self.channel == reader)


class LocalMessages(Protocol):
    """Readers see what is for all and what is for them, without what was deleted."""

    def add(self, new: NewMessage, now: datetime) -> LocalMessage: ...
    def get(self, message_id: int) -> LocalMessage | None: ...
    def by_marker(self, marker: str) -> LocalMessage | None: ...
    def edit(self, message_id: int, card: Card, now: datetime) -> None: ...
    def delete(self, message_id: int, now: datetime) -> None: ...
    def count_reply(self, root: int, now: datetime) -> None: ...

    def page(self, channel: str, reader: str, *, before: int | None, limit: int) -> tuple[LocalMessage, ...]:
        """The newest of a channel, or the newest before a message; oldest first."""
        ...

    def page_after(self, channel: str, reader: str, *, after: int, limit: int) -> tuple[LocalMessage, ...]:
        """The oldest of a channel behind a message; oldest first."""
        ...

    def thread(self, root: int, reader: str, *, limit: int) -> tuple[LocalMessage, ...]:
        """The newest answers, oldest first."""
        ...

    def since(self, stamp: int, *, limit: int) -> tuple[LocalMessage, ...]:
        """What changed after it, of all readers, in the order of stamps; deleted ones too."""
        ...

    def newest_stamp(self) -> int: ...
    def mark_read(self, reader: str, channel: str, message_id: int) -> None: ...

    def count_unread(self, reader: str, channel: str, *, limit: int) -> int:
        """What others said there since; at most `limit`."""
        ...


def open_local_team(directory: Directory, *, zone: str, now: datetime) -> Team:
    """The team whose board the local chat shows: the only one there is, or one made now."""
    team = directory.team_of_workspace(PLATFORM, WORKSPACE)
    if team is None:
        teams = directory.teams()
        team = teams[0] if len(teams) == 1 else directory.add_team("Team", zone, now)
        directory.add_workspace(team.id, PLATFORM, WORKSPACE, "Local chat", now)
    return team


def local_team(directory: Directory) -> TeamId | None:
    team = directory.team_of_workspace(PLATFORM, WORKSPACE)
    return team.id if team else None


def welcome(work: UnitOfWork, *, people: tuple[Persona, ...], now: datetime) -> None:
    """Makes members of those who are none yet, so that they can be found before they spoke."""
    work.lock(ROSTER)
    for persona in people:
        if work.members.by_identity(persona.identity) is None:
            _add(work, persona, now)


def _add(work: UnitOfWork, persona: Persona, now: datetime) -> None:
    """Called as the chat calls them; by their whole name where somebody else is called so."""
    handle = persona.subject if work.members.by_name(persona.subject) is None else f"{persona.subject}-{WORKSPACE}"
    if work.members.by_name(handle) is not None:
        sign_in(work, persona.identity, name=persona.name, is_admin=persona.is_admin, place="", now=now)
        return
    member = work.members.add(
        name=persona.name, handle=handle, role=persona.role, is_admin=persona.is_admin, now=now
    )  # fmt: skip
    work.members.add_identity(member.id, persona.identity, now)
    actor = Actor(member.id, member.name, member.administers, PLATFORM, "")
    record(work, MemberJoined(member.name), actor=actor, now=now)


def say(work: UnitOfWork, new: NewMessage, *, now: datetime) -> LocalMessage:
    """Once, however often it is sent."""
    work.lock(_STAMPS)
    said = work.local_messages.by_marker(new.marker)
    if said is not None:
        return said
    message = work.local_messages.add(new, now)
    if new.thread is not None and not new.only_for:
        work.local_messages.count_reply(new.thread, now)
    return message


def show_anew(work: UnitOfWork, message_id: int, card: Card, *, now: datetime) -> bool:
    """False where the message is gone."""
    work.lock(_STAMPS)
    message = work.local_messages.get(message_id)
    if message is None or message.deleted_at is not None:
        return False
    work.local_messages.edit(message_id, card, now)
    return True


def take_away(work: UnitOfWork, message_id: int, *, reader: str, now: datetime) -> bool:
    """A private answer that was read. False where it is none of theirs."""
    work.lock(_STAMPS)
    message = work.local_messages.get(message_id)
    if message is None or not reader or message.only_for != reader:
        return False
    work.local_messages.delete(message_id, now)
    return True
