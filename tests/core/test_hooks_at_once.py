"""Two hooks that tell the same at one moment: what follows from it follows once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.git import Fact, PullRequestState, Result
from core.git_events import CheckChanged, DeploymentChanged, PullRequestMoved
from tests.drivers import BoardDriver
from tests.git_facts import check, deployment, happened, pull_request, push, sha_of, take

HOOKS, STEPS = 4, 5
MERGED = "CHURN-1 on main"


def request(step: int) -> Fact:
    return pull_request(PullRequestState.OPEN, number=step + 1, title="CHURN-1 weigh tails")


def reported(step: int) -> Fact:
    return check(sha_of(MERGED), Result.FAILURE, name=f"job {step}")


def deployed(step: int) -> Fact:
    return deployment(sha_of(MERGED), Result.SUCCESS, id=str(step), minutes=step)


@pytest.mark.parametrize(
    ("fact", "event"), [(request, PullRequestMoved), (reported, CheckChanged), (deployed, DeploymentChanged)]
)
def test_what_many_hooks_tell_at_one_moment_happens_once(
    board: BoardDriver, fact: Callable[[int], Fact], event: type
) -> None:
    task = board.new()
    take(board, push(MERGED, branch="main"))
    gate = threading.Barrier(HOOKS)

    def report(_: int) -> None:
        for step in range(STEPS):
            gate.wait()
            take(board, fact(step))

    with ThreadPoolExecutor(HOOKS) as hooks:
        list(hooks.map(report, range(HOOKS)))
    assert len(happened(board, task, event)) == STEPS
