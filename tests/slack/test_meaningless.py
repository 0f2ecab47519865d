"""What is signed with the secret and is not what Slack sends: never an error of the server, and nothing is written."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.fakes.slack.signing import FORM, JSON
from tests.slack.harness import SlackBoard, slack_board

BODIES = {
    "half an object": b"{",
    "a list": b"[]",
    "a number": b"7",
    "a text": b'"text"',
    "null": b"null",
    "an object": b"{}",
    "no UTF-8": b"\xff\xfe\xfa",
    "no UTF-8 in a form": b"team_id=T001&command=%ff%fe&user_id=U1",
    "brackets": b"[" * 100_000,
    "nested": b'{"event":' * 20_000 + b"1" + b"}" * 20_000,
    "nothing": b"",
    "NaN": b'{"type": NaN}',
    "half a surrogate": b'{"type": "\\ud800"}',
    "NUL": b"\x00",
    "a payload that is no JSON": b"payload=%7B",
    "a payload that is a list": b"payload=%5B%5D",
    "a payload that is null": b"payload=null",
    "brackets in a payload": b"payload=" + b"%5B" * 50_000,
}
EVENT: dict[str, Any] = {"type": "event_callback", "team_id": "T001", "event_id": "Ev9"}
UNKNOWN: dict[str, Any] = {
    "a type of tomorrow": {"type": "hologram", "team": {"id": "T001"}, "user": {"id": "U1"}},
    "a type that is a list": {"type": [], "team": {"id": "T001"}},
    "an event of tomorrow": {"type": "event_callback", "team_id": "T001", "event_id": "Ev1", "event": {"type": "new"}},
    "an event without a type": {"type": "event_callback", "team_id": "T001", "event_id": "Ev2", "event": {}},
    "an event that is null": {"type": "event_callback", "team_id": "T001", "event_id": "Ev3", "event": None},
    "an event that is a list": {"type": "event_callback", "team_id": "T001", "event_id": "Ev4", "event": []},
    "an event of no workspace": {"type": "event_callback", "event": {"type": "app_uninstalled"}},
    "an invitation to nowhere": {
        "type": "event_callback", "team_id": "T001", "event": {"type": "member_joined_channel", "user": "UBOTT001"},
    },
    "a mention of nothing": EVENT | {"event": {"type": "app_mention", "user": "U1", "text": ["me"], "ts": "x"}},
    "a mention nowhere": EVENT | {"event": {"type": "app_mention", "user": "U1", "text": "<@UBOTT001> me", "ts": None}},
    "a Home of nobody": EVENT | {"event": {"type": "app_home_opened", "tab": "home", "view": ["x"]}},
    "a Home of a list": EVENT | {"event": {"type": "app_home_opened", "tab": "home", "user": ["U1"], "view": []}},
    "links that are none": EVENT | {"event": {"type": "link_shared", "links": ["x", {"url": 7}, None], "user": "U1"}},
    "a reaction to nothing": EVENT | {"event": {"type": "reaction_added", "user": "U1", "item": ["message"]}},
    "a reaction of nothing": EVENT
    | {"event": {"type": "reaction_added", "item": {"type": "message", "channel": "C1", "ts": 7}, "user": "U1"}},
    "a menu of nothing": {
        "type": "message_action", "team": {"id": "T001"}, "user": {"id": "U1"}, "message": {"ts": ""},
        "callback_id": "", "channel": None,
    },
    "a dialog": {"type": "dialog_submission", "callback_id": "x", "team": {"id": "T001"}, "user": {"id": "U1"}},
    "a form nobody opened": {"type": "view_submission", "view": {"callback_id": "x"}, "team": {"id": "T001"}},
    "a press of nothing": {"type": "block_actions", "actions": [], "team": {"id": "T001"}, "user": {"id": "U1"}},
    "a press by nobody": {"type": "block_actions", "actions": [{"action_id": "task.show"}], "team": {"id": "T001"}},
    "a press nowhere": {
        "type": "block_actions", "actions": [{"action_id": "task.show", "value": "CHURN-1"}], "team": None,
        "user": {"id": "U1"}, "channel": None, "response_url": None,
    },
    "a press of a list": {
        "type": "block_actions", "actions": [{"action_id": [], "value": {}}], "team": {"id": "T001"},
        "user": {"id": "U1"},
    },
}  # fmt: skip
COMMAND = {
    "team_id": "T001", "team_domain": "acme", "channel_id": "C1", "channel_name": "general", "user_id": "U1",
    "user_name": "ana", "command": "/lab", "text": "me", "trigger_id": "1.2.3",
}  # fmt: skip


@pytest.fixture(scope="module")
def board(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackBoard]:
    path = tmp_path_factory.mktemp("meaningless") / "labkeeper.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    with slack_board(f"sqlite:///{path}") as board:
        yield board


def status(board: SlackBoard, body: bytes, content_type: str) -> int:
    return board.app.send(board.app.sign(body, content_type)).status


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_signed_body_that_means_nothing_is_not_our_failure(board: SlackBoard, body: bytes) -> None:
    for content_type in (JSON, FORM, "text/plain; charset=no-such", ""):
        assert 200 <= status(board, body, content_type) < 500, content_type
    assert board.count("teams") == 0


@pytest.mark.parametrize("payload", UNKNOWN.values(), ids=UNKNOWN)
def test_a_payload_that_nobody_expects_is_not_our_failure(board: SlackBoard, payload: dict[str, Any]) -> None:
    as_json, as_form = json.dumps(payload).encode(), urlencode({"payload": json.dumps(payload)}).encode()
    assert 200 <= status(board, as_json, JSON) < 500
    assert 200 <= status(board, as_form, FORM) < 500
    assert board.count("tasks") == 0


@pytest.mark.parametrize("lacking", [*COMMAND, "everything but the command"])
def test_a_command_that_lacks_a_field_is_not_our_failure(board: SlackBoard, lacking: str) -> None:
    fields = {name: value for name, value in COMMAND.items() if name != lacking}
    if lacking == "everything but the command":
        fields = {"command": "/lab"}
    assert 200 <= status(board, urlencode(fields).encode(), FORM) < 500


@pytest.mark.parametrize("field", COMMAND)
def test_a_command_with_an_odd_field_is_not_our_failure(board: SlackBoard, field: str) -> None:
    for value in ("", " ", "\x00", "x" * 5_000, "<@U1|ana>", "é", "\ud800"):
        fields = COMMAND | {field: value}
        body = urlencode(fields, errors="surrogatepass").encode()
        assert 200 <= status(board, body, FORM) < 500, ascii(value)


@pytest.mark.parametrize("content_type", [JSON, JSON + "; charset=utf-8"])
def test_slacks_question_whether_we_are_there_is_answered(board: SlackBoard, content_type: str) -> None:
    body = json.dumps({"token": "x", "challenge": "3eZbrw1aBm2r", "type": "url_verification"}).encode()
    answer = board.app.send(board.app.sign(body, content_type))
    assert answer.status == 200
    assert answer.decoded == {"challenge": "3eZbrw1aBm2r"}
    assert board.events.challenge("again").decoded == {"challenge": "again"}


def test_the_address_answers_slacks_question_also_while_slack_itself_does_not(board: SlackBoard) -> None:
    board.slack.refuse_token("T001", "account_inactive")
    assert board.events.challenge().status == 200
    board.slack.refuse_token("T001", "")
