"""Deliveries, and the index of messages that were posted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from core.cards import card_from_json, card_to_json
from core.deliveries import Delivery, DeliveryState, Message, NewDelivery
from core.ids import ChannelRef, TaskKey, TeamId
from storage.tables import channels, deliveries, messages, projects, tasks
from storage.upsert import insert_or_ignore, insert_or_replace

_GET = select(deliveries).where(
    deliveries.c.team_id == bindparam("team"), deliveries.c.id == bindparam("delivery")
)  # fmt: skip
_PENDING = (
    select(deliveries)
    .where(
        deliveries.c.team_id == bindparam("team"),
        deliveries.c.channel_id == bindparam("channel"),
        deliveries.c.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING]),
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("limit"))
)
_MARK = (
    update(deliveries)
    .where(deliveries.c.team_id == bindparam("team"), deliveries.c.id == bindparam("delivery"))
    .values(
        state=bindparam("new_state"), attempts=bindparam("tried"), next_attempt_at=bindparam("again_at"),
        message=bindparam("posted"), error=bindparam("problem"), updated_at=bindparam("now"),
    )
)  # fmt: skip
_ROOT = select(messages).where(
    messages.c.team_id == bindparam("team"),
    messages.c.task_id == bindparam("task"),
    messages.c.channel_id == bindparam("channel"),
)
_TASK_OF = (
    select(projects.c.key, tasks.c.number)
    .select_from(messages)
    .join(channels, channels.c.id == messages.c.channel_id)
    .join(tasks, tasks.c.id == messages.c.task_id)
    .join(projects, projects.c.id == tasks.c.project_id)
    .where(
        messages.c.team_id == bindparam("team"),
        channels.c.team_id == bindparam("team"),
        channels.c.platform == bindparam("platform"),
        channels.c.workspace == bindparam("workspace"),
        channels.c.external_id == bindparam("channel"),
        messages.c.message == bindparam("message"),
    )
)


@dataclass(frozen=True, slots=True)
class SqlDeliveries:
    connection: Connection
    team_id: TeamId

    def add(self, delivery: NewDelivery, now: datetime) -> int | None:
        row = {
            "team_id": self.team_id, "channel_id": delivery.channel_id, "task_id": delivery.task_id,
            "event_id": delivery.event_id, "kind": delivery.kind, "dedupe_key": delivery.dedupe_key,
            "card": card_to_json(delivery.card) if delivery.card else None, "state": DeliveryState.QUEUED,
            "created_at": now, "updated_at": now,
        }  # fmt: skip
        return insert_or_ignore(self.connection, deliveries, row)

    def get(self, delivery_id: int) -> Delivery | None:
        row = self.connection.execute(_GET, {"team": self.team_id, "delivery": delivery_id}).first()
        return _delivery(row) if row else None

    def pending(self, channel_id: int, *, limit: int) -> tuple[Delivery, ...]:
        rows = self.connection.execute(_PENDING, {"team": self.team_id, "channel": channel_id, "limit": limit})
        return tuple(_delivery(row) for row in rows)

    def mark(self, delivery: Delivery, now: datetime) -> None:
        values = {
            "team": self.team_id, "delivery": delivery.id, "new_state": delivery.state, "tried": delivery.attempts,
            "again_at": delivery.next_attempt_at, "posted": delivery.message, "problem": delivery.error, "now": now,
        }  # fmt: skip
        self.connection.execute(_MARK, values)


@dataclass(frozen=True, slots=True)
class SqlMessages:
    connection: Connection
    team_id: TeamId

    def put(self, message: Message, now: datetime) -> None:
        row = {
            "team_id": self.team_id, "task_id": message.task_id, "channel_id": message.channel_id,
            "message": message.message, "thread": message.thread, "posted_at": now,
        }  # fmt: skip
        insert_or_replace(self.connection, messages, row, ("task_id", "channel_id"))

    def root(self, task_id: int, channel_id: int) -> Message | None:
        values = {"team": self.team_id, "task": task_id, "channel": channel_id}
        row = self.connection.execute(_ROOT, values).first()
        return Message(row.task_id, row.channel_id, row.message, row.thread) if row else None

    def task_of(self, channel: ChannelRef, message: str) -> TaskKey | None:
        values = {
            "team": self.team_id, "platform": channel.platform, "workspace": channel.workspace,
            "channel": channel.channel, "message": message,
        }  # fmt: skip
        row = self.connection.execute(_TASK_OF, values).first()
        return TaskKey(row.key, row.number) if row else None


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id, channel_id=row.channel_id, kind=row.kind, dedupe_key=row.dedupe_key, state=row.state,
        task_id=row.task_id, card=card_from_json(row.card) if row.card else None, attempts=row.attempts,
        next_attempt_at=row.next_attempt_at, message=row.message, error=row.error,
    )  # fmt: skip
