"""GitHub asked with a token: what its reports left out, and those that never arrived."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.hosts.github import GitHubHost
from bot.hosts.github_client import GitHubClient
from bot.jobs import MOST_ATTEMPTS
from bot.redelivery import MOST_AT_A_TIME
from tests.drivers import TEST_KEY
from tests.fakes.github.records import NOT_REACHED, HostedGit, RepositoryHook
from tests.fakes.github.server import github_server
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.small_team import add_small_team
from tests.free_port import free_port
from tests.git_repository import Push
from tests.github.conftest import connected_repository
from tests.github.host import Delivery, GitHub, HookAddress, account, repository
from tests.github_push import ANAS_ACCOUNT, push_payload
from tests.slack.harness import MovableClock, SlackBoard, connected


class World:
    """Slack, GitHub and a board between them that may be down."""

    def __init__(self, slack: SlackServer, url: str, directory: Path) -> None:
        self.slack, self.url, self.directory, self.port = slack, url, directory, free_port()
        self.state: HostedGit
        self.github: GitHub
        self.hook: RepositoryHook
        self.api = ""

    @contextmanager
    def up(self, *, token: str = "github_pat_right") -> Iterator[SlackBoard]:
        clock = MovableClock()
        client = GitHubClient(token, self.api, seconds=1, clock=clock)
        hosts: dict[str, Any] = {"github": GitHubHost(client)} if token else {}
        with connected(self.slack, self.url, hosts=hosts, port=self.port, clock=clock) as board:
            yield board

    @contextmanager
    def up_beside(self) -> Iterator[SlackBoard]:
        """A second worker, at another port."""
        hosts: dict[str, Any] = {"github": GitHubHost(GitHubClient("github_pat_right", self.api))}
        with connected(self.slack, self.url, hosts=hosts) as board:
            yield board

    def delivery(self, pushed: Push) -> Delivery:
        common = {"repository": repository(self.github.hosted), "sender": account(ANAS_ACCOUNT)}
        return Delivery.of("push", common | push_payload(self.github.git, pushed))

    def deliver(self, pushed: Push) -> int:
        return self.state.deliver(self.hook, self.delivery(pushed))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """With a task, and a hook that was told of one commit."""
    with SlackServer() as slack:
        add_small_team(slack)
        world = World(slack, database_url, tmp_path)
        with world.up(token="") as board:
            board.admin("project new CHURN name:Churn model")
            board.lab("task new Weigh tail classes kind:deploy")
            world.github = connected_repository(board, tmp_path)
            world.state = HostedGit(world.github.git)
            world.hook = world.state.add_hook(world.github.hook)
            world.github.commit("Say hello")
        with github_server(world.state) as world.api:
            yield world


def make_done_jobs_due(board: SlackBoard, kind: str) -> None:
    """As if a process had died just before it noted that they were done."""
    bodies = [
        board.read(lambda work, number=number: work.jobs.get(number)).body
        for (number,) in board.rows(f"SELECT id FROM jobs WHERE kind = '{kind}' AND state = 'done'")
    ]
    for body in bodies:
        board.write(lambda work, body=body: work.jobs.add(kind, body, run_at=board.clock.now()))


def repair(board: SlackBoard) -> None:
    """What a worker does when it starts."""
    assert board.redelivery is not None
    for tick in board.redelivery.ticks:
        board.run(tick.run())
    board.settle()


def push_many(world: World, count: int, branch: str = "main", *, force: bool = False) -> Push:
    world.github.git.commit_many(f"CHURN-1 step {number}" for number in range(count))
    return world.github.git.push(branch, force=force)


def commit_lines(board: SlackBoard) -> list[str]:
    return [line.strip() for line in board.transcript().splitlines() if "commits" in line]


def test_a_push_that_github_cut_is_completed(world: World) -> None:
    pushed = push_many(world, 2_500)
    with world.up() as board:
        assert world.deliver(pushed) == 200
        board.settle()
        assert board.count("commit_tasks") == 2_500
        assert board.count("commits") == 2_501
        lines = commit_lines(board)
        assert len(lines) == 2
        assert "pushed 2048 commits to main" in lines[0]
        assert "pushed 452 more commits to main, which the report of the push had left out" in lines[1]
        before = board.count("events")
        world.state.deliver(world.hook, world.hook.attempts[0].delivery)
        board.settle()
        assert board.count("events") == before


def test_a_new_branch_is_completed_with_what_the_default_branch_has_not(world: World) -> None:
    world.github.git.branch("feat/tails", start="main")
    pushed = push_many(world, 2_100, "feat/tails")
    with world.up() as board:
        world.deliver(pushed)
        board.settle()
        assert board.count("commit_tasks") == 2_100


def test_a_forced_push_whose_old_commits_are_gone_is_completed_too(world: World) -> None:
    world.github.git.branch("feat/tails", start="main")
    world.github.git.commit("CHURN-1 to be replaced")
    world.github.git.push("feat/tails")
    world.github.git.git("reset", "--quiet", "--hard", "main")
    pushed = push_many(world, 2_100, "feat/tails", force=True)
    with world.up() as board:
        delivery = world.delivery(pushed)
        gone = delivery.body.replace(pushed.before.encode(), b"d" * 40)
        assert world.state.deliver(world.hook, replace(delivery, body=gone)) == 200
        board.settle()
        assert board.count("commit_tasks") == 2_100


def test_a_page_that_is_taken_twice_counts_once(world: World) -> None:
    """The process died between the page's unit and the end of its job."""
    pushed = push_many(world, 2_500)
    with world.up() as board:
        world.deliver(pushed)
        board.settle()
        make_done_jobs_due(board, "push.complete")
        board.settle()
        assert board.count("commit_tasks") == 2_500
        assert [line for line in commit_lines(board) if "452 more" in line]
        assert len(commit_lines(board)) == 2


def test_without_a_token_a_cut_push_stays_cut(world: World) -> None:
    pushed = push_many(world, 2_050)
    with world.up(token="") as board:
        world.deliver(pushed)
        board.settle()
        assert board.count("commit_tasks") == 2_048
        assert board.rows("SELECT * FROM jobs WHERE kind = 'push.complete'") == []
    assert world.state.asked == []


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
    for number in range(130):
        world.github.git.commit(f"CHURN-1 step {number}")
        world.deliver(world.github.git.push())
    with world.up() as board:
        repair(board)
        assert board.count("commit_tasks") == MOST_AT_A_TIME
        for _ in range(2):
            board.settle_later(60)
        assert board.count("commit_tasks") == 130
    assert len(world.hook.attempts) == 260


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


@pytest.mark.parametrize("right", ["contents", "webhooks"])
def test_a_token_without_a_right_is_told_once_in_the_log(world: World, right: str) -> None:
    world.state.rights.discard(right)
    pushed = push_many(world, 2_050)
    with structlog.testing.capture_logs() as logs, world.up() as board:
        world.deliver(pushed)
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
    pushed, limit = push_many(world, 2_050), dict(limit)
    if "reset" in limit:
        limit["x_ratelimit_reset"] = str(int(time.time()) + limit.pop("reset") + 1)
    world.state.fail(**limit)
    with world.up() as board:
        world.deliver(pushed)
        board.settle()
        assert len(world.state.asked) == 1
        board.settle_later(110)
        repair(board)
        assert len(world.state.asked) == 1
        board.settle_later(15)
        assert board.count("commit_tasks") == 2_050
        assert world.state.faults == []


def test_a_host_that_is_broken_or_silent_is_asked_again(world: World) -> None:
    world.state.fail(500, "oops")
    world.state.fail(502, hangs=3)
    world.state.fail(200, "nothing of what was asked for")
    pushed = push_many(world, 2_050)
    with world.up() as board:
        world.deliver(pushed)
        for _ in range(MOST_ATTEMPTS):
            board.settle_later(600)
        assert board.count("commit_tasks") == 2_050
        assert world.state.faults == []
