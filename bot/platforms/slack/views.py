"""Slack's views: forms that are opened."""

from typing import Any

import structlog

from bot.platforms.slack.chat import ask_slack
from bot.platforms.slack.workspaces import Workspaces
from core.deliveries import DeliveryError

log = structlog.get_logger()


class SlackViews:
    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def open(self, workspace: str, trigger: str, view: dict[str, Any]) -> bool:
        """False where it could not be opened, as when the trigger was three seconds old."""
        try:
            await ask_slack(
                self._workspaces, workspace, lambda client: client.views_open(trigger_id=trigger, view=view)
            )
        except DeliveryError as error:
            log.info("a form could not be opened", reason=f"{type(error).__name__} {error}")
            return False
        return True
