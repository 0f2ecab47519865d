"""From events to deliveries: once each, in order, in the unit that marks them told."""

from dataclasses import replace

import pytest

from bot.app import load_notifications
from bot.outbox import BATCH, fan_out, root_key
from core.board import reorder_task
from core.deliveries import Delivery, DeliveryState
from core.events import TaskMoved
from core.ids import ChannelRef
from core.notes import add_note
from core.tasks import State
from core.watches import add_watch, choose_home
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.storage.probes import execute

NOTIFICATIONS = load_notifications()
HOME = ChannelRef("slack", "T1", "C1")


@pytest.fixture
def board(board: BoardDriver) -> BoardDriver:
    """CHURN's home is #general, and everybody has been told what happened so far."""
    board.do(choose_home, project="CHURN", channel=HOME, name="general")
    tell(board)
    return board


def tell(board: BoardDriver) -> int:
    return board.write(lambda work: fan_out(work, notifications=NOTIFICATIONS, now=board.now))


def queued(board: BoardDriver, channel: ChannelRef = HOME) -> list[Delivery]:
    def query(work):
        found = work.channels.find(channel)
        return list(work.deliveries.pending(found.id, limit=1_000)) if found else []

    return board.read(query)


def kinds(board: BoardDriver) -> list[str]:
    return [str(delivery.kind) for delivery in queued(board)]


def mark_all(board: BoardDriver, state: DeliveryState) -> None:
    for delivery in queued(board):
        board.write(lambda work, delivery=delivery: work.deliveries.mark(replace(delivery, state=state), NOW))


def test_a_new_task_is_told_by_its_card_alone(board: BoardDriver) -> None:
    task = board.new()
    assert tell(board) == 1
    (root,) = queued(board)
    assert (root.kind, root.task_id, root.card) == ("root", task.id, None)


def test_a_change_edits_the_card_and_is_told_in_its_thread(board: BoardDriver) -> None:
    task = board.new()
    tell(board)
    mark_all(board, DeliveryState.SENT)
    board.move(task, State.DOING)
    tell(board)
    edit, reply = queued(board)
    (moved, _) = board.read(lambda work: work.events.of_task(task.id, limit=2))
    assert (edit.kind, edit.card) == ("edit", None)
    assert (reply.kind, reply.card) == ("reply", NOTIFICATIONS[TaskMoved].card(moved))


def test_a_change_that_nobody_wants_to_read_about_only_edits_the_card(board: BoardDriver) -> None:
    board.new()
    second = board.new()
    tell(board)
    mark_all(board, DeliveryState.SENT)
    board.do(reorder_task, key=second.key, place="top", before=None, after=None)
    tell(board)
    assert [(delivery.kind, delivery.task_id) for delivery in queued(board)] == [("edit", second.id)]


def test_edits_that_wait_become_one(board: BoardDriver) -> None:
    task = board.new()
    tell(board)
    mark_all(board, DeliveryState.SENT)
    for number in range(5):
        board.do(add_note, task=task.key, text=f"seed {number}")
        tell(board)
    assert kinds(board) == ["edit", "reply", "reply", "reply", "reply", "reply"]


def test_an_edit_in_flight_is_followed_by_another(board: BoardDriver) -> None:
    task = board.new()
    tell(board)
    mark_all(board, DeliveryState.SENT)
    board.do(add_note, task=task.key, text="one")
    tell(board)
    mark_all(board, DeliveryState.SENDING)
    board.do(add_note, task=task.key, text="two")
    tell(board)
    assert kinds(board) == ["edit", "reply", "edit", "reply"]


def test_nothing_is_told_twice(board: BoardDriver) -> None:
    board.move(board.new(), State.DOING)
    assert tell(board) == 2
    before = queued(board)
    assert tell(board) == 0
    assert queued(board) == before


def test_events_that_come_back_unmarked_queue_nothing_twice(board: BoardDriver, database_url: str) -> None:
    board.move(board.new(), State.DOING)
    tell(board)
    before = queued(board)
    execute(database_url, "UPDATE events SET is_fanned_out = false")
    assert tell(board) > 2
    assert queued(board) == before


def test_a_batch_at_a_time_and_the_oldest_first(board: BoardDriver) -> None:
    task = board.new()
    for number in range(BATCH + 4):
        board.do(add_note, task=task.key, text=f"seed {number}")
    assert [tell(board), tell(board), tell(board)] == [BATCH, 5, 0]
    replies = [delivery for delivery in queued(board) if delivery.kind == "reply"]
    assert [str(delivery.card.blocks[0].text[0]) for delivery in replies] == [f"seed {n}" for n in range(BATCH + 4)]


def test_what_is_about_no_task_is_marked_and_said_nowhere(board: BoardDriver) -> None:
    board.sign_in("ben")
    assert tell(board) == 1
    assert queued(board) == []


def test_a_card_is_queued_in_every_channel_that_shows_the_task(board: BoardDriver) -> None:
    other = ChannelRef("discord", "G1", "7")
    board.do(add_watch, project="CHURN", channel=other, channel_name="ml", track=None, kind=None, label=None)
    task = board.new()
    tell(board)
    for channel in (HOME, other):
        (root,) = queued(board, channel)
        assert root.dedupe_key == root_key(root.channel_id, task.id)


def test_what_a_newer_version_wrote_waits_for_it_and_the_other_tasks_are_told(
    board: BoardDriver, database_url: str
) -> None:
    strange = board.new()
    execute(database_url, f"UPDATE events SET type = 'FromTheFuture' WHERE task_id = {strange.id}")
    others = [board.new() for _ in range(BATCH + 1)]
    board.move(strange, State.DOING)
    assert [tell(board), tell(board), tell(board)] == [BATCH, 1, 0]
    assert [root.task_id for root in queued(board)] == [task.id for task in others]
    execute(database_url, "UPDATE events SET type = 'TaskCreated' WHERE type = 'FromTheFuture'")
    assert tell(board) == 2
    assert [str(delivery.kind) for delivery in queued(board) if delivery.task_id == strange.id] == [
        "root", "edit", "reply",
    ]  # fmt: skip


def test_another_teams_events_are_left_alone(board: BoardDriver) -> None:
    other = BoardDriver.open(board.store, now=NOW, project="OTHER")
    other.new(project="OTHER")
    assert tell(board) == 0
    assert tell(other) > 0
