"""The fake in a process of its own, controlled over HTTP."""

from pathlib import Path

import pytest

from tests.fakes.slack.client import Client
from tests.fakes.slack.control import OPERATIONS
from tests.fakes.slack.faults import lost_request, server_error
from tests.fakes.slack.records import User
from tests.fakes.slack.remote import RemoteError, SlackProcess
from tests.fakes.slack.small_team import add_small_team


def test_it_keeps_its_state_over_a_kill(tmp_path: Path) -> None:
    first = SlackProcess(tmp_path)
    with first as slack:
        add_small_team(slack)
        client = Client(slack)
        root = client.chat_postMessage(channel="C1", text="card")["ts"]
        client.chat_postMessage(channel="C1", text="reply", thread_ts=root)
        client.chat_update(channel="C1", ts=root, text="changed")
        interaction = slack.start_interaction("commands", "T001", "U1", "C1")
        before = slack.messages("C1")
    with SlackProcess(tmp_path, first.port) as slack:
        assert slack.messages("C1") == before
        assert slack.channel("C1").texts == ["changed", "reply"]
        assert slack.channel("C1").replies(before[0]) == before[1:]
        assert slack.interactions() == [interaction]
        assert slack.user("T001", "U1").is_admin
        assert len(slack.calls("chat.postMessage")) == 2
        assert Client(slack).chat_postMessage(channel="C1", text="later")["ts"] > before[1].ts


def test_faults_and_waiting_over_http(tmp_path: Path) -> None:
    with SlackProcess(tmp_path) as slack:
        add_small_team(slack)
        slack.fault("chat.postMessage", server_error(503), channel="C1")
        slack.fault("auth.test", lost_request())
        client = Client(slack)
        assert client.refusal("chat.postMessage", channel="C1", text="a")["error"] == "internal_error"
        client.chat_postMessage(channel="C1", text="b")
        assert [message.text for message in slack.wait_until(lambda: slack.channel("C1").messages)] == ["b"]
        assert [call.status for call in slack.calls("chat.postMessage")] == [503, 200]
        assert slack.add_user(User("U9", "T001", "zoe")) == slack.user("T001", "U9")
        with pytest.raises(RemoteError, match="KeyError"):
            slack.message("C1", "1.000001")


def test_every_operation_has_a_remote_side(tmp_path: Path) -> None:
    assert {"fault", "messages", "say", "add_channel", "wait_change", "advance"} <= OPERATIONS
