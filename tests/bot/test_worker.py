"""The worker goes on: what keeps one team, or one kind of work, from going on does not keep the others."""

import asyncio

from bot.app import load_notifications
from bot.delivery import Deliverer
from bot.jobs import JobRunner
from bot.worker import Worker
from core.clock import Clock
from core.jobs import JobState
from tests.drivers import BoardDriver
from tests.storage.probes import execute


def test_an_event_that_a_newer_version_wrote_does_not_keep_jobs_from_being_done(
    board: BoardDriver, database_url: str
) -> None:
    board.new()
    execute(database_url, "UPDATE events SET type = 'FromTheFuture'")
    number = board.write(lambda work: work.jobs.add("look", {}, run_at=board.now))

    async def look(_: object) -> None:
        return

    async def work() -> None:
        jobs = JobRunner(board.store, Clock(), {"look": look})
        worker = Worker(board.store, Clock(), load_notifications(), Deliverer(board.store, {}, Clock()), jobs)
        await worker.work()
        await jobs.finish()

    asyncio.run(work())
    job = board.read(lambda work: work.jobs.get(number))
    assert job is not None
    assert job.state is JobState.DONE
