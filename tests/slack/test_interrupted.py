"""A message that may or may not have arrived: it is looked for, and never said twice where that can be known."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.telemetry import LOOKS
from tests.fakes.slack.faults import Fault, hanging, lost_answer, lost_request, rate_limited, refusal, server_error
from tests.slack.harness import ANA, SlackBoard, connected

POST, UPDATE, HISTORY, REPLIES = "chat.postMessage", "chat.update", "conversations.history", "conversations.replies"
TAKEN = {
    "the answer was lost": lost_answer(),
    "it failed all the same": replace(server_error(), is_carried_out=True),
    "it took too long": hanging(60, is_carried_out=True),
    "it says internal_error": replace(refusal("internal_error"), is_carried_out=True),
}
NOT_TAKEN = {
    "the request was lost": lost_request(),
    "it failed": server_error(),
    "a gateway failed": server_error(502),
    "it took too long": hanging(60),
    "it says fatal_error": refusal("fatal_error"),
}
each_taken = pytest.mark.parametrize("fault", TAKEN.values(), ids=TAKEN)
each_not_taken = pytest.mark.parametrize("fault", NOT_TAKEN.values(), ids=NOT_TAKEN)


@pytest.fixture
def board(churn: SlackBoard) -> Iterator[SlackBoard]:
    """With one task that nobody has been told about; calls are given up after a fifth of a second."""
    churn.connection.installation.client.timeout = 0.2
    churn.lab("task new Try focal loss")
    yield churn
    assert churn.slack.duplicates("marker") == {}


def states(board: SlackBoard) -> list[str]:
    return [state for _, state, _ in board.deliveries()]


def looks(outcome: str) -> float:
    return float(LOOKS.labels(outcome=outcome)._value.get())


@each_taken
def test_a_card_that_was_taken_without_an_answer_is_found_and_not_posted_again(board: SlackBoard, fault: Fault) -> None:
    found = looks("found")
    board.slack.fault(POST, fault)
    board.settle()
    assert (states(board), len(board.channel().roots)) == (["sending"], 1)
    board.settle_later(13)
    assert (states(board), len(board.posts()), looks("found")) == (["sent"], 1, found + 1)
    board.lab("task start CHURN-1")
    board.settle()
    assert board.channel().roots[0].edits == 1


@each_not_taken
def test_a_card_that_was_not_taken_is_looked_for_in_vain_and_posted_again(board: SlackBoard, fault: Fault) -> None:
    missing = looks("missing")
    board.slack.fault(POST, fault)
    board.settle()
    assert (states(board), board.channel().roots) == (["sending"], [])
    board.settle_later(13)
    assert (states(board), len(board.channel().roots), looks("missing")) == (["sent"], 1, missing + 1)


def test_nothing_is_looked_for_before_it_must_have_arrived(board: SlackBoard) -> None:
    board.slack.delay_history(8)
    board.slack.fault(POST, lost_answer())
    board.settle()
    for seconds in (0, 3, 8):
        board.settle_later(seconds)
        assert board.slack.calls(HISTORY) == []
    board.settle_later(2)
    assert (states(board), len(board.posts())) == (["sent"], 1)


def test_nothing_else_is_said_in_the_channel_until_it_is_known(board: SlackBoard) -> None:
    board.slack.fault(POST, lost_answer())
    board.settle()
    board.lab("task new Another")
    board.settle()
    assert len(board.posts()) == 1
    board.settle_later(13)
    heads = [board.channel().text(root).splitlines()[0] for root in board.channel().roots]
    assert heads == ["CHURN-1 Try focal loss", "CHURN-2 Another"]


@pytest.mark.parametrize("trouble", [rate_limited(30), server_error(), hanging(60), lost_request(), refusal("fatal_error")],
                         ids=lambda trouble: trouble.name)  # fmt: skip
def test_what_cannot_be_looked_for_now_is_looked_for_later(board: SlackBoard, trouble: Fault) -> None:
    board.slack.fault(POST, lost_answer())
    board.settle()
    board.slack.fault(HISTORY, trouble, times=3)
    for _ in range(8):
        board.settle_later(31)
    assert (states(board), len(board.posts())) == (["sent"], 1)


def test_what_can_never_be_looked_for_is_posted_again_and_counted(churn: SlackBoard) -> None:
    blind = looks("blind")
    scopes = churn.slack.workspace("T001").scopes
    churn.slack.set_scopes("T001", tuple(scope for scope in scopes if scope != "channels:history"))
    churn.lab("task new Try focal loss")
    churn.slack.fault(POST, lost_answer())
    churn.settle()
    churn.settle_later(13)
    assert (states(churn), len(churn.channel().roots), looks("blind")) == (["sent"], 2, blind + 1)
    churn.lab("task start CHURN-1")
    churn.settle()
    assert [root.edits for root in churn.channel().roots] == [0, 1]


@each_taken
def test_a_reply_that_was_taken_without_an_answer_is_found_in_its_thread(board: SlackBoard, fault: Fault) -> None:
    board.settle()
    board.lab("task note CHURN-1 one")
    board.lab("task note CHURN-1 two")
    board.slack.fault(POST, fault)
    board.settle()
    board.settle_later(13)
    assert set(states(board)) == {"sent"}
    assert board.channel().texts[1:] == ["2 changes\n• ana noted: one\n• ana noted: two"]
    assert len(board.slack.calls(REPLIES)) == 1


def test_a_reply_is_found_below_hundreds_of_others(board: SlackBoard) -> None:
    board.settle()
    root = board.channel().roots[0]
    for number in range(700):
        board.slack.say("C1", ANA, f"reply {number}", root.ts)
    board.later(3_600)
    board.lab("task note CHURN-1 one")
    board.slack.fault(POST, lost_answer())
    board.settle()
    board.settle_later(13)
    assert sum(text.startswith("ana noted:") for text in board.channel().texts) == 1


def test_a_card_is_found_below_hundreds_of_others(board: SlackBoard) -> None:
    board.slack.fault(POST, lost_answer())
    board.settle()
    for number in range(450):
        board.slack.say("C1", ANA, f"chatter {number}")
    board.settle_later(13)
    assert len(board.posts()) == 1


@pytest.mark.parametrize("fault", [*TAKEN.values(), *NOT_TAKEN.values()], ids=[*TAKEN, *NOT_TAKEN])
def test_an_edit_is_made_again_without_a_look(board: SlackBoard, fault: Fault) -> None:
    board.settle()
    board.lab("task start CHURN-1")
    board.slack.fault(UPDATE, fault)
    board.settle()
    board.lab("task set CHURN-1 points:3")
    board.settle_later(13)
    assert "doing" in board.channel().texts[0]
    assert "3 points" in board.channel().texts[0]
    assert board.slack.calls(HISTORY) == []


@each_taken
def test_a_direct_message_is_found_in_its_conversation(board: SlackBoard, fault: Fault) -> None:
    board.slack.leave("C1", "UBOTT001")
    board.slack.fault(POST, fault, channel=ANA)
    board.settle()
    board.settle_later(13)
    assert len(board.slack.direct(ANA).messages) == 1


@pytest.mark.parametrize("is_posted", [True, False])
def test_after_a_crash_the_message_in_hand_is_looked_for(board: SlackBoard, is_posted: bool) -> None:
    board.stop_in_the_middle(is_posted=is_posted)
    assert states(board) == ["sending"]
    with connected(board.slack, board.database_url, clock=board.clock) as again:
        again.settle()
        assert len(again.posts()) == is_posted
        again.settle_later(13)
        assert (states(again), len(again.posts())) == (["sent"], 1)
        assert len(again.slack.calls(HISTORY)) == 1


def test_after_a_crash_before_the_mark_the_message_is_simply_posted(board: SlackBoard) -> None:
    board.fan_out()
    board.database.claim_destinations(
        now=board.clock.now(), lease=board.worker.deliverer._times().lease, limit=9
    ).result()
    with connected(board.slack, board.database_url, clock=board.clock) as again:
        again.settle_later(6)
        assert (states(again), len(again.posts()), again.slack.calls(HISTORY)) == (["sent"], 1, [])


def test_facts_that_nobody_was_told_about_survive_a_crash(board: SlackBoard) -> None:
    with connected(board.slack, board.database_url) as again:
        again.settle()
        assert len(again.channel().roots) == 1
