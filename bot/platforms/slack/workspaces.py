"""Which workspaces the bot serves: that of SLACK_BOT_TOKEN, and those that installed it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.refusal import refusal_card
from bot.platforms.slack.answers import ephemeral
from bot.platforms.slack.failures import code_of
from bot.platforms.slack.grant import Grant, Lack, NoGrant
from bot.platforms.slack.installed import InstalledWorkspaces
from bot.platforms.slack.token_workspace import TokenWorkspace
from core.cards import Card, Link, Span, Tone, paragraph
from core.errors import Unavailable

T = TypeVar("T")

# What Slack says of a token, whatever is asked with it: nothing was done.
_ABOUT_THE_TOKEN = frozenset({"invalid_auth", "token_revoked", "token_expired", "account_inactive"})


class Workspaces:
    def __init__(
        self, own: TokenWorkspace | None, installed: InstalledWorkspaces | None, *, root: str,
        install_address: str | None = None,
    ) -> None:  # fmt: skip
        """`root` is the first word of the commands."""
        self.own, self.installed = own, installed
        self._root, self._install_address = root, install_address

    async def learn(self) -> None:
        if self.own is not None:
            await self.own.learn()

    async def grant(self, workspace: str) -> Grant:
        """Raises `NoGrant`."""
        if self.installed is None:
            # Where it is not known yet whose token it is, Slack will say so of the message itself.
            return self._own_grant(workspace, Lack.STRANGER)
        try:
            return await self.installed.grant(workspace)
        except NoGrant as error:
            if self.own is None or error.lack not in (Lack.STRANGER, Lack.REMOVED):
                raise
            if self.own.team_id is None:
                await self.own.learn()
            if self.own.team_id is None:
                raise NoGrant(Lack.WAITING) from error
            return self._own_grant(workspace, error.lack)

    async def call(self, workspace: str, ask: Callable[[AsyncWebClient], Awaitable[T]]) -> T:
        """Asks with the workspace's token; once more where that was replaced meanwhile. Raises `NoGrant`."""
        grant = await self.grant(workspace)
        try:
            return await ask(grant.client)
        except SlackApiError as error:
            if grant.kept is None or self.installed is None or code_of(error) not in _ABOUT_THE_TOKEN:
                raise
            another = await self.installed.after_refusal(grant, code_of(error))
            if another is None:
                raise
        return await ask(another.client)

    async def authorized(self, workspace: str | None) -> AuthorizeResult:
        """For Bolt, which asks on every request; who is refused is told so by the listener."""
        own = self.own
        grant = Grant(own.client, own.bot_user_id, own.bot_id) if own and own.team_id in (None, workspace) else None
        if self.installed is not None:
            # The database may be away, and Slack is not asked for this: the answer has three seconds.
            with suppress(NoGrant, Unavailable):
                grant = await self.installed.grant(workspace or "")
        if grant is None:
            return AuthorizeResult(enterprise_id=None, team_id=workspace)
        return AuthorizeResult(
            enterprise_id=None, team_id=workspace, bot_token=grant.client.token, bot_id=grant.bot_id,
            bot_user_id=grant.bot_user,
        )  # fmt: skip

    async def bot_user(self, workspace: str) -> str | None:
        try:
            return (await self.grant(workspace)).bot_user
        except NoGrant:
            return None

    async def refusal(self, workspace: str) -> dict[str, Any] | None:
        """The answer to a workspace that this server cannot serve; None for the others."""
        if self.installed is None and self.own is not None and self.own.team_id is None:
            await self.own.learn()
        try:
            await self.grant(workspace)
        except NoGrant as error:
            # Nothing but a message needs the token, and that can wait.
            return None if error.lack is Lack.WAITING else ephemeral(self._refused(error.lack), root=self._root)
        except Unavailable as error:
            return ephemeral(refusal_card(error), root=self._root)
        return None

    async def note_removal(self, workspace: str, *, at: datetime, is_uninstalled: bool, bot_users: list[str]) -> bool:
        """Wipes what is revoked; whether the bot is gone from a workspace of which no token was kept.

        Raises `Unavailable` where nobody can tell yet.
        """
        is_gone = self.own is not None and self.own.team_id == workspace
        if self.own is not None and is_gone:
            await self.own.learn()
            # It may be a late event, and the token works again.
            self.own.is_removed = is_gone = self.own.problem is not None
        if self.installed is None:
            return is_gone
        is_kept = await self.installed.note_removal(
            workspace, at=at, is_uninstalled=is_uninstalled, bot_users=bot_users
        )  # fmt: skip
        return is_gone and not is_kept

    def note_installation(self, workspace: str) -> None:
        if self.installed is not None:
            self.installed.forget(workspace)

    def _own_grant(self, workspace: str, lack: Lack) -> Grant:
        assert self.own is not None
        if self.own.team_id is not None and self.own.team_id != workspace:
            raise NoGrant(lack)
        if self.own.was_removed:
            raise NoGrant(Lack.REMOVED)
        return Grant(self.own.client, self.own.bot_user_id, self.own.bot_id)

    def _refused(self, lack: Lack) -> Card:
        match lack:
            case Lack.STRANGER if self._install_address is None:
                return _card("This Labkeeper belongs to another workspace.", "Ask whoever runs it to install it here.")
            case Lack.STRANGER:
                message, hint = "Labkeeper is not installed in this workspace.", "An administrator can install it"
            case Lack.REMOVED:
                message, hint = "Labkeeper was removed from this workspace.", "An administrator can install it again"
            case Lack.EXPIRED:
                message, hint = "Slack has ended Labkeeper's access.", "An administrator can install it again"
            case _:
                message = "This server cannot open what it keeps of this workspace, so nothing was done."
                hint = "Whoever runs it must put the former key back into SECRET_KEY; or install it again"
        if self._install_address is None:
            return _card(message, f"{hint}.")
        return _card(message, f"{hint}: ", Link(self._install_address, self._install_address))


def _card(message: str, *hint: Span) -> Card:
    return Card((message,), (paragraph(*hint),), tone=Tone.WARNING)
