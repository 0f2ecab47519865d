"""Workspaces, people, channels, and what goes wrong."""

from dataclasses import replace
from typing import Any

from tests.fakes.slack.faults import Fault, Faults
from tests.fakes.slack.rates import READ_AT_ONCE, Rates
from tests.fakes.slack.records import App, Channel, ChannelKind, User, Workspace
from tests.fakes.slack.world import World

ALL_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "pins:write",
    "reactions:read",
    "users:read",
    "users:read.email",
)


class Arranging:
    world: World
    faults: Faults
    rates: Rates

    def add_workspace(
        self,
        team: str = "T001",
        name: str = "acme",
        token: str = "",
        scopes: tuple[str, ...] = ALL_SCOPES,
        is_installed: bool = True,
    ) -> Workspace:
        """With its bot user, named labkeeper, and the app A001, whose app-level token is `xapp-A001`. Where the app is
        not installed yet, it waits for OAuth."""
        workspace = Workspace(
            id=team,
            name=name,
            bot_token=(token or f"xoxb-{team}") if is_installed else "",
            bot_user=f"UBOT{team}",
            bot_id=f"B{team}",
            app_id="A001",
            scopes=tuple(scopes),
        )
        with self.world.lock:
            if workspace.app_id not in self.world.apps:
                self.world.put(App(workspace.app_id, f"xapp-{workspace.app_id}"))
            self.world.put(workspace)
            self.world.put(User(workspace.bot_user, team, "labkeeper", "Labkeeper", is_bot=True))
        return workspace

    def set_scopes(self, team: str, scopes: tuple[str, ...]) -> None:
        with self.world.lock:
            self.world.put(replace(self.world.workspaces[team], scopes=tuple(scopes)))

    def refuse_token(self, team: str, error: str) -> None:
        """From now on every call gets this error: account_inactive, token_revoked, token_expired; empty ends it."""
        with self.world.lock:
            self.world.put(replace(self.world.workspaces[team], refusal=error))

    def add_user(self, user: User) -> User:
        self.world.put(user)
        return user

    def add_channel(
        self,
        channel: str,
        name: str,
        team: str = "T001",
        kind: ChannelKind = "public",
        members: tuple[str, ...] = (),
        has_bot: bool = True,
    ) -> Channel:
        bot = (self.world.workspaces[team].bot_user,) if has_bot else ()
        added = Channel(channel, team, name, kind, (*bot, *members))
        self.world.put(added)
        return added

    def join(self, channel: str, user: str) -> None:
        with self.world.lock:
            known = self.world.channels[channel].members
            self._change(channel, members=tuple(dict.fromkeys((*known, user))))

    def leave(self, channel: str, user: str) -> None:
        with self.world.lock:
            known = self.world.channels[channel].members
            self._change(channel, members=tuple(member for member in known if member != user))

    def archive(self, channel: str, is_archived: bool = True) -> None:
        self._change(channel, is_archived=is_archived)

    def remove_channel(self, channel: str) -> None:
        """Nobody sees it any more; its messages stay with the test."""
        self._change(channel, is_deleted=True)

    def rename(self, channel: str, name: str) -> None:
        self._change(channel, name=name)

    def fault(self, method: str, fault: Fault, times: int = 1, channel: str = "", skip: int = 0) -> None:
        """The next `times` calls of the method, after `skip` that go well. `method` may be a Web API method,
        `response_url`, `upload`, `websocket`, or `*`."""
        with self.world.lock:
            self.faults.add(method, fault, times=times, channel=channel, skip=skip)

    def clear_faults(self) -> None:
        with self.world.lock:
            self.faults.clear()

    def release_hanging(self) -> None:
        """Hanging calls go on at once, as if their time had passed."""
        self.faults.release()

    def delay_history(self, seconds: float) -> None:
        """Messages posted from now on are missing from history and replies for so long."""
        self.faults.history_delay = seconds

    def leave_marketplace(self) -> None:
        """The app is distributed and not in Slack's marketplace: it reads 15 messages a minute."""
        self.rates.is_outside_marketplace, self.world.most_read_at_once = True, READ_AT_ONCE

    def enforce_rates(self, refuses: bool = True) -> None:
        """Refuse with 429 what otherwise is only counted as a violation."""
        self.rates.refuses = refuses

    def advance(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        self.world.note_change()

    def _change(self, channel: str, **changes: Any) -> None:
        with self.world.lock:
            self.world.put(replace(self.world.channels[channel], **changes))
