from collections.abc import Mapping
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.content import (
    MAX_POST_TEXT,
    limit_blocks,
    limit_text,
    read_content,
    read_metadata,
    require_something,
    with_ids,
)
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.posting import channel_to_post_in, post, thread_of
from tests.fakes.slack.records import Ephemeral
from tests.fakes.slack.wire import message_json


def post_message(call: MethodCall) -> Mapping[str, Any]:
    world, arguments = call.world, call.arguments
    channel = channel_to_post_in(call)
    content = read_content(arguments)
    require_something(content)
    limit_text(content, MAX_POST_TEXT)
    limit_blocks(content)
    thread_ts = thread_of(world, channel, arguments.text("thread_ts")) if arguments.text("thread_ts") else ""
    is_broadcast = bool(thread_ts) and arguments.flag("reply_broadcast")
    message = post(
        world,
        call.workspace,
        channel,
        content,
        thread_ts,
        is_broadcast=is_broadcast,
        subtype="thread_broadcast" if is_broadcast else "",
        metadata=read_metadata(arguments) or None,
        client_msg_id=arguments.text("client_msg_id"),
        links_names=arguments.flag("link_names") or arguments.text("parse") == "full",
        is_mrkdwn=arguments.flag("mrkdwn", default=True),
        visible_at=world.clock.now() + call.history_delay,
    )
    body = message_json(world, message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": body}


def post_ephemeral(call: MethodCall) -> Mapping[str, Any]:
    world, arguments = call.world, call.arguments
    channel = channel_to_post_in(call)
    content = read_content(arguments)
    require_something(content)
    limit_text(content, MAX_POST_TEXT)
    person = arguments.required("user")
    if person not in channel.members:
        raise SlackError("user_not_in_channel")
    ts = world.next_ts()
    blocks = with_ids(content.blocks, ts)
    thread_ts = arguments.text("thread_ts")
    is_mrkdwn = arguments.flag("mrkdwn", default=True)
    world.put(Ephemeral(channel.team, channel.id, ts, person, content.text, blocks, thread_ts, is_mrkdwn))
    return {"message_ts": ts}
