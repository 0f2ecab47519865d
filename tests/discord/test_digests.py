"""The plan and the report in Discord: by schedule, with the sections and the chart in the thread, each once."""

import os
from datetime import UTC, datetime
from pathlib import Path

from bot.digest_tick import post_due_digests
from tests.discord.harness import DiscordBoard

GOLDEN = Path(__file__).parent / "digests.txt"


def go_to(board: DiscordBoard, at: datetime) -> None:
    board.later((at - board.clock.now()).total_seconds())


def tick(board: DiscordBoard) -> int:
    posted: int = board.run(post_due_digests(board.database, board.clock, board.ports.digests))
    board.settle()
    return posted


def test_the_plan_and_the_report_come_by_schedule_once(sqlite_churn: DiscordBoard) -> None:
    churn = sqlite_churn
    go_to(churn, datetime(2026, 11, 10, 10, tzinfo=UTC))
    for number in range(14):
        churn.lab(
            f"task new Does idea number {number} help on the long tail of customers who came with the autumn campaign?"
            " kind:investigate box:3d owner:me"
        )
        churn.lab(f"task start CHURN-{number + 1}")
    for number in range(3):
        churn.lab(f"box drop CHURN-{number + 1} learned:It brings nothing beyond usage, idea {number}")
    churn.settle()
    go_to(churn, datetime(2026, 11, 27, 9, tzinfo=UTC))
    assert "Scheduled." in churn.admin("digest schedule weekly day:mon at:09:00 zone:Europe/Lisbon")
    assert "Scheduled." in churn.admin("digest schedule monthly at:09:00 zone:Europe/Lisbon")
    go_to(churn, datetime(2026, 11, 30, 9, 0, 5, tzinfo=UTC))
    assert [tick(churn), tick(churn)] == [1, 0]
    go_to(churn, datetime(2026, 12, 1, 9, 0, 5, tzinfo=UTC))
    assert [tick(churn), tick(churn)] == [1, 0]
    view = churn.channel()
    plan, report = [root for root in view.messages if "CHURN-" not in view.text(root).splitlines()[0]]
    said = []
    for root in (plan, report):
        said += [view.text(root), *(f"{view.text(reply)} {' '.join(reply.files)}" for reply in view.replies(root))]
    shown = "\n".join(said)
    if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
        GOLDEN.write_text(shown, encoding="utf-8")
    assert shown == GOLDEN.read_text(encoding="utf-8")
    assert len(view.replies(plan)) >= 2
    assert [len(reply.files) for reply in view.replies(report)].count(1) == 1
    assert all(message.pings == () for message in view.messages)
