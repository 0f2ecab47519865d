"""Saying things in the local chat: its messages are rows of the same database."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from bot.platforms.web.feed import Feed
from bot.platforms.web.people import CHANNEL_NAMES, PERSONAS, LocalPeople
from bot.platforms.web.request import WebRequest
from core.cards import Card, card_to_json
from core.clock import Clock
from core.deliveries import AnswerLost, MessageGone, Post, Refused
from core.errors import Unavailable
from core.ids import ChannelRef
from core.local_chat import LocalMessage, NewMessage, say, show_anew
from core.ports import Store, UnitOfWork

T = TypeVar("T")

_SUBJECTS = frozenset(persona.subject for persona in PERSONAS)


@dataclass(frozen=True)
class WebChat:
    """A `core.ports.Chat`."""

    store: Store
    clock: Clock
    people: LocalPeople
    feed: Feed

    @property
    def reads_messages(self) -> bool:
        return False

    async def post(self, post: Post) -> str:
        await self.look_in(post.channel)
        now, thread = self.clock.now(), _number(post.thread)
        if post.message is not None:
            message = _number(post.message) or 0
            if not await self.write(lambda work: show_anew(work, message, post.card, now=now)):
                raise MessageGone("message_not_found")
            return post.message
        new = NewMessage(
            channel=post.channel.channel, card=post.card, marker=post.marker, thread=thread,
            shows_in_channel=post.shows_in_channel,
        )  # fmt: skip
        said = await self.write(lambda work: _say_below(work, new, now))
        if said is None:
            raise MessageGone("thread_not_found")
        return str(said.id)

    async def look_in(self, channel: ChannelRef) -> None:
        if channel.channel not in CHANNEL_NAMES | _SUBJECTS:
            raise Refused("channel_not_found")

    async def answer(self, address: str, card: Card) -> None:
        """An address that a `WebRequest` gave; the same card is said there once."""
        subject, channel, thread, key = json.loads(address)
        digest = sha256(json.dumps(card_to_json(card), sort_keys=True).encode()).hexdigest()[:16]
        request = WebRequest(subject, channel, thread, key)
        await self.whisper(request, card, marker=f"answer:{key}:{digest}")

    async def find(self, post: Post, *, since: datetime) -> str | None:
        found = await self.write(lambda work: work.local_messages.by_marker(post.marker))
        return str(found.id) if found else None

    async def whisper(self, request: WebRequest, card: Card, *, marker: str, line: str = "") -> LocalMessage:
        """For the eyes of whoever asked; `line` is what they typed."""
        new = NewMessage(
            channel=request.channel, only_for=request.subject, thread=request.thread, text=line, card=card,
            marker=marker,
        )  # fmt: skip
        return await self.say(new)

    async def say(self, new: NewMessage) -> LocalMessage:
        now = self.clock.now()
        return await self.write(lambda work: say(work, new, now=now))

    async def write(self, run: Callable[[UnitOfWork], T]) -> T:
        """Raises `AnswerLost` where the database did not answer."""
        team = await self.people.team()
        try:
            done = await asyncio.wrap_future(self.store.write(run, team=team.id))
        except Unavailable as error:
            raise AnswerLost(error.message) from error
        self.feed.wake()
        return done


def _say_below(work: UnitOfWork, new: NewMessage, now: datetime) -> LocalMessage | None:
    root = work.local_messages.get(new.thread) if new.thread is not None else None
    if new.thread is not None and (root is None or root.deleted_at is not None):
        return None
    return say(work, new, now=now)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
