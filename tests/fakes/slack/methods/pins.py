from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.errors import SlackError

_MAX_PINS = 100


def add(call: MethodCall) -> Mapping[str, Any]:
    channel = call.channel()
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    if not call.arguments.text("timestamp"):
        raise SlackError("no_item_specified")
    ts = call.arguments.ts("timestamp", "", "bad_timestamp")
    message = call.world.message(channel.id, ts)
    if message is None or message.is_deleted:
        raise SlackError("message_not_found")
    if ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= _MAX_PINS:
        raise SlackError("too_many_pins")
    call.world.put(replace(channel, pins=(*channel.pins, ts)))
    return {}
