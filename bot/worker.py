"""The worker: tells what happened, as soon as it is woken and once a second in any case."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

import structlog

from bot.delivery import Deliverer
from bot.jobs import JobRunner
from bot.outbox import BATCH, Notifications, fan_out
from bot.telemetry import FANNED_OUT
from core.clock import Clock
from core.errors import Unavailable
from core.ids import TeamId
from core.ports import Store

log = structlog.get_logger()

# Seconds between two rounds: a round for each of many commands would hold up the commands. The first is at once.
PAUSE = 0.05


@dataclass
class Worker:
    store: Store
    clock: Clock
    notifications: Notifications
    deliverer: Deliverer
    jobs: JobRunner
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, init=False)

    def wake(self) -> None:
        """From the loop's own thread."""
        self._woken.set()

    def wake_from_thread(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Until cancelled; then what is in hand is finished."""
        self._loop = asyncio.get_running_loop()
        self.deliverer.wake = self.wake
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                await self.work()
                await asyncio.sleep(PAUSE)
        finally:
            await self.deliverer.finish()
            await self.jobs.finish()

    async def work(self) -> None:
        """One round: events into deliveries, and begin to deliver and to do what is due."""
        for step in (self._fan_out_all, self.deliverer.start_due, self.jobs.start_due):
            await self._go_on(step())

    async def _fan_out_all(self) -> None:
        for team in await asyncio.wrap_future(self.store.teams_to_fan_out()):
            await self._go_on(self._fan_out(team))

    async def _go_on(self, step: Awaitable[object]) -> None:
        """What keeps one team, or one kind of work, from going on is not to keep the others."""
        try:
            await step
        except Unavailable as error:
            log.warning("the worker waits for the database", reason=error.message)
        except Exception:
            log.exception("the worker stumbled, and goes on")

    async def _fan_out(self, team: TeamId) -> None:
        handled = BATCH
        while handled == BATCH:
            handled = await asyncio.wrap_future(
                self.store.write(
                    lambda work: fan_out(work, notifications=self.notifications, now=self.clock.now()), team=team
                )
            )
            FANNED_OUT.inc(handled)
