from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.checks import problems
from tests.fakes.slack.content import with_ids
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import Message
from tests.fakes.slack.said import addresses

# getsentry/sentry 65588 and 101303, slackapi/java-slack-sdk 948: what they were refused in unfurls.
_NOT_HERE = ("rich_text", "actions")


def unfurl(call: MethodCall) -> Mapping[str, Any]:
    """Only blocks are taken: of the older attachments nothing is checked by anybody."""
    message = _message(call)
    if "unfurls" not in call.arguments:
        raise SlackError("missing_unfurls")
    unfurls = call.arguments.structure("unfurls", "invalid_unfurls_format")
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackError("invalid_unfurls_format")
    for address, shown in unfurls.items():
        if address not in addresses(message.text):
            raise SlackError("cannot_unfurl_url", [f"the message has no link to {address}"])
        if not isinstance(shown, dict) or set(shown) != {"blocks"}:
            raise SlackError("cannot_parse_attachment", [f"an unfurl has blocks and nothing else: {address}"])
        if any(block.get("type") in _NOT_HERE for block in shown["blocks"]):
            raise SlackError("invalid_blocks", [f"only in messages: {', '.join(_NOT_HERE)}"])
        if found := problems(shown["blocks"]):
            raise SlackError("cannot_parse_attachment", found)
    named = {address: {"blocks": with_ids(shown["blocks"], message.ts)} for address, shown in unfurls.items()}
    call.world.put(replace(message, unfurls={**message.unfurls, **named}))
    return {}


def _message(call: MethodCall) -> Message:
    """By channel and ts, or by the unfurl_id of the event, which is made of both."""
    arguments = call.arguments
    channel, ts = arguments.text("channel"), arguments.text("ts")
    if "unfurl_id" in arguments:
        if arguments.text("source") not in ("composer", "conversations_history"):
            raise SlackError("invalid_source" if "source" in arguments else "missing_source")
        channel, _, ts = arguments.text("unfurl_id").partition(".")
    elif not channel:
        raise SlackError("missing_channel")
    elif not ts:
        raise SlackError("missing_ts")
    message = call.world.message(channel, ts)
    if message is None or message.team != call.workspace.id or message.is_deleted:
        raise SlackError("invalid_unfurl_id" if "unfurl_id" in arguments else "cannot_find_message")
    return message
