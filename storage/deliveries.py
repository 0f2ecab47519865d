"""Deliveries: queued with the facts they follow from, sent in order, never twice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from core.cards import card_from_json, card_to_json
from core.deliveries import Delivery, DeliveryKind, DeliveryState, Destination, NewDelivery
from core.ids import ChannelRef, TeamId
from storage.batches import AnyOf
from storage.destinations import lock, make_due, release, renew
from storage.prepared import Prepared
from storage.tables import IS_OVER, IS_PARKED, IS_PENDING, channels, deliveries
from storage.upsert import insert_or_ignore, insert_or_ignore_later

_GET = Prepared(select(deliveries).where(
    deliveries.c.team_id == bindparam("team"), deliveries.c.id == bindparam("delivery")
))  # fmt: skip
_PENDING = Prepared(
    select(deliveries)
    .where(
        deliveries.c.team_id == bindparam("team"),
        deliveries.c.channel_id == bindparam("channel"),
        IS_PENDING,
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("limit"))
)
_MARK = Prepared(
    update(deliveries)
    .where(deliveries.c.team_id == bindparam("team"), deliveries.c.id == bindparam("delivery"))
    .values(
        state=bindparam("new_state"), attempts=bindparam("tried"), next_attempt_at=bindparam("again_at"),
        marker=bindparam("mark"), message=bindparam("posted"), error=bindparam("problem"), updated_at=bindparam("now"),
    )
)  # fmt: skip
_QUEUED_EDIT = Prepared(
    select(deliveries.c.id)
    .where(
        deliveries.c.team_id == bindparam("team"),
        deliveries.c.channel_id == bindparam("channel"),
        deliveries.c.task_id == bindparam("task"),
        deliveries.c.kind == DeliveryKind.EDIT,
        deliveries.c.state == DeliveryState.QUEUED,
        IS_PENDING,
    )
    .limit(1)
)
_PARK_PENDING = Prepared(
    update(deliveries)
    .where(deliveries.c.team_id == bindparam("team"), deliveries.c.channel_id == bindparam("channel"), IS_PENDING)
    .values(state=DeliveryState.PARKED, error=bindparam("problem"), updated_at=bindparam("now"))
)
_PARKED = (
    select(deliveries.c.id)
    .where(
        deliveries.c.team_id == bindparam("team"),
        deliveries.c.channel_id == bindparam("channel"),
        or_(
            deliveries.c.kind.in_((DeliveryKind.ROOT, DeliveryKind.EDIT)),
            deliveries.c.error.in_(bindparam("errors", expanding=True)),
        ),
        IS_PARKED,
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("limit"))
)
_PARKED_CHANNELS = (
    select(deliveries.c.channel_id)
    .distinct()
    .join(channels, channels.c.id == deliveries.c.channel_id)
    .where(
        deliveries.c.team_id == bindparam("team"),
        channels.c.platform == bindparam("chat"),
        channels.c.workspace == bindparam("workspace"),
        deliveries.c.error.in_(bindparam("errors", expanding=True)),
        IS_PARKED,
    )
    .order_by(deliveries.c.channel_id)
)
MOST_CLOSED = 1_000
_CLOSED = (
    select(deliveries.c.team_id, channels.c.platform, channels.c.workspace, channels.c.external_id)
    .distinct()
    .join(channels, channels.c.id == deliveries.c.channel_id)
    .where(
        channels.c.platform == bindparam("chat"),
        deliveries.c.kind != DeliveryKind.DIRECT,
        deliveries.c.created_at > bindparam("since"),
        deliveries.c.error.in_(bindparam("errors", expanding=True)),
        IS_PARKED,
    )
    .limit(MOST_CLOSED)
)
_REOPEN = (
    update(deliveries)
    .where(deliveries.c.team_id == bindparam("team"), deliveries.c.id.in_(_PARKED))
    .values(
        state=DeliveryState.QUEUED, attempts=0, next_attempt_at=None, error="", updated_at=bindparam("now")
    )
)  # fmt: skip
# Of what was to be said aloud of one task, the newest is; what came before it is told in the thread, as one message.
_SAID_ALOUD = and_(
    deliveries.c.team_id == bindparam("team"),
    deliveries.c.channel_id == bindparam("channel"),
    deliveries.c.kind == DeliveryKind.BROADCAST,
    deliveries.c.subject.is_(None),
    deliveries.c.task_id.is_not(None),
    deliveries.c.error.in_(bindparam("errors", expanding=True)),
    IS_PARKED,
)
_NEWEST = select(func.max(deliveries.c.id)).where(_SAID_ALOUD).group_by(deliveries.c.task_id)
_QUIETEN = update(deliveries).where(_SAID_ALOUD, deliveries.c.id.not_in(_NEWEST)).values(kind=DeliveryKind.REPLY)
# A root's key keeps another one from being posted, and a direct message's somebody from being told again.
FORGOTTEN = 5_000
_OVER = select(deliveries.c.id).where(IS_OVER, deliveries.c.updated_at < bindparam("before")).limit(FORGOTTEN)
_FORGET = delete(deliveries).where(deliveries.c.id.in_(_OVER))
_BY_KEY = Prepared(
    select(deliveries).where(deliveries.c.team_id == bindparam("team"), deliveries.c.dedupe_key == bindparam("key"))
)

_KEYS = select(deliveries.c.dedupe_key).where(deliveries.c.team_id == bindparam("team"))
_KNOWN = AnyOf(
    _KEYS.where(deliveries.c.dedupe_key == bindparam("one")),
    _KEYS.where(deliveries.c.dedupe_key.in_(bindparam("several", expanding=True))),
)


@dataclass(frozen=True, slots=True)
class SqlDeliveries:
    connection: Connection
    team_id: TeamId

    def add(self, delivery: NewDelivery, now: datetime) -> int | None:
        delivery_id = insert_or_ignore(self.connection, deliveries, self._row(delivery, now))
        if delivery_id is not None:
            make_due(self.connection, self.team_id, delivery.channel_id, now)
        return delivery_id

    def add_all(self, several: Collection[NewDelivery], now: datetime) -> None:
        for delivery in several:
            insert_or_ignore_later(self.connection, deliveries, self._row(delivery, now))
        for channel_id in dict.fromkeys(delivery.channel_id for delivery in several):
            make_due(self.connection, self.team_id, channel_id, now)

    def known(self, dedupe_keys: Collection[str]) -> frozenset[str]:
        rows = _KNOWN.rows(self.connection, dedupe_keys, team=self.team_id)
        return frozenset(row.dedupe_key for row in rows)

    def get(self, delivery_id: int) -> Delivery | None:
        row = _GET.first(self.connection, {"team": self.team_id, "delivery": delivery_id})
        return _delivery(row) if row else None

    def pending(self, channel_id: int, *, limit: int) -> tuple[Delivery, ...]:
        rows = _PENDING.all(self.connection, {"team": self.team_id, "channel": channel_id, "limit": limit})
        return tuple(_delivery(row) for row in rows)

    def has_queued_edit(self, channel_id: int, task_id: int) -> bool:
        # An edit in flight may show the state before this one; only one that still waits will show the newest. Whether
        # it waits is known once nobody is about to send it.
        lock(self.connection, self.team_id, channel_id)
        values = {"team": self.team_id, "channel": channel_id, "task": task_id}
        return _QUEUED_EDIT.first(self.connection, values) is not None

    def find(self, dedupe_key: str) -> Delivery | None:
        row = _BY_KEY.first(self.connection, {"team": self.team_id, "key": dedupe_key})
        return _delivery(row) if row else None

    def mark(self, delivery: Delivery, now: datetime) -> None:
        values = {
            "team": self.team_id, "delivery": delivery.id, "new_state": delivery.state, "tried": delivery.attempts,
            "again_at": delivery.next_attempt_at, "mark": delivery.marker, "posted": delivery.message,
            "problem": delivery.error, "now": now,
        }  # fmt: skip
        _MARK.later(self.connection, values)

    def park_pending(self, channel_id: int, error: str, now: datetime) -> None:
        _PARK_PENDING.run(
            self.connection, {"team": self.team_id, "channel": channel_id, "problem": error, "now": now}
        )  # fmt: skip

    def reopen(self, channel_id: int, errors: Collection[str], *, limit: int, now: datetime) -> int:
        values = {
            "team": self.team_id, "channel": channel_id, "errors": sorted(errors), "limit": limit, "now": now,
        }  # fmt: skip
        self.connection.execute(_QUIETEN, {name: values[name] for name in ("team", "channel", "errors")})
        count = self.connection.execute(_REOPEN, values).rowcount
        if count:
            make_due(self.connection, self.team_id, channel_id, now)
        return count

    def parked_channels(self, platform: str, workspace: str, errors: Collection[str]) -> tuple[int, ...]:
        values = {"team": self.team_id, "chat": platform, "workspace": workspace, "errors": sorted(errors)}
        return tuple(self.connection.execute(_PARKED_CHANNELS, values).scalars())

    def requeue(self, delivery: Delivery, now: datetime) -> None:
        self.mark(delivery, now)
        make_due(self.connection, self.team_id, delivery.channel_id, now)

    def renew(self, destination: Destination, *, until: datetime, next_allowed_at: datetime | None = None) -> bool:
        return renew(self.connection, self.team_id, destination, until=until, next_allowed_at=next_allowed_at)

    def release(
        self, destination: Destination, *, due_at: datetime | None, next_allowed_at: datetime | None = None
    ) -> None:
        release(self.connection, self.team_id, destination, due_at=due_at, next_allowed_at=next_allowed_at)

    def _row(self, delivery: NewDelivery, now: datetime) -> dict[str, object]:
        return {
            "team_id": self.team_id, "channel_id": delivery.channel_id, "task_id": delivery.task_id,
            "event_id": delivery.event_id, "kind": delivery.kind, "dedupe_key": delivery.dedupe_key,
            "card": card_to_json(delivery.card) if delivery.card else None, "state": DeliveryState.QUEUED,
            "created_at": now, "updated_at": now, "subject": delivery.subject,
            "next_attempt_at": delivery.not_before,
        }  # fmt: skip


def closed_channels(
    connection: Connection, platform: str, errors: Collection[str], *, since: datetime
) -> tuple[tuple[TeamId, ChannelRef], ...]:
    rows = connection.execute(_CLOSED, {"chat": platform, "errors": sorted(errors), "since": since})
    return tuple((TeamId(row.team_id), ChannelRef(row.platform, row.workspace, row.external_id)) for row in rows)


def forget_deliveries(connection: Connection, *, before: datetime) -> int:
    """Of any team: those that were sent so long ago; how many, FORGOTTEN at most."""
    return connection.execute(_FORGET, {"before": before}).rowcount


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id, channel_id=row.channel_id, kind=row.kind, dedupe_key=row.dedupe_key, state=row.state,
        task_id=row.task_id, card=card_from_json(row.card) if row.card else None, attempts=row.attempts,
        next_attempt_at=row.next_attempt_at, marker=row.marker, message=row.message, error=row.error,
        updated_at=row.updated_at, subject=row.subject,
    )  # fmt: skip
