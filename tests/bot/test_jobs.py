"""Promised network work: done once, tried again, given up loudly, and taken over when a worker dies."""

import asyncio
from datetime import timedelta

import pytest

from bot.jobs import LEASE, MOST_ATTEMPTS, MOST_LASTING_ATTEMPTS, JobRunner, Lasting
from core.deliveries import TryLater
from core.errors import Unavailable
from core.hosts import HostBusy
from core.jobs import JobState


class MovableClock:
    def __init__(self, now):
        self.at = now

    def now(self):
        return self.at


@pytest.fixture
def clock(board):
    return MovableClock(board.now)


def promise(board, kind="look", **body):
    work = board.store.write(lambda work: work.jobs.add(kind, body, run_at=board.now), team=board.team)
    return work.result()


def job(board, job_id):
    return board.store.read(lambda work: work.jobs.get(job_id), team=board.team).result()


def run(board, clock, **performers):
    async def work():
        runner = JobRunner(board.store, clock, performers)
        count = await runner.start_due()
        await runner.finish()
        return count

    return asyncio.run(work())


def does(done, error=None):
    async def perform(job):
        done.append(dict(job.body))
        if error is not None:
            raise error

    return perform


def test_a_job_is_done_once(board, clock):
    done, number = [], promise(board, channel="C1")
    assert run(board, clock, look=does(done)) == 1
    assert run(board, clock, look=does(done)) == 0
    assert done == [{"channel": "C1"}]
    assert job(board, number).state is JobState.DONE


def test_a_job_that_fails_is_tried_again_later_and_later(board, clock):
    done, pauses = [], []
    number = promise(board)
    while job(board, number).state is not JobState.PARKED:
        begun = clock.at
        run(board, clock, look=does(done, Unavailable("away")))
        assert run(board, clock, look=does(done)) == 0
        clock.at = max(clock.at, job(board, number).run_at)
        pauses.append((clock.at - begun).total_seconds())
    assert len(done) == MOST_ATTEMPTS
    assert pauses[:-1] == [2, 8, 32, 128, 512]
    assert job(board, number).error == "Unavailable: away"


def test_what_nobody_asks_for_again_is_tried_for_a_day_and_then_says_what_is_lost(board, clock):
    done, number, begun = [], promise(board), clock.at
    lasting = Lasting(does(done, HostBusy("GitHub answers 502", timedelta(seconds=1))), lambda work, job, now: "a push")
    while job(board, number).state is not JobState.PARKED:
        run(board, clock, look=lasting)
        assert job(board, number).run_at - clock.at <= timedelta(hours=1)
        clock.at = max(clock.at, job(board, number).run_at)
    assert timedelta(hours=23) < clock.at - begun < timedelta(hours=25)
    assert len(done) == MOST_LASTING_ATTEMPTS
    lines = board.store.read(lambda work: work.audit.list(limit=5), team=board.team).result()
    assert lines[0].summary == "gave up on a push: try later: GitHub answers 502"


def test_what_was_given_up_stands_in_the_audit_log(board, clock):
    promise(board)
    for _ in range(MOST_ATTEMPTS):
        run(board, clock, look=does([], ValueError("odd")))
        clock.at += timedelta(hours=1)
    lines = board.store.read(lambda work: work.audit.list(limit=5), team=board.team).result()
    assert lines[0].summary == "gave up on look: ValueError: odd"


def test_somebody_who_says_when_to_come_back_is_believed(board, clock):
    number = promise(board)
    run(board, clock, look=does([], TryLater(timedelta(seconds=77))))
    assert job(board, number).run_at == clock.at + timedelta(seconds=77)


def test_the_job_of_a_worker_that_died_is_taken_over_when_its_lease_is_over(board, clock):
    done, number = [], promise(board)
    board.store.claim_jobs(now=clock.at, lease=LEASE, limit=9).result()
    assert run(board, clock, look=does(done)) == 0
    clock.at += LEASE
    assert run(board, clock, look=does(done)) == 1
    assert job(board, number).attempts == 2


def test_a_kind_that_nobody_knows_is_kept_for_a_newer_version(board, clock):
    number = promise(board, kind="from the future")
    run(board, clock, look=does([]))
    assert job(board, number).state is JobState.QUEUED


def test_one_that_fails_leaves_the_others_alone(board, clock):
    done = []
    promise(board, kind="bad")
    promise(board, kind="good")
    run(board, clock, bad=does([], RuntimeError("x")), good=does(done))
    assert done == [{}]


def test_what_was_done_long_ago_is_forgotten_and_what_was_given_up_is_kept(board, clock):
    done, parked = promise(board), promise(board, kind="bad")
    for _ in range(MOST_ATTEMPTS):
        run(board, clock, look=does([]), bad=does([], ValueError("odd")))
        clock.at += timedelta(hours=1)
    assert board.store.forget_jobs(before=clock.at).result() == 1
    assert board.store.forget_jobs(before=clock.at).result() == 0
    assert job(board, done) is None
    assert job(board, parked).state is JobState.PARKED
