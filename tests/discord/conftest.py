"""Labkeeper in Discord, on each database."""

from collections.abc import Iterator

import pytest
import structlog

from tests.discord.harness import DiscordBoard, discord_board


@pytest.fixture(autouse=True, scope="session")
def _plain_logs() -> None:
    """A traceback with every local takes a minute to write."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])


@pytest.fixture
def board(database_url: str) -> Iterator[DiscordBoard]:
    """Nobody has said anything yet."""
    with discord_board(database_url) as board:
        yield board


@pytest.fixture
def churn(board: DiscordBoard) -> DiscordBoard:
    """With the project CHURN, whose home is #general."""
    board.admin("project new CHURN name:Churn model")
    return board


@pytest.fixture
def sqlite_board(sqlite_url: str) -> Iterator[DiscordBoard]:
    """For what no database can change."""
    with discord_board(sqlite_url) as board:
        yield board


@pytest.fixture
def sqlite_churn(sqlite_board: DiscordBoard) -> DiscordBoard:
    sqlite_board.admin("project new CHURN name:Churn model")
    return sqlite_board
