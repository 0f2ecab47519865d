"""`/lab box …`."""

import pytest

from tests.bot.speaker import Speaker


@pytest.mark.parametrize(("by", "words"), [("3d", "by 3d"), ("2026-12-21", "until 2026-12-21")])
def test_more_time_is_told_as_a_length_or_as_a_day(ana: Speaker, by: str, words: str) -> None:
    ana.done("lab task new Try focal loss kind:investigate box:10d owner:me")
    ana.done("lab task start CHURN-1")
    ana.done(f"lab box extend CHURN-1 by:{by} why:the last runs still improve")
    ana.done("lab box show CHURN-1", f"extended {words} (ana)")
