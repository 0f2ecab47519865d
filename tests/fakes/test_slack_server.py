"""The Web API of the fake, through the real client."""

from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.arranging import ALL_SCOPES
from tests.fakes.slack.client import Client
from tests.fakes.slack.examples import actions, mrkdwn, plain, section
from tests.fakes.slack.refusal import Refusal
from tests.fakes.slack.refusals import REFUSALS
from tests.fakes.slack.slack import Slack

METADATA = {"event_type": "task", "event_payload": {"key": "delivery-1"}}


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_what_slack_refuses(slack: Slack, client: Client, refusal: Refusal) -> None:
    before = {channel.id: len(slack.messages(channel.id)) for channel in slack.channels()}
    prepared = refusal.prepare(slack)
    said = {channel: len(slack.messages(channel)) for channel in before}
    assert client.refusal(refusal.method, **refusal.arguments, **prepared)["error"] == refusal.error
    assert {channel: len(slack.messages(channel)) for channel in before} == said
    assert slack.calls(refusal.method)[-1].error == refusal.error


def test_who_the_token_is(slack: Slack, client: Client) -> None:
    answer = client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T001", "UBOTT001", "BT001")


def test_the_granted_scopes_are_in_a_header(slack: Slack, http: httpx.Client) -> None:
    slack.set_scopes("T001", ("chat:write", "commands"))
    answer = http.post(f"{slack.api_url}auth.test", headers={"Authorization": "Bearer xoxb-T001"})
    assert answer.headers["x-oauth-scopes"] == "chat:write,commands"


def test_tokens_that_do_not_work(slack: Slack, client: Client) -> None:
    assert Client(slack, token="").refusal("auth.test")["error"] == "not_authed"
    assert Client(slack, token="xoxb-made-up").refusal("auth.test")["error"] == "invalid_auth"
    for error in ("account_inactive", "token_revoked", "token_expired"):
        slack.refuse_token("T001", error)
        assert client.refusal("chat.postMessage", channel="C1", text="a")["error"] == error
    slack.refuse_token("T001", "")
    assert client.chat_postMessage(channel="C1", text="a")["ok"]


def test_a_token_reaches_its_own_workspace_only(slack: Slack, client: Client) -> None:
    slack.add_workspace("T002", "other")
    slack.add_channel("C9", "theirs", "T002")
    assert client.refusal("chat.postMessage", channel="C9", text="a")["error"] == "channel_not_found"
    assert client.refusal("conversations.info", channel="C9")["error"] == "channel_not_found"
    assert Client(slack, token="xoxb-T002").chat_postMessage(channel="C9", text="a")["ok"]


@pytest.mark.parametrize(
    ("method", "arguments", "scope"),
    [
        ("chat.postMessage", {"channel": "C1", "text": "a"}, "chat:write"),
        ("conversations.info", {"channel": "C1"}, "channels:read"),
        ("conversations.info", {"channel": "G1"}, "groups:read"),
        ("conversations.history", {"channel": "C1"}, "channels:history"),
        ("conversations.replies", {"channel": "G1", "ts": "1.1"}, "groups:history"),
        ("conversations.list", {"types": "public_channel,im"}, "im:read"),
        ("conversations.open", {"users": "U1"}, "im:write"),
        ("users.info", {"user": "U1"}, "users:read"),
        ("users.lookupByEmail", {"email": "ana@example.com"}, "users:read.email"),
        ("pins.add", {"channel": "C1", "timestamp": "1.1"}, "pins:write"),
        ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
    ],
)
def test_a_missing_scope_is_named(slack: Slack, client: Client, method: str, arguments: Any, scope: str) -> None:
    slack.set_scopes("T001", tuple(one for one in ALL_SCOPES if one != scope))
    answer = client.refusal(method, **arguments)
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
    assert scope not in answer["provided"].split(",")


def test_a_post_is_kept_with_everything_it_said(slack: Slack, client: Client) -> None:
    blocks = [section(), actions({"type": "button", "text": plain("Done")})]
    answer = client.chat_postMessage(
        channel="C1", text="Churn", blocks=blocks, metadata=METADATA, client_msg_id="m-1", unfurl_links=False
    )
    (message,) = slack.channel("C1").messages
    assert answer["ts"] == message.ts == answer["message"]["ts"]
    assert (message.text, message.metadata, message.client_msg_id) == ("Churn", METADATA, "m-1")
    assert message.user == "UBOTT001"
    assert all(block["block_id"] for block in message.blocks), "Slack names the blocks that have no id"
    assert message.blocks[1]["elements"][0]["action_id"]


def test_form_bodies_and_query_strings_are_read_too(slack: Slack, http: httpx.Client) -> None:
    form = {"channel": "C1", "text": "a & b", "blocks": '[{"type": "divider"}]', "token": "xoxb-T001"}
    assert http.post(f"{slack.api_url}chat.postMessage", data=form).json()["ok"]
    headers = {"Authorization": "Bearer xoxb-T001"}
    history = http.get(f"{slack.api_url}conversations.history", params={"channel": "C1"}, headers=headers).json()
    assert history["messages"][0]["text"] == "a & b"
    assert http.get(f"{slack.api_url}auth.test", params={"token": "xoxb-T001"}).json()["error"] == "not_authed"


@pytest.mark.parametrize(
    ("content", "kind", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json", "json_not_object"),
        (b"<a/>", "application/xml", "invalid_post_type"),
        (b"a=b", "", "missing_post_type"),
    ],
)
def test_bodies_that_are_no_arguments(slack: Slack, content: bytes, kind: str, error: str, http: httpx.Client) -> None:
    answer = http.post(f"{slack.api_url}auth.test", content=content, headers={"Content-Type": kind} if kind else {})
    assert answer.json() == {"ok": False, "error": error}


def test_an_unknown_method(client: Client) -> None:
    answer = client.refusal("chat.shout", channel="C1")
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.shout")


def test_invalid_blocks_say_where(client: Client) -> None:
    answer = client.refusal("chat.postMessage", channel="C1", blocks=[section(text=mrkdwn("x" * 3001))])
    words = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert answer["errors"] == [words]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {words}"]


def test_timestamps_are_unique_and_rise_while_the_clock_stands(slack: Slack, client: Client) -> None:
    stamps = [client.chat_postMessage(channel=channel, text="a")["ts"] for channel in ("C1", "G1", "C1")]
    assert stamps == sorted(set(stamps))
    assert stamps[0].startswith("1763460000.")


def test_a_post_by_channel_name_and_to_a_person(slack: Slack, client: Client) -> None:
    assert client.chat_postMessage(channel="#general", text="a")["channel"] == "C1"
    direct = client.chat_postMessage(channel="U1", text="to you")["channel"]
    assert direct.startswith("D")
    assert client.chat_postMessage(channel="U1", text="again")["channel"] == direct
    assert slack.direct("U1").texts == ["to you", "again"]


def test_with_the_public_scope_the_bot_may_write_where_it_is_not(slack: Slack, client: Client) -> None:
    slack.set_scopes("T001", (*ALL_SCOPES, "chat:write.public"))
    assert client.chat_postMessage(channel="C2", text="a")["ok"]
    assert client.refusal("chat.postMessage", channel="G2", text="a")["error"] == "channel_not_found"


def test_replies_and_broadcasts(slack: Slack, client: Client) -> None:
    root = client.chat_postMessage(channel="C1", text="card")["ts"]
    reply = client.chat_postMessage(channel="C1", text="reply", thread_ts=root)
    loud = client.chat_postMessage(channel="C1", text="prompt", thread_ts=root, reply_broadcast=True)
    assert reply["message"]["thread_ts"] == root
    assert "subtype" not in reply["message"]
    assert loud["message"]["subtype"] == "thread_broadcast"
    assert [message.text for message in slack.channel("C1").timeline] == ["card", "prompt"]
    seen = client.conversations_history(channel="C1")["messages"]
    assert [message["text"] for message in seen] == ["prompt", "card"]
    assert (seen[1]["reply_count"], seen[1]["latest_reply"]) == (2, loud["ts"])
    thread = client.conversations_replies(channel="C1", ts=root)["messages"]
    assert [message["text"] for message in thread] == ["card", "reply", "prompt"]
    assert client.conversations_replies(channel="C1", ts=reply["ts"])["messages"] == thread
    client.chat_update(channel="C1", ts=reply["ts"], text="edited")
    thread = client.conversations_replies(channel="C1", ts=root)["messages"]
    assert [message["text"] for message in thread] == ["card", "edited", "prompt"]
    assert thread[0]["reply_count"] == 2


def test_a_reply_to_a_reply_goes_to_the_root_and_is_noted(slack: Slack, client: Client) -> None:
    root = client.chat_postMessage(channel="C1", text="card")["ts"]
    reply = client.chat_postMessage(channel="C1", text="reply", thread_ts=root)["ts"]
    deeper = client.chat_postMessage(channel="C1", text="deeper", thread_ts=reply)
    assert deeper["message"]["thread_ts"] == root
    assert [violation.where for violation in slack.violations("reply_to_reply")] == ["C1"]


def test_a_reply_to_a_message_that_is_gone_stands_alone_in_the_channel(slack: Slack, client: Client) -> None:
    root = client.chat_postMessage(channel="C1", text="card")["ts"]
    slack.delete_message("C1", root, by="U1")
    reply = client.chat_postMessage(channel="C1", text="reply", thread_ts=root, reply_broadcast=True)
    assert "thread_ts" not in reply["message"]
    assert slack.violations("unthreaded")
    assert [message.text for message in slack.channel("C1").roots] == ["reply"]


def test_a_deleted_root_with_replies_leaves_a_tombstone(slack: Slack, client: Client) -> None:
    root = client.chat_postMessage(channel="C1", text="card")["ts"]
    client.chat_postMessage(channel="C1", text="reply", thread_ts=root)
    slack.delete_message("C1", root, by="U1")
    (seen,) = client.conversations_history(channel="C1")["messages"]
    assert (seen["subtype"], seen["text"], seen["reply_count"]) == ("tombstone", "This message was deleted.", 1)
    assert client.refusal("chat.update", channel="C1", ts=root, text="a")["error"] == "message_not_found"
    assert client.chat_postMessage(channel="C1", text="late", thread_ts=root)["message"]["thread_ts"] == root


@pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
def test_update_with_text_removes_the_blocks(slack: Slack, client: Client) -> None:
    ts = client.chat_postMessage(channel="C1", text="old", blocks=[section()], metadata=METADATA)["ts"]
    client.chat_update(channel="C1", ts=ts, blocks=[section(text=mrkdwn("new"))])
    message = slack.message("C1", ts)
    assert (message.text, message.blocks[0]["text"]["text"], message.metadata) == ("old", "new", METADATA)
    answer = client.chat_update(channel="C1", ts=ts, text="only text")
    message = slack.message("C1", ts)
    assert (message.text, message.blocks, message.edits) == ("only text", [], 2)
    assert answer["text"] == "only text"
    assert "blocks" not in answer["message"]
    assert answer["message"]["edited"]["user"] == "UBOTT001"


def test_update_keeps_changes_and_removes_metadata(slack: Slack, client: Client) -> None:
    ts = client.chat_postMessage(channel="C1", text="a", metadata=METADATA)["ts"]
    other = {"event_type": "task", "event_payload": {"key": "2"}}
    client.chat_update(channel="C1", ts=ts, text="b", metadata=other)
    assert slack.message("C1", ts).metadata == other
    client.chat_update(channel="C1", ts=ts, text="b", metadata={})
    assert slack.message("C1", ts).metadata is None


@pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
def test_update_broadcasts_an_old_reply(slack: Slack, client: Client) -> None:
    root = client.chat_postMessage(channel="C1", text="card")["ts"]
    reply = client.chat_postMessage(channel="C1", text="reply", thread_ts=root)["ts"]
    both = {"channel": "C1", "ts": reply, "reply_broadcast": True}
    assert client.refusal("chat.update", **both, text="b")["error"] == "no_dual_broadcast_content_update"
    client.chat_update(**both)
    assert [message.text for message in slack.channel("C1").timeline] == ["card", "reply"]


def test_delete(slack: Slack, client: Client) -> None:
    ts = client.chat_postMessage(channel="C1", text="a")["ts"]
    client.chat_delete(channel="C1", ts=ts)
    assert slack.channel("C1").messages == []
    assert slack.message("C1", ts).deleted_by == "UBOTT001"
    assert client.conversations_history(channel="C1")["messages"] == []


def test_an_ephemeral_post_is_seen_by_one_person(slack: Slack, client: Client) -> None:
    ts = client.chat_postEphemeral(channel="C1", user="U2", text="psst")["message_ts"]
    (seen,) = slack.ephemerals("U2")
    assert (seen.ts, seen.text) == (ts, "psst")
    assert slack.ephemerals("U1") == []
    assert slack.channel("C1").messages == []


def test_the_client_raises_what_slack_says(client: Client) -> None:
    with pytest.raises(SlackApiError, match="not_in_channel"):
        client.chat_postMessage(channel="C2", text="a")


def test_long_texts_are_noted(slack: Slack, client: Client) -> None:
    client.chat_postMessage(channel="C1", text="x" * 4001)
    assert [violation.where for violation in slack.violations("long_text")] == ["C1"]
