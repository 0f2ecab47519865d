"""Buttons: what they do, for whom, and what becomes of those that are older than the program."""

import pytest

from tests.fakes.slack.faults import hanging, lost_answer, refusal, server_error
from tests.fakes.slack.records import Message
from tests.slack.harness import ANA, BEN, GUS, SlackBoard

OLD = ["▲ This button is from another version.", "Say what you want instead.", "/lab help"]


@pytest.fixture
def board(churn: SlackBoard) -> SlackBoard:
    """With one task, whose card stands in #general."""
    churn.lab("task new Try focal loss")
    churn.settle()
    return churn


def card(board: SlackBoard) -> Message:
    return board.channel().roots[0]


def planted(board: SlackBoard, action_id: str, value: str) -> Message:
    """A message of the bot with a button of another version."""
    button = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Old"}, "value": value}
    blocks = [{"type": "actions", "block_id": "b-1", "elements": [button]}]
    said = board.slack.say("C1", "UBOTT001", "an old card")
    old = Message("T001", "C1", said.ts, "UBOTT001", "an old card", blocks, bot_id="BT001")
    board.slack.world.put(old)
    return old


@pytest.mark.both_ways
def test_a_press_changes_the_task_and_is_answered_in_private(board: SlackBoard) -> None:
    assert board.press(card(board), "Start").splitlines()[:2] == ["CHURN-1 Try focal loss", "Started."]
    assert board.transcript().splitlines()[1:] == [
        "  doing · feature (production) · priority next · no owner",
        "  [Details] [Ask for review] [Done]",
        "    labkeeper: ana moved it from todo to doing",
    ]


def test_the_answer_to_a_press_leaves_the_card_as_it_is(board: SlackBoard) -> None:
    before = card(board)
    board.press(before, "Details")
    assert board.slack.message("C1", before.ts) == before


@pytest.mark.both_ways
def test_details_are_for_whoever_asked(board: SlackBoard) -> None:
    board.lab("task note CHURN-1 lr 3e-4 diverges")
    board.settle()
    said = len(board.channel().messages)
    read_by_ana = len(board.person(ANA).sees())
    details = board.press(card(board), "Details", by=BEN)
    assert "ana: lr 3e-4 diverges" in details
    assert "ana created it: Try focal loss" in details
    board.settle()
    assert len(board.channel().messages) == said
    assert len(board.person(ANA).sees()) == read_by_ana


def test_somebody_who_never_spoke_becomes_a_member_by_pressing(board: SlackBoard) -> None:
    board.press(card(board), "Start", by=BEN)
    assert board.transcript().endswith("labkeeper: ben moved it from todo to doing")


def test_a_guest_presses_in_vain_and_is_told_why(board: SlackBoard) -> None:
    assert "Guests cannot use Labkeeper." in board.press(card(board), "Start", by=GUS)
    assert str(board.task().state) == "todo"


@pytest.mark.both_ways
def test_a_press_that_comes_too_late_is_told_what_happened(board: SlackBoard) -> None:
    stale = card(board)
    board.lab("task start CHURN-1", by=BEN)
    person = board.person()
    seen = board.reply_to(lambda: person.press(stale, "Start", is_stale=True))
    assert person.reads(seen).splitlines() == ["▲ CHURN-1 is doing already: ben moved it.", "Nothing changed."]


@pytest.mark.parametrize("action_id", ["task.explode", "rocket.start", "start", "task", "Task.Start", "", ".", "task."])
def test_a_button_that_means_nothing_any_more_gets_an_answer(board: SlackBoard, action_id: str) -> None:
    if action_id:
        assert board.press(planted(board, action_id, "CHURN-1"), "Old").splitlines() == OLD
    else:
        assert board.person().press(planted(board, "x", "y"), "Old").status == 200


@pytest.mark.parametrize("value", ["CHURN-99", "nonsense", "CHURN-1 state:done", "x" * 2_000, "CHURN-1\nCHURN-2"])
def test_a_button_whose_task_cannot_be_found_gets_an_answer(board: SlackBoard, value: str) -> None:
    assert board.press(planted(board, "task.start", value), "Old").startswith("▲")
    assert str(board.task().state) == "todo"


def test_a_button_that_does_not_say_which_task_asks(board: SlackBoard) -> None:
    board.person().press(planted(board, "task.start", ""), "Old")
    assert board.person().form.labels == ["Which task"]
    assert str(board.task().state) == "todo"


def test_no_button_configures_anything(board: SlackBoard) -> None:
    for action_id in ("project.new", "member.admin"):
        assert board.press(planted(board, action_id, "OPS"), "Old").splitlines() == OLD
    assert "OPS" not in board.admin("project list")


@pytest.mark.both_ways
def test_an_answer_is_shared_with_the_channel_under_the_name_of_whoever_shared_it(board: SlackBoard) -> None:
    board.lab("task list", by=BEN)
    shown = board.person(BEN).sees("C1")[-1]
    assert board.person(BEN).press(shown, "Share").status == 200
    board.settle()
    assert board.channel().texts[-1].splitlines() == [
        "1 task",
        "task | state | priority | owner | title",
        "CHURN-1 | todo | next | — | Try focal loss",
        "Shared by ben",
    ]
    assert len(board.channel().timeline) == 2


def test_what_is_shared_is_as_fresh_as_the_press(board: SlackBoard) -> None:
    board.lab("task list")
    shown = board.person().sees("C1")[-1]
    board.lab("task start CHURN-1")
    board.person().press(shown, "Share")
    board.settle()
    assert "CHURN-1 | doing" in board.channel().text(board.channel().roots[-1])


def test_after_a_change_the_task_itself_is_shared_and_nothing_is_done_again(board: SlackBoard) -> None:
    board.lab("task note CHURN-1 lr 3e-4 diverges")
    shown = board.person().sees("C1")[-1]
    for _ in range(2):
        assert board.person().press(shown, "Share").status == 200
    board.settle()
    assert board.audit().count("noted: lr 3e-4 diverges") == 1
    lines = [board.channel().text(root).splitlines() for root in board.channel().roots]
    assert [line[0] for line in lines] == ["CHURN-1 Try focal loss"] * 3
    assert [line[-1] == "Shared by ana" for line in lines] == [False, True, True]


@pytest.mark.parametrize("line", ["lab task new Sneaky", "lab task drop CHURN-1", "lab-admin project new OPS"])
def test_only_what_changes_nothing_can_be_shared(board: SlackBoard, line: str) -> None:
    before = board.audit()
    assert board.press(planted(board, "answer.share", line), "Old").splitlines() == [
        "▲ Only what changes nothing can be shared.",
        "Nothing was changed, and nothing posted.",
    ]
    board.settle()
    assert board.audit() == before
    assert len(board.channel().roots) == 2


def test_what_cannot_be_read_any_more_is_not_shared(board: SlackBoard) -> None:
    for line in ("lab task show CHURN-99", "lab nonsense", ""):
        assert board.press(planted(board, "answer.share", line or "lab task show"), "Old").startswith("▲")
    board.settle()
    assert not any("Shared by" in text for text in board.channel().texts)


def test_an_administrators_answer_can_be_shared_by_administrators_alone(board: SlackBoard) -> None:
    planted_one = planted(board, "answer.share", "lab-admin project list")
    assert "Only administrators" in board.press(planted_one, "Old", by=BEN)
    assert board.person(ANA).press(planted_one, "Old").status == 200
    board.settle()
    assert "Shared by ana" in board.channel().texts[-1]


def test_a_refusal_has_nothing_to_share(board: SlackBoard) -> None:
    board.lab("task start CHURN-99")
    assert "Share" not in str(board.person().sees("C1")[-1].blocks)


def test_sharing_where_the_bot_is_not_tells_how_to_invite_it(board: SlackBoard) -> None:
    board.lab("task list", channel="C2")
    board.person().press(board.person().sees("C2")[-1], "Share")
    board.settle()
    assert board.channel("C2").messages == []
    assert "/invite @Labkeeper" in board.slack.direct(ANA).texts[0]


@pytest.mark.parametrize(
    "trouble", [server_error(), refusal("expired_url"), lost_answer(), hanging(60)], ids=lambda trouble: trouble.name
)
def test_an_answer_that_cannot_be_delivered_changes_nothing_of_what_was_done(board: SlackBoard, trouble) -> None:
    board.slack.fault("response_url", trouble)
    answer = board.person().press(card(board), "Start")
    assert (answer.status, answer.is_late) == (200, False)
    assert str(board.task().state) == "doing"
    board.slack.release_hanging()
    assert "CHURN-1" in board.press(card(board), "Details")


def test_a_press_is_acknowledged_only_after_it_is_written(board: SlackBoard) -> None:
    assert board.person().press(card(board), "Start").status == 200
    assert str(board.task().state) == "doing"
