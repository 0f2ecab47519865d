"""Days are chosen from a calendar."""

from datetime import timedelta

from tests.slack.harness import SlackBoard
from tests.slack.test_forms import form, private


def test_leave_is_asked_for_with_two_days(churn: SlackBoard) -> None:
    before = len(churn.slack.ephemerals("U1", "C1"))
    today = churn.clock.now().date()
    first, last, far = (today + timedelta(days=days) for days in (30, 44, 800))
    opened = form(churn, "me away")
    assert opened.labels == ["The first day", "The last day, if several"]
    opened.submit({"first": str(far)})
    assert opened.is_open
    assert f"{far} is more than two years ahead." in opened.text
    opened.submit({"first": str(first), "last": str(last)})
    assert not opened.is_open
    assert f"You are away: {first} to {last}." in private(churn, before=before)


def test_a_day_that_was_typed_stands_in_the_form(churn: SlackBoard) -> None:
    opened = form(churn, "calendar off until:2026-12-31", command="/lab-admin")
    assert opened.value("until") == "2026-12-31"
