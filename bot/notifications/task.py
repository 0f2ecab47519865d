"""What a task's thread is told. Who acted is named, never mentioned: they know."""

from datetime import UTC, datetime

from bot.notification import Notification, who
from core.cards import Card, Link, Paragraph, Text, paragraph
from core.events import (
    Cause,
    Change,
    Event,
    LinkAdded,
    LoggedEvent,
    MetricRecorded,
    NoteAdded,
    TaskBlocked,
    TaskChanged,
    TaskMoved,
    TaskUnblocked,
    describe,
)
from core.tasks import State
from core.text import clip

_LINE = 300
_NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def in_words(entry: LoggedEvent) -> Card:
    return Card((f"{who(entry)} {clip(describe(entry.event), _LINE)}",))


def note_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, NoteAdded)
    return Card((f"{who(entry)} noted:",), (paragraph(event.text),))


def link_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, LinkAdded)
    linked: Text = (Link(event.title or clip(event.url, 120), event.url),)
    return Card((f"{who(entry)} linked a {event.kind}:",), (Paragraph(linked),))


def _example(event: Event) -> LoggedEvent:
    return LoggedEvent(1, _NOW, event, "Ana", 12)


MOVED = Notification(TaskMoved, in_words, _example(TaskMoved(State.TODO, State.DOING)))
CHANGED = Notification(TaskChanged, in_words, _example(TaskChanged((Change("points", "2", "3"),))))
BLOCKED = Notification(TaskBlocked, in_words, _example(TaskBlocked(1, Cause.DATA, "labels are late")))
UNBLOCKED = Notification(TaskUnblocked, in_words, _example(TaskUnblocked(1, Cause.DATA, _NOW, "labels are late")))
NOTED = Notification(NoteAdded, note_card, _example(NoteAdded(1, "lr 3e-4 diverges after 2k steps")))
LINKED = Notification(LinkAdded, link_card, _example(LinkAdded(1, "notebook", "https://example.com/eda.ipynb")))
MEASURED = Notification(MetricRecorded, in_words, _example(MetricRecorded("val_auc", 0.91, 0.88)))
