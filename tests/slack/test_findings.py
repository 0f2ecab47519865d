"""Findings in Slack: told in the thread, written and revised in forms, and shown before research is made again."""

import pytest

from tests.slack.harness import SlackBoard

ASKED = "▲ Tried before? Nothing was made yet."


@pytest.fixture
def board(churn: SlackBoard) -> SlackBoard:
    """With research that was dropped."""
    churn.lab("task new Try focal loss on tail classes box:5d owner:me")
    churn.lab("box drop CHURN-1 learned:*Tails* are <label> noise")
    return churn


def private(board: SlackBoard, before: int) -> str:
    seen = board.slack.wait_until(lambda: board.slack.ephemerals("U1", "C1")[before:])[-1]
    return board.person().reads(seen)


def said(board: SlackBoard) -> int:
    return len(board.slack.ephemerals("U1", "C1"))


def test_a_finding_is_told_in_the_tasks_thread(board: SlackBoard) -> None:
    board.lab("finding write CHURN-1 # Half is noise\n\n- one\n- [two](https://x.example)")
    board.lab("finding edit 2 All of it is noise")
    shown = board.transcript()
    assert "learned: *Tails* are <label> noise" in shown
    assert "kept as: /lab finding show 1" in shown
    assert "ana wrote finding 2." in shown
    assert "Half is noise · /lab finding show 2" in shown
    assert "ana revised finding 2." in shown


def test_a_finding_is_written_in_a_form_and_revised_from_what_it_says(board: SlackBoard) -> None:
    before = said(board)
    board.person().command("finding write CHURN-1", "C1")
    board.person().form.submit({"text": "First **words**\n\n- one", "title": "Tails"})
    assert "Finding 2: Tails" in private(board, before)
    board.lab("finding show 2")
    page = board.slack.ephemerals("U1", "C1")[-1]
    answer = board.person().press(page, "Revise")
    assert answer.status == 200, answer
    form = board.person().form
    assert (form.value("text"), form.value("title")) == ("First **words**\n\n- one", "Tails")
    before = said(board)
    form.submit({"text": "Second words"})
    assert "revision 2 of 2 by ana" in private(board, before)
    assert board.lab("finding show 2 revision:1").splitlines()[2] == "First words"


def test_what_looks_like_it_was_tried_is_shown_before_and_the_button_makes_it_once(board: SlackBoard) -> None:
    shown = board.lab('task new Focal loss & rare classes box:5d labels:a about:"why: so"')
    assert shown.splitlines()[:3] == [ASKED, "CHURN-1 Try focal loss on tail classes", shown.splitlines()[2]]
    assert "Learned: *Tails* are <label> noise" in shown
    assert board.count("tasks") == 1
    answer = board.slack.ephemerals("U1", "C1")[-1]
    assert "Created." in board.press(answer, "Make it anyway")
    task = board.task("CHURN-2")
    assert (task.title, task.labels, task.description) == ("Focal loss & rare classes", ("a",), "why: so")
    assert "This was done already." in board.press(answer, "Make it anyway")
    assert board.count("tasks") == 2


def test_a_form_is_asked_too_and_nothing_that_was_typed_in_it_is_lost(board: SlackBoard) -> None:
    before = said(board)
    board.person().command("task new about:x", "C1")
    form = board.person().form
    form.submit({"title": "Focal loss for classes", "box": "5d"})
    assert not form.is_open
    assert private(board, before).splitlines()[0] == ASKED
    assert board.count("tasks") == 1
    board.press(board.slack.ephemerals("U1", "C1")[-1], "Make it anyway")
    task = board.task("CHURN-2")
    assert (task.title, str(task.box), task.description) == ("Focal loss for classes", "5d", "x")


def test_the_line_makes_it_as_well(board: SlackBoard) -> None:
    shown = board.lab("task new Focal loss for classes box:5d")
    line = shown[shown.index("/lab task new") :].splitlines()[0]
    assert "Created." in board.lab(line.removeprefix("/lab "))
    assert board.task("CHURN-2").title == "Focal loss for classes"
