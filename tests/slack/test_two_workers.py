"""Several worker processes on one PostgreSQL database: one speaks in a channel at a time, and nothing is said twice."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

import pytest

from bot.delivery import LEASE
from bot.sending import begin
from core.deliveries import Destination
from tests.fakes.slack.faults import hanging
from tests.slack.harness import ANA, BEN, SlackBoard, connected, slack_board
from tests.storage.probes import at_once

POST = "chat.postMessage"


@pytest.fixture
def board(postgres_url: str) -> Iterator[SlackBoard]:
    with slack_board(postgres_url) as board:
        board.admin("project new CHURN")
        yield board


@pytest.fixture
def other(board: SlackBoard) -> Iterator[SlackBoard]:
    """Another process beside it, on the same clock."""
    with connected(board.slack, board.database_url, clock=board.clock) as other:
        yield other


def claim(board: SlackBoard) -> tuple[Destination, ...]:
    return board.database.claim_destinations(now=board.clock.now(), lease=LEASE, limit=9).result()


def start_and_hang(board: SlackBoard) -> None:
    """Its worker is in the middle of a post in #general, which Slack takes at once and answers when it is let go."""
    board.slack.fault(POST, hanging(60, is_carried_out=True), channel="C1")
    board.fan_out()
    assert board.run(board.worker.deliverer.start_due()) == 1
    board.slack.wait_until(board.slack.hanging_calls)


def let_go(board: SlackBoard) -> None:
    board.slack.release_hanging()
    board.run(board.worker.deliverer.finish())


def test_while_one_speaks_in_a_channel_the_other_speaks_elsewhere(board: SlackBoard, other: SlackBoard) -> None:
    board.lab("task new one")
    start_and_hang(board)
    other.admin("watch add CHURN", channel="G1")
    other.lab("task new two")
    other.settle()
    assert (len(board.channel("C1").roots), len(board.channel("G1").roots)) == (1, 1)
    let_go(board)
    other.settle()
    assert [board.channel().text(root).split()[0] for root in board.channel().roots] == ["CHURN-1", "CHURN-2"]


def test_of_two_who_claim_at_once_one_gets_the_channel(board: SlackBoard, other: SlackBoard) -> None:
    board.lab("task new one")
    board.fan_out()
    claimed = at_once(lambda: claim(board), lambda: claim(other))
    assert len(list(chain(*claimed))) == 1


def test_a_lease_that_ran_out_passes_to_the_other_who_leaves_what_is_under_way(
    board: SlackBoard, other: SlackBoard
) -> None:
    board.lab("task new one")
    start_and_hang(board)
    other.lab("task new two")
    other.settle_later(LEASE.total_seconds() + 1)
    assert len(board.channel().roots) == 1
    let_go(board)
    assert [state for _, state, _ in board.deliveries()] == ["sent", "queued"]
    other.settle_later(13)
    board.settle()
    assert [board.channel().text(root).split()[0] for root in board.channel().roots] == ["CHURN-1", "CHURN-2"]
    assert board.slack.calls("conversations.history") == []


def test_whoever_lost_the_lease_sends_nothing_more(board: SlackBoard, other: SlackBoard) -> None:
    board.lab("task new one")
    board.fan_out()
    (stale,) = claim(board)
    board.later(LEASE.total_seconds() + 1)
    (held,) = claim(other)
    times = board.worker.deliverer._times()
    assert board.write(lambda work: begin(work, stale, times)) is None
    assert board.run(board.worker.deliverer._say_one(stale)) is False
    assert other.write(lambda work: begin(work, held, times)) is not None
    assert board.posts() == []


def test_whoever_lost_the_lease_does_not_let_go_of_the_others(board: SlackBoard, other: SlackBoard) -> None:
    board.lab("task new one")
    board.fan_out()
    (stale,) = claim(board)
    board.later(LEASE.total_seconds() + 1)
    assert len(claim(other)) == 1
    board.write(lambda work: work.deliveries.release(stale, due_at=board.clock.now()))
    assert claim(board) == ()


def test_a_worker_that_died_is_succeeded_when_its_lease_runs_out(board: SlackBoard, other: SlackBoard) -> None:
    board.lab("task new one")
    board.stop_in_the_middle(is_posted=True)
    other.settle()
    other.settle_later(LEASE.total_seconds() + 1)
    assert len(board.posts()) == 1
    other.settle_later(13)
    assert ([state for _, state, _ in board.deliveries()], len(board.posts())) == (["sent"], 1)


def test_of_two_who_fan_out_at_once_nobody_queues_anything_twice(board: SlackBoard, other: SlackBoard) -> None:
    for number in range(20):
        board.lab(f"task new task {number}")
        other.lab(f"task note CHURN-{number + 1} soon")
    at_once(board.fan_out, other.fan_out)
    assert Counter(kind for kind, _, _ in board.deliveries()) == {"root": 20, "edit": 20, "reply": 20}


def test_two_at_work_beside_each_other_say_everything_once_and_in_order(board: SlackBoard, other: SlackBoard) -> None:
    board.admin("watch add CHURN", channel="G1")
    with board.at_work(), other.at_work():
        for number in range(1, 9):
            board.lab(f"task new task {number}")
            at_once(
                lambda number=number: other.lab(f"task start CHURN-{number}", by=BEN),
                lambda number=number: board.lab(f"task note CHURN-{number} soon", by=ANA),
            )
        board.slack.wait_until(
            lambda: len(board.channel("G1").roots) == len(board.channel("C1").roots) == 8, timeout=20
        )
    for process in (board, other):
        process.settle_later(13)
    assert board.slack.duplicates("marker") == {}
    for channel in ("C1", "G1"):
        view = board.channel(channel)
        assert [view.text(root).split()[0] for root in view.roots] == [f"CHURN-{number}" for number in range(1, 9)]
        for root in view.roots:
            told = "\n".join(view.text(reply) for reply in view.replies(root))
            assert (told.count("moved it from todo to doing"), told.count("soon")) == (1, 1)
            assert "doing" in view.text(root)
