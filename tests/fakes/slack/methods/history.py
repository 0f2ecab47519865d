import base64
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import Channel, Message
from tests.fakes.slack.wire import message_json


def history(call: MethodCall) -> Mapping[str, Any]:
    channel = _readable(call)
    shown = [message for message in _in_range(call, _visible(call, channel)) if not _is_hidden_reply(message)]
    limit = call.arguments.number("limit", 100, maximum=999)
    page, more = _page(call, shown[::-1], limit)
    return {**_messages(call, page, more), "pin_count": len(channel.pins)}


def replies(call: MethodCall) -> Mapping[str, Any]:
    channel = _readable(call)
    ts = call.arguments.required("ts")
    visible = {message.ts: message for message in _visible(call, channel)}
    if ts not in visible:
        raise SlackError("thread_not_found")
    root = visible.get(visible[ts].thread_ts or ts)
    thread = [message for message in visible.values() if root and message.thread_ts == root.ts]
    shown = ([root] if root else []) + _in_range(call, thread)
    limit = call.arguments.number("limit", 1000, maximum=1000)
    return _messages(call, *_page(call, shown, limit))


def permalink(call: MethodCall) -> Mapping[str, Any]:
    channel = call.channel()
    message = call.world.message(channel.id, call.arguments.required("message_ts"))
    if message is None or message.is_deleted:
        raise SlackError("message_not_found")
    address = f"https://{call.workspace.name}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": address + thread}


def _readable(call: MethodCall) -> Channel:
    channel = call.channel()
    call.require_scope_for(channel.kind, "history")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    return channel


def _visible(call: MethodCall, channel: Channel) -> list[Message]:
    """A deleted root stays as a tombstone while it has replies."""
    now = call.world.clock.now()
    return [
        message
        for message in call.world.messages.get(channel.id, {}).values()
        if message.visible_at <= now and (not message.is_deleted or call.world.replies(channel.id, message.ts))
    ]


def _is_hidden_reply(message: Message) -> bool:
    return bool(message.thread_ts) and not message.is_broadcast


def _in_range(call: MethodCall, messages: list[Message]) -> list[Message]:
    arguments = call.arguments
    oldest = Decimal(arguments.ts("oldest", "0", "invalid_ts_oldest"))
    latest = Decimal(arguments.ts("latest", "999999999999", "invalid_ts_latest"))
    if arguments.flag("inclusive"):
        return [message for message in messages if oldest <= Decimal(message.ts) <= latest]
    return [message for message in messages if oldest < Decimal(message.ts) < latest]


def _page(call: MethodCall, messages: list[Message], limit: int) -> tuple[list[Message], str]:
    """One page and the cursor of the next one; a cursor names the last message of its page."""
    start, limit = 0, min(limit, call.world.most_read_at_once)
    if cursor := call.arguments.text("cursor"):
        after = _decoded(cursor)
        positions = [index for index, message in enumerate(messages) if message.ts == after]
        if not positions:
            raise SlackError("invalid_cursor")
        start = positions[0] + 1
    page = messages[start : start + limit]
    return page, _encoded(page[-1].ts) if start + limit < len(messages) else ""


def _messages(call: MethodCall, page: list[Message], cursor: str) -> dict[str, Any]:
    with_metadata = call.arguments.flag("include_all_metadata")
    return {
        "messages": [message_json(call.world, message, with_metadata=with_metadata) for message in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _encoded(ts: str) -> str:
    return base64.b64encode(f"next_ts:{ts}".encode()).decode()


def _decoded(cursor: str) -> str:
    try:
        kind, _, ts = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError as error:
        raise SlackError("invalid_cursor") from error
    if kind != "next_ts":
        raise SlackError("invalid_cursor")
    return ts
