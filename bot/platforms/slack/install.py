"""Installing the bot in a workspace: OAuth, from the button to the tokens in the database."""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.failures import NO_ANSWER, code_of
from bot.platforms.slack.install_pages import (
    CODE_USED,
    DECLINED,
    ELSEWHERE,
    EXPIRED,
    INCOMPLETE,
    MISCONFIGURED,
    ORGANIZATION,
    REFUSED,
    UNKNOWN,
    UNREACHABLE,
    Trouble,
)  # fmt: skip
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.renewal import AppCredentials
from bot.platforms.slack.workspaces import Workspaces
from bot.reopening import reopen_workspace
from bot.reseal import refresh_seal, token_seal
from core.clock import Clock
from core.installations import Installation, install
from core.one_time_codes import CodePurpose, CodeRefused, Fault, issue_code, redeem_code
from core.ports import Store, Vault
from core.teams import Directory

log = structlog.get_logger()

STATE_LASTS = timedelta(minutes=10)
_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}")
_FAULTS = {Fault.UNKNOWN: UNKNOWN, Fault.EXPIRED: EXPIRED, Fault.ELSEWHERE: ELSEWHERE}
_CODES_USED = frozenset({"invalid_code", "code_already_used", "code_expired"})
_OF_THE_SERVER = frozenset({
    "invalid_client_id", "bad_client_secret", "bad_redirect_uri", "no_scopes", "invalid_grant_type",
    "oauth_authorization_url_mismatch",
})  # fmt: skip


class InstallFailed(Exception):
    """`detail` is Slack's own word."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(trouble.title)
        self.trouble, self.detail = trouble, detail


@dataclass
class Installer:
    """`client` has no token; `clock` is real time; `redirect_uri` is where Slack sends people back to."""

    store: Store
    vault: Vault
    clock: Clock
    client: AsyncWebClient
    app: AppCredentials
    workspaces: Workspaces
    redirect_uri: str
    authorize_url: str
    wake: Callable[[], None]

    async def begin(self, browser: str | None) -> tuple[str, str]:
        """Where to send the browser, and what it is to be known by. Raises `Unavailable`."""
        # Before anybody is sent anywhere: a server without a key could keep no token.
        self.vault.seal("", about="nothing")
        state = secrets.token_urlsafe(32)
        # Two windows of one browser are two installations of one person.
        browser = browser if browser and _BROWSER.fullmatch(browser) else secrets.token_urlsafe(32)
        now = self.clock.now()
        await asyncio.wrap_future(
            self.store.write_directory(
                lambda teams: issue_code(
                    teams, purpose=CodePurpose.INSTALL, code=state, bound_to=browser, lasts=STATE_LASTS, now=now
                )
            )
        )
        # It puts the address in as it is.
        urls = AuthorizeUrlGenerator(
            client_id=quote(self.app.client_id, safe=""), redirect_uri=quote(self.redirect_uri, safe=""),
            scopes=sorted(SCOPES), authorization_url=self.authorize_url,
        )  # fmt: skip
        return urls.generate(state), browser

    async def finish(self, *, code: str, state: str, error: str, browser: str | None) -> Installation:
        """What Slack sent a browser back with. Raises `InstallFailed` and `Unavailable`."""
        if not state or not (code or error):
            raise InstallFailed(INCOMPLETE)
        await self._redeem(state, browser)
        if error == "access_denied":
            raise InstallFailed(DECLINED)
        if error:
            raise InstallFailed(REFUSED, error)
        installation = self._read(await self._exchange(code))
        # Tokens that Slack gave are kept, even if the browser waits no longer.
        await asyncio.shield(asyncio.wrap_future(self.store.write_directory(lambda teams: keep(teams, installation))))
        self.workspaces.note_installation(installation.workspace)
        log.info("the bot was installed", workspace=installation.workspace, name=installation.name)
        self.wake()
        return installation

    async def _redeem(self, state: str, browser: str | None) -> None:
        now = self.clock.now()
        if browser is None:
            raise InstallFailed(ELSEWHERE)
        try:
            await asyncio.wrap_future(
                self.store.write_directory(
                    lambda teams: redeem_code(teams, purpose=CodePurpose.INSTALL, code=state, bound_to=browser, now=now)
                )
            )
        except CodeRefused as refused:
            raise InstallFailed(_FAULTS[refused.fault]) from refused

    async def _exchange(self, code: str) -> Any:
        try:
            return await self.client.oauth_v2_access(
                client_id=self.app.client_id, client_secret=self.app.client_secret, code=code,
                redirect_uri=self.redirect_uri,
            )  # fmt: skip
        except SlackApiError as error:
            said = code_of(error)
            log.warning("an installation failed", reason=said or "unreadable answer")
            if said in _CODES_USED:
                raise InstallFailed(CODE_USED) from error
            raise InstallFailed(MISCONFIGURED if said in _OF_THE_SERVER else REFUSED, said) from error
        except NO_ANSWER as error:
            log.warning("an installation failed: no answer", reason=type(error).__name__)
            raise InstallFailed(UNREACHABLE) from error

    def _read(self, answer: Any) -> Installation:
        """Raises `InstallFailed` for what is no installation in one workspace."""
        if answer.get("is_enterprise_install"):
            raise InstallFailed(ORGANIZATION)
        team, token, now = answer.get("team") or {}, answer.get("access_token"), self.clock.now()
        if not (team.get("id") and token):
            raise InstallFailed(REFUSED, "an answer without a token")
        seconds, refresh_token = answer.get("expires_in"), answer.get("refresh_token")
        bare = Installation(
            platform=PLATFORM, workspace=str(team["id"]), name=str(team.get("name") or "")[:200], token=str(token),
            refresh_token=str(refresh_token or ""), bot_user=str(answer.get("bot_user_id") or ""), bot_id="",
            enterprise=str((answer.get("enterprise") or {}).get("id") or ""), installed_at=now,
            expires_at=now + timedelta(seconds=seconds) if isinstance(seconds, int) else None,
            scopes=tuple(str(answer.get("scope") or "").split(",")),
            installed_by=str((answer.get("authed_user") or {}).get("id") or ""),
        )  # fmt: skip
        return self._sealed(bare)

    def _sealed(self, bare: Installation) -> Installation:
        token = self.vault.seal(bare.token, about=token_seal(bare))
        refresh_token = self.vault.seal(bare.refresh_token, about=refresh_seal(bare)) if bare.refresh_token else ""
        return replace(bare, token=token, refresh_token=refresh_token)


def keep(directory: Directory, installation: Installation) -> None:
    """With it goes on what waited for it."""
    if not install(directory, installation):
        return
    team = directory.team_of_workspace(installation.platform, installation.workspace)
    if team is not None:
        work = directory.unit(team.id)
        reopen_workspace(work, installation.platform, installation.workspace, installation.installed_at)
