from collections.abc import Mapping
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.posting import direct_channel
from tests.fakes.slack.wire import channel_json

_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


def info(call: MethodCall) -> Mapping[str, Any]:
    channel = call.channel()
    call.require_scope_for(channel.kind, "read")
    body = channel_json(channel, call.workspace)
    if call.arguments.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


def list_conversations(call: MethodCall) -> Mapping[str, Any]:
    types = call.arguments.names("types") or ["public_channel"]
    if unknown := [kind for kind in types if kind not in _TYPES]:
        raise SlackError("invalid_types", [f"unknown type: {kind}" for kind in unknown])
    kinds = [_TYPES[kind] for kind in types]
    for kind in kinds:
        call.require_scope_for(kind, "read")
    without_archived = call.arguments.flag("exclude_archived")
    found = [
        channel_json(channel, call.workspace)
        for channel in call.world.channels.values()
        if channel.team == call.workspace.id
        and channel.kind in kinds
        and call.sees(channel)
        and not (without_archived and channel.is_archived)
    ]
    return _paged(call, "channels", found, maximum=1000)


def members(call: MethodCall) -> Mapping[str, Any]:
    channel = call.channel()
    call.require_scope_for(channel.kind, "read")
    return _paged(call, "members", list(channel.members), maximum=1000)


def open_conversation(call: MethodCall) -> Mapping[str, Any]:
    arguments, workspace = call.arguments, call.workspace
    if "channel" in arguments:
        channel = call.channel()
        if channel.kind not in ("im", "mpim"):
            raise SlackError("method_not_supported_for_channel_type")
    else:
        people = _people(call)
        call.require_scope("im:write" if len(people) == 1 else "mpim:write")
        channel = direct_channel(call.world, workspace, people)
    full = arguments.flag("return_im")
    return {"channel": channel_json(channel, workspace) if full else {"id": channel.id}}


def _people(call: MethodCall) -> tuple[str, ...]:
    names = call.arguments.names("users")
    if not names:
        raise SlackError("users_list_not_supplied")
    if len(names) > 8:
        raise SlackError("too_many_users")
    for name in names:
        user = call.world.users.get((call.workspace.id, name))
        if user is None:
            raise SlackError("user_not_found")
        if user.is_deleted:
            raise SlackError("user_disabled")
        if user.is_bot:
            raise SlackError("cannot_dm_bot")
    return tuple(dict.fromkeys(names))


def _paged(call: MethodCall, name: str, items: list[Any], *, maximum: int) -> Mapping[str, Any]:
    """The cursor is the position, in Slack's disguise."""
    limit = call.arguments.number("limit", 100, maximum=maximum)
    cursor = call.arguments.text("cursor")
    if cursor and not (cursor.startswith("p") and cursor[1:].isdigit()):
        raise SlackError("invalid_cursor")
    start = int(cursor[1:]) if cursor else 0
    end = start + limit
    return {
        name: items[start:end],
        "response_metadata": {"next_cursor": f"p{end}" if end < len(items) else ""},
    }
