"""Timeboxes and decisions. The prompt itself is rendered when it is sent, and again when it is answered."""

from datetime import UTC, datetime

from bot.cards.timebox import agree_buttons
from bot.notification import Notification, Place, who
from core.cards import Bold, Card, CommandLine, Field, Fields, Tone, When, paragraph
from core.events import Event, LoggedEvent
from core.text import clip
from core.timebox_events import (
    CALLED,
    ExtensionAsked,
    TaskDecided,
    TimeboxEnded,
    TimeboxExtended,
    TimeboxNagged,
    TimeboxNearlyOver,
    TimeboxSnoozed,
    TimeboxStarted,
)
from core.timebox_records import Call

_NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
_TONES = {Call.ADOPT: Tone.GOOD, Call.DROP: Tone.NEUTRAL, Call.SPLIT: Tone.NEUTRAL}


def started_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, TimeboxStarted)
    if event.ends_at is None:
        return Card((f"Its timebox of {event.box} runs.",))
    return Card((f"Its timebox of {event.box} runs until ", When(event.ends_at), "."))


def nearly_over_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, TimeboxNearlyOver)
    return Card(("Four fifths of its timebox are used. It ends ", When(event.ends_at), "."))


def asked_card(entry: LoggedEvent) -> Card:
    """For channels that are not asked themselves."""
    event = entry.event
    late = event.late_seconds if isinstance(event, TimeboxEnded) else 0
    words = "Its timebox ended, and it waits for a decision." if isinstance(event, TimeboxEnded) else "Still undecided."
    return Card((words + (f" This is told {late // 3600} h {late // 60 % 60} min late." if late else ""),))


def plea_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, ExtensionAsked)
    return Card(
        (f"{who(entry)} asks for {event.by} more:",),
        (paragraph(clip(event.why, 500)), paragraph("Another person of the team has to agree to it.")),
        buttons=agree_buttons(event.task),
    )


def extended_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, TimeboxExtended)
    agreed = f" ({event.agreed_with} had asked)" if event.agreed_with else ""
    end = (". It ends ", When(event.ends_at)) if event.ends_at else ()
    return Card((f"{who(entry)} gave it {event.by} more{agreed}", *end, "."), (paragraph(clip(event.why, 500)),))


def snoozed_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, TimeboxSnoozed)
    return Card((f"{who(entry)} wants to be reminded ", When(event.until), "."))


def decided_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, TaskDecided)
    fields = [Field("learned", (clip(event.learned, 1_000),))]
    fields += [Field("why", (clip(event.why, 500),))] if event.why else []
    fields += [Field("best run", (clip(event.best_run, 200),))] if event.best_run else []
    fields += [Field("kept as", (CommandLine(f"lab finding show {event.finding}"),))] if event.finding else []
    carried = f" It is carried on by {', '.join(event.tasks)}." if event.tasks else ""
    title = (f"{who(entry)} decided: ", Bold(CALLED[event.call]), ".", carried)
    return Card(title, (Fields(tuple(fields)),), tone=_TONES[event.call])


def _prompted(event: Event) -> Place:
    return Place.PROMPT


def _example(event: Event, member: str | None = "Ana") -> LoggedEvent:
    return LoggedEvent(1, _NOW, event, member, 12, 1)


STARTED = Notification(TimeboxStarted, started_card, _example(TimeboxStarted(1, "10d", _NOW)))
NEARLY_OVER = Notification(TimeboxNearlyOver, nearly_over_card, _example(TimeboxNearlyOver(1, _NOW), None))
ENDED = Notification(TimeboxEnded, asked_card, _example(TimeboxEnded(1, 0, 7_500), None), _prompted)
NAGGED = Notification(TimeboxNagged, asked_card, _example(TimeboxNagged(1, 0, 1), None), _prompted)
PLEADED = Notification(
    ExtensionAsked, plea_card, _example(ExtensionAsked(1, 2, "3d", "one more sweep", "CHURN-12")),
    lambda event: Place.CHANNEL,
)  # fmt: skip
EXTENDED = Notification(
    TimeboxExtended, extended_card, _example(TimeboxExtended(1, "3d", "the last runs still improve", _NOW))
)  # fmt: skip
SNOOZED = Notification(TimeboxSnoozed, snoozed_card, _example(TimeboxSnoozed(1, _NOW)))
DECIDED = Notification(
    TaskDecided, decided_card,
    _example(TaskDecided(Call.ADOPT, "tails gain 3 points", "above target", "run 17", ("CHURN-13",), 1, finding=7)),
)  # fmt: skip
