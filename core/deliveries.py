"""Deliveries: what must be said in which channel; where it was said; and how a chat answers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.cards import Card
from core.ids import ChannelRef, TeamId


class DeliveryKind(StrEnum):
    """`root`, `edit` and `line` show their subject as it is when sent; the others keep their card.

    A `line` stands in a thread and is edited in place when its subject changes. A `file` stands in a thread as well.
    With a subject a `root` and a `reply` show that too: the parts of a digest.
    """

    ROOT = "root"
    REPLY = "reply"
    BROADCAST = "broadcast"
    EDIT = "edit"
    DIRECT = "direct"
    LINE = "line"
    FILE = "file"


class DeliveryState(StrEnum):
    """`sending` is written before the call, so that a crash leaves a trace to look after."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """`dedupe_key` is the same for the same fact and destination, however often it is fanned out.

    `not_before` is for private messages: when their reader wants to be spoken to.
    """

    channel_id: int
    kind: DeliveryKind
    dedupe_key: str
    task_id: int | None = None
    event_id: int | None = None
    card: Card | None = None
    subject: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`subject` is what a line shows, such as `check:12`.

    `marker` goes with the message and finds it again; deliveries that were sent as one message share it.
    """

    id: int
    channel_id: int
    kind: DeliveryKind
    dedupe_key: str
    state: DeliveryState
    task_id: int | None
    card: Card | None
    subject: str | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    marker: str | None = None
    message: str | None = None
    error: str = ""
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A task's root message: the platform's own id for it, and for its thread where that differs.

    `reposts` counts how often it was posted anew because somebody deleted it.
    """

    task_id: int
    channel_id: int
    message: str
    thread: str = ""
    reposts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A channel with something to say in it, leased to one worker; not to be spoken in before `allowed_at`."""

    team_id: TeamId
    channel_id: int
    ref: ChannelRef
    name: str
    lease: str
    allowed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A file to post. `name` is its own and finds it again; `alt` says what it shows."""

    name: str
    title: str
    alt: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message to send: a new one, or with `message` the edit of that one.

    `people` maps the members a card mentions to the platform's own ids. `topic` is what it is about, in a line. Where
    it `is_direct`, the channel is a person. With a `picture` it is that which is posted: the card says the same in
    words, and shows it where the chat shows pictures of ours.
    """

    channel: ChannelRef
    card: Card
    marker: str
    message: str | None = None
    thread: str | None = None
    shows_in_channel: bool = False
    people: dict[int, str] = field(default_factory=dict)
    topic: str = ""
    is_direct: bool = False
    picture: Picture | None = None


class DeliveryError(Exception):
    """A chat did not take a message.

    DeliveryError
    ├── TryLater      not now; `after` says when, where the chat said so
    ├── AnswerLost    it may have been taken: look before posting again
    ├── MessageGone   the message to edit or to answer was deleted
    └── Refused       it never will be; `code` is the chat's own word
    """


class TryLater(DeliveryError):
    def __init__(self, after: timedelta | None = None) -> None:
        super().__init__(f"try later: {after}")
        self.after = after


class AnswerLost(DeliveryError):
    pass


class MessageGone(DeliveryError):
    pass


class Refused(DeliveryError):
    """`needs` are what the bot lacks, by the chat's own names, where that is known."""

    def __init__(self, code: str, needs: str = "") -> None:
        super().__init__(code)
        self.code, self.needs = code, needs
