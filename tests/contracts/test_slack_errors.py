"""Whatever slack_sdk or aiohttp raises is one of our own errors beyond the boundary."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import slack_sdk.errors
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.chat import SlackChat
from bot.platforms.slack.token_workspace import TokenWorkspace
from bot.platforms.slack.workspaces import Workspaces
from core.cards import Card
from core.deliveries import AnswerLost, DeliveryError, Post, TryLater
from core.ids import ChannelRef

SINCE = datetime(2026, 11, 18, tzinfo=UTC)
POST = Post(channel=ChannelRef("slack", "T1", "C1"), card=Card(("t",)), marker="labkeeper-1-1")
CALLS: dict[str, Callable[[SlackChat], Coroutine[Any, Any, Any]]] = {
    "post": lambda chat: chat.post(POST),
    "edit": lambda chat: chat.post(replace(POST, message="1.1")),
    "reply": lambda chat: chat.post(replace(POST, thread="1.1")),
    "look": lambda chat: chat.find(POST, since=SINCE),
    "look in a thread": lambda chat: chat.find(replace(POST, thread="1.1"), since=SINCE),
    "look in private": lambda chat: chat.find(replace(POST, channel=ChannelRef("slack", "T1", "U1")), since=SINCE),
}


class BrokenClient(AsyncWebClient):
    """Slack's own client, with nothing but an error at the other end."""

    def __init__(self, error: Exception) -> None:
        super().__init__(token="xoxb-1")
        self.error = error

    async def api_call(self, *args: Any, **more: Any) -> Any:
        raise self.error


def tree(error: type[Exception]) -> Iterator[type[Exception]]:
    yield error
    for kind in error.__subclasses__():
        yield from tree(kind)


def vendors() -> list[type[Exception]]:
    in_module = [kind for kind in vars(slack_sdk.errors).values() if isinstance(kind, type)]
    found = {*in_module, *tree(SlackClientError), *tree(aiohttp.ClientError), TimeoutError}
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def made(kind: type[Exception]) -> Exception:
    """Each wants other arguments, and nothing depends on them, but on what Slack answered."""
    return SlackApiError("no", {"ok": False}) if kind is SlackApiError else kind.__new__(kind)


def test_there_are_errors_to_map() -> None:
    assert {SlackApiError, aiohttp.ClientPayloadError, aiohttp.ClientConnectorDNSError} < set(vendors())


@pytest.mark.parametrize("kind", vendors(), ids=lambda kind: kind.__name__)
def test_every_vendors_error_says_whether_the_message_may_have_been_taken(kind: type[Exception]) -> None:
    chat = SlackChat(Workspaces(TokenWorkspace(BrokenClient(made(kind))), None, root="lab"), root="lab")
    was_never_sent = issubclass(kind, aiohttp.ClientConnectorError)
    for name, call in CALLS.items():
        with pytest.raises(DeliveryError) as caught:
            asyncio.run(call(chat))
        assert type(caught.value) is (TryLater if was_never_sent else AnswerLost), name


@pytest.mark.parametrize("kind", vendors(), ids=lambda kind: kind.__name__)
def test_no_vendors_error_keeps_the_server_from_starting(kind: type[Exception]) -> None:
    installation = TokenWorkspace(BrokenClient(made(kind)))
    asyncio.run(installation.learn())
    assert installation.problem
