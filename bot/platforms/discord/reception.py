"""From a request to what a command has in its hands: the team, who speaks, and what the text marked."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bot.catalogue import Catalogue
from bot.context import Context, Ports
from bot.platforms.discord.entities import PLATFORM, Names
from bot.platforms.discord.naming import Naming, handles, marked, told_names
from bot.platforms.discord.people import People, Speaker
from bot.platforms.discord.request import DiscordRequest
from bot.remembered import Remembered
from core.clock import Clock
from core.ids import ChannelRef
from core.members import Identity
from core.ports import Store

T = TypeVar("T")


@dataclass(frozen=True)
class Reception:
    """`root` is the first word of the commands; `wake` tells the workers that there is something to say."""

    store: Store
    clock: Clock
    catalogue: Catalogue
    people: People
    root: str
    ports: Ports
    wake: Callable[[], None]
    naming: Naming

    async def speaker(self, request: DiscordRequest) -> Speaker:
        return await self.people.speaker(request)

    async def context(
        self,
        request: DiscordRequest,
        *,
        people: Mapping[str, Identity] = {},
        channels: Mapping[str, ChannelRef] = {},
        from_memory: bool = False,
    ) -> Context:
        """`from_memory` is for what is run with `bot.dispatch`, which knows what to do if the speaker changed."""
        speaker = await self.people.speaker(request, from_memory=from_memory)
        return Context(
            store=self.store, team=speaker.team, actor=speaker.actor, zone=speaker.member.zone or speaker.team.zone,
            now=self.clock.now(), catalogue=self.catalogue, ports=self.ports, reply=request.later_reply or None,
            channel=request.place, channel_name=request.channel_name,
            receipt=(PLATFORM, request.receipt) if request.receipt else None, people=people, channels=channels,
            remembered=Remembered(
                speaker.identity, speaker.member, lambda: self.context(request, people=people, channels=channels)
            ) if speaker.is_remembered else None,
        )  # fmt: skip

    async def names(self, workspace: str, data: Mapping[str, Any], options: list[Mapping[str, Any]]) -> Names:
        """What whoever and whatever these options mark is called. Raises `Unavailable`."""
        told = told_names(data.get("resolved"))
        people = marked(options, workspace=workspace)
        if not people:
            return told
        known = await self.read(workspace, handles, people=people) or {}
        names = replace(told, people={**told.people, **known})
        return await self.naming.ask(workspace, [person.subject for person in people], names)

    async def read(self, workspace: str, query: Callable[..., T], **arguments: Any) -> T | None:
        """Runs `query(work, …)` for the server's team; None where it has none. Raises `Unavailable`."""
        team = await self.people.team_of(workspace)
        if team is None:
            return None
        return await asyncio.wrap_future(self.store.read(lambda work: query(work, **arguments), team=team.id))
