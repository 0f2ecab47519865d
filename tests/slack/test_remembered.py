"""Whoever spoke before is not looked up first; what they do is theirs as they are now, whoever changed that."""

from tests.slack.harness import BEN, SlackBoard
from tests.storage.probes import execute


def become_ana(churn: SlackBoard) -> None:
    """What another process does to Ben, as where two boards become one and he turns out to be Ana."""
    ana = "(SELECT member_id FROM identities WHERE subject = 'U1')"
    execute(churn.database_url, f"UPDATE identities SET member_id = {ana} WHERE subject = '{BEN}'")


def test_what_somebody_says_is_said_by_who_they_are_now(churn: SlackBoard) -> None:
    churn.lab("me", by=BEN)
    assert "owner ben" in churn.lab("task new Label the tails owner:me", by=BEN)
    become_ana(churn)
    assert "owner ana" in churn.lab("task new Label the heads owner:me", by=BEN)
    assert churn.rows("SELECT title, owner_id = created_by FROM tasks ORDER BY id") == [
        ("Label the tails", True), ("Label the heads", True),
    ]  # fmt: skip
    assert churn.audit()[-1] == "created it: Label the heads"


def test_so_is_what_they_press_and_what_they_read(churn: SlackBoard) -> None:
    churn.lab("me", by=BEN)
    churn.lab("task new Label the tails", by=BEN)
    churn.settle()
    become_ana(churn)
    assert "Started." in churn.press(churn.channel().messages[-1], "Start", by=BEN)
    assert churn.rows("SELECT actor FROM audit ORDER BY id DESC LIMIT 1") == [("ana",)]
    assert churn.lab("me", by=BEN).startswith("ana (@")


def test_what_they_may_no_longer_do_is_refused_and_nothing_is_done(churn: SlackBoard) -> None:
    churn.lab("task new Try focal loss box:5d owner:me", by=BEN)
    churn.lab("task start CHURN-1", by=BEN)
    become_ana(churn)
    refused = churn.lab("task drop CHURN-1 why:no gain learned:tails are noise", by=BEN)
    assert "You may not decide about CHURN-1." in refused
    assert churn.rows("SELECT state FROM tasks") == [("doing",)]
