from datetime import timedelta

import pytest

from core.jobs import JobState
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.storage.probes import at_once, rows

LEASE = timedelta(minutes=5)


def add(board, kind="fetch", *, run_at=NOW, **body):
    return board.write(lambda work: work.jobs.add(kind, body, run_at=run_at))


def claim(database, *, now=NOW, limit=10):
    return database.claim_jobs(now=now, lease=LEASE, limit=limit).result()


def claimed(database, **how):
    return [job.id for job in claim(database, **how)]


def get(board, job_id):
    return board.read(lambda work: work.jobs.get(job_id))


def finish(board, job):
    return board.write(lambda work: work.jobs.finish(job.id, job.lease, board.now))


def fail(board, job, *, retry_at=None, error="timed out"):
    return board.write(lambda work: work.jobs.fail(job.id, job.lease, error=error, retry_at=retry_at))


def test_a_job_keeps_what_it_is_about(board):
    job = get(board, add(board, "fetch", url="https://example.com", deep={"a": [1, None, "ä"]}))
    assert (job.kind, job.body) == ("fetch", {"url": "https://example.com", "deep": {"a": [1, None, "ä"]}})
    assert (job.state, job.run_at, job.attempts, job.lease, job.error) == (JobState.QUEUED, NOW, 0, None, "")
    assert job.team_id == board.team


def test_a_claimed_job_is_leased_to_one_worker(board, database):
    job_id = add(board)
    (job,) = claim(database)
    assert (job.id, job.state, job.run_at, job.attempts) == (job_id, JobState.RUNNING, NOW + LEASE, 1)
    assert job.lease
    assert claim(database) == ()
    assert get(board, job_id) == job


def test_a_job_is_claimed_when_it_is_due_and_not_before(board, database):
    job_id = add(board, run_at=NOW + timedelta(seconds=1))
    assert claimed(database) == []
    assert claimed(database, now=NOW + timedelta(seconds=1)) == [job_id]


def test_the_jobs_that_wait_longest_are_claimed_first_up_to_a_limit(board, database):
    late, early, middle = (add(board, run_at=NOW - timedelta(minutes=minutes)) for minutes in (1, 9, 5))
    assert sorted(claimed(database, limit=2)) == sorted([early, middle])
    assert claimed(database, limit=2) == [late]


def test_jobs_of_every_team_are_claimed(board, database):
    other = BoardDriver.open(database, now=NOW)
    jobs = {add(board): board.team, add(other): other.team}
    assert {job.id: job.team_id for job in claim(database)} == jobs


def test_a_job_whose_worker_is_lost_is_claimed_again_after_its_lease(board, database):
    add(board)
    (first,) = claim(database)
    assert claim(database, now=NOW + LEASE - timedelta(seconds=1)) == ()
    (second,) = claim(database, now=NOW + LEASE)
    assert (second.id, second.attempts) == (first.id, 2)
    assert second.lease != first.lease


def test_a_finished_job_is_done_for_good(board, database):
    add(board)
    (job,) = claim(database)
    assert finish(board, job)
    assert (get(board, job.id).state, get(board, job.id).lease) == (JobState.DONE, None)
    assert claim(database, now=NOW + timedelta(days=9)) == ()


def test_a_job_cannot_be_finished_by_a_worker_whose_lease_went_to_another(board, database):
    add(board)
    (stale,) = claim(database)
    (fresh,) = claim(database, now=NOW + LEASE)
    assert not finish(board, stale)
    assert not fail(board, stale, retry_at=NOW)
    assert get(board, fresh.id) == fresh
    assert finish(board, fresh)
    assert not finish(board, fresh)


def test_a_failed_job_is_tried_again_when_it_said(board, database):
    add(board)
    (job,) = claim(database)
    assert fail(board, job, retry_at=NOW + timedelta(minutes=1), error="timed out")
    waiting = get(board, job.id)
    assert (waiting.state, waiting.error, waiting.lease) == (JobState.QUEUED, "timed out", None)
    assert claim(database) == ()
    (again,) = claim(database, now=NOW + timedelta(minutes=1))
    assert (again.id, again.attempts) == (job.id, 2)
    assert finish(board, again)
    assert get(board, job.id).error == ""


def test_a_parked_job_is_never_claimed_again_and_says_why(board, database):
    add(board)
    (job,) = claim(database)
    assert fail(board, job, error="no such channel")
    parked = get(board, job.id)
    assert (parked.state, parked.error) == (JobState.PARKED, "no such channel")
    assert claim(database, now=NOW + timedelta(days=9)) == ()


def test_each_of_many_jobs_is_claimed_by_one_of_many_workers(board, database):
    jobs = board.write(lambda work: [work.jobs.add("fetch", {}, run_at=NOW) for _ in range(60)])
    results = at_once(*(lambda: [claimed(database, limit=5) for _ in range(3)] for _ in range(6)))
    found = [job_id for worker in results for batch in worker for job_id in batch]
    assert len(found) == len(set(found))
    found += claimed(database, limit=100)
    assert sorted(found) == sorted(jobs)


def test_a_claim_never_takes_more_than_it_asked_for(board, database):
    board.write(lambda work: [work.jobs.add("fetch", {}, run_at=NOW) for _ in range(30)])
    results = at_once(*(lambda: claimed(database, limit=4) for _ in range(6)))
    assert max(map(len, results)) <= 4


def test_due_jobs_are_counted(board, database):
    assert database.count_due_jobs(now=NOW).result() == 0
    for minutes in (0, 1, 2):
        add(board, run_at=NOW + timedelta(minutes=minutes))
    assert database.count_due_jobs(now=NOW + timedelta(minutes=1)).result() == 2
    claim(database)
    assert database.count_due_jobs(now=NOW).result() == 0


def test_a_job_that_is_not_there_is_nobodys(board):
    assert get(board, 999) is None


def test_a_job_is_kept_with_the_facts_it_follows_from_or_not_at_all(board, database_url):
    def run(work):
        work.jobs.add("fetch", {}, run_at=NOW)
        raise KeyError

    with pytest.raises(KeyError):
        board.write(run)
    assert rows(database_url, "SELECT * FROM jobs") == []
