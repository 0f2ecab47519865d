"""What Slack tells of by itself, each kind to whoever knows what to do about it."""

from dataclasses import dataclass
from typing import Any

from bot.platforms.slack.installation import Installation
from bot.platforms.slack.mentions import Mentions
from bot.platforms.slack.workspace_events import WorkspaceEvents


@dataclass(frozen=True)
class Events:
    installation: Installation
    workspace: WorkspaceEvents
    mentions: Mentions

    async def receive(self, body: dict[str, Any]) -> None:
        """Whatever follows from it is committed when this returns."""
        match body["event"]["type"]:
            case "app_mention" if await self._is_ours(body):
                await self.mentions.receive(body, self.installation.bot_user_id)
            case "app_mention":
                pass
            case _:
                await self.workspace.receive(body)

    async def _is_ours(self, body: dict[str, Any]) -> bool:
        return await self.installation.refusal(str(body.get("team_id", ""))) is None
