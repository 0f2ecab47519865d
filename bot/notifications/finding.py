"""Findings written and revised by hand; what a decision leaves is told with the decision."""

from datetime import UTC, datetime

from bot.notification import Notification, who
from core.cards import Card, CommandLine, paragraph
from core.events import FindingRevised, FindingWritten, LoggedEvent

_NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def written_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, FindingWritten)
    return _card(f"{who(entry)} wrote finding {event.finding}.", event.finding, event.title)


def revised_card(entry: LoggedEvent) -> Card:
    event = entry.event
    assert isinstance(event, FindingRevised)
    return _card(f"{who(entry)} revised finding {event.finding}.", event.finding, event.title)


def _card(said: str, number: int, title: str) -> Card:
    return Card((said,), (paragraph(title, " · ", CommandLine(f"lab finding show {number}")),))


WRITTEN = Notification(
    FindingWritten, written_card, LoggedEvent(1, _NOW, FindingWritten(7, "Tails are label noise"), "Ana", 12, 1)
)
REVISED = Notification(
    FindingRevised, revised_card, LoggedEvent(1, _NOW, FindingRevised(7, 2, "Tails are label noise"), "Ana", 12, 1)
)
