"""GitHub as it may answer whoever asks it: with a limit, without the right, or not at all."""

import time
from typing import Any

import pytest
import structlog

from bot.jobs import MOST_ATTEMPTS
from tests.github.world import World, push_many, repair


@pytest.mark.parametrize("right", ["contents", "webhooks"])
def test_a_token_without_a_right_is_told_once_in_the_log(world: World, right: str) -> None:
    world.state.rights.discard(right)
    pushed = push_many(world, 600)
    with structlog.testing.capture_logs() as logs, world.up() as board:
        world.deliver(pushed, told=300)
        board.settle()
        for _ in range(3):
            repair(board)
            board.later(3_600)
        assert board.rows("SELECT state, count(*) FROM jobs WHERE state <> 'done' GROUP BY state") == []
    (told,) = [entry for entry in logs if "GITHUB_TOKEN" in str(entry.get("reason"))]
    assert f"{right}=read" in told["reason"]


@pytest.mark.parametrize(
    "limit",
    [
        {"status": 429, "message": "", "retry_after": "120"},
        {"status": 403, "message": "You have exceeded a secondary rate limit", "retry_after": "120"},
        {"status": 403, "message": "API rate limit exceeded", "x_ratelimit_remaining": "0", "reset": 120},
    ],
)
def test_githubs_rate_limit_is_kept(world: World, limit: dict[str, Any]) -> None:
    pushed, limit = push_many(world, 600), dict(limit)
    if "reset" in limit:
        limit["x_ratelimit_reset"] = str(int(time.time()) + limit.pop("reset") + 1)
    world.state.fail(**limit)
    with world.up() as board:
        world.deliver(pushed, told=300)
        board.settle()
        assert len(world.state.asked) == 1
        board.settle_later(110)
        repair(board)
        assert len(world.state.asked) == 1
        board.settle_later(15)
        assert board.count("commit_tasks") == 600
        assert world.state.faults == []


def test_a_host_that_is_broken_or_silent_is_asked_again(world: World) -> None:
    world.state.fail(500, "oops")
    world.state.fail(502, hangs=3)
    world.state.fail(200, "nothing of what was asked for")
    pushed = push_many(world, 600)
    with world.up() as board:
        world.deliver(pushed, told=300)
        for _ in range(MOST_ATTEMPTS):
            board.settle_later(600)
        assert board.count("commit_tasks") == 600
        assert world.state.faults == []
