"""Keys are exchanged while the server runs: what is sealed with an older one is sealed anew, some at a time.

Once this has gone over everything, the older key can be taken out of SECRET_KEY.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog

from bot.vault import SealBroken
from core.hooks import Hook
from core.installations import Installation
from core.ports import Store, Vault
from core.teams import Directory

log = structlog.get_logger()

T = TypeVar("T")

_AT_ONCE = 100


def hook_seal(hook: Hook) -> str:
    return f"hook {hook.public_id}"


def token_seal(installation: Installation) -> str:
    return f"{installation.platform} {installation.workspace} token"


def refresh_seal(installation: Installation) -> str:
    return f"{installation.platform} {installation.workspace} refresh token"


@dataclass(frozen=True)
class Resealing:
    """`once` goes over all that is sealed; what cannot be opened stays as it is and is logged."""

    store: Store
    vault: Vault

    async def once(self) -> None:
        await self._hooks()
        await self._installations()

    async def _hooks(self) -> None:
        last = 0
        while found := await self._look(partial(_hooks_after, last)):
            last = found[-1].id
            for hook in found:
                about = hook_seal(hook)
                await self._hook(hook, self._anew(hook.secret, about), self._anew(hook.old_secret, about))

    async def _hook(self, hook: Hook, secret: str, old_secret: str) -> None:
        if (secret, old_secret) != (hook.secret, hook.old_secret):
            await asyncio.wrap_future(
                self.store.write(
                    lambda work: work.hooks.reseal(hook, secret=secret, old_secret=old_secret), team=hook.team_id
                )
            )

    async def _installations(self) -> None:
        last = 0
        while found := await self._look(partial(_installations_after, last)):
            last = found[-1].id
            for kept in found:
                token = self._anew(kept.token, token_seal(kept))
                await self._installation(kept, token, self._anew(kept.refresh_token, refresh_seal(kept)))

    async def _installation(self, kept: Installation, token: str, refresh_token: str) -> None:
        if (token, refresh_token) != (kept.token, kept.refresh_token):
            await asyncio.wrap_future(
                self.store.write_directory(
                    lambda teams: teams.installations.reseal(kept, token=token, refresh_token=refresh_token)
                )
            )

    async def _look(self, query: Callable[[Directory], T]) -> T:
        return await asyncio.wrap_future(self.store.read_directory(query))

    def _anew(self, sealed: str, about: str) -> str:
        if not sealed or not self.vault.needs_new_seal(sealed):
            return sealed
        try:
            return self.vault.seal(self.vault.open(sealed, about=about), about=about)
        except SealBroken as error:
            log.error("a secret cannot be sealed anew", about=about, reason=str(error))
            return sealed


def _hooks_after(last: int, teams: Directory) -> tuple[Hook, ...]:
    return teams.hooks(after=last, limit=_AT_ONCE)


def _installations_after(last: int, teams: Directory) -> tuple[Installation, ...]:
    return teams.installations.list(after=last, limit=_AT_ONCE)
