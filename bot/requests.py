"""What workers do of what chats promised: slow commands, and a look at whether the bot may speak somewhere."""

import asyncio
from dataclasses import dataclass

import structlog

from bot.cards.channel import closed_channel_card
from bot.catalogue import Catalogue
from bot.context import Context, Ports
from bot.dispatch import run_line
from bot.jobs import Performer
from bot.promises import CHANNEL_LOOK, RECORDS, SLOW_COMMAND, ChannelLook, Request, open_reply
from core.cards import Card
from core.clock import Clock
from core.deliveries import Refused
from core.ids import ChannelRef
from core.jobs import Job
from core.journal import Actor
from core.members import Identity
from core.ports import Store

log = structlog.get_logger()


@dataclass(frozen=True)
class PromisedRequests:
    """Answers what could not be answered at once."""

    store: Store
    clock: Clock
    catalogue: Catalogue
    ports: Ports

    @property
    def performers(self) -> dict[str, Performer]:
        return {SLOW_COMMAND: self.run_command, CHANNEL_LOOK: self.look_at_channel}

    async def run_command(self, job: Job) -> None:
        request: Request = RECORDS.load(job.body)
        team = await asyncio.wrap_future(self.store.read_directory(lambda teams: teams.get(job.team_id)))
        channel = ChannelRef(request.platform, request.workspace, request.channel) if request.channel else None
        context = Context(
            self.store, team, Actor(request.member, request.name, request.is_admin, request.platform, request.place),
            request.zone, self.clock.now(), self.catalogue, self.ports, channel=channel,
            channel_name=request.channel_name,
            people={word.word: Identity(word.provider, word.realm, word.subject) for word in request.people},
            channels={word.word: ChannelRef(word.provider, word.realm, word.subject) for word in request.channels},
            receipt=("job", str(job.id)),
        )  # fmt: skip
        answer = await run_line(context, request.root, request.text)
        await self._answer(request.platform, request.reply, answer.card)

    async def look_at_channel(self, job: Job) -> None:
        """Silent where all is well."""
        look: ChannelLook = RECORDS.load(job.body)
        try:
            await self.ports.chats[look.platform].look_in(ChannelRef(look.platform, look.workspace, look.channel))
        except Refused as error:
            await self._answer(look.platform, look.reply, closed_channel_card(look.name, error.code))

    async def _answer(self, platform: str, sealed: str, card: Card) -> None:
        try:
            await self.ports.chats[platform].answer(open_reply(self.ports, sealed), card)
        except Refused as error:
            # The address is good for half an hour only; what was done stays done.
            log.warning("a private answer was not taken", reason=error.code)
