"""Discord, put together: what the server mounts and what the worker speaks through."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Self

from starlette.routing import BaseRoute

from bot.catalogue import Catalogue
from bot.context import Ports
from bot.jobs import Performer
from bot.platforms.discord.answers import Answers
from bot.platforms.discord.api import DiscordApi, point_at
from bot.platforms.discord.carrying import Carrying
from bot.platforms.discord.chat import DiscordChat
from bot.platforms.discord.entities import PLATFORM
from bot.platforms.discord.gateway import Gateway
from bot.platforms.discord.guilds import Guilds
from bot.platforms.discord.mentions import Mentions
from bot.platforms.discord.modals import Modals
from bot.platforms.discord.naming import Naming
from bot.platforms.discord.people import People
from bot.platforms.discord.reception import Reception
from bot.platforms.discord.request import DiscordRequest
from bot.platforms.discord.shards import Pace, Shards
from bot.platforms.discord.surfaces import Surfaces
from bot.platforms.discord.syncing import Syncing
from bot.platforms.discord.wording import TypedLines
from bot.scheduler import Tick
from bot.settings import Settings
from core.cards import Card
from core.clock import Clock
from core.deliveries import DeliveryError
from core.ports import Store

# Characters of a digest in one answer: a message has 4,000 in all.
PREVIEW = 3_400


@dataclass
class DiscordConnection:
    """`shards` keep the connection to the gateway; the part that is called chat runs them."""

    api: DiscordApi
    chat: DiscordChat
    answers: Answers
    surfaces: Surfaces
    shards: Shards
    platform: str = PLATFORM
    routes: tuple[BaseRoute, ...] = ()
    ticks: tuple[Tick, ...] = ()

    @classmethod
    def open(
        cls, settings: Settings, store: Store, clock: Clock, catalogue: Catalogue, ports: Ports,
        wake: Callable[[], None], *, real: Clock | None = None, pace: Pace | None = None,
    ) -> Self:  # fmt: skip
        """`ports` must have this chat among its chats by the time somebody speaks. `real` is the clock of leases."""
        assert settings.discord_token is not None
        point_at(settings.discord_api_url, settings.discord_gateway_url)
        token, root, real = settings.discord_token.get_secret_value(), settings.labkeeper_command, real or Clock()
        ports.rooms[PLATFORM] = PREVIEW
        api, lines = DiscordApi(token), TypedLines(catalogue, root)
        chat, people = DiscordChat(api, lines), People(store, clock)
        reception, carrying = (
            Reception(store, clock, catalogue, people, root, ports, wake, Naming(api)),
            Carrying(store, real),
        )
        answers = Answers(api, lines, carrying.shortened, _direct(chat))
        surfaces = Surfaces(reception, Modals(reception, carrying), answers, carrying)
        mentions, guilds = Mentions(reception, chat), Guilds(store, clock, people, chat, wake)

        def make(shard: int, shards: int) -> Gateway:
            return Gateway(surfaces, mentions, guilds, shard=shard, shards=shards)

        syncing = Syncing(api, store, real, catalogue, root)
        shards = Shards(api, token, store, real, make, syncing, pace or Pace())
        return cls(api, chat, answers, surfaces, shards)

    @property
    def works(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        return (self.shards.run,)

    @property
    def performers(self) -> dict[str, Performer]:
        return {}

    @property
    def state(self) -> str:
        """For `/readyz`."""
        return self.shards.state

    async def begin(self) -> None:
        """Nothing is asked before somebody speaks."""

    def leave(self) -> None:
        """Nothing here is answered for ever."""

    async def finish(self) -> None:
        await self.answers.finish()
        await self.api.close()


def _direct(chat: DiscordChat) -> Callable[[DiscordRequest, Card], Awaitable[None]]:
    async def say(request: DiscordRequest, card: Card) -> None:
        try:
            await chat.direct(request, card, key=request.interaction)
        except DeliveryError:
            # Logged where it was not taken; there is no other way to this person.
            return

    return say
