"""CI on a commit, as one line."""

from core.cards import Card, Link, Mono, Tone
from core.git import Result
from core.git_events import short
from core.git_records import Check

_WORDS = {
    Result.WAITING: "is waiting",
    Result.RUNNING: "is running",
    Result.SUCCESS: "passed",
    Result.FAILURE: "failed",
    Result.CANCELLED: "was cancelled",
    Result.SKIPPED: "was skipped",
    Result.INACTIVE: "is over",
}
TONES = {Result.SUCCESS: Tone.GOOD, Result.FAILURE: Tone.BAD, Result.CANCELLED: Tone.WARNING}


def check_card(check: Check) -> Card:
    name = Link(check.name, check.url) if check.url else check.name
    return Card(
        (name, f" {_WORDS[check.result]} on ", Mono(short(check.sha))), tone=TONES.get(check.result, Tone.NEUTRAL)
    )
