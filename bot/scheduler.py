"""Ticks: functions that run every few seconds. What falls due is in the database, never in here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.telemetry import TICK_SECONDS, TICKS

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tick:
    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


def start_ticks(ticks: tuple[Tick, ...], *, now: datetime) -> AsyncIOScheduler:
    """Runs each at once and then at its interval, on real time; one that is still running is not started again."""
    # The interval is all we take of it: its stores pickle, its cron triggers miss and repeat days around DST.
    scheduler = AsyncIOScheduler(timezone="UTC")
    for tick in ticks:
        scheduler.add_job(
            run_tick, "interval", args=(tick,), id=tick.name, seconds=tick.every.total_seconds(),
            next_run_time=now, coalesce=True, max_instances=1, misfire_grace_time=None,
        )  # fmt: skip
    scheduler.start()
    return scheduler


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
