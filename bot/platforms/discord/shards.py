"""The connections to Discord's gateway, supervised: one process has each, and each ends in a state that is said.

discord.py resumes a connection that was lost; what it cannot go on from ends its client, and a new one begins.
"""

import asyncio
import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import discord
import structlog

from bot.platforms.discord.api import DiscordApi
from bot.platforms.discord.gateway import Gateway
from bot.platforms.discord.syncing import Syncing
from bot.telemetry import GATEWAYS, GATEWAYS_LOST
from core.clock import Clock
from core.deliveries import DeliveryError, Refused
from core.errors import Unavailable
from core.ports import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. `lease` is how long a connection stays a process's after it died; `patience` how long discord.py may try
    to resume one; a person must help before what is tried `slowly` can work."""

    lease: float = 15.0
    renewing: float = 5.0
    patience: float = 60.0
    first_pause: float = 1.0
    longest_pause: float = 30.0
    slowly: float = 60.0
    # Discord takes one identification in five seconds.
    apart: float = 5.0


@dataclass(frozen=True, slots=True)
class Ending:
    """`words` are for `/readyz`; `is_slow` where it cannot work before somebody changes something."""

    reason: str
    words: str
    is_slow: bool = False


def ending_of(error: BaseException | None) -> Ending:
    match error:
        case None:
            return Ending("lost", "the gateway could not be reached for a minute; trying again")
        case discord.LoginFailure():
            return Ending(
                "token_refused", "Discord refuses DISCORD_TOKEN: copy it again from the app's page, Bot", True
            )
        case discord.PrivilegedIntentsRequired():
            return Ending("intents_refused", "Discord wants an intent turned on that Labkeeper does not need", True)
        case discord.ConnectionClosed(code=4004):
            return Ending(
                "token_refused", "Discord refuses DISCORD_TOKEN: copy it again from the app's page, Bot", True
            )
        case discord.ConnectionClosed(code=4010 | 4011):
            return Ending("sharding", "Discord wants another number of shards; asking how many")
        case discord.ConnectionClosed(code=code):
            return Ending(f"closed_{code}", f"Discord closed the connection ({code}); trying again")
        case OSError() | aiohttp.ClientError() | TimeoutError() | discord.HTTPException() | discord.GatewayNotFound():
            return Ending("unreachable", f"Discord cannot be reached ({type(error).__name__}); trying again")
        case _:
            return Ending("stumbled", "what Discord sent could not be read; connecting anew")


@dataclass
class Shards:
    """`make` makes the client of one shard of so many. `clock` is real time."""

    api: DiscordApi
    token: str
    store: Store
    clock: Clock
    make: Callable[[int, int], Gateway]
    syncing: Syncing
    pace: Pace = field(default_factory=Pace)
    is_running: bool = False
    _holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    _gateways: dict[int, Gateway] = field(default_factory=dict)
    _states: dict[int, str] = field(default_factory=dict)
    _problem: str = "not connected yet"
    _identifying: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def state(self) -> str:
        """For `/readyz`: connected, or what keeps it from being."""
        if not self.is_running:
            return "connected by the part that is called chat, in another process"
        if not self._states:
            return self._problem
        ready = [shard for shard, gateway in self._gateways.items() if gateway.is_connected]
        others = [words for shard, words in sorted(self._states.items()) if shard not in ready]
        problem = others[0] if others else self.syncing.problem
        if not others:
            return f"connected ({problem})" if problem else "connected"
        return f"connected ({len(ready)} of {len(self._states)} shards: {problem})" if ready else problem

    @property
    def is_connected(self) -> bool:
        return bool(self._states) and all(
            shard in self._gateways and self._gateways[shard].is_connected for shard in self._states
        )

    async def run(self) -> None:
        """Until it is cancelled."""
        self.is_running = True
        syncing = asyncio.create_task(self.syncing.until_done())
        try:
            while True:
                await self._run_all(await self._how_many())
        finally:
            syncing.cancel()
            await asyncio.gather(syncing, return_exceptions=True)

    async def _how_many(self) -> int:
        failures = 0
        while True:
            try:
                answer = await self.api.call("GET", "/gateway/bot")
                return max(1, int(answer["shards"]))
            except Refused:
                # A server that does not tell has one.
                return 1
            except (DeliveryError, KeyError, TypeError, ValueError) as error:
                ending = ending_of(error.__cause__ if isinstance(error, DeliveryError) else error)
                self._note(None, ending)
                failures += 1
                await asyncio.sleep(self._pause(ending, failures))

    async def _run_all(self, count: int) -> None:
        """Until Discord wants another number of shards."""
        self._states = dict.fromkeys(range(count), "not connected yet")
        keeping = [asyncio.create_task(self._keep(shard, count)) for shard in range(count)]
        try:
            await asyncio.wait(keeping, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)

    async def _keep(self, shard: int, count: int) -> None:
        failures = 0
        name = f"discord:{await self._application()}:shard:{shard}/{count}"
        try:
            while True:
                if not await self._hold(name):
                    self._states[shard] = "connected by another process"
                    await asyncio.sleep(self.pace.renewing)
                    continue
                began = asyncio.get_running_loop().time()
                ending = await self._connect(shard, count, name)
                GATEWAYS_LOST.labels(reason=ending.reason).inc()
                self._note(shard, ending)
                if ending.reason == "sharding":
                    return
                has_lasted = asyncio.get_running_loop().time() - began > self.pace.patience
                failures = 1 if has_lasted else failures + 1
                await asyncio.sleep(self._pause(ending, failures))
        finally:
            with suppress(Unavailable):
                await asyncio.wrap_future(
                    self.store.write_directory(lambda teams: teams.leases.release(name, self._holder))
                )

    async def _connect(self, shard: int, count: int, lease: str) -> Ending:
        """One client, until it ends; and why it did."""
        gateway = self._gateways[shard] = self.make(shard, count)
        watching = asyncio.create_task(self._watch(gateway, lease))
        try:
            async with self._identifying:
                if count > 1:
                    await asyncio.sleep(self.pace.apart)
            async with gateway:
                await gateway.start(self.token)
            return ending_of(None)
        except Exception as error:
            ending = ending_of(error)
            if ending.reason == "stumbled":
                log.exception("the connection to Discord stumbled", shard=shard)
            return ending
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            gateway.is_connected = False

    async def _watch(self, gateway: Gateway, lease: str) -> None:
        """Renews the lease, and ends a client that has been without a connection for too long."""
        loop = asyncio.get_running_loop()
        last_connected = loop.time()
        while True:
            await asyncio.sleep(min(self.pace.renewing, self.pace.patience / 2))
            GATEWAYS.set(sum(one.is_connected for one in self._gateways.values()))
            if gateway.is_connected:
                last_connected = loop.time()
            is_ours = await self._hold(lease)
            if not is_ours or loop.time() - last_connected > self.pace.patience:
                await gateway.close()
                return

    async def _hold(self, name: str) -> bool:
        """True also while the database is away: a connection is kept, and receipts tell what came twice."""
        now = self.clock.now()
        until = now + timedelta(seconds=self.pace.lease)
        try:
            return await asyncio.wrap_future(
                self.store.write_directory(lambda teams: teams.leases.hold(name, self._holder, until=until, now=now))
            )
        except Unavailable:
            return True

    async def _application(self) -> str:
        while True:
            try:
                return await self.api.application_id()
            except DeliveryError as error:
                ending = ending_of(error.__cause__)
                self._states = dict.fromkeys(self._states, ending.words)
                self._note(None, ending)
                await asyncio.sleep(self._pause(ending, 2))

    def _note(self, shard: int | None, ending: Ending) -> None:
        log.warning(
            "a connection to Discord ended or was not had", reason=ending.reason, problem=ending.words, shard=shard
        )
        self._problem = ending.words
        if shard is not None:
            self._states[shard] = ending.words

    def _pause(self, ending: Ending, failures: int) -> float:
        """Seconds; no two processes try at the same moments."""
        longest = (
            self.pace.slowly
            if ending.is_slow
            else min(self.pace.longest_pause, self.pace.first_pause * 2 ** min(failures - 1, 10))
        )
        return random.uniform(longest / 2, longest)
