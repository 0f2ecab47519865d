"""What is said of GITHUB_TOKEN, and what it costs to start."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.check import Finding, Level, check
from bot.settings import Settings
from core.git import Repository
from storage.database import open_database
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.fakes.github.records import HostedGit
from tests.fakes.github.server import github_server
from tests.git_repository import GitRepository
from tests.github_push import CHURN

_START = """
import asyncio, sys
from bot.app import App, make_intake, make_redelivery, make_worker
from bot.settings import Settings
from bot.ticks import repair_ticks
import bot.run, bot.check
app = App.open_server(Settings(_env_file=None, database_url=sys.argv[1]))
make_worker(app), make_intake(app)
ticks = repair_ticks(make_redelivery(app))
for tick in ticks:
    asyncio.run(tick.run())
app.close()
print(len(ticks), [name for name in ("github", "requests", "jwt") if name in sys.modules])
"""


@pytest.fixture
def state(tmp_path: Path) -> HostedGit:
    return HostedGit(GitRepository(tmp_path / "git"), is_organization=True)


@pytest.fixture
def api(state: HostedGit) -> Iterator[str]:
    with github_server(state) as url:
        yield url


@pytest.fixture
def reported(sqlite_url: str) -> str:
    """A database with a repository that has reported."""
    database = open_database(sqlite_url, is_server=True)
    churn = Repository(
        host="github", external_id=str(CHURN.id), name=CHURN.full_name, url=CHURN.html_url, default_branch="main"
    )
    board = BoardDriver.open(database, now=NOW)
    board.write(lambda work: work.repositories.ensure(churn, NOW))
    database.close()
    return sqlite_url


def findings(url: str, api: str = "https://api.github.com", token: str | None = "github_pat_right") -> list[Finding]:
    secret = SecretStr(token) if token else None
    settings = Settings(_env_file=None, database_url=url, github_token=secret, github_api_url=api)
    return [finding for finding in check(settings) if finding.about == "github"]


def test_check_says_what_the_absence_of_a_token_costs(sqlite_url: str) -> None:
    (finding,) = findings(sqlite_url, token=None)
    assert finding.level is Level.NOTE
    assert "2,048" in finding.words
    assert "by hand" in finding.words


def test_check_says_that_a_token_has_what_it_takes(reported: str, api: str) -> None:
    assert {finding.level for finding in findings(reported, api)} == {Level.OK}


def test_check_asks_about_no_repository_before_one_reported(sqlite_url: str, api: str) -> None:
    assert [finding.level for finding in findings(sqlite_url, api)] == [Level.OK, Level.NOTE]


def test_check_says_that_a_token_is_refused(reported: str, api: str) -> None:
    (finding,) = findings(reported, api, token="github_pat_wrong")
    assert finding.level is Level.PROBLEM
    assert "GITHUB_TOKEN" in finding.words
    assert "github_pat_wrong" not in finding.words


@pytest.mark.parametrize(("right", "cost"), [("contents", "pushes stay"), ("webhooks", "reports that were lost")])
def test_check_names_the_right_a_token_lacks(reported: str, api: str, state: HostedGit, right: str, cost: str) -> None:
    state.rights.discard(right)
    accepted, finding, _ = findings(reported, api)
    assert accepted.level is Level.OK
    assert finding.level is Level.PROBLEM
    assert f"{right}=read" in finding.words
    assert cost in finding.words


def test_check_notes_that_the_webhooks_of_an_organization_are_out_of_sight(
    reported: str, api: str, state: HostedGit
) -> None:
    state.rights.discard("organization_hooks")
    assert [finding.level for finding in findings(reported, api)] == [Level.OK, Level.OK, Level.NOTE]
    assert "admin:org_hook" in findings(reported, api)[-1].words


def test_check_says_that_github_is_out_of_reach(reported: str) -> None:
    (finding,) = findings(reported, "http://127.0.0.1:9")
    assert finding.level is Level.PROBLEM
    assert "http://127.0.0.1:9" in finding.words


@pytest.mark.parametrize(("token", "ticks"), [("", 0), ("github_pat_right", 1)])
def test_nothing_of_pygithub_is_loaded_before_github_is_asked(sqlite_url: str, token: str, ticks: int) -> None:
    root = str(Path(__file__).parents[2])
    environment = {"PATH": "", "PYTHONPATH": root, "GITHUB_TOKEN": token}
    result = subprocess.run(
        [sys.executable, "-c", _START, sqlite_url], env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout == f"{ticks} []\n"
