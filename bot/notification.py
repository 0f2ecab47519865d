"""A notification, declared once: which event is told, where, and in what words."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from core.cards import Card
from core.events import Event, LoggedEvent


class Place(Enum):
    """In the task's thread; as a line there that is edited in place; where the whole channel sees it; or as a prompt,
    which the channel sees, and which is edited to its outcome."""

    THREAD = "thread"
    LINE = "line"
    CHANNEL = "channel"
    PROMPT = "prompt"


def in_thread(event: Event) -> Place:
    return Place.THREAD


def who(entry: LoggedEvent) -> str:
    """Who acted, as the team or a Git host names them."""
    return entry.member or "Somebody"


@dataclass(frozen=True, slots=True)
class Notification:
    """`example` is an event it is for; its card is the golden test."""

    event: type[Event]
    card: Callable[[LoggedEvent], Card]
    example: LoggedEvent
    place: Callable[[Event], Place] = in_thread
