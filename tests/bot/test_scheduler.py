"""Ticks: run at once and again, counted, and finished before the end."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.scheduler import Tick, run_tick, start_ticks
from bot.ticks import worker_ticks
from core.clock import Clock
from storage.database import Database, open_database
from storage.migrate import migrate
from tests.conftest import NOW
from tests.drivers import PostgresAddress

HOUR = timedelta(hours=1)
PATIENCE = 30.0


def count(tick: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("labkeeper_ticks_total", {"tick": tick, "outcome": outcome}) or 0


def tick(name: str, run: Callable[[], Awaitable[None]], every: timedelta = HOUR) -> Tick:
    return Tick(name, every, run)


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, PATIENCE))


def test_a_tick_that_fails_is_counted_and_logged_and_runs_again() -> None:
    runs = []

    async def fail_first() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise RuntimeError("not now")

    failing = tick("failing", fail_first)
    with capture_logs() as logs:
        asyncio.run(run_tick(failing))
        asyncio.run(run_tick(failing))
    assert runs == [0, 1]
    assert (count("failing", "failed"), count("failing", "done")) == (1, 1)
    assert logs == [{"event": "tick failed", "tick": "failing", "exc_info": True, "log_level": "error"}]
    assert REGISTRY.get_sample_value("labkeeper_tick_seconds_count", {"tick": "failing"}) == 2


def test_each_tick_runs_at_once_whatever_its_interval() -> None:
    async def story() -> None:
        seen = {name: asyncio.Event() for name in ("one", "two")}

        async def see(name: str) -> None:
            seen[name].set()

        ticking = start_ticks(
            (tick("one", lambda: see("one")), tick("two", lambda: see("two"))), now=datetime.now(UTC)
        )  # fmt: skip
        for event in seen.values():
            await event.wait()
        await ticking.stop()

    play(story())


def test_a_tick_comes_again_after_a_failure() -> None:
    async def story() -> None:
        runs: asyncio.Queue[int] = asyncio.Queue()

        async def fail() -> None:
            runs.put_nowait(1)
            raise RuntimeError("always")

        ticking = start_ticks((tick("again", fail, timedelta(milliseconds=10)),), now=datetime.now(UTC))
        for _ in range(3):
            await runs.get()
        await ticking.stop()

    with capture_logs():
        play(story())
    assert count("again", "failed") >= 3


def test_a_tick_that_still_runs_is_not_started_again() -> None:
    async def story() -> None:
        begun = 0
        others: asyncio.Queue[int] = asyncio.Queue()
        release = asyncio.Event()

        async def slow() -> None:
            nonlocal begun
            begun += 1
            await release.wait()

        async def quick() -> None:
            others.put_nowait(1)

        brief = timedelta(milliseconds=10)
        ticking = start_ticks((tick("slow", slow, brief), tick("quick", quick, brief)), now=datetime.now(UTC))
        for _ in range(5):
            await others.get()
        assert begun == 1
        release.set()
        await ticking.stop()

    play(story())


def test_a_tick_in_hand_is_finished_before_the_end() -> None:
    async def story() -> None:
        begun, release, ended = asyncio.Event(), asyncio.Event(), False

        async def work() -> None:
            nonlocal ended
            begun.set()
            await release.wait()
            ended = True

        ticking = start_ticks((tick("work", work),), now=datetime.now(UTC))
        await begun.wait()
        stopping = asyncio.create_task(ticking.stop())
        for _ in range(10):
            await asyncio.sleep(0)
        assert not stopping.done()
        release.set()
        await stopping
        assert ended

    play(story())
    assert count("work", "done") == 1


def test_a_worker_watches_and_keeps_the_database(database: Database) -> None:
    async def story() -> None:
        for one in worker_ticks(database, Clock(), lambda: None):
            await run_tick(one)

    play(story())
    for name in ("watch", "maintain"):
        assert count(name, "done") >= 1
    assert REGISTRY.get_sample_value("labkeeper_database_up") == 1
    assert REGISTRY.get_sample_value("labkeeper_jobs_due") == 0


def test_a_worker_says_that_the_database_is_gone(postgres_server: PostgresAddress) -> None:
    name = f"gone_{uuid.uuid4().hex}"
    postgres_server.execute(f'CREATE DATABASE "{name}"')
    migrate(postgres_server.url(name), NOW)
    database = open_database(postgres_server.url(name), is_server=True)
    watch = next(one for one in worker_ticks(database, Clock(), lambda: None) if one.name == "watch")
    asyncio.run(run_tick(watch))
    assert REGISTRY.get_sample_value("labkeeper_database_up") == 1
    failed = count("watch", "failed")
    postgres_server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    with capture_logs():
        asyncio.run(run_tick(watch))
    database.close()
    assert REGISTRY.get_sample_value("labkeeper_database_up") == 0
    assert count("watch", "failed") == failed + 1
