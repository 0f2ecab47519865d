"""A deployment of many tasks: each hears of it once and each deploy task ends, in short units of work."""

import asyncio
import uuid
from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.intake import take
from bot.jobs import JobRunner
from bot.notifications.git import deployment_card
from bot.telling import RECORDS, TELLING, Telling, tell_some
from bot.webhook import Incoming
from core.clock import Clock
from core.deployment_news import AT_ONCE
from core.events import TaskMoved
from core.git import Fact, Result
from core.git_events import DeploymentChanged
from core.hooks import Hook, HookProvider, create_hook
from core.tasks import Kind, State, Task
from tests.drivers import BoardDriver
from tests.git_facts import CHURN, deployment, happened, push, sha_of

MANY = 2 * AT_ONCE + 5
REAL_TIME = Clock()


@pytest.fixture
def hook(board: BoardDriver) -> Hook:
    return board.do(
        create_hook, provider=HookProvider.GITHUB, project="CHURN", repository=CHURN.name, public_id="x", secret="s"
    )


@pytest.fixture
def tasks(board: BoardDriver, hook: Hook) -> list[Task]:
    return make_tasks(board, hook, MANY)


def make_tasks(board: BoardDriver, hook: Hook, count: int) -> list[Task]:
    """Deploy tasks whose commits reached the default branch since the last deployment."""
    tasks = [board.new(kind=Kind.DEPLOY) for _ in range(count)]
    tell(board, hook, push("CHURN-1 first", branch="main"), deployment(sha_of("CHURN-1 first"), Result.SUCCESS))
    board.later(minutes=1)
    for start in range(0, count, 100):
        commits = [f"CHURN-{number} step" for number in range(start + 1, min(start + 100, count) + 1)]
        tell(board, hook, push(*commits, branch="main"))
    return tasks


def tell(board: BoardDriver, hook: Hook, *facts: Fact) -> None:
    """Over the hook's address."""
    for fact in facts:
        incoming = Incoming(str(uuid.uuid4()), "x", fact)
        board.write(lambda work, incoming=incoming: take(work, hook, incoming, board.now))


def run_jobs(board: BoardDriver, clock: Clock = REAL_TIME) -> None:
    async def work() -> None:
        runner = JobRunner(board.store, clock, Telling(board.store, clock).performers)
        await runner.start_due()
        await runner.finish()

    asyncio.run(work())


def told(board: BoardDriver, tasks: Iterable[Task], result: Result) -> list[int]:
    return [sum(entry.event.result is result for entry in happened(board, task, DeploymentChanged)) for task in tasks]


# The long run takes more than the five hundred that one unit was once given.
@pytest.mark.parametrize("very_many", [3 * AT_ONCE + 5, pytest.param(510, marks=pytest.mark.soak)])
def test_a_deployment_of_more_tasks_than_one_unit_has_time_for_ends_them_all(
    board: BoardDriver, hook: Hook, very_many: int
) -> None:
    tasks = make_tasks(board, hook, very_many)
    last = sha_of(f"CHURN-{very_many} step")
    tell(board, hook, deployment(last, Result.SUCCESS, id="2", minutes=9))
    run_jobs(board)
    assert {board.see(task).state for task in tasks} == {State.DONE}
    assert told(board, tasks[1:], Result.SUCCESS) == [1] * (very_many - 1)
    tell(board, hook, deployment(last, Result.SUCCESS, id="2", minutes=9))
    run_jobs(board)
    assert told(board, tasks[1:], Result.SUCCESS) == [1] * (very_many - 1)
    assert [len(happened(board, task, TaskMoved)) for task in tasks] == [1] * very_many


def test_a_job_that_died_in_the_middle_goes_on_where_it_stopped(
    board: BoardDriver, hook: Hook, tasks: list[Task]
) -> None:
    tell(board, hook, deployment(sha_of(f"CHURN-{MANY} step"), Result.SUCCESS, id="2", minutes=9))
    (job,) = board.store.claim_jobs(now=REAL_TIME.now(), lease=timedelta(seconds=60), limit=5).result()
    assert job.kind == TELLING
    board.write(lambda work: tell_some(work, job, RECORDS.load(job.body), board.now))
    run_jobs(board, Clock(timedelta(seconds=61)))
    assert told(board, tasks[1:], Result.SUCCESS) == [1] * (MANY - 1)


def test_what_is_over_is_not_told_as_running_any_more(board: BoardDriver, hook: Hook, tasks: list[Task]) -> None:
    last = sha_of(f"CHURN-{MANY} step")
    tell(board, hook, deployment(last, Result.RUNNING, id="2", minutes=9))
    tell(board, hook, deployment(last, Result.FAILURE, id="2", order=2, minutes=10))
    run_jobs(board)
    assert told(board, tasks[-2:-1], Result.RUNNING) == [0]
    assert told(board, tasks[-2:-1], Result.FAILURE) == [1]


def test_the_channel_is_told_how_many_tasks_there_are_and_only_a_few_by_name(
    board: BoardDriver, hook: Hook, tasks: list[Task]
) -> None:
    tell(board, hook, deployment(sha_of(f"CHURN-{MANY} step"), Result.SUCCESS, id="2", minutes=9))
    entries = board.read(lambda work: work.events.unfanned(limit=5_000))
    (entry,) = [one for one in entries if isinstance(one.event, DeploymentChanged) and one.task_id is None]
    assert f"and {MANY - 10} more." in str(deployment_card(entry))
