"""Bodies of Slack's requests about views and menus."""

import json
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack.payloads import VERIFICATION_TOKEN, message_in_payload, shown_name
from tests.fakes.slack.records import Channel, Interaction, Message, User, View, Workspace
from tests.fakes.slack.wire import view_json


def view_submission(
    workspace: Workspace, user: User, interaction: Interaction, view: View, response_urls: list[dict[str, Any]]
) -> bytes:
    return _form(
        _head("view_submission", workspace, user)
        | {
            "trigger_id": interaction.trigger_id,
            "view": view_json(workspace, view),
            "response_urls": response_urls,
            "is_enterprise_install": False,
            "enterprise": None,
        }
    )


def view_closed(workspace: Workspace, user: User, view: View, *, is_cleared: bool) -> bytes:
    return _form(
        _head("view_closed", workspace, user)
        | {
            "view": view_json(workspace, view),
            "is_cleared": is_cleared,
            "response_urls": [],
            "is_enterprise_install": False,
            "enterprise": None,
        }
    )


def view_actions(
    workspace: Workspace, user: User, interaction: Interaction, view: View, action: dict[str, Any]
) -> bytes:
    """A press in a modal or in Home: no message, no response_url."""
    return _form(
        _head("block_actions", workspace, user)
        | {
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": interaction.trigger_id,
            "view": view_json(workspace, view),
            "actions": [action],
            "enterprise": None,
            "is_enterprise_install": False,
        }
    )


def block_suggestion(workspace: Workspace, user: User, view: View, block_id: str, action_id: str, typed: str) -> bytes:
    return _form(
        _head("block_suggestion", workspace, user)
        | {
            "container": {"type": "view", "view_id": view.id},
            "action_id": action_id,
            "block_id": block_id,
            "value": typed,
            "view": view_json(workspace, view),
            "enterprise": None,
            "is_enterprise_install": False,
        }
    )


def message_shortcut(
    workspace: Workspace, user: User, channel: Channel, interaction: Interaction, message: Message, callback_id: str
) -> bytes:
    return _form(
        _head("message_action", workspace, user)
        | {
            "action_ts": f"{interaction.at:.6f}",
            "channel": {"id": channel.id, "name": shown_name(channel)},
            "callback_id": callback_id,
            "trigger_id": interaction.trigger_id,
            "message_ts": message.ts,
            "message": message_in_payload(workspace, message),
            "response_url": interaction.response_url,
            "enterprise": None,
            "is_enterprise_install": False,
        }
    )


def global_shortcut(workspace: Workspace, user: User, interaction: Interaction, callback_id: str) -> bytes:
    return _form(
        _head("shortcut", workspace, user)
        | {
            "action_ts": f"{interaction.at:.6f}",
            "callback_id": callback_id,
            "trigger_id": interaction.trigger_id,
            "enterprise": None,
            "is_enterprise_install": False,
        }
    )


def home_opened(
    workspace: Workspace, user: User, channel: Channel, view: View | None, tab: str, at: float
) -> dict[str, Any]:
    """The event; it has no view before the first one was published."""
    event: dict[str, Any] = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": f"{at:.6f}",
    }
    return event | ({"view": view_json(workspace, view)} if view and tab == "home" else {})


def _head(kind: str, workspace: Workspace, user: User) -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": workspace.id, "domain": workspace.name},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.id},
        "api_app_id": workspace.app_id,
        "token": VERIFICATION_TOKEN,
    }


def _form(payload: dict[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()
