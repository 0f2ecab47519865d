"""Telling Discord the commands there are: only when they changed, because it counts how often somebody does."""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.catalogue import Catalogue
from bot.platforms.discord.api import DiscordApi
from bot.platforms.discord.commands import digest, make_commands
from core.clock import Clock
from core.deliveries import DeliveryError, TryLater
from core.errors import Unavailable
from core.ports import Store

log = structlog.get_logger()

# Longer than the call may take.
_LEASE = timedelta(seconds=30)
_PAUSES = (2.0, 10.0, 60.0)  # seconds


@dataclass
class Syncing:
    """`clock` is real time."""

    api: DiscordApi
    store: Store
    clock: Clock
    catalogue: Catalogue
    root: str
    problem: str = ""
    is_done: bool = False

    async def until_done(self) -> None:
        attempt = 0
        while True:
            try:
                if await self.once():
                    self.problem, self.is_done = "", True
                    return
            except DeliveryError as error:
                self.problem = f"Discord did not take the commands: {error}"
                if not isinstance(error, TryLater):
                    log.error("Discord did not take the commands", reason=f"{error}: {error.__cause__}")
            except Unavailable as error:
                self.problem = error.message
            await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
            attempt += 1

    async def once(self) -> bool:
        """False where another process is at it just now. Raises `DeliveryError` and `Unavailable`."""
        application = await self.api.application_id()
        commands = make_commands(self.catalogue, self.root)
        name, holder, wanted = f"discord:{application}:commands", uuid.uuid4().hex, digest(commands)
        now = self.clock.now()
        if await asyncio.wrap_future(self.store.read_directory(lambda teams: teams.leases.noted(name))) == wanted:
            return True
        holding = self.store.write_directory(lambda teams: teams.leases.hold(name, holder, until=now + _LEASE, now=now))
        if not await asyncio.wrap_future(holding):
            return False
        try:
            await self.api.call(
                "PUT", "/applications/{application_id}/commands", json=commands, application_id=application
            )
            noting = self.store.write_directory(lambda teams: teams.leases.note(name, holder, wanted))
            await asyncio.wrap_future(noting)
            log.info("Discord was told the commands", commands=len(commands))
        finally:
            await asyncio.wrap_future(self.store.write_directory(lambda teams: teams.leases.release(name, holder)))
        return True
