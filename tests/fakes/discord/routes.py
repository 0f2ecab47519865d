"""What of Discord's HTTP API there is, by name."""

import re
from dataclasses import dataclass

from tests.fakes.discord import api_channels as channels
from tests.fakes.discord import api_guilds as guilds
from tests.fakes.discord import api_interactions as interactions
from tests.fakes.discord.calls import Run

PREFIX = "/api/v10"


@dataclass(frozen=True)
class Route:
    """`path` has parameters in braces; the first of channel, guild and interaction is what its limits are about."""

    name: str
    method: str
    path: str
    run: Run
    needs_token: bool = True

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\?\{(\w+)\\?\}", r"(?P<\1>[^/]+)", re.escape(self.path)))


_COMMANDS = "/applications/{app}/commands"
_GUILD_COMMANDS = "/applications/{app}/guilds/{guild}/commands"
_WEBHOOK = "/webhooks/{app}/{token}"
_ANSWER = f"{_WEBHOOK}/messages/{{message}}"
_MESSAGE = "/channels/{channel}/messages/{message}"
ROUTES = (
    Route("me", "GET", "/users/@me", guilds.get_me),
    Route("application", "GET", "/oauth2/applications/@me", guilds.get_application),
    Route("application", "GET", "/applications/@me", guilds.get_application),
    Route("gateway", "GET", "/gateway", guilds.get_gateway, needs_token=False),
    Route("gateway.bot", "GET", "/gateway/bot", guilds.get_gateway_bot),
    Route("guilds.list", "GET", "/users/@me/guilds", guilds.list_guilds),
    Route("guilds.leave", "DELETE", "/users/@me/guilds/{guild}", guilds.leave_guild),
    Route("direct.create", "POST", "/users/@me/channels", guilds.create_direct),
    Route("users.get", "GET", "/users/{user}", guilds.get_user),
    Route("guilds.get", "GET", "/guilds/{guild}", guilds.get_guild),
    Route("guilds.channels", "GET", "/guilds/{guild}/channels", guilds.list_channels),
    Route("guilds.roles", "GET", "/guilds/{guild}/roles", guilds.list_roles),
    Route("guilds.threads", "GET", "/guilds/{guild}/threads/active", guilds.active_threads),
    Route("members.search", "GET", "/guilds/{guild}/members/search", guilds.search_members),
    Route("members.get", "GET", "/guilds/{guild}/members/{user}", guilds.get_member),
    Route("commands.list", "GET", _COMMANDS, guilds.list_commands),
    Route("commands.put", "PUT", _COMMANDS, guilds.put_commands),
    Route("commands.create", "POST", _COMMANDS, guilds.create_command),
    Route("commands.get", "GET", f"{_COMMANDS}/{{command}}", guilds.get_command),
    Route("commands.edit", "PATCH", f"{_COMMANDS}/{{command}}", guilds.edit_command),
    Route("commands.delete", "DELETE", f"{_COMMANDS}/{{command}}", guilds.delete_command),
    Route("commands.list", "GET", _GUILD_COMMANDS, guilds.list_commands),
    Route("commands.put", "PUT", _GUILD_COMMANDS, guilds.put_commands),
    Route("commands.create", "POST", _GUILD_COMMANDS, guilds.create_command),
    Route("commands.get", "GET", f"{_GUILD_COMMANDS}/{{command}}", guilds.get_command),
    Route("commands.edit", "PATCH", f"{_GUILD_COMMANDS}/{{command}}", guilds.edit_command),
    Route("commands.delete", "DELETE", f"{_GUILD_COMMANDS}/{{command}}", guilds.delete_command),
    Route("channels.get", "GET", "/channels/{channel}", channels.get_channel),
    Route("channels.edit", "PATCH", "/channels/{channel}", channels.edit_channel),
    Route("channels.delete", "DELETE", "/channels/{channel}", channels.delete_channel),
    Route("messages.list", "GET", "/channels/{channel}/messages", channels.list_messages),
    Route("messages.create", "POST", "/channels/{channel}/messages", channels.create_message),
    Route("pins.list", "GET", "/channels/{channel}/messages/pins", channels.list_pins),
    Route("pins.add", "PUT", "/channels/{channel}/messages/pins/{message}", channels.pin),
    Route("pins.remove", "DELETE", "/channels/{channel}/messages/pins/{message}", channels.unpin),
    Route("messages.get", "GET", _MESSAGE, channels.get_message),
    Route("messages.edit", "PATCH", _MESSAGE, channels.edit_message),
    Route("messages.delete", "DELETE", _MESSAGE, channels.delete_message),
    Route("reactions.add", "PUT", f"{_MESSAGE}/reactions/{{emoji}}/@me", channels.react),
    Route("reactions.remove", "DELETE", f"{_MESSAGE}/reactions/{{emoji}}/@me", channels.unreact),
    Route("threads.from_message", "POST", f"{_MESSAGE}/threads", channels.thread_from_message),
    Route("threads.create", "POST", "/channels/{channel}/threads", channels.create_thread),
    Route("threads.join", "PUT", "/channels/{channel}/thread-members/@me", channels.join_thread),
    Route("threads.add", "PUT", "/channels/{channel}/thread-members/{user}", channels.add_thread_member),
    Route("typing", "POST", "/channels/{channel}/typing", channels.type_in),
    Route("callback", "POST", "/interactions/{interaction}/{token}/callback", interactions.callback, needs_token=False),
    Route("webhooks.create", "POST", _WEBHOOK, interactions.create_webhook_message, needs_token=False),
    Route("webhooks.get", "GET", _ANSWER, interactions.get_webhook_message, needs_token=False),
    Route("webhooks.edit", "PATCH", _ANSWER, interactions.edit_webhook_message, needs_token=False),
    Route("webhooks.delete", "DELETE", _ANSWER, interactions.delete_webhook_message, needs_token=False),
)
NAMES = frozenset(route.name for route in ROUTES)
_PATTERNS = [(route, route.pattern) for route in ROUTES]


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    for route, pattern in _PATTERNS:
        if route.method == method and (match := pattern.fullmatch(path)):
            return route, match.groupdict()
    return None
