"""From a request to what a command has in its hands: the team, who speaks, and what the text marked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bot.catalogue import Catalogue
from bot.context import Context, Ports
from bot.platforms.slack.channel_names import ChannelNames
from bot.platforms.slack.entities import PLATFORM, SlackText
from bot.platforms.slack.people import People, Speaker, from_elsewhere
from bot.platforms.slack.request import SlackRequest
from bot.remembered import Remembered
from core.clock import Clock
from core.ports import Store

T = TypeVar("T")


@dataclass(frozen=True)
class Reception:
    """`root` is the first word of the commands; `wake` tells the workers that there is something to say."""

    store: Store
    clock: Clock
    catalogue: Catalogue
    people: People
    names: ChannelNames
    root: str
    ports: Ports
    wake: Callable[[], None]

    async def speaker(self, request: SlackRequest, *, needs_rights: bool = False, from_memory: bool = False) -> Speaker:
        """Raises `NotAllowed` and `Unavailable`, as `People.speaker` does, and for people of other workspaces."""
        if request.home_workspace not in ("", request.workspace):
            raise from_elsewhere()
        return await self.people.speaker(
            workspace=request.workspace, workspace_name=request.workspace_name, user=request.user,
            user_name=request.user_name, place=f"#{request.channel_name}" if request.channel_name else "",
            needs_rights=needs_rights, from_memory=from_memory,
        )  # fmt: skip

    async def context(
        self,
        request: SlackRequest,
        *,
        text: SlackText | None = None,
        needs_rights: bool = False,
        from_memory: bool = False,
    ) -> Context:
        """`from_memory` is for a line that is run with `bot.dispatch`, which knows what to do if they changed."""
        speaker = await self.speaker(request, needs_rights=needs_rights, from_memory=from_memory)
        actor, name, place = speaker.actor, request.channel_name, request.place
        if not name and place is not None:
            name = await self.names.of(speaker.team.id, place)
            actor = replace(actor, place=f"#{name}")
        return Context(
            store=self.store, team=speaker.team, actor=actor, zone=speaker.member.zone or speaker.team.zone,
            now=self.clock.now(), catalogue=self.catalogue, ports=self.ports, reply=request.later_reply or None,
            channel=place, channel_name=name,
            receipt=(PLATFORM, request.receipt) if request.receipt else None,
            people=text.people if text else {}, channels=text.channels if text else {},
            remembered=Remembered(
                speaker.identity, speaker.member, lambda: self.context(request, text=text, needs_rights=needs_rights)
            ) if speaker.is_remembered else None,
        )  # fmt: skip

    async def read(self, workspace: str, query: Callable[..., T], **arguments: Any) -> T | None:
        """Runs `query(work, …)` for the workspace's team; None where it has none. Raises `Unavailable`."""
        team = await self.people.team_of(workspace)
        if team is None:
            return None
        return await asyncio.wrap_future(self.store.read(lambda work: query(work, **arguments), team=team.id))
