"""Reports that GitHub could not deliver."""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.hosts.github import GitHubHost
from bot.hosts.github_client import GitHubClient
from bot.redelivery import MOST_AT_A_TIME, PLACES_AT_ONCE, REPAIR, Redelivery
from core.clock import Clock
from core.hooks import HookProvider, create_hook
from core.journal import Actor
from core.projects import create_project
from storage.database import open_database
from tests.conftest import NOW
from tests.drivers import TEST_KEY
from tests.fakes.github.records import NOT_REACHED
from tests.git_facts import CHURN as FACTS_REPOSITORY
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


def test_a_report_that_an_organizations_hook_lost_is_asked_for(world: World) -> None:
    hook = world.state.add_hook(world.github.hook, is_of_organization=True)
    world.github.git.commit("CHURN-1 weigh tail classes")
    assert world.state.deliver(hook, world.delivery(world.github.git.push())) == NOT_REACHED
    with world.up() as board:
        repair(board)
        assert [(one.status, one.is_redelivery) for one in hook.attempts] == [(200, True), (NOT_REACHED, False)]
        assert board.count("commit_tasks") == 1
    assert sum(path == "GET /orgs/lab/hooks" for path in world.state.asked) == 1


def test_every_one_of_many_repositories_is_asked_about_in_the_end_some_in_a_minute(world: World) -> None:
    """Of those that reported, the one with the lost report is the oldest."""
    world.github.git.commit("CHURN-1 weigh tail classes")
    world.deliver(world.github.git.push())
    with world.up() as board:
        for number in range(250):
            other = replace(FACTS_REPOSITORY, external_id=f"other {number}", name=f"lab/other-{number}")
            board.write(lambda work, other=other: work.repositories.ensure(other, board.clock.now()))
        repair(board)
        asked = {path for path in world.state.asked if path.startswith("GET /repos/")}
        assert len(asked) == PLACES_AT_ONCE
        assert board.count("commit_tasks") == 0
        # A round that is under way is not begun again.
        repair(board)
        for _ in range(250 // PLACES_AT_ONCE + 1):
            board.settle_later(61)
        assert board.count("commit_tasks") == 1
        hooks = [path for path in world.state.asked if path.endswith("/hooks")]
        assert len(hooks) == len(set(hooks)) == 252


def test_reports_of_every_one_of_many_teams_are_asked_for(sqlite_url: str) -> None:
    store = open_database(sqlite_url, is_server=True)
    teams = [
        store.write_directory(lambda teams, n=n: teams.add_team(f"Team {n}", "UTC", NOW)).result().id
        for n in range(102)
    ]  # fmt: skip
    last = teams[-1]
    actor = Actor(None, "operator", True, "terminal", "")
    about = {"actor": actor, "now": NOW}
    store.write(
        lambda work: create_project(work, key="CHURN", name=None, zone="UTC", channel=None, channel_name="", **about),
        team=last,
    ).result()
    hook = {"provider": HookProvider.GITHUB, "project": "CHURN", "repository": "lab/churn", "public_id": "h"}
    store.write(lambda work: create_hook(work, secret="sealed", **hook, **about), team=last).result()
    asyncio.run(Redelivery(store, Clock(), {"github": GitHubHost(GitHubClient("token", "http://127.0.0.1:9"))}).plan())
    promised = [team for team in teams if store.read(lambda work: work.jobs.is_promised(REPAIR), team=team).result()]
    store.close()
    assert promised == [last]


def test_a_host_that_is_away_while_reports_are_asked_for_leaves_no_word_in_the_audit_log(world: World) -> None:
    world.state.fail(502, times=100)
    with world.up() as board:
        repair(board)
        for _ in range(8):
            board.settle_later(600)
        assert "gave up" not in board.admin("audit")
