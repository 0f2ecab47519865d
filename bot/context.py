"""What a command's handler has in its hands."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from bot.board_access import BoardAccess
from bot.digest_writer import BoardDigests
from bot.public_holidays import known_holidays
from bot.remembered import Remembered, SpeakerChanged
from core.calendar_records import PublicHolidays
from core.cards import Card
from core.clock import Clock
from core.digest_asking import DigestWriter
from core.errors import AlreadyDone, Conflict, UserError
from core.ids import ChannelRef
from core.journal import Actor
from core.members import Identity, zone_info
from core.ports import Chat, Host, Store, UnitOfWork, Vault
from core.teams import Directory, Team

if TYPE_CHECKING:
    from bot.catalogue import Catalogue

T = TypeVar("T")
# Slack takes about 11,000 characters in a message.
ROOM = 8_000

_ACROSS = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Ports:
    """What commands and jobs reach of the outside: the keeper of secrets, the chats that are connected, by platform,
    how the outside reaches this server, the Git hosts that can be asked, by name, who knows public holidays and who
    writes digests."""

    vault: Vault
    chats: dict[str, Chat]
    public_url: str | None = None
    local_url: str = "http://127.0.0.1:8000"
    hosts: dict[str, Host] = field(default_factory=dict)
    holidays: Callable[[str, str | None, int], PublicHolidays] = known_holidays
    digests: DigestWriter = field(default_factory=BoardDigests)
    # Chats that show pictures also in answers to one person.
    picture_chats: set[str] = field(default_factory=set)
    # Characters that a card may have in one answer, where that is fewer than elsewhere.
    rooms: dict[str, int] = field(default_factory=dict)

    @property
    def board(self) -> BoardAccess:
        """Who may look at the board's pages."""
        return BoardAccess(self.vault, self.public_url or self.local_url)


@dataclass
class Context:
    """One request of one person.

    `zone` is theirs; `channel` where they said it, if that is a chat channel. `people` and `channels` are those the
    chat recognised in the text, by the word that stands for them. `receipt` is the sender's own id for the request
    (source and key): a request that was received before writes nothing. Where `only_reads`, nothing is written at all.
    `reply` is where the chat takes an answer that comes later, a secret; None where the answer is waited for. `keep`
    commits the answer of a request that is a job, and ends the job. `again` is the whole line once more, with these
    texts of options beside it or instead. Where the speaker is `remembered`, whatever they ask for raises
    `SpeakerChanged` if they are not so any more.
    """

    store: Store
    team: Team
    actor: Actor
    zone: str
    now: datetime
    catalogue: "Catalogue"
    ports: Ports
    channel: ChannelRef | None = None
    channel_name: str = ""
    people: Mapping[str, Identity] = field(default_factory=dict)
    channels: Mapping[str, ChannelRef] = field(default_factory=dict)
    receipt: tuple[str, str] | None = None
    only_reads: bool = False
    reply: str | None = None
    keep: Callable[[UnitOfWork, Card], None] | None = None
    again: Callable[[Mapping[str, str]], str] = lambda more: ""
    remembered: Remembered | None = None
    _promised: list[tuple[str, Mapping[str, object]]] = field(default_factory=list, init=False)
    _has_written: bool = field(default=False, init=False)
    _is_concluded: bool = field(default=False, init=False)
    _is_sure: bool = field(default=False, init=False)

    @property
    def room(self) -> int:
        """How many characters an answer may have here."""
        return self.ports.rooms.get(self.actor.platform, ROOM)

    @property
    def today(self) -> date:
        """The day it is for the person."""
        return self.now.astimezone(zone_info(self.zone)).date()

    async def read(self, query: Callable[..., T], **arguments: Any) -> T:
        """Runs `query(work, …)` on a reading connection."""

        def look(work: UnitOfWork) -> T:
            return self._as_remembered(work, lambda: query(work, **arguments))

        return await asyncio.wrap_future(self.store.read(look, team=self.team.id))

    async def do(self, operation: Callable[..., T], **arguments: Any) -> T:
        """Runs `operation(work, actor=…, now=…, …)` in one unit of work and commits it. Once per request."""
        if self.keep is not None:
            raise RuntimeError("a slow command that writes concludes: its answer is committed with what it changes")
        return await self._write(operation, arguments)

    async def read_across(self, query: Callable[..., T], **arguments: Any) -> T:
        """As `read`, of a query that looks at more than this team: `query(directory, team=…, …)`."""

        def look(teams: Directory) -> T:
            work = teams.unit(self.team.id)
            return self._as_remembered(work, lambda: query(teams, team=self.team.id, **arguments))

        return await asyncio.wrap_future(self.store.read_directory(look))

    async def do_across(self, operation: Callable[..., T], **arguments: Any) -> T:
        """As `do`, of an operation on more than this team: `operation(directory, team=…, actor=…, now=…, …)`.

        It may take longer, because it may touch every row of a team."""
        self._begin_writing()

        def unit(teams: Directory) -> T:
            # Before what may end the team.
            work = teams.unit(self.team.id)
            if self.receipt and not work.receipts.add(*self.receipt, self.now):
                _refuse_again(lambda: False)
            if self.remembered and not self.remembered.ask(work)():
                raise SpeakerChanged
            self._is_sure = True
            return operation(teams, team=self.team.id, actor=self.actor, now=self.now, **arguments)

        return await asyncio.wrap_future(self.store.write_directory(unit, within=_ACROSS))

    async def conclude(self, operation: Callable[..., T], show: Callable[[T], Card], **arguments: Any) -> Card:
        """As `do`, for a slow command: `show` makes the answer of what `operation` returned, in the same unit.

        Whoever takes the job over after a crash finds it done, and its answer kept.
        """

        def change_and_show(work: UnitOfWork, *, actor: Actor, now: datetime, **given: Any) -> Card:
            card = show(operation(work, actor=actor, now=now, **given))
            if self.keep is not None:
                self.keep(work, card)
            return card

        card = await self._write(change_and_show, arguments)
        self._is_concluded = True
        return card

    async def _write(self, operation: Callable[..., T], arguments: Mapping[str, Any]) -> T:
        self._begin_writing()

        def unit(work: UnitOfWork) -> T:
            is_first = work.receipts.add_first(*self.receipt, self.now) if self.receipt else lambda: True
            try:
                done = self._as_remembered(
                    work, lambda: operation(work, actor=self.actor, now=self.now, **arguments)
                )  # fmt: skip
            except UserError:
                # What was done already may not be possible any more.
                _refuse_again(is_first)
                raise
            _refuse_again(is_first)
            for kind, body in self._promised:
                work.jobs.add(kind, body, run_at=Clock().now())
            return done

        try:
            return await asyncio.wrap_future(self.store.write(unit, team=self.team.id))
        except UserError:
            self._has_written = False
            raise

    def _as_remembered(self, work: UnitOfWork, run: Callable[[], T]) -> T:
        """Whatever comes of it for somebody who is not so any more, a failure too, is not what they asked for."""
        if self.remembered is None:
            return run()
        is_so = self.remembered.ask(work)
        try:
            done = run()
        except Exception:
            if not is_so():
                raise SpeakerChanged from None
            raise
        if not is_so():
            raise SpeakerChanged
        self._is_sure = True
        return done

    async def make_sure(self) -> None:
        """Raises `SpeakerChanged` where nothing was asked yet that would have."""
        if self.remembered is not None and not self._is_sure:
            await self.read(lambda work: None)

    def _begin_writing(self) -> None:
        if self._has_written:
            raise RuntimeError("a command writes once: make the two changes one operation")
        if self.only_reads:
            raise Conflict("Only what changes nothing can be shared.", "Nothing was changed, and nothing posted.")
        self._has_written = True

    async def keep_picture(self, image_id: str, png: bytes) -> None:
        """Beside what the command does: what an answer shows, and nothing that anybody decided."""
        place, name, now = self.channel, self.channel_name, self.now
        if place is None:
            return

        def keep(work: UnitOfWork) -> None:
            kept_in = work.channels.ensure(place, name, now)
            work.images.keep(image_id, png, channel_id=kept_in.id, now=now, is_preview=True)

        await asyncio.wrap_future(self.store.write(keep, team=self.team.id))

    def promise(self, kind: str, body: Mapping[str, object]) -> None:
        """Network work that is committed as a job together with what the command writes next."""
        self._promised.append((kind, body))

    @property
    def has_written(self) -> bool:
        return self._has_written

    @property
    def is_concluded(self) -> bool:
        return self._is_concluded


def _refuse_again(is_first: Callable[[], bool]) -> None:
    if not is_first():
        raise AlreadyDone("This was done already.", "It arrived twice, and nothing was done twice.") from None
