"""Ticks: functions that run every few seconds. What falls due is in the database, never in here."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.telemetry import TICK_SECONDS, TICKS

log = structlog.get_logger()

# Longer than any unit of work may take, in seconds.
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Tick:
    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


@dataclass
class Ticking:
    """Ticks that run, until `stop`."""

    scheduler: AsyncIOScheduler
    running: set[asyncio.Task[Any]] = field(default_factory=set)

    async def run(self, tick: Tick) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.running.add(task)
        try:
            await run_tick(tick)
        finally:
            self.running.discard(task)

    async def stop(self) -> None:
        """None begins any more; those that have begun may finish."""
        self.scheduler.pause()
        # One that was begun just now has not come to its first line yet.
        await asyncio.sleep(0)
        if self.running:
            await asyncio.wait(self.running, timeout=_PATIENCE)
        self.scheduler.shutdown(wait=False)


def start_ticks(ticks: tuple[Tick, ...], *, now: datetime) -> Ticking:
    """Runs each at once and then at its interval, on real time; one that is still running is not started again."""
    # The interval is all we take of it: its stores pickle, its cron triggers miss and repeat days around DST.
    ticking = Ticking(AsyncIOScheduler(timezone="UTC"))
    for tick in ticks:
        ticking.scheduler.add_job(
            ticking.run, "interval", args=(tick,), id=tick.name, seconds=tick.every.total_seconds(),
            next_run_time=now, coalesce=True, max_instances=1, misfire_grace_time=None,
        )  # fmt: skip
    ticking.scheduler.start()
    return ticking


async def run_tick(tick: Tick) -> None:
    """A tick that fails is logged and counted, and runs again next time."""
    started = perf_counter()
    outcome = "done"
    try:
        await tick.run()
    except Exception:
        outcome = "failed"
        log.exception("tick failed", tick=tick.name)
    TICKS.labels(tick=tick.name, outcome=outcome).inc()
    TICK_SECONDS.labels(tick=tick.name).observe(perf_counter() - started)
