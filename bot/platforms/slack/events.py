"""What Slack tells of by itself, each kind to whoever knows what to do about it."""

from dataclasses import dataclass
from typing import Any

from bot.platforms.slack.home import Home
from bot.platforms.slack.mentions import Mentions
from bot.platforms.slack.reactions import Reactions
from bot.platforms.slack.unfurls import Unfurls
from bot.platforms.slack.workspace_events import WorkspaceEvents
from bot.platforms.slack.workspaces import Workspaces

_ABOUT_THE_BOARD = frozenset({"app_mention", "app_home_opened", "link_shared", "reaction_added"})


@dataclass(frozen=True)
class Events:
    workspaces: Workspaces
    workspace: WorkspaceEvents
    mentions: Mentions
    home: Home
    unfurls: Unfurls
    reactions: Reactions

    async def receive(self, body: dict[str, Any]) -> None:
        """Whatever must follow from it is committed when this returns."""
        kind = body["event"]["type"]
        if kind not in _ABOUT_THE_BOARD:
            await self.workspace.receive(body)
        elif await self.workspaces.refusal(body["team_id"]) is None:
            await self._tell(kind, body, await self.workspaces.bot_user(body["team_id"]))

    async def _tell(self, kind: str, body: dict[str, Any], bot_user: str | None) -> None:
        match kind:
            case "app_mention":
                await self.mentions.receive(body, bot_user)
            case "app_home_opened":
                self.home.opened(body)
            case "link_shared":
                self.unfurls.receive(body)
            case "reaction_added":
                await self.reactions.receive(body, bot_user)
