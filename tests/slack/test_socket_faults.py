"""Connection faults, one after the other: receiving again within 5 s, within 30 s where a connection is half-open, and
nothing that was acknowledged is lost."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.platforms.slack.socket_link import Pace
from tests.fakes.slack.faults import Fault, half_open, hanging, lost_request, no_hello, rate_limited, server_error
from tests.fakes.slack.slack import Slack
from tests.slack.harness import SlackBoard
from tests.slack.socketing import opened, wait_for_connections
from tests.slack.test_socket import QUICK, joined, receipts, socket_board


@dataclass(frozen=True)
class Trouble:
    """`ends` is when Slack would be able to receive again."""

    name: str
    begin: Callable[[Slack], Any]
    end: Callable[[Slack], Any] = lambda slack: None
    limit: float = 5.0


def dropped_and(method: str, *faults: Fault) -> Callable[[Slack], None]:
    """All connections are gone, and the next attempts come to this."""

    def begin(slack: Slack) -> None:
        for fault in faults:
            slack.fault(method, fault)
        slack.drop_connection()

    return begin


def refused(slack: Slack) -> None:
    slack.refuse_connections()
    slack.drop_connection()
    before = len(slack.calls("apps.connections.open"))
    slack.wait_until(lambda: len(slack.calls("apps.connections.open")) >= before + 4, 30)


def newest(slack: Slack) -> str:
    return slack.connections()[-1].id


HALF_OPEN = 30.0
TROUBLES = (
    Trouble("all dropped", lambda slack: slack.drop_connection()),
    Trouble("one dropped", lambda slack: slack.drop_connection(newest(slack))),
    Trouble("warned", lambda slack: slack.disconnect("warning")),
    Trouble("refreshed", lambda slack: slack.disconnect("refresh_requested")),
    Trouble("too many", lambda slack: slack.disconnect("too_many_websockets", newest(slack))),
    Trouble("too many, both", lambda slack: slack.disconnect("too_many_websockets")),
    Trouble("nobody listens", refused, lambda slack: slack.refuse_connections(False)),
    Trouble("WebSocket refused", dropped_and("websocket", server_error(503), server_error(503))),
    Trouble("WebSocket cut", dropped_and("websocket", lost_request(), lost_request())),
    Trouble("WebSocket late", dropped_and("websocket", hanging(1.0), hanging(1.0))),
    Trouble("Slack down", dropped_and("apps.connections.open", server_error(500), server_error(503))),
    Trouble("Slack cut", dropped_and("apps.connections.open", lost_request(), lost_request())),
    Trouble("Slack busy", dropped_and("apps.connections.open", rate_limited(1), rate_limited(1))),
    Trouble("one half-open", lambda slack: slack.freeze_connection(newest(slack)), limit=HALF_OPEN),
    Trouble("both half-open", lambda slack: slack.freeze_connection(), limit=HALF_OPEN),
    Trouble("half-open anew", dropped_and("websocket", half_open(), half_open()), limit=HALF_OPEN),
    Trouble("never greeted", dropped_and("websocket", no_hello(), no_hello()), limit=HALF_OPEN),
)


class Sweep:
    """One event goes out as each trouble begins, and one after the other until one is acknowledged."""

    def __init__(self, board: SlackBoard) -> None:
        self.board = board
        self.sent: list[str] = []

    def suffer(self, trouble: Trouble) -> float:
        """Seconds from the end of the trouble to the next acknowledgement."""
        slack = self.board.slack
        trouble.begin(slack)
        self.send(0.01)
        trouble.end(slack)
        began = time.monotonic()
        while not self.send(0.3):
            assert time.monotonic() - began < trouble.limit + 5, trouble.name
        seconds = time.monotonic() - began
        # What nobody came to yet is not to be the next one's trouble.
        slack.clear_faults()
        slack.wait_until(lambda: not any(one.is_frozen for one in slack.connections()), HALF_OPEN)
        return seconds

    def send(self, patience: float) -> bool:
        self.sent.append(f"Ev{len(self.sent)}")
        return bool(joined(self.board, self.sent[-1], patience).acknowledgements)

    def check(self) -> None:
        """Slack sends again what was not acknowledged, and in the end each is done once."""
        slack = self.board.slack
        for _ in range(3):
            slack.advance(300)
            slack.send_due_envelopes()
        slack.wait_until(
            lambda: len({one.event_id for one in slack.envelopes() if one.acknowledgements}) >= len(self.sent)
        )
        assert [event for event in self.sent if receipts(self.board, event) != 1] == []


def sweep(url: str, pace: Pace, troubles: list[Trouble]) -> dict[str, float]:
    """The longest time to receive again, by trouble."""
    longest: dict[str, float] = {}
    with socket_board(url, pace) as board:
        wait_for_connections(board)
        board.admin("project new CHURN name:Churn model")
        suffering = Sweep(board)
        for trouble in troubles:
            seconds = suffering.suffer(trouble)
            longest[trouble.name] = max(seconds, longest.get(trouble.name, 0.0))
            assert seconds <= trouble.limit, (trouble.name, seconds)
        suffering.check()
        wait_for_connections(board, within=HALF_OPEN)
        assert opened(board) > len(troubles) / 2
    return longest


def test_after_each_fault_it_receives_again_and_nothing_acknowledged_is_lost(sqlite_url: str) -> None:
    sweep(sqlite_url, QUICK, [trouble for trouble in TROUBLES if trouble.name != "Slack busy"])


@pytest.mark.soak
def test_a_hundred_faults_at_the_pace_of_every_day(sqlite_url: str) -> None:
    """A short soak has no time for a hundred, nor for those that last half a minute."""
    chosen = [*TROUBLES, *random.Random(7).choices(TROUBLES, k=100 - len(TROUBLES))]
    if os.environ.get("LABKEEPER_SOAK") == "short":
        chosen = [trouble for trouble in chosen if trouble.limit < HALF_OPEN][:12]
    print(sweep(sqlite_url, Pace(), chosen))
