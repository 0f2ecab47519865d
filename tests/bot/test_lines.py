"""A check is one line in the thread of its task, edited in place; and what watches that ask for events hear."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.reopening import reopen_channel
from core.cards import Link, Mono
from core.deliveries import AnswerLost, MessageGone, Post, Refused
from core.filters import Filters
from core.git import Result
from core.ids import ChannelRef
from core.watches import add_watch, choose_home
from tests.bot.test_delivery import HOME, Chat, deliver, states
from tests.drivers import BoardDriver
from tests.git_facts import check, deployment, push, sha_of, take

SHA = sha_of("CHURN-1 a")
OTHER = ChannelRef("chat", "T1", "C2")


@dataclass
class Room(Chat):
    """A chat in which people delete messages, and whose answers may be lost once a message stands there."""

    deleted: set[str] = field(default_factory=set)
    loses: Callable[[Post], bool] = lambda post: False

    async def post(self, post: Post) -> str:
        if self.deleted & {post.message, post.thread}:
            raise MessageGone
        message = await super().post(post)
        if self.loses(post):
            self.loses = lambda post: False
            raise AnswerLost
        return message

    def lines(self) -> list[str]:
        """What was said of checks: where, and in what words."""
        found = []
        for post in self.said:
            match post.card.title:
                case (Link(label), str(words), Mono(sha)):
                    found.append(f"{post.message or post.thread}: {label}{words}{sha}")
        return found


def on(sha: str) -> str:
    return f"on {sha[:7]}"


@pytest.fixture
def board(board: BoardDriver) -> BoardDriver:
    """CHURN-1 has a commit; its channel was told nothing yet."""
    board.do(choose_home, project="CHURN", channel=HOME, name="general")
    board.new("Tails")
    take(board, push("CHURN-1 a"))
    return board


@pytest.fixture
def room(board: BoardDriver) -> Room:
    """The root of CHURN-1 is m1, what was pushed m2."""
    room = Room()
    deliver(board, room)
    assert [post.thread for post in room.said] == [None, "m1"]
    return room


def report(board: BoardDriver, room: Room, *results: Result, order: int = 1, **more: str) -> None:
    take(board, *(check(SHA, result, order=order, minutes=place, **more) for place, result in enumerate(results)))
    deliver(board, room)


def test_a_check_is_one_line_that_is_edited_in_place(board: BoardDriver, room: Room) -> None:
    for order, result in enumerate((Result.WAITING, Result.RUNNING, Result.FAILURE)):
        report(board, room, result, order=order)
    report(board, room, Result.WAITING, order=3)
    posted, *edited = room.lines()
    assert posted == f"m1: tests is running {on(SHA)}"
    line = edited[0].partition(":")[0]
    assert edited == [f"{line}: tests failed {on(SHA)}", f"{line}: tests is waiting {on(SHA)}"]


def test_what_waits_is_said_once_as_it_is_by_then(board: BoardDriver, room: Room) -> None:
    report(board, room, Result.WAITING, Result.RUNNING, Result.SUCCESS)
    assert room.lines() == [f"m1: tests passed {on(SHA)}"]


def test_each_check_of_each_commit_has_its_own_line(board: BoardDriver, room: Room) -> None:
    take(board, push("CHURN-1 b"), check(sha_of("CHURN-1 b"), Result.SUCCESS))
    report(board, room, Result.SUCCESS)
    report(board, room, Result.FAILURE, name="lint")
    assert sorted(room.lines()) == sorted(
        [
            f"m1: tests passed {on(sha_of('CHURN-1 b'))}", f"m1: tests passed {on(SHA)}", f"m1: lint failed {on(SHA)}",
        ]
    )  # fmt: skip


def test_a_line_that_somebody_deleted_never_comes_back(board: BoardDriver, room: Room, database_url: str) -> None:
    report(board, room, Result.RUNNING)
    room.deleted = {f"m{len(room.said)}"}
    for order in (2, 3):
        report(board, room, Result.FAILURE, Result.SUCCESS, order=order)
    assert room.lines() == [f"m1: tests is running {on(SHA)}"]
    assert set(states(board, database_url)) <= {("sent", ""), ("parked", "deleted"), ("parked", "no root message")}
    report(board, room, Result.SUCCESS, name="lint")
    assert room.lines()[1:] == [f"m1: lint passed {on(SHA)}"]


def test_a_line_that_stood_there_when_the_process_died_is_found_and_edited(board: BoardDriver, room: Room) -> None:
    room.loses = lambda post: post.thread is not None
    report(board, room, Result.RUNNING)
    assert room.lines() == [f"m1: tests is running {on(SHA)}"]
    line = len(room.said)
    board.later(seconds=20)
    deliver(board, room)
    report(board, room, Result.SUCCESS, order=2)
    assert room.lines()[1:] == [f"m{line}: tests passed {on(SHA)}"]


def test_an_edit_of_a_line_that_was_interrupted_is_made_again(board: BoardDriver, room: Room) -> None:
    report(board, room, Result.RUNNING)
    room.loses = lambda post: isinstance(post.card.title[0], Link)
    report(board, room, Result.FAILURE, order=2)
    take(board, check(SHA, Result.SUCCESS, order=3))
    board.later(seconds=20)
    deliver(board, room)
    assert room.lines()[-1].endswith(f": tests passed {on(SHA)}")
    assert len([line for line in room.lines() if line.startswith("m1: ")]) == 1


def test_where_the_root_was_refused_no_line_is_posted(board: BoardDriver, database_url: str) -> None:
    room = Room(failures=[Refused("not_in_channel")])
    report(board, room, Result.FAILURE)
    assert room.said == []
    assert {state for state, _ in states(board, database_url)} == {"parked"}


def test_once_the_root_is_posted_after_all_the_line_follows_as_it_is_by_then(board: BoardDriver) -> None:
    room = Room(failures=[Refused("not_in_channel")])
    report(board, room, Result.FAILURE)
    board.write(lambda work: reopen_channel(work, HOME, board.now))
    report(board, room, Result.SUCCESS, order=2)
    assert room.lines() == [f"m1: tests passed {on(SHA)}"]


def test_a_deleted_root_is_posted_once_more_and_the_line_follows_it(board: BoardDriver, room: Room) -> None:
    room.deleted = {"m1"}
    report(board, room, Result.FAILURE)
    root = next(number for number, post in enumerate(room.said, 1) if number > 2 and post.thread is None)
    assert room.lines() == [f"m{root}: tests failed {on(SHA)}"]


# Watches that ask for what is reported.


def watch(board: BoardDriver, only: str) -> None:
    board.do(
        add_watch, project="CHURN", channel=OTHER, channel_name="other", track=None, kind=None, label=None,
        only=Filters.parse(only),
    )  # fmt: skip


def elsewhere(room: Room) -> list[str]:
    """What was said in the other channel: of each message what it was."""
    return [
        "edit" if post.message else "aloud" if post.shows_in_channel else "reply" if post.thread else "root"
        for post in room.said
        if post.channel == OTHER
    ]


def test_a_watch_for_events_shows_a_task_once_one_is_reported(board: BoardDriver, room: Room) -> None:
    watch(board, "result=failure")
    take(board, push("CHURN-1 b"), check(SHA, Result.RUNNING))
    deliver(board, room)
    assert elsewhere(room) == []
    report(board, room, Result.FAILURE, order=2)
    assert elsewhere(room) == ["root", "reply"]


def test_a_watch_for_an_environment_hears_of_it_aloud_and_once(board: BoardDriver, room: Room) -> None:
    watch(board, "environment=staging")
    done = deployment(SHA, Result.SUCCESS, environment="staging")
    take(board, deployment(SHA, Result.RUNNING, order=0, environment="staging"), done, done)
    deliver(board, room)
    assert elsewhere(room) == ["root", "reply", "aloud"]
    assert not any(post.shows_in_channel for post in room.said if post.channel == HOME)


def test_a_label_that_comes_later_announces_the_task_once(board: BoardDriver, room: Room) -> None:
    watch(board, "label=tails")
    task = board.new("Another")
    deliver(board, room)
    assert elsewhere(room) == []
    for labels in (("tails",), ("tails", "loss")):
        board.change(board.see(task), labels=labels)
        deliver(board, room)
    assert elsewhere(room).count("root") == 1
