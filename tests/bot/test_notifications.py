"""What a task's thread is told: each notification's example word for word, and any words on every platform.

`LABKEEPER_WRITE_TRANSCRIPTS=1` writes the examples anew; then read what changed.
"""

import os
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from bot.app import load_notifications
from bot.cards.burst import SHOWN, burst_card
from bot.notification import Notification
from core.cards import Card, Mention, Tone, mentioned
from core.events import EVENT_TYPES, LoggedEvent
from core.timebox_events import TimeboxEnded, TimeboxNagged, TimeboxNearlyOver
from tests.fakes.slack.reading import plain_text
from tests.harmless import check_harmless, in_slack, in_terminal, on_a_page
from tests.hostile import HOSTILE

GOLDEN = Path(__file__).parent / "notifications.txt"
NOTIFICATIONS = tuple(load_notifications().values())
# What falls due by itself: nobody acted.
AUTOMATIC = {TimeboxNearlyOver, TimeboxEnded, TimeboxNagged}
each = pytest.mark.parametrize("notification", NOTIFICATIONS, ids=lambda notification: notification.event.__name__)
by_somebody = pytest.mark.parametrize(
    "notification",
    [notification for notification in NOTIFICATIONS if notification.event not in AUTOMATIC],
    ids=lambda notification: notification.event.__name__,
)


def golden() -> str:
    parts = []
    for notification in NOTIFICATIONS:
        card, entry = notification.card(notification.example), notification.example
        message = in_slack(card)
        parts += [
            f"# {notification.event.__name__}",
            "## Slack", plain_text(message.blocks, {}, with_buttons=True),
            "## Slack, in a notification", message.text,
            "## terminal", in_terminal(card, entry.at),
            "## on a page", on_a_page(card),
        ]  # fmt: skip
    return "\n".join(parts)


def spoilt(value: Any, text: str) -> Any:
    """The event with `text` in every field that holds words."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return text
    if isinstance(value, tuple):
        return tuple(spoilt(item, text) for item in value)
    if is_dataclass(value):
        return replace(value, **{field.name: spoilt(getattr(value, field.name), text) for field in fields(value)})
    return value


def spoilt_example(notification: Notification, text: str) -> LoggedEvent:
    return replace(notification.example, event=spoilt(notification.example.event, text), member=text)


def test_every_example_reads_as_it_is_written() -> None:
    told = golden()
    if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
        GOLDEN.write_text(told, encoding="utf-8")
    assert told == GOLDEN.read_text(encoding="utf-8")


def test_each_event_has_at_most_one_notification() -> None:
    assert len({notification.event for notification in NOTIFICATIONS}) == len(NOTIFICATIONS) > 5
    assert {notification.event for notification in NOTIFICATIONS} <= set(EVENT_TYPES)


@each
def test_an_example_is_of_its_own_event(notification: Notification) -> None:
    assert type(notification.example.event) is notification.event


@each
def test_a_notification_is_one_or_two_lines(notification: Notification) -> None:
    shown = plain_text(in_slack(notification.card(notification.example)).blocks, {})
    assert len(shown.splitlines()) <= 2


@pytest.mark.parametrize("notification", [one for one in NOTIFICATIONS if one.event in AUTOMATIC])
def test_what_fell_due_by_itself_is_told_without_a_name(notification: Notification) -> None:
    card = notification.card(replace(notification.example, member="Labkeeper"))
    shown = plain_text(in_slack(card).blocks, {})
    assert "Labkeeper" not in shown
    assert "Somebody" not in shown
    assert mentioned(card) == frozenset()


@by_somebody
def test_whoever_acted_is_named_and_not_mentioned(notification: Notification) -> None:
    card = notification.card(replace(notification.example, member="Ana Lima"))
    assert "Ana Lima" in plain_text(in_slack(card).blocks, {})
    must_act = frozenset(getattr(notification.example.event, "watcher_ids", ()))
    assert mentioned(card) == must_act


@by_somebody
def test_what_nobody_did_is_told_too(notification: Notification) -> None:
    card = notification.card(replace(notification.example, member=None))
    mark = {Tone.GOOD: "✓ ", Tone.BAD: "✕ "}.get(card.tone, "")
    assert plain_text(in_slack(card).blocks, {}).removeprefix(mark).startswith("Somebody ")


@each
def test_whatever_was_typed_does_no_harm_anywhere(notification: Notification) -> None:
    """A fifth of the texts in each notification; any five notifications in a row have them all."""
    check_texts_harmless(notification, HOSTILE[NOTIFICATIONS.index(notification) % 5 :: 5])


@pytest.mark.soak
@each
def test_every_text_in_every_notification_does_no_harm(notification: Notification) -> None:
    check_texts_harmless(notification, HOSTILE)


def check_texts_harmless(notification: Notification, texts: Sequence[str]) -> None:
    for text in texts:
        entry = spoilt_example(notification, text)
        check_harmless(notification.card(entry), entry.at)


def test_whatever_was_typed_does_no_harm_in_a_burst() -> None:
    """A fifth of the texts: the first of every five."""
    check_texts_harmless_in_bursts(HOSTILE[::5])


@pytest.mark.soak
def test_every_text_does_no_harm_in_a_burst() -> None:
    check_texts_harmless_in_bursts(HOSTILE)


def check_texts_harmless_in_bursts(texts: Sequence[str]) -> None:
    for text in texts:
        entries = [spoilt_example(notification, text) for notification in NOTIFICATIONS]
        cards = tuple(notification.card(entry) for notification, entry in zip(NOTIFICATIONS, entries, strict=True))
        for some in (cards, cards[-SHOWN:]):
            check_harmless(burst_card(some), entries[0].at)


def test_a_burst_of_one_is_that_one() -> None:
    card = Card(("one",))
    assert burst_card((card,)) == card


@pytest.mark.parametrize("count", [2, SHOWN, SHOWN + 1, 500])
def test_a_burst_says_how_many_there_are_and_shows_a_few(count: int) -> None:
    cards = tuple(Card((f"change {number}",)) for number in range(count))
    title, *lines = plain_text(in_slack(burst_card(cards)).blocks, {}).splitlines()
    assert title == f"{count} changes"
    assert lines[:SHOWN] == [f"• change {number}" for number in range(min(count, SHOWN))]
    assert lines[SHOWN:] == ([f"• and {count - SHOWN} more"] if count > SHOWN else [])


def test_a_burst_still_mentions_whoever_must_act() -> None:
    cards = (Card(("one",)), Card((Mention(7, "Ana"), " must decide")))
    assert mentioned(burst_card(cards)) == {7}
