"""Who the operator is, and for which team they speak."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.dispatch import Outcome
from bot.platforms.terminal.render import card_as_text
from bot.platforms.terminal.session import run_words
from bot.settings import Settings
from core.errors import InvalidInput, NotFound, Unavailable
from core.members import zone_info
from tests.conftest import NOW
from tests.drivers import BoardDriver, refusal


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Iterator[App]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGNAME", "ana")
    monkeypatch.setenv("TZ", "Europe/Lisbon")
    app = App.open_terminal(Settings(database_url=database_url))
    yield app
    app.close()


def say(app: App, line: str, team: str | None = None) -> str:
    root, *words = line.split()
    answer, zone = run_words(app, root, words, team_name=team)
    assert answer.outcome is Outcome.DONE, answer
    return card_as_text(answer.card, zone=zone_info(zone), now=app.clock.now())


def test_the_first_word_makes_the_team_and_its_operator(app: App) -> None:
    shown = say(app, "lab me")
    assert "▌ ana (@ana)" in shown
    assert "administrator  yes" in shown
    assert "Europe/Lisbon" in shown
    assert "1 member\n" in say(app, "lab-admin member list")


def test_the_operator_is_the_same_one_the_next_time(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    say(app, "lab me")
    say(app, "lab me zone Asia/Tokyo")
    assert "1 member\n" in say(app, "lab-admin member list")
    answer, zone = run_words(app, "lab", ["me"], team_name=None)
    assert (answer.outcome, zone) == (Outcome.DONE, "Asia/Tokyo")
    monkeypatch.setenv("LOGNAME", "ben")
    say(app, "lab me")
    assert "2 members\n" in say(app, "lab-admin member list")


def test_the_operator_configures_whatever_the_team_says(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    say(app, "lab me")
    monkeypatch.setenv("LOGNAME", "ben")
    say(app, "lab-admin member admin @ana no")
    monkeypatch.setenv("LOGNAME", "ana")
    assert "administrator  no" in say(app, "lab me")
    say(app, "lab-admin project new CHURN")


@pytest.mark.parametrize("zone", ["Nowhere/Land", ":/etc/nothing", ""])
def test_a_machine_without_a_zone_keeps_nobody_from_the_board(
    app: App, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    assert "@ana" in say(app, "lab me")


def test_of_several_teams_one_must_be_named(app: App) -> None:
    BoardDriver.open(app.store, now=NOW).new("Fix it")
    app.store.write_directory(lambda teams: teams.add_team("Bolt", "Asia/Tokyo", NOW)).result()
    with refusal(InvalidInput, "several teams", '--team "Acme"', "Acme, Bolt"):
        run_words(app, "lab", ["task", "list"], team_name=None)
    with refusal(NotFound, "There is no team “Cog”.", "Acme, Bolt"):
        run_words(app, "lab", ["task", "list"], team_name="Cog")
    assert "CHURN-1" in say(app, "lab task list", team="ACME")
    assert "No task fits." in say(app, "lab task list", team="bolt")


def test_a_terminal_makes_an_sqlite_database_that_is_not_there(tmp_path: Path) -> None:
    app = App.open_terminal(Settings(database_url=f"sqlite:///{tmp_path}/new.db"))
    assert "administrator  yes" in say(app, "lab me")
    app.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:hunter2@127.0.0.1:1/db",
        "postgresql://ana:hunter2@no-such-host.invalid/db",
        "sqlite:////nowhere/at/all.db",
    ],
)
def test_a_database_that_cannot_be_reached_is_a_refusal_without_its_password(url: str) -> None:
    with pytest.raises(Unavailable, match="The database cannot be reached") as caught:
        App.open_terminal(Settings(database_url=url))
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_beside_a_server_both_write(sqlite_url: str) -> None:
    server = App.open_server(Settings(database_url=sqlite_url))
    beside = App.open_terminal(Settings(database_url=sqlite_url))
    say(server, "lab-admin project new CHURN")
    for number in range(1, 6):
        assert f"CHURN-{2 * number - 1} " in say(server, "lab task new Of the server")
        assert f"CHURN-{2 * number} " in say(beside, "lab task new Of the terminal")
    assert "10 tasks" in say(server, "lab task list")
    assert "10 tasks" in say(beside, "lab task list")
    beside.close()
    server.close()


def test_a_moved_clock_moves_the_board(sqlite_url: str) -> None:
    app = App.open_terminal(
        Settings(database_url=sqlite_url, labkeeper_testing=True, labkeeper_now_offset=-40 * 365 * 86_400)
    )  # fmt: skip
    assert app.clock.offset == timedelta(days=-40 * 365)
    app.close()
