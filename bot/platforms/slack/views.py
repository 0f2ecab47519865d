"""Slack's views: forms that are opened."""

from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.chat import answered
from core.deliveries import DeliveryError

log = structlog.get_logger()


class SlackViews:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def open(self, trigger: str, view: dict[str, Any]) -> bool:
        """False where it could not be opened, as when the trigger was three seconds old."""
        try:
            await answered(self._client.views_open(trigger_id=trigger, view=view))
        except DeliveryError as error:
            log.info("a form could not be opened", reason=f"{type(error).__name__} {error}")
            return False
        return True
