"""What happens to the bot and where it speaks: invited, removed, a channel brought back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.workspaces import Workspaces
from bot.reopening import reopen_channel
from core.clock import Clock
from core.ids import ChannelRef
from core.ports import Store, UnitOfWork
from core.teams import Team

log = structlog.get_logger()

_LAST = 250_000_000_000  # seconds since 1970: later than that is no date


@dataclass
class WorkspaceEvents:
    store: Store
    clock: Clock
    workspaces: Workspaces
    wake: Callable[[], None]

    async def receive(self, body: dict[str, Any]) -> None:
        """Once for each event id, however often Slack sends it."""
        event, workspace = body.get("event") or {}, str(body.get("team_id", ""))
        match event.get("type"):
            case "app_uninstalled":
                await self._removed(workspace, _moment(body, self.clock), bot_users=[], is_uninstalled=True)
            case "tokens_revoked" if bot_users := _bot_users(event):
                await self._removed(workspace, _moment(body, self.clock), bot_users=bot_users, is_uninstalled=False)
            case "member_joined_channel" if event.get("user") == await self.workspaces.bot_user(workspace):
                await self._reopened(workspace, str(event.get("channel", "")), str(body.get("event_id", "")))
            case "channel_unarchive" | "group_unarchive":
                await self._reopened(workspace, str(event.get("channel", "")), str(body.get("event_id", "")))
            case kind:
                log.debug("event not needed", type=kind)

    async def _removed(self, workspace: str, at: datetime, *, bot_users: list[str], is_uninstalled: bool) -> None:
        """Slack tells of an uninstallation by two events, in either order, and perhaps after the next installation."""
        is_unmarked = await self.workspaces.note_removal(
            workspace, at=at, is_uninstalled=is_uninstalled, bot_users=bot_users
        )  # fmt: skip
        if not is_unmarked:
            return
        now = self.clock.now()
        await asyncio.wrap_future(
            self.store.write_directory(lambda teams: teams.mark_workspace(PLATFORM, workspace, now))
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


def _bot_users(event: dict[str, Any]) -> list[str]:
    return [str(user) for user in (event.get("tokens") or {}).get("bot") or ()]


def _moment(body: dict[str, Any], clock: Clock) -> datetime:
    """When it happened, in whole seconds of Slack's clock."""
    at = body.get("event_time")
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int) and 0 < at < _LAST else clock.now()
