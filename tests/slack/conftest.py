"""Labkeeper in Slack, on each database."""

from collections.abc import Iterator

import pytest
import structlog

from tests.slack.harness import SlackBoard, slack_board


@pytest.fixture(autouse=True, scope="session")
def _plain_logs() -> None:
    """A traceback with every local takes a minute to write."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])


@pytest.fixture
def board(database_url: str) -> Iterator[SlackBoard]:
    """Nobody has said anything yet."""
    with slack_board(database_url) as board:
        yield board


@pytest.fixture
def churn(board: SlackBoard) -> SlackBoard:
    """With the project CHURN, whose home is #general."""
    board.admin("project new CHURN name:Churn model")
    return board


@pytest.fixture
def sqlite_board(sqlite_url: str) -> Iterator[SlackBoard]:
    """For what no database can change."""
    with slack_board(sqlite_url) as board:
        yield board


@pytest.fixture
def sqlite_churn(sqlite_board: SlackBoard) -> SlackBoard:
    sqlite_board.admin("project new CHURN name:Churn model")
    return sqlite_board
