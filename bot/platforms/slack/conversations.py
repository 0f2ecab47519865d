"""Messages in Slack that are not ours: read, found again, and shown with what their links lead to."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.chat import ask_slack
from bot.platforms.slack.workspaces import Workspaces
from core.deliveries import AnswerLost, MessageGone
from core.ids import ChannelRef


class Conversations:
    """Every call raises `DeliveryError`."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def message(self, channel: ChannelRef, moment: str) -> dict[str, Any] | None:
        """In the channel or in any of its threads; None for one that was deleted."""
        asked: dict[str, Any] = {"channel": channel.channel, "oldest": moment, "latest": moment, "inclusive": True}
        where = channel.workspace
        answer = await self._ask(where, lambda client: client.conversations_history(limit=1, **asked))
        found = _only(answer, moment)
        if found is None:
            try:
                answer = await self._ask(where, lambda client: client.conversations_replies(ts=moment, **asked))
            except MessageGone:
                return None
            found = _only(answer, moment)
        return found if found and found.get("subtype") != "tombstone" else None

    async def name(self, channel: ChannelRef) -> str:
        """What people call it; nothing where Slack says none, as of a direct message."""
        answer = await self._ask(channel.workspace, lambda client: client.conversations_info(channel=channel.channel))
        return str((answer.get("channel") or {}).get("name") or "")

    async def permalink(self, channel: ChannelRef, moment: str) -> str:
        where = {"channel": channel.channel, "message_ts": moment}
        answer = await self._ask(channel.workspace, lambda client: client.chat_getPermalink(**where))
        address = answer.get("permalink")
        if not address:
            raise AnswerLost("an answer without permalink")
        return str(address)

    async def unfurl(self, workspace: str, place: dict[str, Any], unfurls: dict[str, Any]) -> None:
        """`place` is the message: its channel and ts, or the id that the event gave it."""
        await self._ask(workspace, lambda client: client.chat_unfurl(unfurls=unfurls, **place))

    async def _ask(self, workspace: str, ask: Callable[[AsyncWebClient], Awaitable[Any]]) -> Any:
        return await ask_slack(self._workspaces, workspace, ask)


def _only(answer: Any, moment: str) -> dict[str, Any] | None:
    return next((message for message in answer.get("messages") or () if message.get("ts") == moment), None)
