"""Slack's views: modals that are opened, and each person's Home."""

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

    async def publish(self, workspace: str, user: str, view: dict[str, Any], seen: str) -> str:
        """Somebody's Home; its new hash. With the hash in `seen` only if that is what stands there: else `Refused` says
        `hash_conflict`. Raises `DeliveryError`."""
        answer = await ask_slack(
            self._workspaces, workspace, lambda client: client.views_publish(user_id=user, view=view, hash=seen or None)
        )
        return str((answer.get("view") or {}).get("hash") or "")
