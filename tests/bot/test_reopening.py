"""A channel that is open again: the cards that were put aside for it are posted, and all that belongs below them."""

import asyncio
from dataclasses import dataclass, replace

import pytest

from bot.jobs import JobRunner
from bot.reopening import BATCH, Reopening, reopen_channel
from core.cards import Card
from core.deliveries import DeliveryKind, DeliveryState, MessageGone, NewDelivery, Post, Refused
from core.git import Result
from core.notes import add_note
from core.tasks import State
from core.watches import choose_home
from tests.bot.test_delivery import HOME, BoardClock, Chat, deliver, states, titles
from tests.drivers import BoardDriver
from tests.git_facts import deployment, push, sha_of, take
from tests.storage.probes import execute

SHA = sha_of("CHURN-1 a")
CODES = ("is_archived", "not_in_channel", "account_inactive")


@dataclass
class Room(Chat):
    """A channel that may be closed."""

    code: str = ""

    async def post(self, post: Post) -> str:
        if self.code:
            raise Refused(self.code)
        return await super().post(post)

    def heard(self, since: int = 0) -> list[str]:
        """What was said, and where it stands."""
        return [f"{place(post)}: {title}" for post, title in list(zip(self.said, titles(self), strict=True))[since:]]


def place(post: Post) -> str:
    return "edit" if post.message else "aloud" if post.shows_in_channel else "reply" if post.thread else "root"


@pytest.fixture
def board(board: BoardDriver) -> BoardDriver:
    board.do(choose_home, project="CHURN", channel=HOME, name="general")
    return board


def reopen(board: BoardDriver, room: Room) -> int:
    room.code = ""
    return board.write(lambda work: reopen_channel(work, HOME, board.now))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("told", ["at once", "one by one"])
def test_what_was_put_aside_follows_its_card_in_its_order(
    board: BoardDriver, database_url: str, code: str, told: str
) -> None:
    room = Room(code=code)
    task, other = board.new("one"), board.new("two")
    for step in (
        lambda: board.do(add_note, task=task.key, text="a"),
        lambda: take(board, push("CHURN-1 a")),
        lambda: take(board, deployment(SHA, Result.SUCCESS)),
        lambda: board.do(add_note, task=task.key, text="b"),
        lambda: board.do(add_note, task=other.key, text="c"),
    ):
        step()
        if told == "one by one":
            deliver(board, room)
    deliver(board, room)
    assert room.said == []
    reopen(board, room)
    board.do(add_note, task=task.key, text="after it was open again")
    deliver(board, room)
    below = {post.thread: [] for post in room.said if post.thread}
    for post in room.said:
        if post.thread:
            below[post.thread].append(place(post))
    roots = [f"m{number}" for number, post in enumerate(room.said, 1) if place(post) == "root"]
    assert [title for title, post in zip(titles(room), room.said, strict=True) if place(post) == "root"] == [
        "CHURN-1  one", "CHURN-2  two",
    ]  # fmt: skip
    assert below == {roots[0]: ["reply", "aloud", "reply"], roots[1]: ["reply"]}
    assert set(states(board, database_url)) == {("sent", "")}


def test_nothing_is_said_twice_however_often_it_is_opened(board: BoardDriver, database_url: str) -> None:
    room, task = Room(code="is_archived"), board.new("one")
    board.do(add_note, task=task.key, text="a")
    deliver(board, room)
    for _ in range(2):
        reopen(board, room)
    deliver(board, room)
    before = room.heard()
    assert reopen(board, room) == 0
    deliver(board, room)
    assert room.heard() == before == ["root: CHURN-1  one", "reply: ana noted:"]


def test_many_replies_below_a_card_are_one_line_with_a_count(board: BoardDriver) -> None:
    room, task = Room(), board.new("one")
    deliver(board, room)
    room.code = "not_in_channel"
    for number in range(30):
        board.do(add_note, task=task.key, text=f"seed {number}")
        deliver(board, room)
    board.move(task, State.DOING)
    deliver(board, room)
    reopen(board, room)
    deliver(board, room)
    assert room.heard(1) == ["edit: CHURN-1  one", "reply: 31 changes"]


def test_of_what_was_to_be_said_aloud_of_one_task_only_the_newest_is(board: BoardDriver) -> None:
    room = Room()
    board.new("one")
    deliver(board, room)
    before = len(room.said)
    room.code = "is_archived"
    for number in range(4):
        later = sha_of(f"CHURN-1 {number}")
        take(board, push(f"CHURN-1 {number}"))
        take(board, deployment(later, Result.SUCCESS, id=str(100 + number)))
        deliver(board, room)
    reopen(board, room)
    deliver(board, room)
    said = [place(post) for post in room.said[before:]]
    assert said.count("aloud") == 1
    assert said[-1] == "aloud"
    assert "reply" in said


def test_what_was_wrong_with_a_message_itself_stays_aside(board: BoardDriver, database_url: str) -> None:
    class Strict(Room):
        async def post(self, post: Post) -> str:
            if place(post) == "reply":
                raise Refused("msg_too_long")
            return await super().post(post)

    room, task = Strict(), board.new("one")
    board.do(add_note, task=task.key, text="a")
    deliver(board, room)
    assert reopen(board, room) == 0
    assert states(board, database_url)["parked", "msg_too_long"] == 1


def test_a_card_that_nobody_wants_does_not_come_back_with_the_channel(board: BoardDriver) -> None:
    room, task = Room(), board.new("one")
    deliver(board, room)
    for number in range(2):
        room.failures = [MessageGone()]
        board.do(add_note, task=task.key, text=f"seed {number}")
        deliver(board, room)
    before = room.heard()
    reopen(board, room)
    deliver(board, room)
    assert room.heard() == before


def test_more_than_one_unit_takes_is_all_said(board: BoardDriver, database_url: str) -> None:
    room = Room()
    add_parked(board, database_url, 2 * BATCH + 500)
    assert reopen(board, room) == BATCH
    assert states(board, database_url)["parked", "is_archived"] == BATCH + 500

    async def work() -> None:
        jobs = JobRunner(board.store, BoardClock(board), Reopening(board.store, BoardClock(board)).performers)
        # The job was promised on real time.
        board.later(days=3_650)
        assert await jobs.start_due() == 1
        await jobs.finish()

    asyncio.run(work())
    assert states(board, database_url) == {("queued", ""): 2 * BATCH + 500}


def add_parked(board: BoardDriver, url: str, count: int) -> None:
    def unit(work):
        channel = work.channels.find(HOME)
        new = NewDelivery(channel_id=channel.id, kind=DeliveryKind.BROADCAST, dedupe_key="n:1", card=Card(("1",)))
        parked = work.deliveries.get(work.deliveries.add(new, board.now))
        work.deliveries.mark(replace(parked, state=DeliveryState.PARKED, error="is_archived"), board.now)

    board.write(unit)
    same = "team_id, channel_id, kind, card, state, error, created_at, updated_at"
    execute(
        url,
        f"INSERT INTO deliveries (dedupe_key, {same}) WITH RECURSIVE c(n) AS"
        f" (SELECT 2 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) SELECT 'n:' || n, {same} FROM deliveries, c",
    )
