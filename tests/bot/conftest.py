"""People at a board: Ana, an administrator, on each database."""

from collections.abc import Iterator

import pytest

from storage.database import open_database
from tests.bot.speaker import Speaker
from tests.conftest import NOW
from tests.drivers import BoardDriver


@pytest.fixture
def ana(board: BoardDriver) -> Speaker:
    return Speaker(board, board.ana)


@pytest.fixture
def sqlite_board(sqlite_url: str) -> Iterator[BoardDriver]:
    """For what no database can change."""
    database = open_database(sqlite_url, is_server=True)
    yield BoardDriver.open(database, now=NOW)
    database.close()
