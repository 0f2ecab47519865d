"""What is said to the bot by its name, in channels and threads."""

import pytest

from tests.discord.harness import ANA, BEN, GENERAL, DiscordBoard
from tests.fakes.discord.records import Message


@pytest.fixture
def churn(sqlite_churn: DiscordBoard) -> DiscordBoard:
    """No database can change any of it."""
    return sqlite_churn


def answers(board: DiscordBoard, said: Message, place: str = GENERAL) -> str:
    """What stands below it."""
    found = board.discord.wait_until(
        lambda: [one for one in board.discord.messages(place) if one.reference == said.id]
    )  # fmt: skip
    assert found[0].pings == ()
    return board.channel(place).text(found[0])


def thread_of(board: DiscordBoard) -> str:
    board.lab("task new Try focal loss kind:feature")
    board.lab("task start CHURN-1")
    board.settle()
    (thread,) = board.channel().threads
    return thread.id


def test_in_a_tasks_thread_noun_and_task_are_left_out(churn: DiscordBoard) -> None:
    thread = thread_of(churn)
    said = churn.person(BEN).mention(thread, "note lr 3e-4 diverges")
    assert "Noted: lr 3e-4 diverges" in answers(churn, said, thread)
    churn.settle()
    assert "lr 3e-4 diverges" in churn.transcript()


def test_a_bare_mention_says_what_can_be_said(churn: DiscordBoard) -> None:
    thread = thread_of(churn)
    said = churn.person(BEN).mention(thread, "")
    assert "This is the thread of CHURN-1" in answers(churn, said, thread)
    said = churn.person(BEN).mention(GENERAL, "")
    assert "@Labkeeper task new" in answers(churn, said)


def test_whom_a_mention_names_is_known(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss kind:feature")
    said = churn.person().mention(GENERAL, "task set CHURN-1 owner:@ben")
    assert "Ben" in answers(churn, said)
    owner = churn.task().owner
    assert owner is not None
    assert churn.rows("SELECT count(*) FROM identities WHERE provider = 'discord'") == [(2,)]


def test_what_only_speaks_about_the_bot_is_not_said_to_it(churn: DiscordBoard) -> None:
    churn.settle()
    churn.person(BEN).say(GENERAL, "ask @labkeeper task new Nothing")
    said = churn.person(BEN).mention(GENERAL, "task list")
    answers(churn, said)
    assert churn.count("tasks") == 0


def test_what_is_for_one_person_comes_as_a_direct_message(churn: DiscordBoard) -> None:
    said = churn.person().mention(GENERAL, "lab-admin audit")
    assert "I answered you in a direct message." in answers(churn, said)
    assert "CHURN" in churn.discord.direct(ANA).texts[0]


def test_whose_direct_messages_are_closed_is_told_so_and_nothing_else(churn: DiscordBoard) -> None:
    churn.discord.let_write(BEN, takes_direct=False)
    said = churn.person(BEN).mention(GENERAL, "me show")
    shown = answers(churn, said)
    assert "direct messages are closed" in shown
    assert "zone" not in shown
