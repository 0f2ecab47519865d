"""A shell, and one with a project in it already."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import open_database
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.terminal.shell import LoadedCommand, Shell


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoadedCommand]:
    command = LoadedCommand(tmp_path_factory.mktemp("loaded"))
    yield command
    command.close()


@pytest.fixture
def shell(loaded: LoadedCommand, tmp_path: Path) -> Iterator[Shell]:
    directory = tmp_path / "home"
    directory.mkdir()
    shell = Shell(directory, loaded)
    yield shell
    shell.close()


@pytest.fixture
def board_shell(shell: Shell, sqlite_url: str) -> Shell:
    """Its environment names a database with the team Acme and the project CHURN."""
    return _with_a_board(shell, sqlite_url)


@pytest.fixture
def each_board_shell(shell: Shell, database_url: str) -> Shell:
    """The same on each kind of database."""
    return _with_a_board(shell, database_url)


def _with_a_board(shell: Shell, url: str) -> Shell:
    database = open_database(url, is_server=True)
    BoardDriver.open(database, now=NOW)
    database.close()
    shell.environment["DATABASE_URL"] = url
    return shell
