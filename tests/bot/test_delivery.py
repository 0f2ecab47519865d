"""The deliverer against a chat that does what a test says; against Slack it is tested with Slack's test server."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.app import load_notifications
from bot.delivery import MOST_CHANNELS, Deliverer
from bot.jobs import JobRunner
from bot.outbox import fan_out
from bot.sending import MOST_PENDING
from bot.sharing import share_card
from bot.worker import Worker
from core.cards import Card, Link, card_to_json
from core.deliveries import AnswerLost, DeliveryError, MessageGone, Post, Refused, TryLater
from core.ids import ChannelRef
from core.notes import add_note
from core.watches import add_watch, choose_home
from tests.drivers import BoardDriver
from tests.storage.probes import rows

HOME = ChannelRef("chat", "T1", "C1")
NOTIFICATIONS = load_notifications()


@dataclass
class BoardClock:
    """The board's own."""

    board: BoardDriver

    def now(self) -> datetime:
        return self.board.now


@dataclass
class Chat:
    """Takes every message, or raises what it was given; it remembers what was tried, and in how many
    channels at once."""

    failures: list[Exception] = field(default_factory=list)
    said: list[Post] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    speaking: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0

    async def post(self, post: Post) -> str:
        channel = post.channel.channel
        self.tried.append(post.marker)
        self.speaking[channel] += 1
        assert self.speaking[channel] == 1
        self.most_at_once = max(self.most_at_once, sum(self.speaking.values()))
        await self.pause()
        self.speaking[channel] -= 1
        if self.failures:
            raise self.failures.pop(0)
        self.said.append(post)
        return post.message or f"m{len(self.said)}"

    async def pause(self) -> None:
        await asyncio.sleep(0)

    async def find(self, post: Post, *, since: datetime) -> str | None:
        found = [number for number, said in enumerate(self.said, start=1) if said.marker == post.marker]
        return f"m{found[0]}" if found else None


@pytest.fixture
def board(board: BoardDriver) -> BoardDriver:
    board.do(choose_home, project="CHURN", channel=HOME, name="general")
    return board


def deliver(board: BoardDriver, chat: Chat | None, *, platform: str = "chat", **settings) -> Deliverer:
    """Until nothing can be said at this moment."""
    while board.write(lambda work: fan_out(work, notifications=NOTIFICATIONS, now=board.now)):
        pass
    chats = {platform: chat} if chat else {}
    deliverer = Deliverer(board.store, chats, BoardClock(board), spacing=timedelta(), **settings)

    async def run() -> None:
        while await deliverer.start_due():
            await deliverer.finish()

    asyncio.run(run())
    return deliverer


def states(board: BoardDriver, url: str) -> Counter[tuple[str, str]]:
    return Counter(rows(url, "SELECT state, error FROM deliveries"))


def titles(chat: Chat) -> list[str]:
    return [" ".join(str(getattr(span, "key", span)).strip() for span in post.card.title) for post in chat.said]


def test_what_is_queued_is_said_in_its_order(board: BoardDriver) -> None:
    chat = Chat()
    for title in ("one", "two", "three"):
        board.new(title)
    deliver(board, chat)
    assert titles(chat) == ["CHURN-1  one", "CHURN-2  two", "CHURN-3  three"]


def test_tasks_in_messages_lead_to_the_board_where_it_can_be_reached(board: BoardDriver) -> None:
    chat = Chat()
    board.new("one")
    deliver(board, chat, public_url="https://lab.example.com")
    assert chat.said[0].card.title[0] == Link("CHURN-1", "https://lab.example.com/board/tasks/CHURN-1")


def test_every_message_has_a_marker_of_its_own_which_it_keeps(board: BoardDriver) -> None:
    chat = Chat(failures=[TryLater(), TryLater(timedelta(seconds=1))])
    board.new("one")
    board.new("two")
    for _ in range(3):
        deliver(board, chat)
        board.later(seconds=5)
    first, second = [post.marker for post in chat.said]
    assert first != second
    assert chat.tried == [first, first, first, second]


def test_a_chat_that_is_not_connected_is_written_down(board: BoardDriver, database_url: str) -> None:
    board.new("one")
    deliver(board, None)
    assert states(board, database_url) == {("parked", "not_connected"): 1}
    assert "could not post in #general: not_connected" in board.told()


@pytest.mark.parametrize("failure", [RuntimeError("a bug"), KeyError("ts"), DeliveryError("of no known kind")])
def test_a_failure_that_nobody_foresaw_is_looked_into_later(
    board: BoardDriver, database_url: str, failure: Exception
) -> None:
    chat = Chat(failures=[failure])
    board.new("one")
    deliver(board, chat)
    assert states(board, database_url) == {("sending", ""): 1}
    board.later(seconds=20)
    deliver(board, chat)
    board.later(seconds=20)
    deliver(board, chat)
    assert states(board, database_url) == {("sent", ""): 1}
    assert titles(chat) == ["CHURN-1  one"]


def test_a_message_that_was_lost_every_time_is_given_up(board: BoardDriver, database_url: str) -> None:
    chat = Chat(failures=[AnswerLost() for _ in range(12)])
    board.new("one")
    for _ in range(30):
        deliver(board, chat)
        board.later(seconds=13)
    assert states(board, database_url) == {("parked", "unreachable"): 1}
    assert chat.failures == []


def test_more_replies_than_fit_in_one_look_are_told_in_a_few_messages(board: BoardDriver, database_url: str) -> None:
    chat, task = Chat(), board.new("one")
    for number in range(MOST_PENDING + 20):
        board.do(add_note, task=task.key, text=f"seed {number}")
    deliver(board, chat)
    assert set(states(board, database_url)) == {("sent", "")}
    assert titles(chat) == ["CHURN-1  one", f"{MOST_PENDING} changes", "20 changes"]
    assert {post.thread for post in chat.said[1:]} == {"m1"}


@pytest.mark.parametrize("crash", [[], [RuntimeError("a bug")]], ids=["at once", "after a crash"])
def test_a_card_posted_anew_stands_before_what_belongs_to_it_however_much_waits(
    board: BoardDriver, database_url: str, crash: list[Exception]
) -> None:
    chat, task = Chat(), board.new("one")
    deliver(board, chat)
    for number in range(MOST_PENDING + 20):
        board.do(add_note, task=task.key, text=f"seed {number}")
    chat.failures = [MessageGone(), *crash]
    for _ in range(3):
        deliver(board, chat)
        board.later(seconds=20)
    assert titles(chat) == ["CHURN-1  one", "CHURN-1  one", f"{MOST_PENDING} changes", "20 changes"]
    assert set(states(board, database_url)) == {("sent", "")}


def test_nothing_is_said_about_a_task_whose_card_was_refused(board: BoardDriver) -> None:
    chat = Chat(failures=[Refused("invalid_blocks")])
    task = board.new("one")
    board.do(add_note, task=task.key, text="never told: its card is not there")
    deliver(board, chat)
    assert chat.said == []


@dataclass
class SlowChat(Chat):
    """Whoever speaks first is heard to the end when somebody else has begun."""

    together: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self) -> None:
        if self.most_at_once > 1:
            self.together.set()
        async with asyncio.timeout(5):
            await self.together.wait()


def test_at_most_so_many_channels_are_spoken_in_at_once(board: BoardDriver, database_url: str) -> None:
    chat = SlowChat()
    for number in range(MOST_CHANNELS + 10):
        channel = ChannelRef("chat", "T1", f"W{number}")
        board.do(
            add_watch, project="CHURN", channel=channel, channel_name=f"w{number}", track=None, kind=None, label=None
        )
    board.new("one")
    deliver(board, chat)
    assert 1 < chat.most_at_once <= MOST_CHANNELS
    assert states(board, database_url) == {("sent", ""): MOST_CHANNELS + 11}


def test_what_a_worker_says_to_the_end_is_the_message_in_hand_alone(board: BoardDriver, database_url: str) -> None:
    chat = Chat()
    for title in ("one", "two"):
        board.new(title)
    board.write(lambda work: fan_out(work, notifications=NOTIFICATIONS, now=board.now))
    deliverer = Deliverer(board.store, {"chat": chat}, BoardClock(board), spacing=timedelta())

    async def run() -> None:
        await deliverer.start_due()
        await deliverer.finish()

    asyncio.run(run())
    assert states(board, database_url) == {("sent", ""): 1, ("queued", ""): 1}


BUSY = MOST_CHANNELS + 10


@pytest.fixture
def busy(board: BoardDriver) -> BoardDriver:
    """More channels than places, each with three things to say."""
    for number in range(BUSY - 1):
        channel = ChannelRef("chat", "T1", f"W{number}")
        board.do(
            add_watch, project="CHURN", channel=channel, channel_name=f"w{number}", track=None, kind=None, label=None
        )
    for title in ("one", "two", "three"):
        board.new(title)
    while board.write(lambda work: fan_out(work, notifications=NOTIFICATIONS, now=board.now)):
        pass
    return board


def test_a_channel_that_waits_for_its_pace_holds_no_place(busy: BoardDriver) -> None:
    chat = Chat()
    deliverer = Deliverer(busy.store, {"chat": chat}, BoardClock(busy), spacing=timedelta(hours=1))

    async def run() -> list[int]:
        rounds = []
        for _ in range(3):
            rounds.append(await deliverer.start_due())
            await deliverer.finish()
        return rounds

    assert asyncio.run(asyncio.wait_for(run(), 30)) == [MOST_CHANNELS, BUSY - MOST_CHANNELS, 0]
    assert set(Counter(post.channel.channel for post in chat.said).values()) == {1}


def test_more_busy_channels_than_places_all_advance_alike(busy: BoardDriver) -> None:
    chat = Chat()
    deliverer = Deliverer(busy.store, {"chat": chat}, BoardClock(busy), spacing=timedelta(seconds=1))

    async def fill_the_places() -> int:
        count = await deliverer.start_due()
        await asyncio.wait_for(deliverer.finish(), 30)
        return count

    last: dict[str, int] = {}
    for turn in (1, 2, 3):
        begun = len(chat.said)
        assert asyncio.run(fill_the_places()) == MOST_CHANNELS
        last |= {post.channel.channel: turn for post in chat.said[begun:]}
        # Nobody is passed over twice.
        assert len(last) == min(BUSY, turn * MOST_CHANNELS)
        assert min(last.values()) >= turn - 1
        busy.later(seconds=1)


def test_a_place_that_is_free_again_is_asked_for_at_once(busy: BoardDriver) -> None:
    """By the worker itself: nobody looks once a second here."""
    all_said = asyncio.Event()

    class Counting(Chat):
        async def post(self, post: Post) -> str:
            message = await super().post(post)
            if len(self.said) == BUSY:
                all_said.set()
            return message

    deliverer = Deliverer(busy.store, {"chat": Counting()}, BoardClock(busy), spacing=timedelta(hours=1))
    jobs = JobRunner(busy.store, BoardClock(busy), {})
    worker = Worker(busy.store, BoardClock(busy), NOTIFICATIONS, deliverer, jobs)

    async def run() -> None:
        working = asyncio.create_task(worker.run())
        worker.wake()
        await asyncio.wait_for(all_said.wait(), 30)
        working.cancel()

    asyncio.run(run())


def test_a_card_whose_deliveries_are_forgotten_is_edited_where_it_stands(board: BoardDriver, database_url: str) -> None:
    chat, task = Chat(), board.new("one")
    deliver(board, chat)
    board.do(add_note, task=task.key, text="long ago")
    deliver(board, chat)
    assert board.store.forget_deliveries(before=board.now + timedelta(days=1)).result() == 2
    board.do(add_note, task=task.key, text="now")
    deliver(board, chat)
    assert [(post.message, post.thread) for post in chat.said] == [
        (None, None), ("m1", None), (None, "m1"), ("m1", None), (None, "m1"),
    ]  # fmt: skip


def test_a_shared_card_is_kept_as_it_was_when_it_was_shared(board: BoardDriver) -> None:
    chat, card = Chat(), Card(("3 tasks",))
    for _ in range(2):
        board.do(share_card, card=card, channel=HOME, name="general", key="1.2.3")
    deliver(board, chat)
    (post,) = chat.said
    assert card_to_json(post.card) == card_to_json(Card(("3 tasks",), footer=("Shared by ana",)))
    assert (post.thread, post.message) == (None, None)
