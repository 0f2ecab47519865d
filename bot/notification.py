"""A notification, declared once: which event is told in a task's thread, and in what words."""

from collections.abc import Callable
from dataclasses import dataclass

from core.cards import Card
from core.events import Event, LoggedEvent


@dataclass(frozen=True, slots=True)
class Notification:
    """`example` is an event it is for; its card is the golden test."""

    event: type[Event]
    card: Callable[[LoggedEvent], Card]
    example: LoggedEvent
