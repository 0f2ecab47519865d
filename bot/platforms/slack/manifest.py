"""The Slack app manifest, from what the bot uses and declares."""

from typing import Any

from bot.board_links import domain_of
from bot.menus import MENUS, MessageMenu

# Each scope, and what is lost without it.
SCOPES = {
    "commands": "nobody can talk to the bot",
    "chat:write": "no card is posted",
    "users:read": "administrators are not recognised, and people have no names",
    "channels:history": "a message whose answer was lost may be posted twice in public channels",
    "groups:history": "a message whose answer was lost may be posted twice in private channels",
    "im:history": "a direct message whose answer was lost may be sent twice",
    "im:write": "nobody is told in private when a channel cannot be reached",
    "channels:read": "an invitation to a public channel is not noticed",
    "groups:read": "an invitation to a private channel is not noticed",
    "app_mentions:read": "nothing can be said to the bot in threads",
    "files:write": "charts are told in words and not shown",
    "reactions:read": "no reaction makes a task",
    "links:read": "links to the board are not noticed",
    "links:write": "links to the board are not shown with their task",
}
EVENTS = (
    "app_home_opened", "app_mention", "app_uninstalled", "channel_unarchive", "group_unarchive", "link_shared",
    "member_joined_channel", "reaction_added", "tokens_revoked",
)  # fmt: skip


def make_manifest(*, root: str, public_url: str | None, by_socket: bool = False) -> dict[str, Any]:
    """`public_url` is where Slack sends its requests; without one the manifest says where to fill it in.

    `by_socket` they come through Socket Mode, and no address is in it.
    """
    address = (public_url or "https://YOUR-ADDRESS").rstrip("/")
    requests = {} if by_socket else {"request_url": f"{address}/slack/events"}
    sent_to = {} if by_socket else {"url": f"{address}/slack/events"}
    return {
        "display_information": {
            "name": "Labkeeper",
            "description": "An ML team's board in chat: research has a timebox, production ends in a deployment.",
            "background_color": "#1f2937",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Labkeeper", "always_online": True},
            "shortcuts": [_shortcut(menu) for menu in MENUS],
            "slash_commands": [
                _command(f"/{root}", "The team's board", "task new Try focal loss box:10d", sent_to),
                _command(f"/{root}-admin", "Set the board up", "project new CHURN name:Churn model", sent_to),
            ],
            # Slack takes nothing for one that is not known yet.
            **({"unfurl_domains": [domain_of(public_url)]} if public_url else {}),
        },
        "oauth_config": {
            # Of use only where SLACK_CLIENT_ID lets workspaces install it by themselves.
            **({} if by_socket and not public_url else {"redirect_urls": [f"{address}/slack/oauth_redirect"]}),
            "scopes": {"bot": sorted(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**requests, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **requests},
            "org_deploy_enabled": False,
            "socket_mode_enabled": by_socket,
            "token_rotation_enabled": False,
        },
    }


def _command(name: str, description: str, hint: str, sent_to: dict[str, str]) -> dict[str, Any]:
    # With escaping on, a person or channel in the text arrives as an id and cannot be mistaken for another.
    return {"command": name, "description": description, "usage_hint": hint, "should_escape": True, **sent_to}


def _shortcut(menu: MessageMenu) -> dict[str, Any]:
    return {"name": menu.name, "type": "message", "callback_id": menu.callback, "description": menu.description}
