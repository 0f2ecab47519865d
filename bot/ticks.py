"""What runs every few seconds in a worker."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.closed_channels import ClosedChannels
from bot.digest_tick import post_due_digests
from bot.expiry import expire_timeboxes
from bot.holidays_upkeep import renew_all_holidays
from bot.redelivery import Redelivery
from bot.reseal import Resealing
from bot.scheduler import Tick
from bot.telemetry import DATABASE_UP, JOBS_DUE
from core.clock import Clock
from core.digest_asking import DigestWriter
from core.errors import Unavailable
from core.one_time_codes import REMEMBERED
from core.ports import Store

# Slack repeats an event for up to six minutes, and keeps its ids for three days.
_RECEIPTS_KEPT = timedelta(hours=72)
_JOBS_KEPT = timedelta(days=14)
# Long enough to find out why something was said.
_SENT_KEPT = timedelta(days=30)
# CI of commits without a task. A pull request or push that names one may come so late; then it is told with it.
_CHECKS_KEPT = timedelta(days=30)

# A picture that only somebody looked at, in an answer for their eyes.
_PREVIEWS_KEPT = timedelta(days=1)


def repair_ticks(redelivery: Redelivery) -> tuple[Tick, ...]:
    return (Tick("repair", timedelta(hours=1), redelivery.plan),) if redelivery.hosts else ()


def secret_ticks(resealing: Resealing, real: Clock) -> tuple[Tick, ...]:
    """`real` is the time that codes go by."""

    async def forget() -> None:
        before = real.now() - REMEMBERED
        while await asyncio.wrap_future(
            resealing.store.write_directory(lambda teams: teams.codes.forget(before=before))
        ):
            pass

    return (Tick("reseal", timedelta(hours=1), resealing.once), Tick("forget codes", timedelta(hours=1), forget))


def channel_ticks(closed: ClosedChannels) -> tuple[Tick, ...]:
    return (Tick("closed channels", timedelta(hours=1), closed.look),)


def digest_ticks(store: Store, clock: Clock, writer: DigestWriter, wake: Callable[[], None]) -> tuple[Tick, ...]:
    """`wake` makes the worker look for something to say."""

    async def post() -> None:
        if await post_due_digests(store, clock, writer):
            wake()

    return (Tick("digests", timedelta(seconds=5), post),)


def worker_ticks(store: Store, clock: Clock, wake: Callable[[], None]) -> tuple[Tick, ...]:
    """`wake` makes the worker look for something to say."""

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

    async def expire() -> None:
        if await expire_timeboxes(store, clock):
            wake()

    async def renew() -> None:
        await renew_all_holidays(store, clock)

    async def look() -> None:
        wake()

    async def forget() -> None:
        for take_away, kept in (
            (store.forget_receipts, _RECEIPTS_KEPT),
            (store.forget_jobs, _JOBS_KEPT),
            (store.forget_deliveries, _SENT_KEPT),
            (store.forget_checks, _CHECKS_KEPT),
            (store.forget_previews, _PREVIEWS_KEPT),
        ):
            while await asyncio.wrap_future(take_away(before=clock.now() - kept)):
                pass

    return (
        Tick("timeboxes", timedelta(seconds=2), expire),
        Tick("holidays", timedelta(hours=1), renew),
        Tick("look", timedelta(seconds=1), look),
        Tick("forget", timedelta(hours=1), forget),
        Tick("watch", timedelta(seconds=5), watch),
        Tick("maintain", timedelta(minutes=1), maintain),
    )
