"""Reactions that make tasks: only where that was asked for, and one task of one message."""

from dataclasses import replace

import pytest

from bot.jobs import LEASE
from tests.fakes.slack.faults import refusal, server_error
from tests.fakes.slack.records import Message, User
from tests.slack.harness import ANA, BEN, GUS, TEAM, SlackBoard, connected


@pytest.fixture
def board(churn: SlackBoard) -> SlackBoard:
    """Where 📝 makes tasks in #general."""
    churn.admin("channel emoji :memo:")
    churn.settle()
    return churn


def react(board: SlackBoard, message: Message, name: str = "memo", *, by: str = ANA, event_id: str = "") -> None:
    """As often as one likes: the person may have taken it back in between."""
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event = {"type": "reaction_added", "user": by, "reaction": name, "item": item, "item_user": message.user}
    assert [answer.status for answer in board.events.deliver(event, event_id=event_id)] == [200]


def read(board: SlackBoard, by: str = ANA) -> str:
    """The newest of what only they see, after everything was done."""
    board.settle()
    return board.person(by).reads(board.person(by).sees("C1")[-1])


def test_an_emoji_makes_a_task_of_a_message_as_whoever_reacted(board: SlackBoard) -> None:
    message = board.slack.say("C1", ANA, "The scores drift\nsince <https://example.com/r|Monday>")
    react(board, message, by=BEN)
    assert board.count("tasks") == 0
    assert read(board, BEN).splitlines()[:2] == ["CHURN-1 The scores drift", "Created."]
    assert board.task().description == "The scores drift\nsince https://example.com/r"
    assert board.rows("SELECT url FROM links") == [
        (f"https://acme.slack.com/archives/C1/p{message.ts.replace('.', '')}",)
    ]
    assert board.rows("SELECT m.name FROM tasks t JOIN members m ON m.id = t.created_by") == [("ben",)]


def test_a_message_in_a_thread_is_a_message_too(board: SlackBoard) -> None:
    root = board.slack.say("C1", ANA, "scores?")
    react(board, board.slack.say("C1", BEN, "They drift", root.ts))
    assert "CHURN-1 They drift" in read(board)
    assert f"thread_ts={root.ts}" in board.rows("SELECT url FROM links")[0][0]


def test_the_shade_of_an_emoji_does_not_matter(board: SlackBoard) -> None:
    board.admin("channel emoji +1")
    react(board, board.slack.say("C1", ANA, "The scores drift"), "+1::skin-tone-4")
    assert "Created." in read(board)


@pytest.mark.parametrize(("chosen", "told"), [(":thumbsup:", "+1"), ("pencil", "memo"), ("+1", "thumbsup")])
def test_a_sign_is_known_by_each_of_its_names(board: SlackBoard, chosen: str, told: str) -> None:
    board.admin(f"channel emoji {chosen}")
    react(board, board.slack.say("C1", ANA, "The scores drift"), told)
    assert "Created." in read(board)


def test_one_message_makes_one_task_however_many_react_and_however_often_it_is_told(board: SlackBoard) -> None:
    message = board.slack.say("C1", ANA, "The scores drift")
    for event_id in ("Ev1", "Ev1", "Ev2"):
        react(board, message, event_id=event_id)
    react(board, message, by=GUS)
    board.settle()
    react(board, message, by=BEN)
    assert "This message is with CHURN-1 already." in read(board, BEN)
    assert board.count("tasks") == 1
    assert board.count("jobs WHERE kind = 'slack.reaction'") == 3


def test_two_who_react_at_one_moment_make_one_task_and_both_are_told_which(board: SlackBoard) -> None:
    board.lab("me", by=BEN)
    message = board.slack.say("C1", ANA, "The scores drift")
    for by in (ANA, BEN):
        react(board, message, by=by)
    board.settle()
    board.settle_later(3)
    told = sorted(read(board, by).splitlines()[0] for by in (ANA, BEN))
    assert told == ["CHURN-1 The scores drift", "This message is with CHURN-1 already."]
    assert board.count("tasks") == 1


def test_a_message_that_made_a_task_long_ago_makes_no_other(board: SlackBoard) -> None:
    message = board.slack.say("C1", ANA, "The scores drift")
    react(board, message)
    board.settle()
    board.later(9 * 86_400)
    board.database.forget_receipts(before=board.clock.now()).result()
    react(board, message)
    assert "This message is with CHURN-1 already." in read(board)
    assert board.count("tasks") == 1


def test_elsewhere_and_with_another_emoji_nothing_happens(board: SlackBoard) -> None:
    react(board, board.slack.say("C1", ANA, "The scores drift"), "tada")
    react(board, board.slack.say("G1", ANA, "The scores drift"))
    board.admin("channel emoji none")
    react(board, board.slack.say("C1", ANA, "The scores drift"))
    assert board.count("jobs WHERE kind = 'slack.reaction'") == 0


def test_the_bots_own_messages_make_no_tasks(board: SlackBoard) -> None:
    board.lab("task new Try focal loss")
    board.settle()
    react(board, board.channel().roots[0])
    board.settle()
    assert board.count("tasks") == 1


def test_a_guest_is_refused_and_a_member_after_them_is_not(board: SlackBoard) -> None:
    message = board.slack.say("C1", ANA, "The scores drift")
    react(board, message, by=GUS)
    assert "Guests cannot use Labkeeper." in read(board, GUS)
    assert board.count("tasks") == 0
    react(board, message, by=BEN)
    assert "Created." in read(board, BEN)


def test_a_person_of_another_workspace_is_refused(board: SlackBoard) -> None:
    board.slack.add_user(User("U9", TEAM, "eve", "Eve", home_team="T777"))
    board.slack.join("C1", "U9")
    react(board, board.slack.say("C1", ANA, "The scores drift"), by="U9")
    assert "You belong to another workspace" in read(board, "U9")
    assert (board.count("tasks"), board.count("members")) == (0, 1)


def test_a_message_that_was_deleted_meanwhile_makes_nothing(board: SlackBoard) -> None:
    message = board.slack.say("C1", ANA, "The scores drift")
    react(board, message)
    board.slack.delete_message("C1", message.ts, ANA)
    board.settle()
    assert board.count("tasks") == 0
    assert board.rows("SELECT state FROM jobs WHERE kind = 'slack.reaction'") == [("done",)]


def test_a_message_without_words_asks_for_them(board: SlackBoard) -> None:
    react(board, board.slack.say("C1", ANA, ""))
    assert "no words to make a task of" in read(board)


def test_slack_that_does_not_answer_is_asked_again(board: SlackBoard) -> None:
    board.slack.fault("conversations.history", server_error())
    react(board, board.slack.say("C1", ANA, "The scores drift"))
    board.settle()
    assert board.count("tasks") == 0
    board.settle_later(3)
    assert "Created." in read(board)


def test_a_message_that_cannot_be_read_is_said_so_once(board: SlackBoard) -> None:
    board.slack.fault("conversations.history", refusal("missing_scope"))
    react(board, board.slack.say("C1", ANA, "The scores drift"))
    assert "I cannot read that message in #general." in read(board)
    assert board.rows("SELECT state FROM jobs WHERE kind = 'slack.reaction'") == [("done",)]


def test_a_process_that_dies_before_it_answers_made_one_task(board: SlackBoard) -> None:
    message = board.slack.say("C1", ANA, "The scores drift")
    react(board, message)
    (job,) = board.database.claim_jobs(now=board.clock.now(), lease=LEASE, limit=9).result()
    board.run(board.connection.reactions.make_task(job))
    with connected(board.slack, board.database_url, clock=replace(board.clock)) as again:
        again.later(120)
        again.settle()
    assert board.count("tasks") == 1


def test_the_emoji_of_a_channel_is_in_the_audit_log(board: SlackBoard) -> None:
    board.admin("channel emoji memo")
    assert "No emoji makes tasks in #general any more." in board.admin("channel emoji none")
    assert board.audit()[-2:] == ["lets memo make tasks in #general", "lets no emoji make tasks in #general"]


def test_what_is_no_emoji_is_refused(board: SlackBoard) -> None:
    assert "is not an emoji" in board.admin("channel emoji a:b")
    assert "Only administrators" in board.admin("channel emoji memo", by=BEN)
