"""Timeboxes and decisions. The prompt itself is rendered when it is sent, and again when it is answered."""

from datetime import UTC, datetime

from bot.cards.spans import length_text
from bot.cards.timebox import TONES
from bot.notification import Notification, Place, who
from core.cards import Bold, Card, CommandLine, Text, When, paragraph
from core.events import Event, LoggedEvent, describe
from core.text import clip
from core.timebox_events import (
    CALLED,
    ExtensionAsked,
    TaskDecided,
    TimeboxCancelled,
    TimeboxEnded,
    TimeboxExtended,
    TimeboxNagged,
    TimeboxNearlyOver,
    TimeboxSnoozed,
    TimeboxStarted,
)
from core.timebox_records import Call

_NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def started_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, TimeboxStarted)
    end = (". It ends ", When(event.ends_at)) if event.ends_at else ()
    return Card((f"{who(entry)} started its timebox of {event.box}", *end, "."))


def nearly_over_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, TimeboxNearlyOver)
    return Card(("Four fifths of its timebox are used. It ends ", When(event.ends_at), "."))


def asked_card(entry: LoggedEvent) -> Card:
    """For channels that are not asked themselves."""
    event = entry.event
    late = event.late_seconds if isinstance(event, TimeboxEnded) else 0
    words = "Its timebox ended, and it waits for a decision." if isinstance(event, TimeboxEnded) else "Still undecided."
    return Card((words + (f" This is told {length_text(late)} late." if late else ""),))


def plea_card(entry: LoggedEvent) -> Card:
    """For channels that are not asked themselves."""
    event = entry.event
    assert isinstance(event, ExtensionAsked)
    asks = f"{who(entry)} asks for {event.by} more: {clip(event.why, 300)}"
    return Card((asks,), (paragraph("Another person agrees with: ", CommandLine(f"lab box agree {event.task}")),))


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
    carried = f" It is carried on by {', '.join(event.tasks)}." if event.tasks else ""
    title = (f"{who(entry)} decided: ", Bold(CALLED[event.call]), ".", carried)
    learned = clip(" ".join(event.learned.split()), 300)
    kept: Text = (" · ", CommandLine(f"lab finding show {event.finding}")) if event.finding else ()
    return Card(title, (paragraph(Bold("Learned: "), learned, *kept),), tone=TONES[event.call])


def cancelled_card(entry: LoggedEvent) -> Card:
    return Card((f"{who(entry)} {describe(entry.event)}.",))


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
    _prompted,
)  # fmt: skip
EXTENDED = Notification(
    TimeboxExtended, extended_card, _example(TimeboxExtended(1, "3d", "the last runs still improve", _NOW))
)  # fmt: skip
SNOOZED = Notification(TimeboxSnoozed, snoozed_card, _example(TimeboxSnoozed(1, _NOW)))
CANCELLED = Notification(TimeboxCancelled, cancelled_card, _example(TimeboxCancelled(1)))
DECIDED = Notification(
    TaskDecided, decided_card,
    _example(TaskDecided(Call.ADOPT, "tails gain 3 points", "above target", "run 17", ("CHURN-13",), 1, finding=7)),
)  # fmt: skip
