"""Labkeeper in Slack, on each database."""

from collections.abc import Iterator

import pytest
import structlog

from tests.slack.harness import SlackBoard, slack_board
from tests.slack.socketing import BY_SOCKET


@pytest.fixture(autouse=True, scope="session")
def _plain_logs() -> None:
    """A traceback with every local takes a minute to write."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_ways") and "board" in metafunc.fixturenames:
        runs = [("sqlite", "http"), ("postgresql", "http"), ("sqlite", "socket")]
        ids = ["sqlite", "postgresql", "socket"]
        # Only a mark takes the place of what the fixture says itself.
        metafunc.definition.add_marker(
            pytest.mark.parametrize(("database_url", "way"), runs, indirect=True, ids=ids)
        )  # fmt: skip


@pytest.fixture
def way(request: pytest.FixtureRequest) -> str:
    """How Slack reaches the board; both for what is marked so."""
    return str(getattr(request, "param", "http"))


@pytest.fixture
def board(database_url: str, way: str) -> Iterator[SlackBoard]:
    """Nobody has said anything yet."""
    with slack_board(database_url, **(BY_SOCKET if way == "socket" else {})) as board:
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
