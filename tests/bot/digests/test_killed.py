"""A process is killed between the claim of a period and its commit; the next one posts it, once."""

import asyncio
import multiprocessing
import os
import signal
from datetime import UTC, datetime, time

import pytest

from bot.digest_tick import post_due_digests
from bot.digest_writer import BoardDigests
from core import digest_posting
from core.calendar import Weekday
from core.digest_runs import DigestKind
from core.digest_schedules import schedule_digest
from core.ids import ChannelRef
from core.tasks import State
from core.watches import choose_home
from storage.database import open_database
from tests.drivers import BoardDriver
from tests.storage.probes import rows

HOME = ChannelRef("chat", "T1", "C1")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WHERE = {"after the claim": "_publish", "after the text": "_queue", "at the end": "_next_look"}


class Monday:
    def now(self) -> datetime:
        return MONDAY


def tick(url: str, killed_in: str | None = None) -> int:
    if killed_in is not None:
        setattr(digest_posting, killed_in, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
    database = open_database(url, is_server=False)
    try:
        return asyncio.run(post_due_digests(database, Monday(), BoardDigests()))
    finally:
        database.close()


@pytest.mark.parametrize("place", WHERE.values(), ids=WHERE)
def test_a_digest_that_was_being_posted_is_posted_once(board: BoardDriver, database_url: str, place: str) -> None:
    board.do(choose_home, project="CHURN", channel=HOME, name="ml")
    board.move(board.new("Does focal loss help?", box="10d"), State.DOING)
    board.do(
        schedule_digest, kind=DigestKind.WEEKLY, channel=HOME, channel_name="ml", weekday=Weekday.MONDAY, at=time(9),
        zone="Europe/Lisbon", shows_all=False, is_replacing=False,
    )  # fmt: skip
    killed = multiprocessing.get_context("fork").Process(target=tick, args=(database_url, place))
    killed.start()
    killed.join(30)
    assert killed.exitcode == -signal.SIGKILL
    assert rows(database_url, "SELECT id FROM digest_runs") == []
    assert [tick(database_url), tick(database_url)] == [1, 0]
    assert len(rows(database_url, "SELECT id FROM digest_runs")) == 1
    assert rows(database_url, "SELECT kind, state FROM deliveries WHERE subject LIKE 'digest:%'") == [
        ("root", "queued")
    ]
