"""Answers to interactions: one first answer within three seconds, and what follows it within a quarter of an hour."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeAlias

import structlog

from bot.buttons import SHARE
from bot.cards.refusal import refusal_card
from bot.dispatch import Answer
from bot.platforms.discord.api import DiscordApi
from bot.platforms.discord.failures import TOO_LATE
from bot.platforms.discord.render import Component, DiscordMessage, render_card
from bot.platforms.discord.request import DiscordRequest
from bot.platforms.discord.wording import TypedLines
from bot.telemetry import INTERACTIONS
from core.cards import Button, Card, Tone, paragraph
from core.deliveries import DeliveryError, Refused
from core.errors import UserError

log = structlog.get_logger()

# Of three seconds; what takes longer is answered by “thinking…” first.
READY_WITHIN = timedelta(seconds=2)
EPHEMERAL, COMPONENTS_V2 = 1 << 6, 1 << 15
# Discord's numbers for first answers.
_MESSAGE, _THINKING, _CHOICES, _FORM = 4, 5, 8, 9

_LATE = Card(
    ("This took too long for a form, and nothing was changed.",), (paragraph("Say it once more."),), tone=Tone.WARNING
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormReply:
    """A form that is to be opened, as Discord takes it."""

    payload: Component


@dataclass(frozen=True, slots=True)
class Promised:
    """The answer follows, from a worker."""


Reply: TypeAlias = Card | FormReply | Promised


def message_data(message: DiscordMessage, *, is_private: bool) -> dict[str, Any]:
    """Nobody is notified but whom the card mentions."""
    return {
        "flags": COMPONENTS_V2 | (EPHEMERAL if is_private else 0),
        "components": message.components,
        "allowed_mentions": {"parse": [], "users": message.users},
    }


def with_share(answer: Answer) -> Card:
    """The answer's card with a button that shows it to the channel, where that makes sense."""
    if answer.share is None:
        return answer.card
    return replace(answer.card, buttons=(*answer.card.buttons, Button("Share", SHARE, answer.share)))


@dataclass
class Answers:
    """`keep` puts aside what is too long for a button; `direct` says something to a person who cannot be answered."""

    api: DiscordApi
    lines: TypedLines
    keep: Callable[[Card], Awaitable[Card]]
    direct: Callable[[DiscordRequest, Card], Awaitable[None]]
    ready_within: timedelta = READY_WITHIN
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    async def give(self, request: DiscordRequest, work: Coroutine[Any, Any, Reply]) -> None:
        """What `work` comes to is the first answer, where it is ready in time."""
        working = asyncio.ensure_future(_in_words(work))
        ready, _ = await asyncio.wait({working}, timeout=self.ready_within.total_seconds())
        try:
            if ready:
                await self._first(request, working.result())
            else:
                await self._late(request, working)
        except DeliveryError as error:
            await self._not_taken(request, working, error)

    async def choices(self, request: DiscordRequest, choices: list[dict[str, str]]) -> None:
        """While somebody types; what comes too late nobody waits for."""
        try:
            await self._call_back(request, _CHOICES, {"choices": choices})
        except DeliveryError as error:
            log.debug("choices were not taken", reason=str(error))

    async def follow(self, address_of: DiscordRequest, card: Card) -> None:
        """Behind the first answer."""
        data = await self._data(card)
        await self.api.call(
            "POST", "/webhooks/{webhook_id}/{webhook_token}", json=data, webhook_id=address_of.application,
            webhook_token=address_of.token,
        )  # fmt: skip

    async def finish(self) -> None:
        """Waits for what has begun."""
        while self._background:
            await asyncio.gather(*self._background, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _first(self, request: DiscordRequest, reply: Reply) -> None:
        match reply:
            case Promised():
                await self._call_back(request, _THINKING, {"flags": EPHEMERAL})
            case FormReply(payload):
                await self._call_back(request, _FORM, payload)
            case Card():
                await self._call_back(request, _MESSAGE, await self._data(reply))
        INTERACTIONS.labels(outcome="answered").inc()

    async def _late(self, request: DiscordRequest, working: "asyncio.Future[Reply]") -> None:
        await self._call_back(request, _THINKING, {"flags": EPHEMERAL})
        INTERACTIONS.labels(outcome="deferred").inc()
        reply = await working
        if isinstance(reply, Promised):
            return
        card = reply if isinstance(reply, Card) else _LATE
        await self.api.call(
            "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", json=await self._data(card),
            webhook_id=request.application, webhook_token=request.token,
        )  # fmt: skip

    async def _not_taken(self, request: DiscordRequest, working: "asyncio.Future[Reply]", error: DeliveryError) -> None:
        """What was done stays done; who asked saw that nothing answered, and is told in private what came of it."""
        word = error.code if isinstance(error, Refused) else type(error).__name__
        INTERACTIONS.labels(outcome=word if word in TOO_LATE else "lost").inc()
        log.warning(
            "an answer was not taken", reason=f"{type(error).__name__} {error}", interaction=request.interaction
        )
        if word == "already_acknowledged":
            # Another process has it in hand.
            await asyncio.wait({working})
            return
        reply = await working
        if isinstance(reply, Card):
            await self.direct(request, reply)

    async def _data(self, card: Card) -> dict[str, Any]:
        return message_data(render_card(await self.keep(card), self.lines), is_private=True)

    async def _call_back(self, request: DiscordRequest, kind: int, data: dict[str, Any]) -> None:
        await self.api.call(
            "POST", "/interactions/{webhook_id}/{webhook_token}/callback", json={"type": kind, "data": data},
            webhook_id=request.interaction, webhook_token=request.token,
        )  # fmt: skip


async def _in_words(work: Coroutine[Any, Any, Reply]) -> Reply:
    try:
        return await work
    except UserError as error:
        return refusal_card(error)
