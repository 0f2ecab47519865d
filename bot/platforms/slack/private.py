"""Private answers that come after the acknowledgement: where the request says, else in the channel, for one person."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.platforms.slack.chat import SlackChat
from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.request import SlackRequest
from core.cards import Card
from core.deliveries import DeliveryError, Post
from core.ids import ChannelRef

log = structlog.get_logger()


@dataclass
class Private:
    chat: SlackChat
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    def later(self, request: SlackRequest, card: Card) -> None:
        """Once the request is acknowledged."""
        self.start(self.answer(request, card))

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """What nobody waits for, and what is not missed if this process dies meanwhile."""
        task = asyncio.create_task(_watched(work))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def finish(self) -> None:
        """Waits for what has begun."""
        while self._background:
            await asyncio.gather(*self._background)

    async def direct(self, request: SlackRequest, card: Card) -> None:
        """Where nothing else is at hand, into the direct messages."""
        person = ChannelRef(PLATFORM, request.workspace, request.user)
        try:
            await self.chat.post(Post(channel=person, card=card, marker=f"direct-{uuid.uuid4().hex}"))
        except DeliveryError as error:
            log.warning("a private answer was not delivered", reason=f"{type(error).__name__} {error}")

    async def answer(self, request: SlackRequest, card: Card) -> None:
        """Nobody is kept waiting for it, and what was done stays done; so what Slack does not take is logged."""
        for say in self._ways(request, card):
            try:
                await say()
            except DeliveryError as error:
                log.warning("a private answer was not delivered", reason=f"{type(error).__name__} {error}")
            else:
                return

    def _ways(self, request: SlackRequest, card: Card) -> Iterator[Callable[[], Awaitable[None]]]:
        if request.reply:
            yield lambda: self.chat.answer(request.reply, card)
        place = request.place
        if place is not None:
            yield lambda: self.chat.whisper(place, request.user, card, thread=request.thread)


async def _watched(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("what was to follow a request failed")
