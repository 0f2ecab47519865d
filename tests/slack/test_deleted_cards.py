"""A card that a person deleted is posted once more, and only once."""

import pytest

from tests.slack.harness import ANA, SlackBoard


@pytest.fixture
def churn(churn: SlackBoard) -> SlackBoard:
    """With one task, whose card stands in #general."""
    churn.lab("task new Try focal loss")
    churn.settle()
    return churn


def delete_card(board: SlackBoard) -> None:
    assert [answer.status for answer in board.person().deletes(board.channel().roots[0])] == [200]


def test_a_deleted_card_is_posted_again_with_the_next_change_and_told_of_it(churn: SlackBoard) -> None:
    delete_card(churn)
    churn.settle()
    assert churn.channel().messages == []
    churn.lab("task start CHURN-1")
    assert churn.transcript().splitlines() == [
        "labkeeper: CHURN-1 Try focal loss",
        "  doing · feature (production) · priority next · no owner",
        "  [Details] [Ask for review] [Done]",
        "    labkeeper: ana moved it from todo to doing",
    ]
    assert churn.slack.violations("unthreaded") == []


def test_the_new_card_is_edited_in_place_from_then_on(churn: SlackBoard) -> None:
    delete_card(churn)
    churn.lab("task note CHURN-1 one")
    churn.settle()
    churn.lab("task start CHURN-1")
    churn.lab("task note CHURN-1 two")
    churn.settle()
    (root,) = churn.channel().roots
    assert (root.edits, len(churn.channel().replies(root))) == (1, 2)


def test_a_card_with_a_thread_leaves_the_thread_where_it_was(churn: SlackBoard) -> None:
    churn.lab("task note CHURN-1 before")
    churn.settle()
    delete_card(churn)
    churn.lab("task note CHURN-1 after")
    churn.settle()
    (root,) = churn.channel().roots
    assert [churn.channel().text(reply) for reply in churn.channel().replies(root)] == ["ana noted:\nafter"]


def test_a_card_that_is_deleted_twice_is_not_wanted(churn: SlackBoard) -> None:
    for number in range(2):
        delete_card(churn)
        churn.lab(f"task note CHURN-1 note {number}")
        churn.settle()
    assert churn.channel().roots == []
    for line in ("start CHURN-1", "note CHURN-1 more", "block CHURN-1 labels are late", "unblock CHURN-1"):
        churn.lab(f"task {line}")
        churn.settle()
    assert [message for message in churn.channel().messages if not message.thread_ts] == []
    assert churn.slack.violations("unthreaded") == []


def test_a_card_that_is_not_wanted_in_one_channel_stands_in_the_other(churn: SlackBoard) -> None:
    churn.admin("watch add CHURN", channel="G1")
    for number in range(2):
        churn.lab(f"task note CHURN-1 note {number}")
        churn.settle()
        delete_card(churn)
    churn.lab("task start CHURN-1")
    churn.settle()
    assert churn.channel().roots == []
    assert "doing" in churn.channel("G1").texts[0]


def test_a_card_deleted_between_its_edit_and_the_reply_takes_the_reply_to_the_new_card(churn: SlackBoard) -> None:
    churn.lab("task start CHURN-1")
    churn.stop_in_the_middle(is_posted=True)
    delete_card(churn)
    churn.settle_later(13)
    (root,) = churn.channel().roots
    assert [churn.channel().text(reply) for reply in churn.channel().replies(root)] == [
        "ana moved it from todo to doing"
    ]


def test_a_reply_that_finds_no_card_never_stands_in_the_channel(churn: SlackBoard) -> None:
    """Slack posts it there when the card goes between the edit and the reply, and does not say so."""
    churn.lab("task start CHURN-1")
    assert (churn.say_one(), churn.channel().roots[0].edits) == (True, 1)
    delete_card(churn)
    churn.settle_later(6)
    (root,) = churn.channel().roots
    assert [churn.channel().text(reply) for reply in churn.channel().replies(root)] == [
        "ana moved it from todo to doing"
    ]


def test_deleting_a_reply_changes_nothing(churn: SlackBoard) -> None:
    churn.lab("task note CHURN-1 one")
    churn.settle()
    (root,) = churn.channel().roots
    churn.person(ANA).deletes(churn.channel().replies(root)[0])
    churn.lab("task start CHURN-1")
    churn.settle()
    assert len(churn.channel().roots) == 1
    assert len(churn.channel().replies(root)) == 1
