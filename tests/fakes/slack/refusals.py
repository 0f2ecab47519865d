"""Calls that Slack refuses in the small team, with the error it gives."""

from typing import Any

from tests.fakes.slack.examples import mrkdwn, plain, section
from tests.fakes.slack.records import Message
from tests.fakes.slack.refusal import Refusal
from tests.fakes.slack.refused_calls_of_views import VIEWS
from tests.fakes.slack.slack import Slack


def _said(slack: Slack, channel: str = "C1") -> Message:
    return slack.say(channel, "U2", "hello")


def _renamed(slack: Slack) -> dict[str, Any]:
    return {"thread_ts": slack.say("C1", "U2", "renamed the channel", subtype="channel_name").ts}


def _pinned(slack: Slack) -> dict[str, Any]:
    ts = _said(slack).ts
    slack.pin("C1", ts)
    return {"timestamp": ts}


def _many_pins(slack: Slack) -> dict[str, Any]:
    for _ in range(100):
        slack.pin("C1", _said(slack).ts)
    return {"timestamp": _said(slack).ts}


def _gone(slack: Slack) -> dict[str, Any]:
    ts = _said(slack).ts
    slack.delete_message("C1", ts, "U2")
    return {"ts": ts, "message_ts": ts, "timestamp": ts}


def _archived_card(slack: Slack) -> dict[str, Any]:
    return {"ts": slack.say("C3", slack.workspace("T001").bot_user, "a card").ts}


def _own(slack: Slack) -> dict[str, Any]:
    return {"ts": slack.say("C1", slack.workspace("T001").bot_user, "a card").ts}


_LONG = [section(text=mrkdwn("x" * 2999), block_id=f"{number}") for number in range(5)]

POSTS = [
    Refusal("chat.postMessage", "invalid_arguments", {"text": "a"}),
    Refusal("chat.postMessage", "channel_not_found", {"channel": "C9", "text": "a"}),
    Refusal("chat.postMessage", "channel_not_found", {"channel": "", "text": "a"}),
    Refusal("chat.postMessage", "channel_not_found", {"channel": "G2", "text": "a"}),
    Refusal("chat.postMessage", "channel_not_found", {"channel": "U4", "text": "a"}),
    Refusal("chat.postMessage", "not_in_channel", {"channel": "C2", "text": "a"}),
    Refusal("chat.postMessage", "is_archived", {"channel": "C3", "text": "a"}),
    Refusal("chat.postMessage", "no_text", {"channel": "C1"}),
    Refusal("chat.postMessage", "no_text", {"channel": "C1", "text": " \n", "blocks": []}),
    Refusal("chat.postMessage", "msg_too_long", {"channel": "C1", "text": "x" * 40_001}),
    Refusal("chat.postMessage", "invalid_blocks", {"channel": "C1", "text": "a", "blocks": [{"type": "marquee"}]}),
    Refusal("chat.postMessage", "invalid_blocks_format", {"channel": "C1", "blocks": "[{"}),
    Refusal("chat.postMessage", "invalid_blocks_format", {"channel": "C1", "blocks": {"type": "divider"}}),
    Refusal("chat.postMessage", "msg_blocks_too_long", {"channel": "C1", "text": "a", "blocks": _LONG}),
    Refusal("chat.postMessage", "markdown_text_conflict", {"channel": "C1", "text": "a", "markdown_text": "b"}),
    Refusal("chat.postMessage", "cannot_reply_to_message", {"channel": "C1", "text": "a"}, _renamed),
    Refusal("chat.postMessage", "invalid_metadata_format", {"channel": "C1", "text": "a", "metadata": "{"}),
    Refusal("chat.postMessage", "invalid_metadata_format", {"channel": "C1", "text": "a", "metadata": {"key": "1"}}),
    Refusal(
        "chat.postMessage",
        "invalid_metadata_schema",
        {"channel": "C1", "text": "a", "metadata": {"event_type": "task", "event_payload": {"a": {"b": {"c": 1}}}}},
    ),
    Refusal(
        "chat.postMessage",
        "metadata_too_large",
        {"channel": "C1", "text": "a", "metadata": {"event_type": "task", "event_payload": {"a": "x" * 8_000}}},
    ),
    Refusal("chat.postEphemeral", "user_not_in_channel", {"channel": "G1", "text": "a", "user": "U2"}),
    Refusal("chat.postEphemeral", "channel_not_found", {"channel": "G2", "text": "a", "user": "U1"}),
    Refusal("chat.postEphemeral", "not_in_channel", {"channel": "C2", "text": "a", "user": "U1"}),
    Refusal("chat.postEphemeral", "is_archived", {"channel": "C3", "text": "a", "user": "U1"}),
    Refusal("chat.postEphemeral", "no_text", {"channel": "C1", "user": "U1"}),
    Refusal("chat.postEphemeral", "invalid_blocks", {"channel": "C1", "user": "U1", "blocks": [{"type": "a"}]}),
]
EDITS = [
    Refusal("chat.update", "channel_not_found", {"channel": "general", "ts": "1.000001", "text": "a"}),
    Refusal("chat.update", "message_not_found", {"channel": "C1", "ts": "1.000001", "text": "a"}),
    Refusal("chat.update", "message_not_found", {"channel": "C1", "text": "a"}, _gone),
    Refusal(
        "chat.update", "cant_update_message", {"channel": "C1", "text": "a"}, lambda slack: {"ts": _said(slack).ts}
    ),
    Refusal("chat.update", "is_inactive", {"channel": "C3", "text": "a"}, _archived_card),
    Refusal("chat.update", "no_text", {"channel": "C1"}, _own),
    Refusal("chat.update", "msg_too_long", {"channel": "C1", "text": "x" * 4001}, _own),
    Refusal("chat.update", "msg_too_long", {"channel": "C1", "text": "é" * 2001}, _own),
    Refusal("chat.update", "invalid_blocks", {"channel": "C1", "blocks": [section(text=plain(""))]}, _own),
    Refusal("chat.update", "invalid_blocks_format", {"channel": "C1", "blocks": "no"}, _own),
    Refusal("chat.update", "msg_blocks_too_long", {"channel": "C1", "blocks": _LONG}, _own),
    Refusal("chat.update", "cant_broadcast_message", {"channel": "C1", "reply_broadcast": True}, _own),
    Refusal("chat.delete", "channel_not_found", {"channel": "C9", "ts": "1.000001"}),
    Refusal("chat.delete", "message_not_found", {"channel": "C1", "ts": "1.000001"}),
    Refusal("chat.delete", "message_not_found", {"channel": "C1"}, _gone),
    Refusal("chat.delete", "cant_delete_message", {"channel": "C1"}, lambda slack: {"ts": _said(slack).ts}),
]
READS = [
    Refusal("chat.getPermalink", "channel_not_found", {"channel": "G2", "message_ts": "1.000001"}),
    Refusal("chat.getPermalink", "message_not_found", {"channel": "C1", "message_ts": "1.000001"}),
    Refusal("chat.getPermalink", "message_not_found", {"channel": "C1"}, _gone),
    Refusal("conversations.info", "channel_not_found", {"channel": "C9"}),
    Refusal("conversations.info", "channel_not_found", {"channel": "G2"}),
    Refusal("conversations.info", "invalid_arguments", {}),
    Refusal("conversations.members", "channel_not_found", {"channel": "G2"}),
    Refusal("conversations.members", "invalid_cursor", {"channel": "C1", "cursor": "page2"}),
    Refusal("conversations.members", "invalid_limit", {"channel": "C1", "limit": 0}),
    Refusal("conversations.list", "invalid_types", {"types": "public"}),
    Refusal("conversations.history", "channel_not_found", {"channel": "G2"}),
    Refusal("conversations.history", "not_in_channel", {"channel": "C2"}),
    Refusal("conversations.history", "invalid_cursor", {"channel": "C1", "cursor": "bmV4dA=="}),
    Refusal("conversations.history", "invalid_ts_oldest", {"channel": "C1", "oldest": "yesterday"}),
    Refusal("conversations.history", "invalid_ts_latest", {"channel": "C1", "latest": "now"}),
    Refusal("conversations.replies", "channel_not_found", {"channel": "C9", "ts": "1.000001"}),
    Refusal("conversations.replies", "thread_not_found", {"channel": "C1", "ts": "1.000001"}),
    Refusal("conversations.replies", "thread_not_found", {"channel": "C1"}, _gone),
    Refusal("conversations.open", "users_list_not_supplied", {}),
    Refusal("conversations.open", "user_not_found", {"users": "U99"}),
    Refusal("conversations.open", "user_disabled", {"users": "U4"}),
    Refusal("conversations.open", "too_many_users", {"users": "U1,U2,U3,U4,U5,U6,U7,U8,U9"}),
    Refusal("conversations.open", "channel_not_found", {"channel": "D9"}),
    Refusal("conversations.open", "method_not_supported_for_channel_type", {"channel": "C1"}),
    Refusal("users.info", "user_not_found", {"user": "U99"}),
    Refusal("users.lookupByEmail", "users_not_found", {"email": "nobody@example.com"}),
    Refusal("users.lookupByEmail", "users_not_found", {"email": "fay@example.com"}),
]
FILES_AND_PINS = [
    Refusal("pins.add", "channel_not_found", {"channel": "C9", "timestamp": "1.000001"}),
    Refusal("pins.add", "not_in_channel", {"channel": "C2", "timestamp": "1.000001"}),
    Refusal("pins.add", "no_item_specified", {"channel": "C1"}),
    Refusal("pins.add", "bad_timestamp", {"channel": "C1", "timestamp": "first"}),
    Refusal("pins.add", "message_not_found", {"channel": "C1"}, _gone),
    Refusal("pins.add", "already_pinned", {"channel": "C1"}, _pinned),
    Refusal("pins.add", "too_many_pins", {"channel": "C1"}, _many_pins),
    Refusal("files.getUploadURLExternal", "missing_argument", {"filename": "a.png", "length": 0}),
    Refusal("files.getUploadURLExternal", "alt_txt_too_large", {"filename": "a", "length": 1, "alt_txt": "a" * 1001}),
    Refusal("files.completeUploadExternal", "file_not_found", {"files": [{"id": "F9"}]}),
]
_LINK = "https://x.example/1"
_SHOWN = {_LINK: {"blocks": [section()]}}


def _linked(slack: Slack) -> dict[str, Any]:
    return {"channel": "C1", "ts": slack.say("C1", "U2", f"see <{_LINK}>").ts}


def _with_client(slack: Slack) -> dict[str, Any]:
    slack.add_app(("http://127.0.0.1/",), client_id="1.2", client_secret="shh")
    return {}


def _other_client(slack: Slack) -> dict[str, Any]:
    slack.add_app(("http://127.0.0.1/",), app="A002", client_id="3.4")
    return {}


UNFURLS = [
    Refusal("chat.unfurl", "missing_channel", {"ts": "1.000001", "unfurls": _SHOWN}),
    Refusal("chat.unfurl", "missing_ts", {"channel": "C1", "unfurls": _SHOWN}),
    Refusal("chat.unfurl", "missing_source", {"unfurl_id": "C1.1.000001", "unfurls": _SHOWN}),
    Refusal("chat.unfurl", "invalid_source", {"unfurl_id": "C1.1.000001", "source": "a", "unfurls": _SHOWN}),
    Refusal("chat.unfurl", "invalid_unfurl_id", {"unfurl_id": "C1.1", "source": "composer", "unfurls": _SHOWN}),
    Refusal("chat.unfurl", "cannot_find_message", {"channel": "C1", "ts": "1.000001", "unfurls": _SHOWN}),
    Refusal("chat.unfurl", "missing_unfurls", {}, _linked),
    Refusal("chat.unfurl", "invalid_unfurls_format", {"unfurls": "["}, _linked),
    Refusal("chat.unfurl", "invalid_unfurls_format", {"unfurls": {}}, _linked),
    Refusal("chat.unfurl", "cannot_unfurl_url", {"unfurls": {"https://x.example/2": _SHOWN[_LINK]}}, _linked),
    Refusal("chat.unfurl", "cannot_parse_attachment", {"unfurls": {_LINK: {"text": "a"}}}, _linked),
    Refusal(
        "chat.unfurl",
        "cannot_parse_attachment",
        {"unfurls": {_LINK: {"blocks": [{"type": "a"}]}}},
        _linked,
    ),
]
INSTALLING = [
    Refusal("apps.uninstall", "invalid_client_id", {"client_id": "9.9", "client_secret": "shh"}, _with_client),
    Refusal("apps.uninstall", "bad_client_secret", {"client_id": "1.2", "client_secret": "no"}, _with_client),
    Refusal("apps.uninstall", "client_id_token_mismatch", {"client_id": "3.4", "client_secret": "a"}, _other_client),
]
REFUSALS = [*UNFURLS, *INSTALLING, *POSTS, *EDITS, *READS, *FILES_AND_PINS, *VIEWS]
