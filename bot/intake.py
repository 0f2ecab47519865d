"""Webhooks: verified on the raw bytes, read, taken to the board in one unit of work, and only then acknowledged."""

import asyncio
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

import structlog

from bot.completion import promise_rest
from bot.reseal import hook_seal
from bot.telemetry import FORGED, WEBHOOKS
from bot.telling import promise_telling
from bot.vault import SealBroken
from bot.webhook import Headers, Incoming, Malformed, Provider
from core.clock import Clock
from core.errors import Unavailable
from core.git import NotNeeded, Pushed
from core.git_intake import follow_rename, is_needed, take_fact
from core.hooks import Hook
from core.ports import Store, UnitOfWork, Vault

log = structlog.get_logger()

# GitHub gives up after ten seconds; a push of two thousand commits takes a few.
DEADLINE = timedelta(seconds=8)
# Reading a larger body would keep the loop from everybody else for too long.
_READ_ASIDE = 128 * 1024
_NOTED_EVERY = timedelta(minutes=1)
_SOURCE = "hook"
_ADDRESS = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Reply(Enum):
    """What the provider is answered: a status and a word."""

    TAKEN = (200, "taken")
    KNOWN = (200, "known already")
    NOT_NEEDED = (202, "nothing the board needs")
    MALFORMED = (400, "not understood")
    FORGED = (401, "the signature does not hold")
    UNKNOWN = (404, "there is no such hook")
    BROKEN = (500, "this server cannot read the hook's secret")
    UNAVAILABLE = (503, "try again later")


class Repeated(Exception):
    """This very delivery was received before; nothing is to be committed."""


class HookChanged(Exception):
    """The hook is not as it was remembered; nothing is to be committed."""


@dataclass(frozen=True)
class Intake:
    """`wake` tells the workers that there is something to say; `hosts` are those that can be asked for more.

    Hooks are remembered: the unit that takes what one reports makes sure that it is still so, and before a signature is
    refused it is looked up.
    """

    store: Store
    clock: Clock
    vault: Vault
    providers: Mapping[str, Provider]
    wake: Callable[[], None]
    hosts: Collection[str] = ()
    _known: dict[str, Hook] = field(default_factory=dict, init=False)

    async def find(self, provider: str, address: str) -> Hook | None:
        """Before anything of the body is read."""
        if provider not in self.providers or not _ADDRESS.fullmatch(address):
            return None
        hook = self._known.get(address) or await self._look_up(address)
        return hook if hook is not None and hook.provider == provider else None

    async def receive(self, hook: Hook, headers: Headers, body: bytes) -> Reply:
        try:
            reply, event = await self._take(hook, headers, body)
            is_sure = reply not in (Reply.FORGED, Reply.BROKEN)
        except HookChanged:
            reply, event, is_sure = Reply.UNAVAILABLE, "unknown", False
        if not is_sure:
            reply, event = await self._take_anew(hook, headers, body, (reply, event))
        if reply is Reply.FORGED:
            FORGED.labels(source=hook.provider).inc()
        WEBHOOKS.labels(provider=hook.provider, event=event, outcome=reply.name.lower()).inc()
        return reply

    async def _look_up(self, address: str) -> Hook | None:
        hook = await asyncio.wrap_future(self.store.read_directory(lambda teams: teams.hook(address)))
        if hook is None:
            self._known.pop(address, None)
        else:
            self._known[address] = hook
        return hook

    async def _take_anew(
        self, before: Hook, headers: Headers, body: bytes, answered: tuple[Reply, str]
    ) -> tuple[Reply, str]:
        """Its secret may have been exchanged, or the hook revoked, in another process."""
        try:
            hook = await self._look_up(before.public_id)
        except Unavailable:
            return Reply.UNAVAILABLE, "unknown"
        if hook is None:
            return Reply.UNKNOWN, "unknown"
        if is_same(before, hook):
            return answered
        try:
            return await self._take(hook, headers, body)
        except HookChanged:
            return Reply.UNAVAILABLE, "unknown"

    async def _take(self, hook: Hook, headers: Headers, body: bytes) -> tuple[Reply, str]:
        provider = self.providers[hook.provider]
        try:
            if len(body) > _READ_ASIDE:
                incoming = await asyncio.to_thread(self._read, provider, hook, headers, body)
            else:
                incoming = self._read(provider, hook, headers, body)
        except Malformed as error:
            log.info("a webhook was not understood", hook=hook.id, reason=str(error)[:200])
            return Reply.MALFORMED, "unknown"
        except SealBroken as error:
            log.error("a hook's secret cannot be opened", hook=hook.id, reason=str(error))
            return Reply.BROKEN, "unknown"
        if incoming is None:
            return Reply.FORGED, "unknown"
        try:
            # An event that nobody here knows may have any name.
            event = "other" if isinstance(incoming.fact, NotNeeded) else incoming.event
            return await self._commit(hook, incoming), event
        except Unavailable as error:
            log.warning("a webhook could not be taken", hook=hook.id, reason=error.message)
            return Reply.UNAVAILABLE, incoming.event

    def _read(self, provider: Provider, hook: Hook, headers: Headers, body: bytes) -> Incoming | None:
        """None where no valid secret signed it."""
        secrets = (self.vault.open(sealed, about=hook_seal(hook)) for sealed in hook.secrets(self.clock.now()))
        if not any(provider.verify(headers, body, secret) for secret in secrets):
            return None
        return provider.parse(headers, body)

    def _sealed_anew(self, hook: Hook) -> Hook | None:
        """With the newest key, where the operator has put in a new one; None where nothing is to be done."""
        about = hook_seal(hook)
        if not self.vault.needs_new_seal(hook.secret):
            return None
        secrets = [self.vault.seal(self.vault.open(old, about=about), about=about) for old in hook.all_secrets]
        return replace(hook, secret=secrets[0], old_secret=secrets[1] if len(secrets) > 1 else "")

    async def _commit(self, hook: Hook, incoming: Incoming) -> Reply:
        now = self.clock.now()
        sealed = self._sealed_anew(hook)

        def unit(work: UnitOfWork) -> Reply:
            found = work.hooks.ask(hook.id)
            try:
                return take_it(work)
            finally:
                # A repetition, or what could not be taken, too: all of it was about a hook that is not so any more.
                if not is_same(found(), hook):
                    raise HookChanged

        def take_it(work: UnitOfWork) -> Reply:
            if sealed is not None:
                work.hooks.reseal(hook, secret=sealed.secret, old_secret=sealed.old_secret)
            return take(work, sealed or hook, incoming, now, hosts=self.hosts)

        try:
            reply = await asyncio.wrap_future(self.store.write(unit, team=hook.team_id, within=DEADLINE))
        except Repeated:
            return Reply.KNOWN if is_needed(incoming.fact, hook) else Reply.NOT_NEEDED
        if is_noted(hook, now):
            self._known[hook.public_id] = replace(hook, used_at=now)
        if reply is Reply.TAKEN:
            self.wake()
        return reply


def is_same(found: Hook | None, hook: Hook) -> bool:
    """But for when it was last used."""
    return found is not None and replace(found, used_at=hook.used_at) == hook


def is_noted(hook: Hook, now: datetime) -> bool:
    """Whether it is to be noted that it is used, which is often enough once a minute."""
    return hook.used_at is None or now - hook.used_at > _NOTED_EVERY


def take(work: UnitOfWork, hook: Hook, incoming: Incoming, now: datetime, *, hosts: Collection[str] = ()) -> Reply:
    """Raises `Repeated` where the delivery came before."""
    # Known with what the board is asked anyway; whatever was done for one that is repeated ends with its unit.
    is_first = work.receipts.add_first(_SOURCE, f"{hook.id}:{incoming.delivery_id}", now)
    try:
        reply = _take_once(work, hook, incoming, now, hosts)
    except Exception:
        if not is_first():
            raise Repeated from None
        raise
    if not is_first():
        raise Repeated
    return reply


def _take_once(work: UnitOfWork, hook: Hook, incoming: Incoming, now: datetime, hosts: Collection[str]) -> Reply:
    if is_noted(hook, now):
        work.hooks.mark_used(hook.id, now)
    hook = follow_rename(work, fact=incoming.fact, hook=hook)
    if not is_needed(incoming.fact, hook):
        return Reply.NOT_NEEDED
    untold = take_fact(work, fact=incoming.fact, hook=hook, now=now)
    if untold is not None:
        promise_telling(work, untold)
    if isinstance(incoming.fact, Pushed) and incoming.fact.is_truncated and hook.provider in hosts:
        promise_rest(work, hook, incoming.fact, now)
    return Reply.TAKEN
