"""A Web API call in progress: whose token it is, what it may do, and which conversation it means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import Channel, Workspace
from tests.fakes.slack.world import World

_PREFIXES = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
TOKEN_REFUSALS = ("account_inactive", "token_revoked", "token_expired", "invalid_auth")


@dataclass(frozen=True, slots=True)
class MethodCall:
    world: World
    workspace: Workspace
    arguments: Arguments
    base_url: str
    history_delay: float
    token: str = ""

    def require_scope(self, scope: str) -> None:
        if scope not in self.workspace.scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(self.workspace.scopes))

    def require_scope_for(self, kind: str, right: str) -> None:
        """Such as `channels:history` for a public channel, `groups:history` for a private one."""
        self.require_scope(f"{_PREFIXES[kind]}:{right}")

    def channel(self, name: str = "channel") -> Channel:
        """The conversation of that id, if the bot can see it at all."""
        channel = self.world.channels.get(self.arguments.required(name))
        if channel is None or channel.team != self.workspace.id or not self.sees(channel):
            raise SlackError("channel_not_found")
        return channel

    def sees(self, channel: Channel) -> bool:
        return not channel.is_deleted and (channel.kind == "public" or self.is_member(channel))

    def is_member(self, channel: Channel) -> bool:
        return self.workspace.bot_user in channel.members


Method: TypeAlias = Callable[[MethodCall], Mapping[str, Any]]


def workspace_of_token(world: World, token: str) -> Workspace:
    if not token:
        raise SlackError("not_authed")
    for workspace in world.workspaces.values():
        if workspace.bot_token == token:
            if workspace.refusal:
                raise SlackError(workspace.refusal)
            return workspace
    return _workspace_of_grant(world, token)


def _workspace_of_grant(world: World, token: str) -> Workspace:
    grant = world.grants.get(token)
    if grant is None:
        raise SlackError("invalid_auth")
    workspace = world.workspaces[grant.team]
    if workspace.refusal:
        raise SlackError(workspace.refusal)
    if grant.is_revoked:
        raise SlackError("token_revoked")
    if grant.expires_at and world.clock.now() >= grant.expires_at:
        raise SlackError("token_expired")
    return workspace
