"""A message that may or may not have arrived: it is looked for, and never said twice where that can be known."""

from dataclasses import replace

import pytest

from bot.platforms.slack.chat import TIMEOUT
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
def churn(churn: SlackBoard) -> SlackBoard:
    """With one task that nobody has been told about."""
    churn.lab("task new Try focal loss")
    return churn


@pytest.fixture
def sqlite_churn(sqlite_churn: SlackBoard) -> SlackBoard:
    sqlite_churn.lab("task new Try focal loss")
    return sqlite_churn


def settle_with(board: SlackBoard, method: str, fault: Fault, times: int = 1, channel: str = "") -> None:
    """A call that hangs is given up sooner than in the server."""
    board.slack.fault(method, fault, times=times, channel=channel)
    board.own_client.timeout = 0.5 if fault.hang else TIMEOUT
    board.settle()
    board.own_client.timeout = TIMEOUT


def states(board: SlackBoard) -> list[str]:
    return [state for _, state, _ in board.deliveries()]


def looks(outcome: str) -> float:
    return float(LOOKS.labels(outcome=outcome)._value.get())


@each_taken
def test_a_card_that_was_taken_without_an_answer_is_found_and_not_posted_again(churn: SlackBoard, fault: Fault) -> None:
    found = looks("found")
    settle_with(churn, POST, fault)
    assert (states(churn), len(churn.channel().roots)) == (["sending"], 1)
    churn.settle_later(13)
    assert (states(churn), len(churn.channel().roots), looks("found")) == (["sent"], 1, found + 1)
    churn.lab("task start CHURN-1")
    churn.settle()
    assert churn.channel().roots[0].edits == 1


@each_not_taken
def test_a_card_that_was_not_taken_is_looked_for_in_vain_and_posted_again(
    sqlite_churn: SlackBoard, fault: Fault
) -> None:
    missing = looks("missing")
    settle_with(sqlite_churn, POST, fault)
    assert (states(sqlite_churn), sqlite_churn.channel().roots) == (["sending"], [])
    sqlite_churn.settle_later(13)
    assert (states(sqlite_churn), len(sqlite_churn.channel().roots), looks("missing")) == (["sent"], 1, missing + 1)


def test_nothing_is_looked_for_before_it_must_have_arrived(churn: SlackBoard) -> None:
    churn.slack.delay_history(8)
    settle_with(churn, POST, lost_answer())
    for seconds in (0, 3, 8):
        churn.settle_later(seconds)
        assert churn.slack.calls(HISTORY) == []
    churn.settle_later(2)
    assert (states(churn), len(churn.posts())) == (["sent"], 1)


def test_nothing_else_is_said_in_the_channel_until_it_is_known(churn: SlackBoard) -> None:
    settle_with(churn, POST, lost_answer())
    churn.lab("task new Another")
    churn.settle()
    assert len(churn.posts()) == 1
    churn.settle_later(13)
    heads = [churn.channel().text(root).splitlines()[0] for root in churn.channel().roots]
    assert heads == ["CHURN-1 Try focal loss", "CHURN-2 Another"]


@pytest.mark.parametrize(
    "trouble",
    [rate_limited(30), server_error(), hanging(60), lost_request(), refusal("fatal_error")],
    ids=lambda trouble: trouble.name,
)
def test_what_cannot_be_looked_for_now_is_looked_for_later(sqlite_churn: SlackBoard, trouble: Fault) -> None:
    settle_with(sqlite_churn, POST, lost_answer())
    for _ in range(3):
        sqlite_churn.later(31)
        settle_with(sqlite_churn, HISTORY, trouble)
    sqlite_churn.settle_later(31)
    assert (states(sqlite_churn), len(sqlite_churn.posts())) == (["sent"], 1)


def test_what_can_never_be_looked_for_is_posted_again_and_counted(churn: SlackBoard) -> None:
    blind = looks("blind")
    scopes = churn.slack.workspace("T001").scopes
    churn.slack.set_scopes("T001", tuple(scope for scope in scopes if scope != "channels:history"))
    settle_with(churn, POST, lost_answer())
    churn.settle_later(13)
    assert (states(churn), len(churn.channel().roots), looks("blind")) == (["sent"], 2, blind + 1)
    churn.lab("task start CHURN-1")
    churn.settle()
    assert [root.edits for root in churn.channel().roots] == [0, 1]


@each_taken
def test_a_reply_that_was_taken_without_an_answer_is_found_in_its_thread(
    sqlite_churn: SlackBoard, fault: Fault
) -> None:
    sqlite_churn.settle()
    sqlite_churn.lab("task note CHURN-1 one")
    sqlite_churn.lab("task note CHURN-1 two")
    settle_with(sqlite_churn, POST, fault)
    sqlite_churn.settle_later(13)
    assert set(states(sqlite_churn)) == {"sent"}
    assert sqlite_churn.channel().texts[1:] == ["2 changes\n• ana noted: one\n• ana noted: two"]
    assert len(sqlite_churn.slack.calls(REPLIES)) == 1


def test_a_reply_is_found_below_hundreds_of_others(sqlite_churn: SlackBoard) -> None:
    sqlite_churn.settle()
    root = sqlite_churn.channel().roots[0]
    for number in range(700):
        sqlite_churn.slack.say("C1", ANA, f"reply {number}", root.ts)
    sqlite_churn.later(3_600)
    sqlite_churn.lab("task note CHURN-1 one")
    settle_with(sqlite_churn, POST, lost_answer())
    sqlite_churn.settle_later(13)
    assert sum(text.startswith("ana noted:") for text in sqlite_churn.channel().texts) == 1


def test_a_card_is_found_below_hundreds_of_others(sqlite_churn: SlackBoard) -> None:
    settle_with(sqlite_churn, POST, lost_answer())
    for number in range(450):
        sqlite_churn.slack.say("C1", ANA, f"chatter {number}")
    sqlite_churn.settle_later(13)
    assert len(sqlite_churn.posts()) == 1


def test_a_card_is_found_by_an_app_that_may_read_fifteen_messages_a_minute(sqlite_churn: SlackBoard) -> None:
    sqlite_churn.slack.leave_marketplace()
    settle_with(sqlite_churn, POST, lost_answer())
    for number in range(50):
        sqlite_churn.slack.say("C1", ANA, f"chatter {number}")
    for _ in range(5):
        sqlite_churn.settle_later(61)
    assert (states(sqlite_churn), len(sqlite_churn.posts())) == (["sent"], 1)


def test_where_too_much_is_said_to_look_through_it_a_card_is_posted_again_and_the_channel_goes_on(
    sqlite_churn: SlackBoard,
) -> None:
    sqlite_churn.slack.leave_marketplace()
    settle_with(sqlite_churn, POST, lost_request())
    for number in range(400):
        sqlite_churn.slack.say("C1", ANA, f"chatter {number}")
    for _ in range(9):
        sqlite_churn.settle_later(61)
    assert (states(sqlite_churn), len(sqlite_churn.channel().roots)) == (["sent"], 401)


def test_what_was_said_hours_later_is_not_looked_through(sqlite_churn: SlackBoard) -> None:
    settle_with(sqlite_churn, POST, lost_answer())
    sqlite_churn.later(3_600)
    for number in range(700):
        sqlite_churn.slack.say("C1", ANA, f"chatter {number}")
    sqlite_churn.settle()
    assert (states(sqlite_churn), len(sqlite_churn.posts())) == (["sent"], 1)
    assert len(sqlite_churn.slack.calls(HISTORY)) == 1


@pytest.mark.parametrize("fault", [*TAKEN.values(), *NOT_TAKEN.values()], ids=[*TAKEN, *NOT_TAKEN])
def test_an_edit_is_made_again_without_a_look(sqlite_churn: SlackBoard, fault: Fault) -> None:
    sqlite_churn.settle()
    sqlite_churn.lab("task start CHURN-1")
    settle_with(sqlite_churn, UPDATE, fault)
    sqlite_churn.lab("task set CHURN-1 points:3")
    sqlite_churn.settle_later(13)
    assert "doing" in sqlite_churn.channel().texts[0]
    assert "3 points" in sqlite_churn.channel().texts[0]
    assert sqlite_churn.slack.calls(HISTORY) == []


@each_taken
def test_a_direct_message_is_found_in_its_conversation(sqlite_churn: SlackBoard, fault: Fault) -> None:
    sqlite_churn.slack.leave("C1", "UBOTT001")
    settle_with(sqlite_churn, POST, fault, channel=ANA)
    sqlite_churn.settle_later(13)
    assert len(sqlite_churn.slack.direct(ANA).messages) == 1


@pytest.mark.parametrize("is_posted", [True, False])
def test_after_a_crash_the_message_in_hand_is_looked_for(churn: SlackBoard, is_posted: bool) -> None:
    churn.stop_in_the_middle(is_posted=is_posted)
    assert states(churn) == ["sending"]
    with connected(churn.slack, churn.database_url, clock=churn.clock) as again:
        again.settle()
        assert len(again.posts()) == is_posted
        again.settle_later(13)
        assert (states(again), len(again.posts())) == (["sent"], 1)
        assert len(again.slack.calls(HISTORY)) == 1


def test_after_a_crash_before_the_mark_the_message_is_simply_posted(churn: SlackBoard) -> None:
    churn.fan_out()
    churn.database.claim_destinations(
        now=churn.clock.now(), lease=churn.worker.deliverer._times().lease, limit=9
    ).result()
    with connected(churn.slack, churn.database_url, clock=churn.clock) as again:
        again.settle_later(6)
        assert (states(again), len(again.posts()), again.slack.calls(HISTORY)) == (["sent"], 1, [])


def test_facts_that_nobody_was_told_about_survive_a_crash(churn: SlackBoard) -> None:
    with connected(churn.slack, churn.database_url) as again:
        again.settle()
        assert len(again.channel().roots) == 1
