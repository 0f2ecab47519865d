"""What workers do of what chats promised: slow commands, and a look at whether the bot may speak somewhere."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.cards.channel import closed_channel_card
from bot.catalogue import Catalogue
from bot.context import Context, Ports
from bot.dispatch import run_line
from bot.jobs import Performer
from bot.promises import (
    CHANNEL_LOOK,
    COMMAND_ANSWER,
    RECORDS,
    SLOW_COMMAND,
    AnswerAddress,
    ChannelLook,
    Request,
    keep_answer,
    open_reply,
)
from core.cards import Card, card_from_json
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
    """Answers what could not be answered at once. `wake` tells the workers that there are jobs."""

    store: Store
    clock: Clock
    catalogue: Catalogue
    ports: Ports
    wake: Callable[[], None] = lambda: None

    @property
    def performers(self) -> dict[str, Performer]:
        return {
            SLOW_COMMAND: self.run_command,
            COMMAND_ANSWER: self.give_answer,
            CHANNEL_LOOK: self.look_at_channel,
        }

    async def run_command(self, job: Job) -> None:
        """Does it and keeps the answer; to give that is another job, which may be repeated."""
        request: Request = RECORDS.load(job.body)
        context = await self._context(job, request)
        answer = await run_line(context, request.root, request.text)
        if not context.is_concluded:
            # It changed nothing, or could not.
            now = self.clock.now()
            unit = self.store.write(
                lambda work: keep_answer(work, job, request, answer.card, now), team=job.team_id
            )  # fmt: skip
            await asyncio.wrap_future(unit)
        self.wake()

    async def give_answer(self, job: Job) -> None:
        address: AnswerAddress = RECORDS.load(job.body)
        await self._answer(address.platform, address.reply, card_from_json(job.body["card"]))

    async def _context(self, job: Job, request: Request) -> Context:
        team = await asyncio.wrap_future(self.store.read_directory(lambda teams: teams.get(job.team_id)))
        channel = ChannelRef(request.platform, request.workspace, request.channel) if request.channel else None
        now = self.clock.now()
        return Context(
            self.store, team, Actor(request.member, request.name, request.is_admin, request.platform, request.place),
            request.zone, now, self.catalogue, self.ports, channel=channel,
            channel_name=request.channel_name,
            people={word.word: Identity(word.provider, word.realm, word.subject) for word in request.people},
            channels={word.word: ChannelRef(word.provider, word.realm, word.subject) for word in request.channels},
            keep=lambda work, card: keep_answer(work, job, request, card, now),
        )  # fmt: skip

    async def look_at_channel(self, job: Job) -> None:
        """Silent where all is well."""
        look: ChannelLook = RECORDS.load(job.body)
        try:
            await self.ports.chats[look.platform].look_in(ChannelRef(look.platform, look.workspace, look.channel))
        except Refused as error:
            await self._answer(look.platform, look.reply, closed_channel_card(look.name, error.code, error.needs))

    async def _answer(self, platform: str, sealed: str, card: Card) -> None:
        try:
            await self.ports.chats[platform].answer(open_reply(self.ports, sealed), card)
        except Refused as error:
            # The address is good for half an hour only; what was done stays done.
            log.warning("a private answer was not taken", reason=error.code)
