"""What can come in place of an answer of Slack's: from slack_sdk and aiohttp, or from what stands before Slack."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

# Nothing came, or nothing that can be read: the last two are what slack_sdk makes of an answer that is text or a list.
NO_ANSWER = (SlackClientError, aiohttp.ClientError, TimeoutError, ValueError, AttributeError, TypeError)


def code_of(error: SlackApiError) -> str:
    """Slack's own word; nothing where its answer cannot be read."""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def status_of(error: SlackApiError) -> int:
    """Where the answer is no JSON, slack_sdk hands on aiohttp's response."""
    response: Any = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
