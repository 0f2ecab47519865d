"""Bodies of Slack's requests to an app."""

import json
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack.records import Channel, Ephemeral, Interaction, Message, User, Workspace
from tests.fakes.slack.said import as_rich_text

VERIFICATION_TOKEN = "verification_token"
_CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


def slash_command(
    workspace: Workspace, user: User, channel: Channel, interaction: Interaction, command: str, text: str
) -> bytes:
    fields = {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.id,
        "team_domain": workspace.name,
        "channel_id": channel.id,
        "channel_name": shown_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": interaction.response_url,
        "trigger_id": interaction.trigger_id,
    }
    return urlencode(fields).encode()


def block_actions(
    workspace: Workspace,
    user: User,
    channel: Channel,
    interaction: Interaction,
    seen: Message | Ephemeral,
    action: dict[str, Any],
) -> bytes:
    is_ephemeral = isinstance(seen, Ephemeral)
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.id},
        "api_app_id": workspace.app_id,
        "token": VERIFICATION_TOKEN,
        "container": {
            "type": "message",
            "message_ts": seen.ts,
            "channel_id": channel.id,
            "is_ephemeral": is_ephemeral,
        },
        "trigger_id": interaction.trigger_id,
        "team": {"id": workspace.id, "domain": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": shown_name(channel)},
        "state": {"values": {}},
        "response_url": interaction.response_url,
        "actions": [action],
    }
    if seen.thread_ts:
        payload["container"]["thread_ts"] = seen.thread_ts
    if isinstance(seen, Message):
        payload["message"] = message_in_payload(workspace, seen)
    return urlencode({"payload": json.dumps(payload)}).encode()


def event_callback(workspace: Workspace, event: dict[str, Any], event_id: str, event_time: float) -> bytes:
    authorization = {
        "enterprise_id": None,
        "team_id": workspace.id,
        "user_id": workspace.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    envelope = {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.id,
        "api_app_id": workspace.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(event_time),
        "authorizations": [authorization],
        "authed_users": [workspace.bot_user],
        "is_ext_shared_channel": False,
        "event_context": f"1-{event['type']}-{workspace.id}",
    }
    return json.dumps(envelope).encode()


def url_verification(challenge: str) -> bytes:
    return json.dumps({"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}).encode()


def message_event(message: Message, channel: Channel, kind: str = "message") -> dict[str, Any]:
    """A `message` event, or with the same content an `app_mention`."""
    event: dict[str, Any] = {
        "type": kind,
        "client_msg_id": message.client_msg_id,
        "text": message.text,
        "user": message.user,
        "ts": message.ts,
        "team": message.team,
        "blocks": [as_rich_text(message.text)],
        "channel": message.channel,
        "event_ts": message.ts,
    }
    if kind == "message":
        event["channel_type"] = _CHANNEL_TYPES[channel.kind]
    if message.thread_ts:
        event["thread_ts"] = message.thread_ts
    return event


def shown_name(channel: Channel) -> str:
    """What commands and actions call the channel: private ones are not named."""
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def message_in_payload(workspace: Workspace, message: Message) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": workspace.id,
        "blocks": message.blocks if message.bot_id else [as_rich_text(message.text)],
    }
    if message.bot_id:
        body |= {"bot_id": message.bot_id, "app_id": workspace.app_id}
    if message.client_msg_id:
        body["client_msg_id"] = message.client_msg_id
    if message.metadata:
        body["metadata"] = message.metadata
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    return body
