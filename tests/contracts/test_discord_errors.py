"""Whatever discord.py or aiohttp raises is one of our own errors beyond the boundary."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.app import load_catalogue
from bot.platforms.discord.api import DiscordApi
from bot.platforms.discord.chat import DiscordChat
from bot.platforms.discord.failures import as_delivery_error
from bot.platforms.discord.wording import TypedLines
from core.cards import Card
from core.deliveries import AnswerLost, DeliveryError, MessageGone, Post, Refused, TryLater
from core.ids import ChannelRef

SINCE = datetime(2026, 11, 18, tzinfo=UTC)
POST = Post(channel=ChannelRef("discord", "1", "2"), card=Card(("t",)), marker="labkeeper-1-1")
LINES = TypedLines(load_catalogue())
CALLS: dict[str, Callable[[DiscordChat], Coroutine[Any, Any, Any]]] = {
    "post": lambda chat: chat.post(POST),
    "edit": lambda chat: chat.post(replace(POST, message="3")),
    "reply": lambda chat: chat.post(replace(POST, thread="3")),
    "prompt": lambda chat: chat.post(replace(POST, thread="3", shows_in_channel=True)),
    "direct": lambda chat: chat.post(replace(POST, is_direct=True)),
    "look": lambda chat: chat.find(POST, since=SINCE),
    "look in a thread": lambda chat: chat.find(replace(POST, thread="3"), since=SINCE),
    "look in private": lambda chat: chat.find(replace(POST, is_direct=True), since=SINCE),
    "answer": lambda chat: chat.answer('{"application": "1", "token": "t"}', Card(("t",))),
}


class BrokenApi(DiscordApi):
    """With nothing but an error where discord.py would be."""

    def __init__(self, error: BaseException) -> None:
        super().__init__("token")
        self.error = error

    async def client(self) -> discord.Client:
        raise self.error


def tree(error: type[Exception]) -> Iterator[type[Exception]]:
    yield error
    for kind in error.__subclasses__():
        yield from tree(kind)


def vendors() -> list[type[Exception]]:
    found = {*tree(discord.DiscordException), *tree(aiohttp.ClientError), TimeoutError, OSError, KeyError, ValueError}
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def answered(status: int, code: int = 0, kind: type[discord.HTTPException] = discord.HTTPException) -> Exception:
    response: Any = SimpleNamespace(status=status, reason="x", headers={"Retry-After": "7"})
    return kind(response, {"code": code, "message": "no"})


def made(kind: type[Exception]) -> Exception:
    """Each wants other arguments, and nothing depends on them, but on what Discord answered."""
    if issubclass(kind, discord.HTTPException) and kind is not discord.app_commands.CommandSyncFailure:
        return answered(503, kind=kind)
    if kind is discord.RateLimited:
        return discord.RateLimited(7.0)
    return kind.__new__(kind)


def test_there_are_errors_to_map() -> None:
    known = {discord.RateLimited, discord.Forbidden, discord.ConnectionClosed, aiohttp.ClientPayloadError}
    assert known < set(vendors())


@pytest.mark.parametrize("kind", vendors(), ids=lambda kind: kind.__name__)
def test_every_vendors_error_says_whether_the_message_may_have_been_taken(kind: type[Exception]) -> None:
    chat = DiscordChat(BrokenApi(made(kind)), LINES)
    was_never_sent = issubclass(kind, aiohttp.ClientConnectorError | discord.RateLimited | discord.LoginFailure)
    for name, call in CALLS.items():
        with pytest.raises(DeliveryError) as caught:
            asyncio.run(call(chat))
        assert type(caught.value) is (TryLater if was_never_sent else AnswerLost), name


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (429, 0, TryLater), (500, 0, AnswerLost), (503, 0, AnswerLost), (401, 0, TryLater), (404, 10008, MessageGone),
        (404, 10003, Refused), (403, 50001, Refused), (403, 50013, Refused), (403, 50007, Refused),
        (400, 50035, Refused),
        (404, 10015, Refused), (401, 50027, Refused), (400, 40060, Refused), (403, 0, Refused), (404, 0, Refused),
    ],
)  # fmt: skip
def test_what_discord_answers_is_read(status: int, code: int, expected: type[DeliveryError]) -> None:
    assert type(as_delivery_error(answered(status, code))) is expected


def test_words_for_what_people_are_told_and_moments_for_what_is_tried_again() -> None:
    assert str(as_delivery_error(answered(403, 50013))) == "missing_permissions"
    assert str(as_delivery_error(answered(403, 99999))) == "discord_99999"
    assert str(as_delivery_error(answered(403))) == "http_403"
    later = as_delivery_error(answered(429))
    assert isinstance(later, TryLater)
    assert later.after == timedelta(seconds=7)
    assert as_delivery_error(discord.RateLimited(40.0)).after == timedelta(seconds=40)  # type: ignore[attr-defined]
