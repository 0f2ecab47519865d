from collections.abc import Mapping
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.content import (
    LONG_TEXT,
    limit_blocks,
    limit_text,
    read_content,
    read_metadata,
    require_something,
)
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.posting import remove, rewrite
from tests.fakes.slack.records import Channel, Message
from tests.fakes.slack.wire import message_json


def update(call: MethodCall) -> Mapping[str, Any]:
    world, arguments = call.world, call.arguments
    channel = call.channel()
    message = _own_message(call, channel, "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_inactive")
    content = read_content(arguments)
    is_broadcast = message.is_broadcast
    if arguments.flag("reply_broadcast") and not is_broadcast:
        if not message.thread_ts:
            raise SlackError("cant_broadcast_message")
        if not content.is_empty:
            raise SlackError("no_dual_broadcast_content_update")
        is_broadcast = True
    elif "metadata" not in arguments:
        require_something(content)
    limit_text(content, LONG_TEXT)
    limit_blocks(content)
    metadata = read_metadata(arguments)
    changed = rewrite(
        world,
        message,
        content,
        metadata=message.metadata if metadata is None else metadata or None,
        is_broadcast=is_broadcast,
        subtype="thread_broadcast" if is_broadcast else message.subtype,
        links_names=arguments.flag("link_names") or arguments.text("parse") == "full",
        is_mrkdwn=arguments.flag("mrkdwn", default=message.is_mrkdwn),
    )
    body = message_json(world, changed, with_metadata=True)
    return {"channel": channel.id, "ts": changed.ts, "text": changed.text, "message": body}


def delete(call: MethodCall) -> Mapping[str, Any]:
    channel = call.channel()
    message = _own_message(call, channel, "cant_delete_message")
    remove(call.world, message, call.workspace.bot_user)
    return {"channel": channel.id, "ts": message.ts}


def _own_message(call: MethodCall, channel: Channel, refusal: str) -> Message:
    message = call.world.message(channel.id, call.arguments.required("ts"))
    if message is None or message.is_deleted:
        raise SlackError("message_not_found")
    if message.user != call.workspace.bot_user:
        raise SlackError(refusal)
    return message
