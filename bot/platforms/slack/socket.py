"""Slack over Socket Mode: two connections that are kept open, so that either may end at any time."""

import asyncio
import random
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.envelopes import Dispatch, Envelopes
from bot.platforms.slack.socket_ending import Again, Ended, ended_because
from bot.platforms.slack.socket_link import Link, Pace
from bot.telemetry import SOCKETS, SOCKETS_LOST

log = structlog.get_logger()

CONNECTIONS = 2


@dataclass
class SocketMode:
    """`token` is the app-level one, with which `client` asks where to connect."""

    client: AsyncWebClient
    token: str
    dispatch: Dispatch
    pace: Pace = field(default_factory=Pace)
    is_running: bool = False
    problem: str = "not connected yet"
    _links: list[Link] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._envelopes = Envelopes(self.dispatch, self._lasting)

    @property
    def state(self) -> str:
        """For `/readyz`: connected, or what keeps it from being."""
        if not self.is_running:
            return "connected by the part that is called chat, in another process"
        count = len(self._lasting())
        if count < CONNECTIONS:
            problem = self.problem or "another is being opened"
            return f"connected ({count} of {CONNECTIONS} connections: {problem})" if count else problem
        return "connected"

    async def run(self) -> None:
        """Until it is cancelled; then what is in hand is finished and acknowledged."""
        self.is_running = True
        async with aiohttp.ClientSession(trust_env=True) as session:
            try:
                await asyncio.gather(*(self._keep(session, renews=bool(number)) for number in range(CONNECTIONS)))
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await self._envelopes.finish(within=self.pace.finishing)
                await asyncio.gather(*(link.close() for link in self._links))
                self._links.clear()

    async def _keep(self, session: aiohttp.ClientSession, *, renews: bool) -> None:
        """One connection after the other; what ends this is a cancellation."""
        failures = 0
        while True:
            began, ended = asyncio.get_running_loop().time(), Ended("failed", "see the log")
            try:
                ended = await self._keep_one(session, renews=renews)
            except Exception:
                log.exception("a connection to Slack stumbled, and another is opened")
            SOCKETS_LOST.labels(reason=ended.reason).inc()
            # A connection that ends as soon as it is open is no better than none.
            has_lasted = asyncio.get_running_loop().time() - began > 2 * self.pace.opening
            failures = 0 if has_lasted else failures + 1
            await asyncio.sleep(self._pause(ended, failures))

    async def _keep_one(self, session: aiohttp.ClientSession, *, renews: bool) -> Ended:
        """Until it is time to open another one, which may be before this one ends; and why."""
        try:
            link = await Link.open(self.client, self.token, session, self.pace)
        except Ended as refusal:
            self._note(refusal)
            return refusal
        self._links.append(link)
        self.problem = ""
        self._spawn(self._receive(link))
        await self._until_left(link, renews=renews)
        self._spawn(self._retire(link))
        ended = ended_because(link.reason)
        self._note(ended)
        return ended

    async def _receive(self, link: Link) -> None:
        SOCKETS.inc()
        log.info("connected to Slack through Socket Mode", connections=len(self._lasting()))
        try:
            await link.receive(lambda frame: self._envelopes.take(link, frame))
            await link.close()
            self._links.remove(link)
        finally:
            SOCKETS.dec()

    async def _until_left(self, link: Link, *, renews: bool) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.pace.apart if renews else None):
                await link.leaving.wait()
        others = [other for other in self._lasting() if other is not link]
        if any(abs(other.opened_at - link.opened_at) < self.pace.apart / 2 for other in others):
            # Slack would end both at the same moment.
            link.leave("renewed")
        await link.leaving.wait()

    async def _retire(self, link: Link) -> None:
        await asyncio.sleep(self.pace.retiring)
        await link.close()

    def _pause(self, ended: Ended, failures: int) -> float:
        """Seconds; no two connections, and no two processes, try at the same moments."""
        match ended.again:
            case Again.SLOWLY:
                longest = self.pace.slow_pause
            case Again.CROWDED if self._lasting():
                longest = self.pace.crowded_pause
            case Again.SOON if failures == 0:
                longest = 0.0
            case _:
                # Also where it is crowded: a process that has no connection at all comes before another's second.
                longest = min(self.pace.longest_pause, self.pace.first_pause * 2 ** min(failures - 1, 10))
        return max(ended.not_before, random.uniform(longest / 2, longest))

    def _note(self, ended: Ended) -> None:
        if ended.words != self.problem:
            log.warning("a connection to Slack ended or was not had", reason=ended.reason, problem=ended.words)
        self.problem = ended.words

    def _lasting(self) -> list[Link]:
        return [link for link in self._links if not link.leaving.is_set()]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
