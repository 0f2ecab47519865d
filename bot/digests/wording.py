"""How digests say lengths, days, counts and readings: the filters of their templates."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.cards.outlook import outlook
from core.cards import CommandLine, TaskRef
from core.digest_records import BlockedTask, Deployed, Investigation, Learning, Listed, Quality, Running, Upcoming
from core.events import Cause
from core.local_time import zone_named
from core.metrics import MetricDefinition, Reading, is_good, judge
from core.periods import Period
from core.text import clip
from core.timebox_records import Call

_SHORT_SHA = 7


def day(at: datetime | date, zone: str) -> str:
    """`Fri 20 Nov`."""
    local = at.astimezone(zone_named(zone)) if isinstance(at, datetime) else at
    return f"{local:%a} {local.day} {local:%b}"


def date_words(at: datetime | date, zone: str) -> str:
    """`20 November`."""
    local = at.astimezone(zone_named(zone)) if isinstance(at, datetime) else at
    return f"{local.day} {local:%B}"


def full_date(at: datetime | date, zone: str) -> str:
    local = at.astimezone(zone_named(zone)) if isinstance(at, datetime) else at
    return f"{local.day} {local:%B %Y}"


def week_words(week: Period) -> str:
    return f"{week.first.day} {week.first:%B}"


def month_words(month: Period) -> str:
    return f"{month.first:%B %Y}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 task`, `1,200 tasks`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def days(length: float) -> str:
    """Blocked time: `less than a day`, `12 days`."""
    if length < 1:
        return "less than a day"
    return count(round(length), "day")


def left(one: Investigation) -> str:
    """What is left of a box, in working time: `4.5 days left`, `time is up`."""
    if one.left is None:
        return "its timebox is not running"
    if not one.left:
        return "time is up"
    hours = one.left / timedelta(hours=1)
    working_days = hours / one.hours_a_day if one.hours_a_day else 0
    if working_days < 1:
        return "less than an hour left" if hours < 1 else f"{count(round(hours), 'hour')} left"
    half_days = round(working_days * 2) / 2
    shown = f"{half_days:,.1f}".removesuffix(".0")
    return f"{shown} day{'' if shown == '1' else 's'} left"


def best_so_far(found: Sequence[tuple[Reading, MetricDefinition | None]]) -> str:
    """`best so far: val_auc 0.91, above the target of 0.90 (baseline 0.88), last 0.89`. Where nobody defined what is
    good there is no best: then it is the newest."""
    known = [(reading, meaning) for reading, meaning in found if meaning is not None]
    if not known:
        return "newest figures: " + "; ".join(f"{one.name} {judge(one.value, None)}" for one, _ in found[:2])
    return "best so far: " + "; ".join(_best(reading, meaning) for reading, meaning in known[:2])


def _best(reading: Reading, meaning: MetricDefinition) -> str:
    best = reading.best(meaning.direction)
    last = f", last {judge(reading.value, None)}" if reading.value != best else ""
    return f"{reading.name} {judge(best, meaning)}{last}"


def reached(one: Quality) -> str:
    """Whether that is good; nothing where no target says what is."""
    return {True: "the target is reached", False: "not there yet", None: ""}[is_good(one.reading.value, one.definition)]


def not_begun(one: Upcoming) -> int:
    """Of its open questions, those that have no end because nobody works on them."""
    return sum(decision.ends_at is None for decision in one.decisions)


def waits_for(one: BlockedTask) -> str:
    """Why it is blocked, and how long: `data: waits for “Labels for October”, 6 days`."""
    cause = "" if one.cause is Cause.OTHER else f"{one.cause}: "
    reason = f"waits for “{clip(one.source, 100)}”" if one.source else clip(one.why, 100) or "no reason given"
    return f"{cause}{reason}, {days(one.days)}"


def judged(one: Quality) -> str:
    """The value beside target and baseline."""
    return judge(one.reading.value, one.definition)


def sentence(words: str) -> str:
    """With a capital and a full stop, as somebody may have written it without."""
    words = " ".join(words.split())
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def version_words(version: str | None) -> str:
    """`churn v2.0` of `churn@v2.0`."""
    return version.replace("@", " ", 1) if version else "work without a version"


def running_words(one: Running) -> str:
    return version_words(one.version) if one.version else f"{one.repository} at {one.sha[:_SHORT_SHA]}"


def deployed_words(one: Deployed) -> str:
    if one.versions:
        return _and(version_words(version) for version in one.versions)
    return f"{one.repository} at {one.sha[:_SHORT_SHA]}"


def learned(one: Learning, limit: int = 400) -> str:
    """The first words of what was learned, as many as a digest has room for."""
    return clip(" ".join(one.learned.split()), limit)


def verdict(one: Learning) -> str:
    """What came of it, without a judgement on anybody."""
    return {Call.ADOPT: "adopted", Call.DROP: "a learning", Call.SPLIT: "split in two", None: "noted"}[one.call]


def elsewhere(found: Listed[Any], one: str, many: str = "") -> str:
    """Of what this channel is not shown, only how much."""
    return (
        f"{count(found.elsewhere, f'more {one}', f'more {many}' if many else '')} in projects that are not shown here"
    )


def keys(found: Iterable[Any]) -> tuple[Any, ...]:
    """References with commas between."""
    spans: list[Any] = []
    for key in found:
        spans += [", ", TaskRef.of(key)] if spans else [TaskRef.of(key)]
    return tuple(spans)


def _and(words: Iterable[str]) -> str:
    *first, last = list(words)
    return f"{', '.join(first)} and {last}" if first else last


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day, "date_words": date_words, "full_date": full_date, "week_words": week_words,
    "month_words": month_words, "counted": count, "times": times, "days": days, "left": left,
    "best_so_far": best_so_far,
    "version_words": version_words, "running_words": running_words, "deployed_words": deployed_words,
    "judged": judged, "reached": reached, "not_begun": not_begun, "waits_for": waits_for, "outlook": outlook,
    "sentence": sentence, "learned": learned, "verdict": verdict, "elsewhere": elsewhere,
    "keys": keys, "command": CommandLine, "clip": clip,
}  # fmt: skip
