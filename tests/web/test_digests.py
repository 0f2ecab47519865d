"""The plan and the report in the local chat: by schedule, with the sections and the chart, each once."""

from datetime import datetime, timedelta

from bot.digest_tick import post_due_digests
from bot.platforms.web.messages import card_words
from core.cards import Image
from core.local_chat import LocalMessage
from tests.web.harness import LocalBoard, local_board

DAY = timedelta(days=1)


def next_monday(now: datetime) -> datetime:
    return (now + (7 - now.weekday()) * DAY).replace(hour=9, minute=0, second=5)


def first_working_day(now: datetime) -> datetime:
    """Of the month after this one."""
    day = (now.replace(day=1) + 32 * DAY).replace(day=1, hour=9, minute=0, second=5)
    return day + max(0, 7 - day.weekday()) * DAY if day.weekday() > 4 else day


def tick(board: LocalBoard) -> int:
    posted: int = board.run(post_due_digests(board.app.store, board.clock, board.app.ports.digests))
    board.settle()
    return posted


def test_the_plan_and_the_report_come_by_schedule_once(sqlite_url: str) -> None:
    with local_board(sqlite_url) as board:
        for line in (
            "/lab-admin project new CHURN zone:UTC",
            "/lab task new Does focal loss help? kind:investigate box:50d owner:me",
            "/lab task start CHURN-1", "/lab-admin digest schedule weekly day:mon at:09:00 zone:UTC",
            "/lab-admin digest schedule monthly at:09:00 zone:UTC",
        ):  # fmt: skip
            board.say(line)
        board.settle()
        now = board.clock.now()
        for at in sorted({next_monday(now), first_working_day(now)}):
            board.go_to(at)
            for _ in range(3):
                tick(board)
        shown = board.read(lambda work: work.local_messages.page("ml-board", "mira", before=None, limit=50))
        plans, reports = titled(shown, "Plan for the week of"), titled(shown, "what was learned")
        (plan,) = [one for one in plans if f"the week of {next_monday(now).day} " in card_words(one.card)]
        assert "Does focal loss help?" in card_words(plan.card)
        assert len(reports) == 1
        thread = board.read(lambda work: work.local_messages.thread(reports[0].id, "mira", limit=20))
        (picture,) = [block for one in thread for block in one.card.blocks if isinstance(block, Image)]
        assert "Working time: 100 % research" in picture.alt
        assert board.read(lambda work: work.images.get(picture.id)).startswith(b"\x89PNG")


def titled(found: tuple[LocalMessage, ...], words: str) -> list[LocalMessage]:
    return [one for one in found if one.card and words in card_words(one.card).split("\n")[0]]
