"""What the forms of a timebox answer to what cannot be: at the field where one field is wrong, above them where it is
the board that says no."""

import pytest

from tests.fakes.slack.open_views import Form
from tests.slack.harness import ANA, BEN, SlackBoard

FORMS = "Give working time or a date: 3h, 10d, 2w or 2026-12-15."


@pytest.fixture
def board(sqlite_churn: SlackBoard) -> SlackBoard:
    """Ana's research is under way, and Ben stands in for her."""
    board = sqlite_churn
    board.lab("me", by=BEN)
    board.lab("task new Try focal loss kind:investigate box:5d owner:me")
    board.lab("task start CHURN-1")
    board.lab("me delegate @ben")
    return board


def opened(board: SlackBoard, line: str, *, by: str = ANA) -> Form:
    answer = board.person(by).command(line, "C1")
    assert (answer.status, answer.problems, answer.text) == (200, (), "")
    return board.person(by).form


def wrong(form: Form, **values: str) -> dict[str, str]:
    """What stands at the fields after it was sent, and it is still open with what was typed."""
    sent = form.submit(values)
    assert (sent.status, sent.problems, form.is_open) == (200, (), True)
    return form.errors


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("banana", f"“banana” is not a length of time. {FORMS}"),
        ("-1d", f"“-1d” is not a length of time. {FORMS}"),
        ("1000y", f"“1000y” is not a length of time. {FORMS}"),
        ("0d", "0d is no time at all. A timebox is between 1d and 260d."),
        ("2030-02-30", f"There is no day 2030-02-30. {FORMS}"),
    ],
)
def test_a_length_that_is_none_is_told_at_its_field(board: SlackBoard, text: str, error: str) -> None:
    longer = "How much longer, or until when"
    form = opened(board, "box extend CHURN-1 by:3d")
    assert wrong(form, **{longer: text, "What you know now that you did not before": "it improves"}) == {longer: error}
    each = "The timebox of each, if another"
    form.close()
    form = opened(board, "box split CHURN-1")
    words = {"The first question": "one", "The second question": "two", "What was learned": "both"}
    assert wrong(form, **words, **{each: text}) == {each: error}
    form.close()
    form = opened(board, "task new")
    box = next(label for label in form.labels if "box" in label.casefold() or "timebox" in label.casefold())
    field = next(iter(form.labels))
    assert wrong(form, **{field: "Try mixup", box: text}) == {box: error}
    assert board.count("extensions") == board.count("decisions") == 0


def test_a_day_that_is_over_is_told_above_the_fields_and_they_keep_what_was_typed(board: SlackBoard) -> None:
    form = opened(board, "box extend CHURN-1 why:x")
    values = {"How much longer, or until when": "2020-01-01", "What you know now that you did not before": "x"}
    assert wrong(form, **values) == {}
    assert form.text.splitlines()[0] == "▲ 2020-01-01 is over."
    assert form.value("How much longer, or until when") == "2020-01-01"


def test_a_decision_without_what_was_learned_is_told_at_its_field(board: SlackBoard) -> None:
    form = opened(board, "box drop CHURN-1")
    assert wrong(form, **{"What was learned": "   "}) == {"What was learned": "This is needed."}


def test_a_form_that_is_sent_an_hour_later_does_what_can_be_done_by_then(board: SlackBoard) -> None:
    extend, drop = opened(board, "box extend CHURN-1"), opened(board, "box drop CHURN-1", by=BEN)
    board.later(3_700)
    assert drop.submit({"What was learned": "slept over it"}).status == 200
    assert not drop.is_open
    late = {"How much longer, or until when": "3d", "What you know now that you did not before": "it improves"}
    assert wrong(extend, **late) == {}
    assert "CHURN-1 was decided already: ben dropped it." in extend.text
    assert board.count("decisions") == 1
