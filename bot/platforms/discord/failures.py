"""What can come in place of an answer of Discord's, as one of the four that deliveries know."""

from datetime import timedelta
from typing import Any

import aiohttp
import discord

from core.deliveries import AnswerLost, DeliveryError, MessageGone, Refused, TryLater

# Discord's own words for its numbers: https://discord.com/developers/docs/topics/opcodes-and-status-codes
WORDS = {
    10003: "unknown_channel",
    10004: "unknown_guild",
    10008: "unknown_message",
    10015: "unknown_webhook",
    10062: "unknown_interaction",
    30033: "thread_participants_limit",
    40060: "already_acknowledged",
    40067: "tag_required",
    50001: "missing_access",
    50007: "cannot_message_user",
    50013: "missing_permissions",
    50024: "wrong_channel_type",
    50027: "invalid_webhook_token",
    50083: "thread_archived",
    50278: "no_mutual_guilds",
    160004: "thread_exists",
    160005: "thread_locked",
    160006: "active_threads_limit",
}
GONE = frozenset({"unknown_message"})
# An interaction that was answered already, or that Discord has forgotten by now.
TOO_LATE = frozenset({"unknown_interaction", "already_acknowledged", "unknown_webhook", "invalid_webhook_token"})
# What discord.py and aiohttp raise, and what discord.py stumbles over where an answer is not what Discord sends.
NO_ANSWER = (
    discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, TypeError,
    AttributeError, RuntimeError,
)  # fmt: skip
# A token that is refused is for a person to change; until then nothing is put aside for it.
_ASKED_AGAIN = timedelta(minutes=1)
_UNSAID = timedelta(seconds=5)


def word_of(error: discord.HTTPException) -> str:
    """Discord's word where its answer can be read, else the status."""
    code, status = _numbers(error)
    return WORDS.get(code) or (f"discord_{code}" if code else f"http_{status}")


def as_delivery_error(error: Exception) -> DeliveryError:
    match error:
        case discord.RateLimited():
            return TryLater(timedelta(seconds=error.retry_after))
        case discord.LoginFailure():
            return TryLater(_ASKED_AGAIN)
        case discord.HTTPException():
            return _of_answer(error)
        case aiohttp.ClientConnectorError():
            return TryLater()
        case _:
            return AnswerLost(type(error).__name__)


def _of_answer(error: discord.HTTPException) -> DeliveryError:
    word, (code, status) = word_of(error), _numbers(error)
    if status == 429:
        return TryLater(_retry_after(error))
    if status == 401 and code not in WORDS:
        return TryLater(_ASKED_AGAIN)
    if status >= 500 or status < 400:
        return AnswerLost(word)
    return MessageGone(word) if word in GONE else Refused(word)


def _numbers(error: discord.HTTPException) -> tuple[int, int]:
    """Some of discord.py's errors are made without them."""
    return getattr(error, "code", 0), getattr(error, "status", 0)


def _retry_after(error: discord.HTTPException) -> timedelta:
    response: Any = getattr(error, "response", None)
    headers = {str(name).lower(): value for name, value in (getattr(response, "headers", None) or {}).items()}
    try:
        return timedelta(seconds=max(1.0, float(headers["retry-after"])))
    except (KeyError, ValueError):
        return _UNSAID
