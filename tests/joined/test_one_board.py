"""One team on both: the same task has its card in Slack and in Discord, and a prompt answered in one is edited in the
other.

`LABKEEPER_WRITE_TRANSCRIPTS=1` writes the story anew; then read what changed.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from bot.expiry import expire_timeboxes
from tests.fakes.discord.small_guild import BEN
from tests.joined.harness import Both
from tests.joined.test_race import open_in_discord, open_in_slack
from tests.slack.harness import ANA

GOLDEN = Path(__file__).parent / "one_board.txt"


def test_the_same_board_in_both(both: Both) -> None:
    told = _story(both)
    if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
        GOLDEN.write_text(told, encoding="utf-8")
    assert told == GOLDEN.read_text(encoding="utf-8")


def _story(both: Both) -> str:
    # A Wednesday, 10:00 in Amsterdam.
    start = datetime(2031, 1, 15, 9, 0, 2, tzinfo=UTC)
    both.later((start - both.slack.clock.now()).total_seconds())
    both.slack.lab("task new Try focal loss kind:investigate box:5d owner:@ana about:Do rare churners gain?")
    both.discord.lab("task start CHURN-1")
    both.discord.lab("task note CHURN-1 gamma 2 is best so far", by=BEN)
    both.settle()
    both.later(7 * 86_400)
    both.slack.run(expire_timeboxes(both.slack.database, both.slack.clock))
    both.settle()
    asked = _shown(both)
    ben = both.discord.person(BEN)
    answer = ben.submit(ben.press(open_in_discord(both)[1], "Drop"), **{"field.learned": "no gain"})
    both.settle()
    assert open_in_slack(both) == {}
    late = both.slack.person(ANA)
    return "\n".join(
        ["# The timebox has ended", asked, "", "# ben drops it in Discord", answer.text, "", _shown(both), "",
         "# ana asks in Slack", late.command("box show CHURN-1", "C1").text, ""]
    )  # fmt: skip


def _shown(both: Both) -> str:
    return f"## Slack\n{both.slack.channel().transcript()}\n\n## Discord\n{both.discord.channel().transcript()}"
