"""The plan and the report in Slack: by schedule, with the sections and the chart in the thread, each once."""

import base64
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.digest_tick import post_due_digests
from bot.sending import MOST_ATTEMPTS
from tests.fakes.slack.faults import lost_answer, server_error
from tests.slack.harness import SlackBoard

GOLDEN = Path(__file__).parent / "digests.txt"
PNG = b"\x89PNG"


def play(board: SlackBoard) -> None:
    """A month with decisions."""
    for number in range(6):
        board.lab(f"task new Does idea number {number} help on tail classes? kind:investigate box:3d owner:me")
        board.lab(f"task start CHURN-{number + 1}")
    for number in range(3):
        board.lab(f"box drop CHURN-{number + 1} learned:It brings nothing beyond usage, idea {number}")
    board.settle()


def go_to(board: SlackBoard, at: datetime) -> None:
    board.later((at - board.clock.now()).total_seconds())


def next_month(board: SlackBoard) -> str:
    """A day on which the report is of this month."""
    return f"{(board.clock.now().replace(day=1) + timedelta(days=35)).replace(day=1):%Y-%m-%d}"


def tick(board: SlackBoard) -> int:
    posted: int = board.run(post_due_digests(board.database, board.clock, board.ports.digests))
    board.settle()
    return posted


def digests(board: SlackBoard) -> list[str]:
    view = board.channel()
    shown = []
    for root in view.roots:
        if "Plan for" in root.text or "what was learned" in root.text:
            shown += [view.text(root), *(f"  {view.text(reply) or '[file]'}" for reply in view.replies(root))]
    return shown


def test_the_plan_and_the_report_come_by_schedule_once(sqlite_churn: SlackBoard) -> None:
    churn = sqlite_churn
    go_to(churn, datetime(2026, 11, 10, 10, tzinfo=UTC))
    play(churn)
    go_to(churn, datetime(2026, 11, 27, 9, tzinfo=UTC))
    assert "Scheduled." in churn.admin("digest schedule weekly day:mon at:09:00 zone:Europe/Lisbon")
    assert "Scheduled." in churn.admin("digest schedule monthly at:09:00 zone:Europe/Lisbon")
    go_to(churn, datetime(2026, 11, 30, 9, 0, 5, tzinfo=UTC))
    assert [tick(churn), tick(churn)] == [1, 0]
    go_to(churn, datetime(2026, 12, 1, 9, 0, 5, tzinfo=UTC))
    assert [tick(churn), tick(churn)] == [1, 0]
    said = "\n".join(digests(churn))
    if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
        GOLDEN.write_text(said, encoding="utf-8")
    assert said == GOLDEN.read_text(encoding="utf-8")
    (file,) = churn.slack.world.files.values()
    assert base64.b64decode(file.content).startswith(PNG)
    assert file.is_complete
    assert file.title == "The month in figures"
    assert "decided" in file.alt_text


def test_a_chart_whose_answer_was_lost_is_found_and_not_posted_again(sqlite_churn: SlackBoard) -> None:
    churn = sqlite_churn
    play(churn)
    churn.slack.fault("files.completeUploadExternal", lost_answer())
    churn.admin(f"digest post monthly as-of:{next_month(churn)}")
    churn.settle()
    churn.settle()
    churn.settle_later(timedelta(seconds=30).total_seconds())
    said = digests(churn)
    assert [line.strip() for line in said].count("[file]") == 1


def test_without_the_scope_the_chart_is_told_in_words(sqlite_churn: SlackBoard) -> None:
    churn = sqlite_churn
    play(churn)
    scopes = churn.slack.workspace("T001").scopes
    churn.slack.set_scopes("T001", tuple(scope for scope in scopes if scope != "files:write"))
    churn.admin(f"digest post monthly as-of:{next_month(churn)}")
    churn.settle()
    churn.settle()
    assert "Timeboxes" in "\n".join(digests(churn))
    assert not churn.slack.world.files
    assert {state for _, state, _ in churn.deliveries()} == {"sent"}


def test_a_chart_that_slack_never_takes_is_given_up_and_keeps_no_other_message_waiting(
    sqlite_churn: SlackBoard,
) -> None:
    churn = sqlite_churn
    play(churn)
    churn.slack.fault("upload", server_error(), times=99)
    churn.admin(f"digest post monthly as-of:{next_month(churn)}")
    churn.settle()
    churn.lab("task new Said behind it")
    for _ in range(MOST_ATTEMPTS + 1):
        churn.settle_later(601)
    assert [error for kind, _, error in churn.deliveries() if kind == "file"] == ["unreachable"]
    assert "Said behind it" in churn.transcript()


def test_a_preview_is_shared_once_however_often_it_is_pressed(sqlite_churn: SlackBoard) -> None:
    churn = sqlite_churn
    play(churn)
    churn.lab("digest weekly")
    seen = churn.slack.ephemerals("U1", "C1")[-1]
    churn.press(seen, "Share")
    churn.press(seen, "Share")
    churn.settle()
    churn.settle()
    assert len([root for root in churn.channel().roots if "Plan for" in root.text]) == 1


def test_a_correction_edits_what_stands_there(sqlite_churn: SlackBoard) -> None:
    churn = sqlite_churn
    play(churn)
    churn.admin("digest post weekly")
    churn.settle()
    churn.settle()
    churn.lab("task new Was it forgotten? kind:investigate box:3d owner:me")
    churn.lab("task start CHURN-7")
    churn.admin("digest correct 1 why:a question was missing")
    churn.settle()
    churn.settle()
    plans = [root for root in churn.channel().roots if "Plan for" in root.text]
    assert len(plans) == 1
    assert plans[0].edits == 1
    assert "(corrected)" in churn.channel().text(plans[0])
