"""What of the unit of work is about saying things: as `core.ports`, protocols and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.deliveries import Delivery, Destination, Message, NewDelivery
    from core.ids import ChannelRef, TaskKey


class Deliveries(Protocol):
    def add(self, delivery: NewDelivery, now: datetime) -> int | None:
        """None when its dedupe key was there already. Makes its channel a destination that is due."""
        ...

    def add_all(self, deliveries: Collection[NewDelivery], now: datetime) -> None:
        """As `add` for each, in their order."""
        ...

    def known(self, dedupe_keys: Collection[str]) -> frozenset[str]:
        """Those of the keys that are there already."""
        ...

    def get(self, delivery_id: int) -> Delivery | None: ...

    def pending(self, channel_id: int, *, limit: int) -> tuple[Delivery, ...]:
        """Queued and sending ones, in the order they must arrive."""
        ...

    def has_queued_edit(self, channel_id: int, task_id: int) -> bool: ...

    def find(self, dedupe_key: str) -> Delivery | None: ...

    def mark(self, delivery: Delivery, now: datetime) -> None:
        """Keeps its state, attempts, next attempt, marker, message and error."""
        ...

    def park_pending(self, channel_id: int, error: str, now: datetime) -> None: ...

    def reopen(self, channel_id: int, errors: Collection[str], *, limit: int, now: datetime) -> int:
        """Queues again what is parked, oldest first, and makes the channel due; how many there were.

        Roots and edits whatever the error was, because they show a task as it is when sent; others with these errors.
        """
        ...

    def parked_channels(self, platform: str, workspace: str, errors: Collection[str]) -> tuple[int, ...]:
        """The channels of the workspace where something was parked for one of these reasons."""
        ...

    def requeue(self, delivery: Delivery, now: datetime) -> None:
        """As `mark`, and makes its channel a destination that is due."""
        ...

    def renew(self, destination: Destination, *, until: datetime, next_allowed_at: datetime | None = None) -> bool:
        """Holds the destination to the end of the unit and renews its lease; False when another worker has it.

        `next_allowed_at` is when whoever claims it next may speak; without it that stays as it was.
        """
        ...

    def release(
        self, destination: Destination, *, due_at: datetime | None, next_allowed_at: datetime | None = None
    ) -> None:
        """Lets go of it; due again then, or with None when something new is to be said."""
        ...


class Messages(Protocol):
    def put(self, message: Message, now: datetime) -> None:
        """Remembers where a task's root message stands in a channel; a newer one replaces it."""
        ...

    def root(self, task_id: int, channel_id: int) -> Message | None: ...
    def forget(self, task_id: int, channel_id: int) -> None: ...
    def task_of(self, channel: ChannelRef, message: str) -> TaskKey | None: ...

    def put_line(self, subject: str, channel_id: int, message: str, now: datetime) -> None:
        """Remembers where a line in a thread stands; an empty message says that it is to stand nowhere."""
        ...

    def line(self, subject: str, channel_id: int) -> str | None: ...

    def channels_of(self, subject: str) -> frozenset[int]:
        """Where that line stands, and somebody did not take it away."""
        ...
