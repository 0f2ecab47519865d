"""`labkeeper check`: what it says of hooks, and of the way to this server."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.check import Finding, Level, ask_health, check
from bot.platforms.http import make_http_app
from bot.settings import Settings
from bot.vault import Vault
from core.hooks import HookProvider, create_hook, revoke_hook
from storage.database import open_database
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.slack.harness import _loop, _served

KEY = "the key of this board alone"


def findings(url: str, about: str, **settings: Any) -> list[Finding]:
    chosen = Settings(_env_file=None, database_url=url, **({"secret_key": SecretStr(KEY)} | settings))
    return [finding for finding in check(chosen, ask=ask_health) if finding.about == about]


def make_hook(board: BoardDriver, address: str) -> Any:
    return board.do(
        create_hook, provider=HookProvider.GITHUB, project="CHURN", repository="acme/churn", public_id=address,
        secret=Vault([KEY]).seal("shh", about=f"hook {address}"),
    )  # fmt: skip


@pytest.fixture
def board(database_url: str) -> Any:
    database = open_database(database_url, is_server=True)
    yield BoardDriver.open(database, now=NOW)
    database.close()


def test_where_nothing_reports_the_check_says_how_something_may(board: BoardDriver, database_url: str) -> None:
    (found,) = findings(database_url, "hooks")
    assert (found.level, "hook new github" in found.words) == (Level.NOTE, True)


def test_hooks_are_counted_and_those_that_were_never_used_are_named(board: BoardDriver, database_url: str) -> None:
    used, unused, gone = (make_hook(board, address) for address in ("used", "unused", "gone"))
    board.write(lambda work: work.hooks.mark_used(used.id, NOW + timedelta(hours=1)))
    board.do(revoke_hook, number=gone.id)
    counted, named = findings(database_url, "hooks")
    assert (counted.level, counted.words) == (Level.OK, "2 that may report, 1 of them did")
    assert named.level is Level.NOTE
    assert named.words.startswith(f"hook {unused.id} (github for CHURN, only acme/churn) was never used")


@pytest.mark.parametrize("key", ["the key of another board", None])
def test_a_hook_whose_secret_does_not_open_is_a_problem(board: BoardDriver, database_url: str, key: str | None) -> None:
    hook = make_hook(board, "used")
    _, named = findings(database_url, "hooks", secret_key=SecretStr(key) if key else None)
    assert named.level is Level.PROBLEM
    assert f"lab-admin hook rotate {hook.id}" in named.words
    assert "shh" not in named.words


def test_of_many_hooks_a_few_are_named(board: BoardDriver, database_url: str) -> None:
    for number in range(14):
        make_hook(board, f"hook{number}")
    assert findings(database_url, "hooks")[-1].words == "and 4 more: lab-admin hook list"
    assert len(findings(database_url, "hooks")) == 12


def test_whether_the_public_address_leads_here_is_asked(sqlite_url: str) -> None:
    with _loop() as loop, _served(loop, make_http_app(lambda: ("", "")), 0) as address:
        (found,) = findings(sqlite_url, "reach", public_url=address)
        assert (found.level, found.words) == (Level.OK, f"{address} leads to a server of Labkeeper")
        (found,) = findings(sqlite_url, "reach", public_url=f"{address}/elsewhere")
        assert (found.level, "it answers 404" in found.words) == (Level.NOTE, True)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "https://[fe80::1]:8000/[/red]", "http://.."])
def test_an_address_at_which_nothing_answers_is_a_note(sqlite_url: str, address: str) -> None:
    (found,) = findings(sqlite_url, "reach", public_url=address)
    assert (found.level, "nothing answers" in found.words) == (Level.NOTE, True)


def test_without_an_address_nothing_is_asked(sqlite_url: str) -> None:
    assert findings(sqlite_url, "reach") == []
