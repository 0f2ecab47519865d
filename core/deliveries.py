"""Deliveries: what must be said in which channel; and where it was said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.cards import Card


class DeliveryKind(StrEnum):
    """`root` and `edit` show the task as it is when sent; the others keep their card."""

    ROOT = "root"
    REPLY = "reply"
    BROADCAST = "broadcast"
    EDIT = "edit"
    DIRECT = "direct"
    FILE = "file"
    PIN = "pin"


class DeliveryState(StrEnum):
    """`sending` is written before the call, so that a crash leaves a trace to look after."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """`dedupe_key` is the same for the same fact and destination, however often it is fanned out."""

    channel_id: int
    kind: DeliveryKind
    dedupe_key: str
    task_id: int | None = None
    event_id: int | None = None
    card: Card | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    id: int
    channel_id: int
    kind: DeliveryKind
    dedupe_key: str
    state: DeliveryState
    task_id: int | None
    card: Card | None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    message: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A task's root message: the platform's own id for it, and for its thread where that differs."""

    task_id: int
    channel_id: int
    message: str
    thread: str = ""
