"""Reports that GitHub could not deliver."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from bot.redelivery import MOST_AT_A_TIME
from tests.drivers import TEST_KEY
from tests.fakes.github.records import NOT_REACHED
from tests.github.host import Delivery, HookAddress
from tests.github.world import World, push_many, repair


def test_a_report_that_was_lost_while_the_server_was_down_is_asked_for_at_the_start(world: World) -> None:
    world.github.git.commit("CHURN-1 weigh tail classes")
    assert world.deliver(world.github.git.push()) == NOT_REACHED
    with world.up() as board:
        assert board.count("commit_tasks") == 0
        repair(board)
        assert [(one.status, one.is_redelivery) for one in world.hook.attempts] == [(200, True), (NOT_REACHED, False)]
        assert board.count("commit_tasks") == 1
        said = board.transcript()
        assert said.count("weigh tail classes") == 1
        board.later(3_600)
        repair(board)
        assert len(world.hook.attempts) == 2
        assert board.transcript() == said


def test_the_server_asks_by_itself_when_it_starts(world: World) -> None:
    world.github.git.commit("CHURN-1 weigh tail classes")
    world.deliver(world.github.git.push())
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "DATABASE_URL": world.url,
        "PORT": str(world.port), "SECRET_KEY": TEST_KEY, "GITHUB_TOKEN": "github_pat_right",
        "GITHUB_API_URL": world.api,
    }  # fmt: skip
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(command, env=environment, cwd=world.directory, stderr=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 30
            while len(world.hook.attempts) < 2 and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            server.terminate()
    assert [one.status for one in world.hook.attempts] == [200, NOT_REACHED]


def test_many_workers_that_start_at_once_ask_once(world: World) -> None:
    world.github.git.commit("CHURN-1 weigh tail classes")
    world.deliver(world.github.git.push())
    with world.up() as board, world.up_beside() as other:
        for one in (board, other):
            assert one.redelivery is not None
            one.run(one.redelivery.plan())
        board.settle()
        # The second start is promised a look of its own, a few minutes later.
        assert len(world.hook.attempts) == 2
        board.settle_later(600)
        assert len(world.hook.attempts) == 2


def test_a_report_that_never_is_taken_is_left_alone_in_the_end(world: World) -> None:
    world.github.git.commit("CHURN-1 weigh tail classes")
    delivery = world.delivery(world.github.git.push())
    world.state.deliver(world.hook, Delivery("push", b"{}", delivery.id))
    with world.up() as board:
        for _ in range(5):
            repair(board)
            board.later(3_600)
    assert [one.status for one in world.hook.attempts] == [400, 400, 400, NOT_REACHED]


def test_every_one_of_many_lost_reports_is_asked_for(world: World) -> None:
    """More than one page of GitHub's, and than one job's share."""
    world.deliver_each(push_many(world, 104))
    with world.up() as board:
        repair(board)
        assert board.count("commit_tasks") == MOST_AT_A_TIME
        for _ in range(2):
            board.settle_later(60)
        assert board.count("commit_tasks") == 104
    assert len(world.hook.attempts) == 208


def test_only_reports_to_our_own_address_are_asked_for(world: World) -> None:
    other = world.state.add_hook(HookAddress("http://127.0.0.1:9/webhooks/github/of-somebody-else", "x"))
    world.state.hooks.reverse()
    world.github.git.commit("CHURN-1 weigh tail classes")
    world.state.deliver(other, world.delivery(world.github.git.push()))
    with world.up() as board:
        repair(board)
    assert len(other.attempts) == 1


def test_a_report_older_than_three_days_is_left_alone(world: World) -> None:
    world.github.git.commit("CHURN-1 weigh tail classes")
    world.deliver(world.github.git.push())
    world.state.age(world.hook, timedelta(days=3))
    with world.up() as board:
        repair(board)
    assert len(world.hook.attempts) == 1
