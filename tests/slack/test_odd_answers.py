"""What stands before Slack answers in its own ways: whatever comes, it is clear what is done about it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot.platforms.slack.chat import SlackChat, make_client
from bot.platforms.slack.token_workspace import TokenWorkspace
from bot.platforms.slack.workspaces import Workspaces
from core.cards import Card
from core.deliveries import AnswerLost, DeliveryError, MessageGone, Post, Refused, TryLater
from tests.fakes.slack.serving import ServerThread
from tests.slack.harness import BEN, SlackBoard, channel_ref

JSON, TEXT, HTML = "application/json", "text/plain", "text/html; charset=utf-8"
POST = Post(channel=channel_ref("C1"), card=Card(("CHURN-1 Try it",)), marker="labkeeper-1-1")

# Status, type, body: the message may have been taken.
UNSURE = [
    (500, JSON, b'{"ok": false, "error": "internal_error"}'),
    (500, JSON, b""),
    (502, HTML, b"<html>Bad gateway</html>"),
    (503, TEXT, b"upstream connect error or disconnect/reset before headers"),
    (504, JSON, b'{"message": "timeout"}'),
    (200, JSON, b""),
    (200, JSON, b'{"ok": true, "ts": "1.0000'),
    (200, JSON, b'{"ok": true}'),
    (200, JSON, b'{"ok": true, "ts": null}'),
    (200, JSON, b'{"ok": false}'),
    (200, JSON, b"[]"),
    (200, JSON, b"[1]"),
    (200, JSON, b"null"),
    (200, JSON, b"7"),
    (200, JSON, b"\xff\xfe"),
    (200, TEXT, b"ok"),
    (200, HTML, b"<html>Sign in to the hotel's network</html>"),
    (200, JSON, b'{"ok": false, "error": "service_unavailable"}'),
]
LATER = [
    (429, JSON, b'{"ok": false, "error": "ratelimited"}', "7", 7),
    (429, TEXT, b"slow down", "7", 7),
    (429, HTML, b"<html>slow down</html>", "7", 7),
    (429, JSON, b"", "", 1),
    (429, JSON, b"{", "soon", 1),
    (429, JSON, b"{}", "0", 1),
    (429, JSON, b"{}", "-5", 1),
    (429, JSON, b"{}", "1.5", 1),
    (200, JSON, b'{"ok": false, "error": "ratelimited"}', "30", 30),
]
NEVER = [
    (200, JSON, b'{"ok": false, "error": "channel_not_found"}', Refused, "channel_not_found"),
    (200, JSON, b'{"ok": false, "error": "is_inactive"}', Refused, "is_archived"),
    (200, JSON, b'{"ok": false, "error": "message_not_found"}', MessageGone, "message_not_found"),
    (200, JSON, b'{"ok": false, "error": "thread_not_found"}', MessageGone, "thread_not_found"),
    (403, HTML, b"<html>Forbidden</html>", Refused, "http_403"),
    (404, TEXT, b"no such page", Refused, "http_404"),
]


@dataclass
class FrontDoor:
    """Gives every request the same answer."""

    answer: Response | None = None
    url: str = ""

    async def __call__(self, scope, receive, send) -> None:
        await Request(scope, receive).body()
        assert self.answer is not None
        await self.answer(scope, receive, send)

    @property
    def address(self) -> str:
        return f"{self.url}/api/"

    def posting(self, answer: Response) -> str:
        return asyncio.run(self._chat(answer).post(POST))

    def looking(self, answer: Response) -> str | None:
        return asyncio.run(self._chat(answer).find(POST, since=datetime(2026, 11, 18, tzinfo=UTC)))

    def starting(self, answer: Response) -> TokenWorkspace:
        self.answer = answer
        installation = TokenWorkspace(make_client("xoxb-1", self.address))
        asyncio.run(installation.learn())
        return installation

    def _chat(self, answer: Response) -> SlackChat:
        self.answer = answer
        return SlackChat(Workspaces(TokenWorkspace(make_client("xoxb-1", self.address)), None, root="lab"), root="lab")


@pytest.fixture(scope="module")
def door() -> Iterator[FrontDoor]:
    door = FrontDoor()
    with ServerThread(door) as door.url:
        yield door


@pytest.mark.parametrize(("status", "kind", "body"), UNSURE)
def test_an_answer_that_leaves_it_open_means_looking_first(
    door: FrontDoor, status: int, kind: str, body: bytes
) -> None:
    with pytest.raises(DeliveryError) as caught:
        door.posting(Response(body, status, media_type=kind))
    assert type(caught.value) is AnswerLost


@pytest.mark.parametrize(("status", "kind", "body", "after", "seconds"), LATER)
def test_whoever_asks_for_patience_gets_it(
    door: FrontDoor, status: int, kind: str, body: bytes, after: str, seconds: int
) -> None:
    headers = {"Retry-After": after} if after else {}
    with pytest.raises(TryLater) as caught:
        door.posting(Response(body, status, headers, media_type=kind))
    assert caught.value.after == timedelta(seconds=seconds)


@pytest.mark.parametrize(("status", "kind", "body", "error", "code"), NEVER)
def test_a_refusal_keeps_slacks_word_for_it(
    door: FrontDoor, status: int, kind: str, body: bytes, error: type[DeliveryError], code: str
) -> None:
    with pytest.raises(DeliveryError) as caught:
        door.posting(Response(body, status, media_type=kind))
    assert (type(caught.value), str(caught.value)) == (error, code)


@pytest.mark.parametrize(("status", "kind", "body"), UNSURE)
def test_a_look_that_was_not_answered_is_no_look(door: FrontDoor, status: int, kind: str, body: bytes) -> None:
    with pytest.raises(AnswerLost):
        door.looking(Response(body, status, media_type=kind))


def test_a_look_that_found_nothing_says_so(door: FrontDoor) -> None:
    assert door.looking(Response(b'{"ok": true, "messages": []}', media_type=JSON)) is None


@pytest.mark.parametrize("metadata", ["null", "{}", '{"event_payload": null}', '{"event_payload": {"marker": 7}}'])
def test_messages_with_any_metadata_are_passed_over(door: FrontDoor, metadata: str) -> None:
    body = f'{{"ok": true, "messages": [{{"ts": "1.1", "metadata": {metadata}}}, {{"ts": "1.2"}}]}}'
    assert door.looking(Response(body, media_type=JSON)) is None


@pytest.mark.parametrize(("status", "kind", "body"), UNSURE)
def test_a_start_with_such_an_answer_is_a_start_without_slack(
    door: FrontDoor, status: int, kind: str, body: bytes
) -> None:
    installation = door.starting(Response(body, status, media_type=kind))
    assert installation.problem
    assert (installation.team_id, installation.scopes) == (None, frozenset())


def test_a_start_that_slack_refuses_keeps_its_word_for_it(door: FrontDoor) -> None:
    assert door.starting(Response(b'{"ok": false, "error": "invalid_auth"}', media_type=JSON)).problem == "invalid_auth"


def test_whoever_slack_says_nothing_readable_about_is_asked_to_try_again(
    door: FrontDoor, sqlite_churn: SlackBoard
) -> None:
    sqlite_churn.own_client.base_url = door.address
    for status, kind, body in UNSURE:
        door.answer = Response(body, status, media_type=kind)
        assert sqlite_churn.lab("me", by=BEN).startswith("▲ Slack did not say who you are."), body
    assert sqlite_churn.count("members") == 1
