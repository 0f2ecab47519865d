from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.checks import problems
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import Message

# What Slack does not take there, although messages have it.
_NOT_HERE = ("rich_text", "actions", "table", "markdown", "input")


def unfurl(call: MethodCall) -> Mapping[str, Any]:
    """Said again, it takes the place of what it said before."""
    message = _message(call)
    unfurls = call.arguments.structure("unfurls", "invalid_unfurls_format")
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackError("missing_unfurls")
    for url, shown in unfurls.items():
        if url not in message.text:
            raise SlackError("cannot_unfurl_url")
        if found := _refused(shown):
            raise SlackError("invalid_blocks", found)
    kept = [one for one in message.attachments if one.get("from_url") not in unfurls]
    shown = [{"from_url": url, "is_app_unfurl": True, **shown} for url, shown in unfurls.items()]
    call.world.put(replace(message, attachments=[*kept, *shown]))
    return {}


def _message(call: MethodCall) -> Message:
    arguments = call.arguments
    channel, ts = arguments.text("channel"), arguments.text("ts")
    if arguments.text("unfurl_id") and arguments.text("source"):
        channel, _, ts = arguments.text("unfurl_id").partition("/")
    elif not (channel and ts):
        raise SlackError("invalid_arguments", ["channel and ts, or unfurl_id and source"])
    message = call.world.message(channel, ts)
    if message is None or message.is_deleted:
        raise SlackError("cannot_find_message")
    return message


def _refused(shown: Any) -> list[str]:
    blocks = shown.get("blocks") if isinstance(shown, dict) else None
    if not isinstance(blocks, list):
        return ["no blocks"]
    kinds = [f"{block.get('type')} is not allowed here" for block in blocks if block.get("type") in _NOT_HERE]
    return kinds or problems(blocks)
