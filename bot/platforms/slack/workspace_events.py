"""What happens to the bot and where it speaks: invited, removed, a channel brought back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.installation import Installation
from bot.reopening import reopen_channel
from core.clock import Clock
from core.ids import ChannelRef
from core.ports import Store, UnitOfWork
from core.teams import Team

log = structlog.get_logger()


@dataclass
class WorkspaceEvents:
    store: Store
    clock: Clock
    installation: Installation
    wake: Callable[[], None]

    async def receive(self, body: dict[str, Any]) -> None:
        """Once for each event id, however often Slack sends it."""
        event, workspace = body.get("event") or {}, str(body.get("team_id", ""))
        match event.get("type"):
            case "app_uninstalled":
                await self._mark_removed(workspace, self.clock.now())
            case "tokens_revoked" if (event.get("tokens") or {}).get("bot"):
                await self._mark_removed(workspace, self.clock.now())
            case "member_joined_channel" if event.get("user") == self.installation.bot_user_id:
                await self._reopened(workspace, str(event.get("channel", "")), str(body.get("event_id", "")))
            case "channel_unarchive" | "group_unarchive":
                await self._reopened(workspace, str(event.get("channel", "")), str(body.get("event_id", "")))
            case kind:
                log.debug("event not needed", type=kind)

    async def _mark_removed(self, workspace: str, at: datetime) -> None:
        self.installation.removed.add(workspace)
        await asyncio.wrap_future(
            self.store.write_directory(lambda teams: teams.mark_workspace(PLATFORM, workspace, at))
        )
        log.warning("the bot was removed from a workspace", workspace=workspace)

    async def _reopened(self, workspace: str, channel: str, event_id: str) -> None:
        team: Team | None = await asyncio.wrap_future(
            self.store.read_directory(lambda teams: teams.team_of_workspace(PLATFORM, workspace))
        )
        if team is None:
            return
        ref, now = ChannelRef(PLATFORM, workspace, channel), self.clock.now()

        def unit(work: UnitOfWork) -> int:
            return reopen_channel(work, ref, now) if work.receipts.add(PLATFORM, event_id, now) else 0

        reopened = await asyncio.wrap_future(self.store.write(unit, team=team.id))
        log.info("a channel is open again", channel=channel, reopened=reopened)
        self.wake()
