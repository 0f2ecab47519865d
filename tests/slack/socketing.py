"""Slack reaches the board through Socket Mode."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from bot.platforms.slack.socket import CONNECTIONS

if TYPE_CHECKING:
    from tests.slack.harness import SlackBoard

# Settings of a server that no address leads to.
BY_SOCKET: dict[str, Any] = {"slack_app_token": SecretStr("xapp-A001"), "slack_signing_secret": None}


@contextmanager
def through_socket(board: "SlackBoard") -> Iterator[None]:
    """At the end it is stopped as the server stops it."""
    board.receiver = board.slack.socket_app()
    board.stop_socket = asyncio.run_coroutine_threadsafe(board.socket.run(), board.loop).cancel
    try:
        yield
    finally:
        board.stop_socket()
        board.slack.wait_until(lambda: not board.slack.connections())


def same_way(board: "SlackBoard") -> dict[str, Any]:
    """Settings of a server that Slack reaches as it reaches this one."""
    return BY_SOCKET if board.connection.socket else {}


def opened(board: "SlackBoard") -> int:
    """How many connections there ever were."""
    return len(board.slack.connections(with_closed=True))


def wait_for_connections(board: "SlackBoard", *, after: int = 0, within: float = 5.0) -> None:
    """Until both are open, and none besides, and there were so many altogether."""

    def are_there() -> bool:
        both = board.socket.state == "connected" and len(board.slack.connections()) == CONNECTIONS
        return both and opened(board) >= after

    board.slack.wait_until(are_there, within)
