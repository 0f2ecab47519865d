"""Two units of work of one channel at the same moment, each held where the other one could miss it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from bot.app import load_notifications
from bot.outbox import fan_out
from bot.sending import Sending, Settled, Times, begin, settle
from core.deliveries import DeliveryKind, DeliveryState, Destination
from core.ids import ChannelRef
from core.notes import add_note
from core.ports import UnitOfWork
from core.projects import create_project
from core.tasks import State, Task
from storage.database import Database, open_database
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.storage.probes import wait_for_lock_or_end

T = TypeVar("T")

HOME = ChannelRef("slack", "T001", "C1")
PATIENCE = 20.0


@dataclass
class Desk:
    """The units of a worker, one by one; `again` is later, when everything may be said."""

    url: str
    database: Database
    board: BoardDriver

    @property
    def times(self) -> Times:
        second = timedelta(seconds=1)
        return Times(now=self.board.now, lease=5 * second, spacing=second, settling=12 * second)

    def fan_out(self, work: UnitOfWork) -> int:
        return fan_out(work, notifications=load_notifications(), now=self.board.now)

    def claim(self) -> Destination | None:
        self.board.later(minutes=1)
        claim = self.database.claim_destinations(now=self.board.now, lease=self.times.lease, limit=1)
        return next(iter(claim.result()), None)

    def begin(self, destination: Destination) -> Sending:
        sending = self.board.write(lambda work: begin(work, destination, self.times))
        assert sending is not None
        return sending

    def settle(self, work: UnitOfWork, destination: Destination, sending: Sending) -> Settled:
        return settle(work, destination, sending, "1.000001", self.times)

    def start(self, run: Callable[[UnitOfWork], T]) -> Future[T]:
        return self.database.write(run, team=self.board.team, within=timedelta(seconds=PATIENCE))

    @contextmanager
    def held(self, run: Callable[[UnitOfWork], T]) -> Iterator[Future[T]]:
        """Runs it up to its commit, which comes after the block."""
        has_run, may_commit = threading.Event(), threading.Event()

        def hold(work: UnitOfWork) -> T:
            result = run(work)
            has_run.set()
            may_commit.wait(PATIENCE)
            return result

        future = self.start(hold)
        try:
            assert has_run.wait(PATIENCE)
            yield future
        finally:
            may_commit.set()
        future.result(PATIENCE)


@pytest.fixture
def desk(postgres_url: str) -> Iterator[Desk]:
    # SQLite writes one unit after the other anyway.
    database = open_database(postgres_url, is_server=True)
    board = BoardDriver.open(database, now=NOW, project="")
    board.do(create_project, key="CHURN", name=None, zone="UTC", channel=HOME, channel_name="general")
    yield Desk(postgres_url, database, board)
    database.close()


def card_in_channel(desk: Desk) -> Task:
    """A task whose card was posted, with nothing left to say."""
    task = desk.board.new()
    desk.board.write(desk.fan_out)
    destination = desk.claim()
    assert destination
    sending = desk.begin(destination)
    desk.board.write(lambda work: desk.settle(work, destination, sending))
    return task


def test_what_is_queued_while_the_last_message_is_marked_is_not_forgotten(desk: Desk) -> None:
    task = desk.board.new()
    desk.board.write(desk.fan_out)
    destination = desk.claim()
    assert destination
    sending = desk.begin(destination)
    desk.board.do(add_note, task=task.key, text="said meanwhile")
    with desk.held(desk.fan_out):
        settling = desk.start(lambda work: desk.settle(work, destination, sending))
        wait_for_lock_or_end(desk.url, settling)
    assert settling.result().goes_on or desk.claim() is not None


def test_a_change_while_an_edit_is_begun_is_shown_by_another(desk: Desk) -> None:
    task = card_in_channel(desk)
    desk.board.do(add_note, task=task.key, text="an edit follows from it")
    desk.board.write(desk.fan_out)
    destination = desk.claim()
    assert destination

    def edits(state: DeliveryState) -> list[Any]:
        pending = desk.board.read(lambda work: work.deliveries.pending(destination.channel_id, limit=100))
        return [delivery for delivery in pending if delivery.kind is DeliveryKind.EDIT and delivery.state is state]

    with desk.held(lambda work: begin(work, destination, desk.times)):
        desk.board.move(task, State.DOING)
        fanning = desk.start(desk.fan_out)
        wait_for_lock_or_end(desk.url, fanning)
    fanning.result()
    assert len(edits(DeliveryState.SENDING)) == len(edits(DeliveryState.QUEUED)) == 1
