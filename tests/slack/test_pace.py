"""How fast and in which order things are said, and what happens when Slack asks for patience or does not answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.delivery import Deliverer
from bot.sending import MOST_ATTEMPTS
from tests.fakes.slack.faults import rate_limited, server_error
from tests.free_port import free_port
from tests.slack.harness import SlackBoard, connected, slack_board

LONG = timedelta(seconds=30)
POST, UPDATE = "chat.postMessage", "chat.update"


@contextmanager
def slack_away(board: SlackBoard) -> Iterator[None]:
    """Nobody listens at Slack's address."""
    client = board.own_client
    address, client.base_url = client.base_url, f"http://127.0.0.1:{free_port()}/api/"
    yield
    client.base_url = address


def states(board: SlackBoard) -> list[tuple[str, str]]:
    return [(state, error) for _, state, error in board.deliveries()]


def attempts(board: SlackBoard) -> int:
    return int(board.rows("SELECT max(attempts) FROM deliveries")[0][0])


@pytest.mark.parametrize("method", [POST, UPDATE])
def test_retry_after_is_obeyed(churn: SlackBoard, method: str) -> None:
    churn.lab("task new one")
    if method == UPDATE:
        churn.settle()
        churn.lab("task set CHURN-1 points:3")
    churn.slack.fault(method, rate_limited(30))
    churn.settle()
    for seconds in (0, 1, 25):
        churn.settle_later(seconds)
        assert len(churn.slack.calls(method)) == 1
    churn.settle_later(6)
    refused, taken = churn.slack.calls(method)
    assert (refused.status, taken.status, taken.at - refused.at >= 30) == (429, 200, True)
    assert set(states(churn)) == {("sent", "")}


def test_retry_after_keeps_the_whole_channel_waiting_and_no_other(churn: SlackBoard) -> None:
    churn.admin("watch add CHURN", channel="G1")
    churn.slack.fault(POST, rate_limited(30), channel="C1")
    churn.lab("task new one")
    churn.settle()
    churn.lab("task new two")
    churn.settle_later(5)
    assert (len(churn.posts("C1")), len(churn.channel("G1").roots)) == (1, 2)
    churn.settle_later(26)
    assert [churn.channel().text(root).split()[0] for root in churn.channel().roots] == ["CHURN-1", "CHURN-2"]


def test_being_asked_to_wait_is_never_given_up(churn: SlackBoard) -> None:
    churn.lab("task new one")
    churn.slack.fault(POST, rate_limited(30), times=MOST_ATTEMPTS + 3)
    churn.settle()
    for _ in range(MOST_ATTEMPTS + 3):
        churn.settle_later(31)
    assert states(churn) == [("sent", "")]


def test_slack_that_cannot_be_reached_is_tried_again_more_and_more_seldom(churn: SlackBoard) -> None:
    churn.lab("task new one")
    with slack_away(churn):
        churn.settle()
        for attempt, pause in enumerate((1, 2, 4, 8, 16), start=1):
            assert attempts(churn) == attempt
            churn.settle_later(pause / 4)
            assert attempts(churn) == attempt
            churn.settle_later(pause)
    churn.settle_later(60)
    assert (states(churn), len(churn.channel().roots)) == ([("sent", "")], 1)
    assert churn.slack.calls("conversations.history") == []


def test_slack_that_cannot_be_reached_for_hours_is_told_all_of_it_afterwards(churn: SlackBoard) -> None:
    churn.lab("task new one")
    with slack_away(churn):
        for _ in range(2 * MOST_ATTEMPTS):
            churn.settle_later(601)
        churn.lab("task start CHURN-1")
        churn.settle()
    churn.settle_later(601)
    assert set(states(churn)) == {("sent", "")}
    assert churn.channel().texts[1:] == ["ana moved it from todo to doing"]


@pytest.mark.parametrize("kind", ["root", "edit"])
def test_a_message_that_slack_fails_on_every_time_is_given_up_and_keeps_no_other_waiting(
    churn: SlackBoard, kind: str
) -> None:
    churn.lab("task new one")
    method = POST
    if kind == "edit":
        churn.settle()
        churn.lab("task set CHURN-1 points:3")
        method = UPDATE
    churn.lab("task new two")
    churn.slack.fault(method, server_error(), times=MOST_ATTEMPTS, channel="C1")
    for _ in range(MOST_ATTEMPTS * 2 + 2):
        churn.settle_later(13)
    assert [error for _, error in states(churn) if error] == ["unreachable"]
    assert churn.channel().texts[-1].startswith("CHURN-2 two")


def test_what_happened_is_told_in_the_order_it_happened(churn: SlackBoard) -> None:
    for number in range(1, 6):
        churn.lab(f"task new task {number}")
        churn.lab(f"task note CHURN-{number} first")
        churn.lab(f"task note CHURN-{max(1, number - 1)} second")
    churn.settle()
    heads = [churn.channel().text(root).split()[0] for root in churn.channel().roots]
    assert heads == [f"CHURN-{number}" for number in range(1, 6)]
    times = [message.ts for message in churn.channel().messages]
    assert times == sorted(times)
    for root in churn.channel().roots:
        (replies,) = churn.channel().replies(root)
        assert replies.ts > root.ts


def test_messages_in_one_channel_keep_their_distance_and_channels_do_not_wait_for_each_other(sqlite_url: str) -> None:
    spacing = timedelta(seconds=0.3)
    with slack_board(sqlite_url, spacing=spacing) as board:
        board.admin("project new CHURN")
        board.admin("watch add CHURN", channel="G1")
        for number in range(3):
            board.lab(f"task new task {number}")
        with board.at_work():
            board.worker.wake_from_thread()
            board.slack.wait_until(lambda: len(board.channel("C1").roots) == len(board.channel("G1").roots) == 3)
        times = {channel: [call.at for call in board.posts(channel)] for channel in ("C1", "G1")}
        for called in times.values():
            assert len(called) == 3
            assert all(after - before >= 0.3 for before, after in pairwise(called))
        assert times["G1"][0] < times["C1"][1]


def test_the_distance_is_one_that_slack_does_not_mind(churn: SlackBoard) -> None:
    churn.worker.deliverer.spacing = Deliverer.spacing
    for title in ("one", "two"):
        churn.lab(f"task new {title}")
    with churn.at_work():
        churn.worker.wake_from_thread()
        churn.slack.wait_until(lambda: len(churn.channel().roots) == 2)
    assert len(churn.posts()) == 2
    assert churn.slack.violations("rate") == []


def test_the_distance_holds_after_the_channel_was_let_go(churn: SlackBoard) -> None:
    churn.worker.deliverer.spacing = LONG
    churn.lab("task new one")
    churn.settle()
    churn.lab("task new two")
    for seconds, posted in ((0, 1), (25, 1), (6, 2)):
        churn.settle_later(seconds)
        assert len(churn.posts()) == posted


def test_the_distance_holds_when_the_worker_ends_and_another_takes_over(churn: SlackBoard) -> None:
    churn.worker.deliverer.spacing = LONG
    for title in ("one", "two"):
        churn.lab(f"task new {title}")
    assert churn.say_one() is True
    with connected(churn.slack, churn.database_url, clock=churn.clock, spacing=LONG) as other:
        for seconds, posted in ((0, 1), (25, 1), (6, 2)):
            other.settle_later(seconds)
            assert len(churn.posts()) == posted


def test_cards_that_stand_are_edited_at_the_same_pace(sqlite_url: str) -> None:
    with slack_board(sqlite_url, spacing=timedelta(seconds=0.3)) as board:
        board.admin("project new CHURN")
        board.lab("task new one")
        board.settle()
        board.lab("task start CHURN-1")
        board.later(1)
        with board.at_work():
            board.worker.wake_from_thread()
            board.slack.wait_until(lambda: len(board.posts()) == 2)
        (edit,), (_, reply) = board.slack.calls(UPDATE), board.posts()
        assert reply.at - edit.at >= 0.3
