"""Reactions that make a task of a message: promised when the event comes, done by a worker, once for each message."""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog

from bot.cards.refusal import refusal_card
from bot.command import USER_ROOT
from bot.context import Context
from bot.dispatch import run_values
from bot.jobs import Performer
from bot.menus import MAKE_A_TASK, Quoted
from bot.platforms.slack.answers import with_share
from bot.platforms.slack.conversations import Conversations
from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.messages import handles, people_in, quote
from bot.platforms.slack.payload import part
from bot.platforms.slack.private import Private
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.request import SlackRequest
from core.cards import Card, CommandLine, Mono, TaskRef, Tone, paragraph
from core.clock import Clock
from core.deliveries import Refused, TryLater
from core.errors import Unavailable, UserError
from core.ids import ChannelRef, TaskKey
from core.jobs import Job
from core.ports import UnitOfWork
from core.projects import Channel
from core.reactions import plain_emoji
from core.records import Records

log = structlog.get_logger()

KIND = "slack.reaction"


@dataclass(frozen=True)
class Reaction:
    """Somebody (`user`) put the channel's emoji on the message of that `moment`."""

    workspace: str
    channel: str
    channel_name: str
    moment: str
    user: str

    @property
    def place(self) -> ChannelRef:
        return ChannelRef(PLATFORM, self.workspace, self.channel)


RECORDS = Records([Reaction])


@dataclass(frozen=True)
class Reactions:
    reception: Reception
    conversations: Conversations
    private: Private

    @property
    def performers(self) -> dict[str, Performer]:
        return {KIND: self.make_task}

    async def receive(self, body: dict[str, Any], bot_user: str | None) -> None:
        """Commits the job. A reaction that is taken away and put there again is the same one."""
        event, item = body["event"], part(body["event"], "item")
        user, channel, moment = (str(part or "") for part in (event.get("user"), item.get("channel"), item.get("ts")))
        if item.get("type") != "message" or not (user and channel and moment):
            return
        if bot_user is not None and bot_user in (user, event.get("item_user")):
            return
        found = await self._channel(ChannelRef(PLATFORM, body["team_id"], channel))
        if found is None or found.emoji is None:
            return
        # Both, because what was chosen was once kept as it was typed.
        if plain_emoji(found.emoji) != plain_emoji(str(event.get("reaction") or "")):
            return
        await self._promise(Reaction(body["team_id"], channel, found.name, moment, user))

    async def make_task(self, job: Job) -> None:
        reaction: Reaction = RECORDS.load(job.body)
        request = SlackRequest(
            workspace=reaction.workspace, user=reaction.user, channel=reaction.channel,
            channel_name=reaction.channel_name, receipt=f"task-of:{reaction.channel}:{reaction.moment}",
        )  # fmt: skip
        try:
            card = await self._made(reaction, request)
        except Unavailable:
            raise
        except UserError as error:
            card = refusal_card(error)
        except Refused as error:
            card = _unreadable(reaction.channel_name, error.code)
        self.reception.wake()
        if card is not None:
            await self.private.answer(request, card)

    async def _made(self, reaction: Reaction, request: SlackRequest) -> Card | None:
        """None for a message that is gone, and for the bot's own."""
        message = await self.conversations.message(reaction.place, reaction.moment)
        if message is None:
            return None
        address = await self.conversations.permalink(reaction.place, reaction.moment)
        context = await self.reception.context(request)
        # Receipts are forgotten; the link stays with the task.
        known = await context.read(_task_with, url=address)
        if known is not None:
            return _made_before(known)
        return await self._make(context, await self._quoted(context, reaction, message, address))

    async def _make(self, context: Context, quoted: Quoted) -> Card:
        values = MAKE_A_TASK.values(quoted)
        if "title" not in values:
            return _wordless()
        noun, _, verb = MAKE_A_TASK.command.partition(" ")
        command = self.reception.catalogue.find(USER_ROOT, noun, verb)
        assert command is not None
        answer = await run_values(context, command, values)
        if answer.is_repeat:
            # Somebody reacted at the same moment: when this is tried again, their task is there to be named.
            raise TryLater
        return with_share(answer)

    async def _quoted(self, context: Context, reaction: Reaction, message: dict[str, Any], address: str) -> Quoted:
        people = people_in(message, workspace=reaction.workspace)
        names = await context.read(handles, people=people)
        return quote(message, workspace=reaction.workspace, address=address, names=names)

    async def _channel(self, ref: ChannelRef) -> Channel | None:
        return await self.reception.read(ref.workspace, lambda work: work.channels.find(ref))

    async def _promise(self, reaction: Reaction) -> None:
        team, now = await self.reception.people.team_of(reaction.workspace), self.reception.clock.now()
        assert team is not None
        receipt = f"reaction:{reaction.channel}:{reaction.moment}:{reaction.user}"

        def unit(work: UnitOfWork) -> None:
            if work.receipts.add(PLATFORM, receipt, now):
                work.jobs.add(KIND, RECORDS.dump(reaction), run_at=Clock().now())

        await asyncio.wrap_future(self.reception.store.write(unit, team=team.id))
        self.reception.wake()


def _task_with(work: UnitOfWork, *, url: str) -> TaskKey | None:
    return work.links.task_with(url) if url else None


def _made_before(key: TaskKey) -> Card:
    return Card(
        ("This message is with ", TaskRef.of(key), " already."),
        (paragraph("See it: ", CommandLine(f"lab task show {key}")),),
    )


def _wordless() -> Card:
    return Card(
        ("This message has no words to make a task of.",),
        (paragraph("Say what is to be done: ", CommandLine("lab task new What to do")),), tone=Tone.WARNING,
    )  # fmt: skip


def _unreadable(name: str, code: str) -> Card:
    return Card(
        (f"I cannot read that message in #{name}.",),
        (paragraph(f"Slack says: {code}. Type there: ", Mono(f"/invite @Labkeeper #{name}"), ", then react again."),),
        tone=Tone.WARNING,
    )  # fmt: skip
