"""Tokens that end are renewed before they do, by one worker at a time over all processes.

Slack revokes a refresh token with its use. If the process dies between Slack's answer and our commit, what Slack gave
is lost, and nobody can ask for it again: the present token works to its end, the next try is refused, and then the
workspace has to be installed again. So a token is renewed long before its end, and the answer is kept even if whoever
asked for it waits no longer.
"""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.parking import tell_administrator
from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.failures import NO_ANSWER, code_of
from bot.reseal import refresh_seal, token_seal
from bot.vault import SealBroken
from core.cards import Card, Link, Tone, When, paragraph
from core.clock import Clock
from core.errors import Unavailable
from core.installations import RENEWAL_LEASE, RENEWED_BEFORE, Installation
from core.ports import Store, Vault
from core.teams import Directory

log = structlog.get_logger()

T = TypeVar("T")

_AT_ONCE = 20
# Slack will not take it another time either.
_HOPELESS = frozenset({"invalid_refresh_token", "token_revoked", "account_inactive", "invalid_auth"})
# The answer is in hand and the database away: it is worth some patience, as long as the lease lasts.
_TRIES, _BETWEEN = 5, 2.0


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """What Slack knows the app by."""

    client_id: str
    client_secret: str


@dataclass
class Renewal:
    """`client` has no token. `clock` is real time: that of Slack. People install the bot at `install_address`."""

    store: Store
    vault: Vault
    clock: Clock
    client: AsyncWebClient
    app: AppCredentials
    install_address: str
    _under_way: set[asyncio.Task[Any]] = field(default_factory=set, init=False)

    async def once(self) -> None:
        """Renews what ends soon."""
        now = self.clock.now()
        due = await self._read(
            lambda teams: teams.installations.due(PLATFORM, before=now + RENEWED_BEFORE, now=now, limit=_AT_ONCE)
        )
        await asyncio.gather(*(self.renew(installation) for installation in due))

    async def renew(self, installation: Installation) -> Installation:
        """As it is afterwards: without another token where another worker is at it, or where Slack gave none."""
        task = asyncio.create_task(self._renew(installation))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        # Whoever waits for it may give up; what Slack gives must be kept all the same.
        return await asyncio.shield(task)

    async def _renew(self, installation: Installation) -> Installation:
        lease, now = uuid.uuid4().hex, self.clock.now()
        is_ours = await self._write(
            lambda teams: teams.installations.claim_renewal(installation, lease, until=now + RENEWAL_LEASE, now=now)
        )
        if is_ours:
            await self._exchange(installation, lease)
        found = await self._read(lambda teams: teams.installations.get(PLATFORM, installation.workspace))
        return found or installation

    async def _exchange(self, installation: Installation, lease: str) -> None:
        """What fails but may yet go well is tried again when the lease ends."""
        where = installation.workspace
        try:
            answer = await self.client.oauth_v2_access(
                client_id=self.app.client_id, client_secret=self.app.client_secret, grant_type="refresh_token",
                refresh_token=self.vault.open(installation.refresh_token, about=refresh_seal(installation)),
            )  # fmt: skip
        except SealBroken as error:
            log.error("a refresh token cannot be opened", workspace=where, reason=str(error))
        except SlackApiError as error:
            code = code_of(error)
            log.error("a token was not renewed", workspace=where, reason=code or "unreadable answer")
            if code in _HOPELESS:
                await self._write(lambda teams: self._give_up(teams, installation, lease))
        except NO_ANSWER as error:
            log.warning("a token was not renewed: no answer", workspace=where, reason=type(error).__name__)
        else:
            await self._keep(installation, answer)

    def _give_up(self, directory: Directory, installation: Installation, lease: str) -> None:
        """While the token still works, whoever administers the team hears that it ends."""
        if not directory.installations.give_up_renewal(installation, lease):
            return
        team = directory.team_of_workspace(PLATFORM, installation.workspace)
        if team is not None and installation.expires_at is not None:
            card = _ends_card(installation.expires_at, self.install_address)
            key = f"access:{installation.id}:{installation.revision}"
            tell_administrator(
                directory.unit(team.id), PLATFORM, installation.workspace, card, key=key, now=self.clock.now()
            )

    async def _keep(self, installation: Installation, answer: Any) -> None:
        token, refresh_token, seconds = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
        if not (isinstance(token, str) and isinstance(refresh_token, str) and isinstance(seconds, int)):
            log.error("a token was not renewed: an answer without one", workspace=installation.workspace)
            return
        expires_at = self.clock.now() + timedelta(seconds=seconds)
        sealed = self.vault.seal(token, about=token_seal(installation))
        sealed_refresh = self.vault.seal(refresh_token, about=refresh_seal(installation))
        is_kept = await self._write(
            lambda teams: teams.installations.renew(
                installation, token=sealed, refresh_token=sealed_refresh, expires_at=expires_at
            )
        )
        log.info("a token was renewed", workspace=installation.workspace, is_overtaken=not is_kept)

    async def _read(self, query: Callable[[Directory], T]) -> T:
        return await asyncio.wrap_future(self.store.read_directory(query))

    async def _write(self, run: Callable[[Directory], T]) -> T:
        for _ in range(_TRIES - 1):
            try:
                return await asyncio.wrap_future(self.store.write_directory(run))
            except Unavailable:
                await asyncio.sleep(_BETWEEN)
        return await asyncio.wrap_future(self.store.write_directory(run))


def _ends_card(at: datetime, address: str) -> Card:
    return Card(
        ("Slack will not renew my access to this workspace.",),
        (
            paragraph("I can post here until ", When(at), ". An administrator can install me again before then, and "
                      "nothing is lost: ", Link(address, address)),
        ),
        tone=Tone.WARNING,
    )  # fmt: skip
