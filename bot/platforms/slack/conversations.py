"""Messages in Slack that are not ours: read, found again, and shown with what their links lead to."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.chat import answered
from core.deliveries import AnswerLost, MessageGone
from core.ids import ChannelRef


class Conversations:
    """Every call raises `DeliveryError`."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def message(self, channel: ChannelRef, moment: str) -> dict[str, Any] | None:
        """In the channel or in any of its threads; None for one that was deleted."""
        asked: dict[str, Any] = {"channel": channel.channel, "oldest": moment, "latest": moment, "inclusive": True}
        found = _only(await answered(self._client.conversations_history(limit=1, **asked)), moment)
        if found is None:
            try:
                found = _only(await answered(self._client.conversations_replies(ts=moment, **asked)), moment)
            except MessageGone:
                return None
        return found if found and found.get("subtype") != "tombstone" else None

    async def permalink(self, channel: ChannelRef, moment: str) -> str:
        answer = await answered(self._client.chat_getPermalink(channel=channel.channel, message_ts=moment))
        address = answer.get("permalink")
        if not address:
            raise AnswerLost("an answer without permalink")
        return str(address)

    async def unfurl(self, workspace: str, place: dict[str, Any], unfurls: dict[str, Any]) -> None:
        """`place` is the message: its channel and ts, or the id that the event gave it."""
        await answered(self._client.chat_unfurl(unfurls=unfurls, **place))


def _only(answer: Any, moment: str) -> dict[str, Any] | None:
    return next((message for message in answer.get("messages") or () if message.get("ts") == moment), None)
