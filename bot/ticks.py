"""What runs every few seconds in a worker."""

import asyncio
from datetime import timedelta

from bot.scheduler import Tick
from bot.telemetry import DATABASE_UP, JOBS_DUE
from core.clock import Clock
from core.errors import Unavailable
from core.ports import Store


def worker_ticks(store: Store, clock: Clock) -> tuple[Tick, ...]:
    async def watch() -> None:
        try:
            due = await asyncio.wrap_future(store.count_due_jobs(now=clock.now()))
            JOBS_DUE.set(due)
            DATABASE_UP.set(1)
        except Unavailable:
            DATABASE_UP.set(0)
            raise

    async def maintain() -> None:
        await asyncio.wrap_future(store.maintain())

    return (
        Tick("watch", timedelta(seconds=5), watch),
        Tick("maintain", timedelta(minutes=1), maintain),
    )
