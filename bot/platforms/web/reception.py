"""From a request to what a command has in its hands."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.catalogue import Catalogue
from bot.context import Context, Ports
from bot.platforms.web.people import CHANNELS, LocalPeople, Speaker
from bot.platforms.web.request import WebRequest
from core.clock import Clock
from core.ids import ChannelRef
from core.local_chat import PLATFORM, WORKSPACE
from core.ports import Store

T = TypeVar("T")

_CHANNELS = {channel.name: ChannelRef(PLATFORM, WORKSPACE, channel.name) for channel in CHANNELS}


@dataclass(frozen=True)
class Reception:
    """`root` is the first word of the commands; `wake` tells the workers that there is something to say."""

    store: Store
    clock: Clock
    catalogue: Catalogue
    people: LocalPeople
    root: str
    ports: Ports
    wake: Callable[[], None]

    async def speaker(self, request: WebRequest) -> Speaker:
        return await self.people.speaker(
            request.subject, place=request.channel_name if request.is_direct else f"#{request.channel}"
        )

    async def context(self, request: WebRequest, *, receipt: str = "") -> Context:
        speaker = await self.speaker(request)
        return Context(
            store=self.store, team=speaker.team, actor=speaker.actor, zone=speaker.member.zone or speaker.team.zone,
            now=self.clock.now(), catalogue=self.catalogue, ports=self.ports, reply=request.reply,
            channel=request.ref, channel_name=request.channel_name, channels=_CHANNELS,
            receipt=(PLATFORM, receipt) if receipt else None,
        )  # fmt: skip

    async def read(self, query: Callable[..., T], **arguments: Any) -> T:
        """Runs `query(work, …)` for the chat's team."""
        team = await self.people.team()
        return await asyncio.wrap_future(self.store.read(lambda work: query(work, **arguments), team=team.id))
