"""The workspaces that installed the bot: their tokens in memory, as long as they are the newest there are."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.failures import NO_ANSWER, code_of
from bot.platforms.slack.grant import Grant, Lack, NoGrant
from bot.platforms.slack.renewal import Renewal
from bot.platforms.slack.token_workspace import REMOVED_CODES
from bot.reseal import token_seal
from bot.vault import SealBroken
from core.clock import Clock
from core.errors import Unavailable
from core.installations import Installation, uninstall
from core.ports import Store, Vault
from core.teams import Directory

log = structlog.get_logger()

T = TypeVar("T")

# How far Slack's clock may be from ours, and how long a call may be under way.
_SOON = timedelta(seconds=30)
_CLOCKS_APART = timedelta(minutes=2)
_LOOK_UP = 1.5  # seconds of the three that Slack waits for the answer to an event


class InstalledWorkspaces:
    """Another process may install, renew or remove: what Slack refuses is read again before it is believed."""

    def __init__(
        self, store: Store, vault: Vault, clock: Clock, renewal: Renewal, client_of: Callable[[str], AsyncWebClient]
    ) -> None:
        """`clock` is real time; `client_of` makes a client with that token."""
        self._store, self._vault, self._clock = store, vault, clock
        self._renewal, self._client_of = renewal, client_of
        self._grants: dict[str, Grant] = {}
        self._unreadable: dict[str, int] = {}

    async def grant(self, workspace: str) -> Grant:
        """Raises `NoGrant`."""
        known = self._grants.get(workspace)
        if known is not None and known.kept is not None and not known.kept.is_due(self._clock.now()):
            return known
        return await self._grant_of(workspace, await self._find(workspace))

    async def after_refusal(self, grant: Grant, code: str) -> Grant | None:
        """Another token than the one that Slack refused with this code; None where there is none and it is believed.

        Raises `NoGrant`.
        """
        assert grant.kept is not None
        workspace, refused = grant.kept.workspace, grant.kept
        self._grants.pop(workspace, None)
        kept = await self._find(workspace)
        if kept is not None and kept.revision == refused.revision:
            if code == "token_expired" and kept.refresh_token:
                kept = await self._renewal.renew(kept)
                if kept.revision == refused.revision:
                    raise NoGrant(Lack.WAITING if kept.refresh_token else Lack.EXPIRED)
            else:
                if code in REMOVED_CODES:
                    await self._wipe(refused)
                return None
        return await self._grant_of(workspace, kept)

    async def note_removal(self, workspace: str, *, at: datetime, is_uninstalled: bool, bot_users: list[str]) -> bool:
        """Wipes what an event of Slack's says is revoked, unless that is about an earlier installation.

        Whether there ever was an installation there. Raises `Unavailable` where nobody can tell yet.
        """
        kept = await self._find(workspace)
        if kept is None or kept.is_removed:
            return kept is not None
        age = at - kept.installed_at
        is_certain, is_over = age > _CLOCKS_APART, age < -_CLOCKS_APART
        is_anothers = bool(bot_users and kept.bot_user) and kept.bot_user not in bot_users
        if is_over or is_anothers:
            log.info("a removal that is over", workspace=workspace, is_anothers=is_anothers)
        elif (is_certain and is_uninstalled) or not await self._still_works(kept, is_certain):
            await self._wipe(kept)
        return True

    def forget(self, workspace: str) -> None:
        self._grants.pop(workspace, None)

    async def _find(self, workspace: str) -> Installation | None:
        return await self._read(lambda teams: teams.installations.get(PLATFORM, workspace))

    async def _grant_of(self, workspace: str, kept: Installation | None) -> Grant:
        if kept is None or kept.is_removed:
            self.forget(workspace)
            raise NoGrant(Lack.STRANGER if kept is None else Lack.REMOVED)
        soon = self._clock.now() + _SOON
        if kept.has_expired(soon) and kept.refresh_token:
            kept = await self._renewal.renew(kept)
        if kept.has_expired(soon):
            raise NoGrant(Lack.WAITING if kept.refresh_token else Lack.EXPIRED)
        known = self._grants.get(workspace)
        if known is not None and known.kept is not None and known.kept.revision == kept.revision:
            return known
        return self._open(kept)

    def _open(self, kept: Installation) -> Grant:
        try:
            token = self._vault.open(kept.token, about=token_seal(kept))
        except SealBroken as error:
            if self._unreadable.get(kept.workspace) != kept.revision:
                self._unreadable[kept.workspace] = kept.revision
                log.error("a workspace's token cannot be opened", workspace=kept.workspace, reason=str(error))
            raise NoGrant(Lack.UNREADABLE) from error
        grant = Grant(self._client_of(token), kept.bot_user, kept.bot_id, kept)
        self._grants[kept.workspace] = grant
        return grant

    async def _still_works(self, kept: Installation, is_certain: bool) -> bool:
        """Whether the token does; where Slack does not say, the event counts if it is `is_certain` to be a new one."""
        try:
            await asyncio.wait_for(self._open(kept).client.auth_test(), _LOOK_UP)
        except SlackApiError as error:
            if code_of(error) in REMOVED_CODES:
                return False
            reason = code_of(error)
        except NoGrant as error:
            reason = str(error)
        except NO_ANSWER as error:
            reason = type(error).__name__
        else:
            return True
        if not is_certain:
            raise Unavailable("Slack does not say whether the token still works.", reason)
        return False

    async def _wipe(self, kept: Installation) -> None:
        now = self._clock.now()
        is_wiped = await asyncio.wrap_future(
            self._store.write_directory(
                lambda teams: uninstall(teams, PLATFORM, kept.workspace, revision=kept.revision, at=now)
            )
        )
        self.forget(kept.workspace)
        if is_wiped:
            log.warning("the bot was removed from a workspace", workspace=kept.workspace)

    async def _read(self, query: Callable[[Directory], T]) -> T:
        return await asyncio.wrap_future(self._store.read_directory(query))
