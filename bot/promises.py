"""Slow commands: the request is committed as a job, and a worker answers it when the network did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.context import Context, Ports
from core.cards import Card, card_to_json, paragraph
from core.clock import Clock
from core.errors import Conflict, Unavailable
from core.ids import ChannelRef
from core.jobs import Job
from core.journal import Actor
from core.ports import UnitOfWork
from core.records import Records

SLOW_COMMAND = "command"
COMMAND_ANSWER = "command.answer"
CHANNEL_LOOK = "channel.look"
_REPLY = "reply"


@dataclass(frozen=True)
class Word:
    """A word of the text that stands for a person (`provider`, `realm`, `subject`) or a channel."""

    word: str
    provider: str
    realm: str
    subject: str


@dataclass(frozen=True)
class Request:
    """What was asked for, by whom and where; `reply` is where the answer goes, sealed."""

    root: str
    text: str
    member: int | None
    name: str
    is_admin: bool
    platform: str
    place: str
    zone: str
    workspace: str
    channel: str
    channel_name: str
    reply: str
    people: tuple[Word, ...] = ()
    channels: tuple[Word, ...] = ()


@dataclass(frozen=True)
class AnswerAddress:
    """Where the answer of a slow command goes; the card stands beside it, in its own form."""

    platform: str
    reply: str


@dataclass(frozen=True)
class ChannelLook:
    """Whether the bot may speak where it was told to; `reply` takes what keeps it from that, sealed."""

    platform: str
    workspace: str
    channel: str
    name: str
    reply: str


RECORDS = Records([Request, Word, AnswerAddress, ChannelLook])


async def promise_command(context: Context, root: str, text: str) -> Card:
    """Commits the request, so that it is done even if this process dies now."""
    body = RECORDS.dump(_request(context, root, text))
    await context.do(add_job, body=body)
    return Card(("On it.",), (paragraph("This takes a moment; the answer follows here."),))


def promise_look(context: Context, channel: ChannelRef | None, name: str) -> None:
    """With what the command writes: whoever sent the bot to a channel is told at once if it cannot speak there."""
    if context.reply is not None and channel is not None and channel.platform in context.ports.chats:
        try:
            reply = seal_reply(context.ports, context.reply)
        except Unavailable:
            # Without a key nothing can be promised; the look is only a courtesy.
            return
        look = ChannelLook(channel.platform, channel.workspace, channel.channel, name, reply)
        context.promise(CHANNEL_LOOK, RECORDS.dump(look))


def add_job(work: UnitOfWork, *, actor: Actor, body: Mapping[str, object], now: datetime) -> int:
    return work.jobs.add(SLOW_COMMAND, body, run_at=Clock().now())


def keep_answer(work: UnitOfWork, job: Job, request: Request, card: Card, now: datetime) -> None:
    """Ends the job and promises its answer, in the unit of what it changed. Raises `Conflict` where it is not ours."""
    if job.lease is None or not work.jobs.finish(job.id, job.lease, now):
        raise Conflict("Somebody else does this by now.", "Nothing was changed here.")
    address = RECORDS.dump(AnswerAddress(request.platform, request.reply))
    work.jobs.add(COMMAND_ANSWER, {**address, "card": card_to_json(card)}, run_at=Clock().now())


def seal_reply(ports: Ports, address: str) -> str:
    return ports.vault.seal(address, about=_REPLY)


def open_reply(ports: Ports, sealed: str) -> str:
    return ports.vault.open(sealed, about=_REPLY)


def _request(context: Context, root: str, text: str) -> Request:
    actor, channel = context.actor, context.channel
    assert context.reply is not None
    return Request(
        root=root, text=text, member=actor.member_id, name=actor.name, is_admin=actor.is_admin,
        platform=actor.platform, place=actor.place, zone=context.zone,
        workspace=channel.workspace if channel else "", channel=channel.channel if channel else "",
        channel_name=context.channel_name, reply=seal_reply(context.ports, context.reply),
        people=tuple(Word(word, who.provider, who.realm, who.subject) for word, who in context.people.items()),
        channels=tuple(Word(word, c.platform, c.workspace, c.channel) for word, c in context.channels.items()),
    )  # fmt: skip
