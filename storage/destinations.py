"""Destinations: one row for every channel, so that one worker at a time speaks in it, in order and not too fast."""

import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from core.clock import Clock
from core.deliveries import Destination
from core.ids import ChannelRef, TeamId
from storage.prepared import Prepared
from storage.tables import channels, destinations
from storage.types import UtcDateTime
from storage.upsert import insert_statement

_DUE = (
    select(destinations.c.channel_id)
    .where(
        destinations.c.due_at <= bindparam("now"),
        or_(destinations.c.next_allowed_at.is_(None), destinations.c.next_allowed_at <= bindparam("now")),
        or_(destinations.c.leased_until.is_(None), destinations.c.leased_until <= bindparam("now")),
    )
    .order_by(destinations.c.due_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    # Read once: as a plain subquery PostgreSQL may ask it again for each row, and claim more than the limit.
    .cte("due")
)
_CLAIM = Prepared(
    update(destinations)
    .where(destinations.c.channel_id.in_(select(_DUE.c.channel_id)))
    .values(lease=bindparam("new_lease"), leased_until=bindparam("until"))
    .returning(destinations.c.channel_id)
)
_CLAIMED = Prepared(
    select(destinations.c.team_id, destinations.c.next_allowed_at, channels)
    .join(channels, channels.c.id == destinations.c.channel_id)
    .where(destinations.c.lease == bindparam("held"))
)
_HELD = (
    (destinations.c.team_id == bindparam("team")) & (destinations.c.channel_id == bindparam("channel"))
    & (destinations.c.lease == bindparam("held"))
)  # fmt: skip
_LOCK = Prepared(
    select(destinations.c.channel_id)
    .where(destinations.c.team_id == bindparam("team"), destinations.c.channel_id == bindparam("channel"))
    .with_for_update()
)
_ALLOWED = func.coalesce(bindparam("allowed", type_=UtcDateTime()), destinations.c.next_allowed_at)
_RENEW = Prepared(update(destinations).where(_HELD).values(leased_until=bindparam("until"), next_allowed_at=_ALLOWED))
_RELEASE = Prepared(
    update(destinations)
    .where(_HELD)
    .values(lease=None, leased_until=None, due_at=bindparam("due"), next_allowed_at=_ALLOWED)
)
_FREE = Prepared(update(destinations).where(destinations.c.lease.is_not(None)).values(lease=None, leased_until=None))


def make_due(connection: Connection, team: TeamId, channel_id: int, now: datetime) -> None:
    # Chats go by real time; the board's clock may have been moved ahead of it, for a test.
    now = min(now, Clock().now())
    _made_due(connection.dialect.name).later(connection, {"channel_id": channel_id, "team_id": team, "due_at": now})


def claim_destinations(
    connection: Connection, *, now: datetime, lease: timedelta, limit: int
) -> tuple[Destination, ...]:
    """Due channels of any team, longest due first; others skip those that are being claimed."""
    held = uuid.uuid4().hex
    claimed = _CLAIM.run(connection, {"now": now, "until": now + lease, "limit": limit, "new_lease": held})
    return tuple(_destination(row, held) for row in _CLAIMED.all(connection, {"held": held})) if claimed else ()


def lock(connection: Connection, team: TeamId, channel_id: int) -> None:
    """Waits for whoever is beginning to send something there, or marking it as sent. On SQLite, units never overlap."""
    _LOCK.later(connection, {"team": team, "channel": channel_id})


def renew(
    connection: Connection, team: TeamId, destination: Destination, *, until: datetime, next_allowed_at: datetime | None
) -> bool:
    values = {
        "team": team, "channel": destination.channel_id, "held": destination.lease, "until": until,
        "allowed": next_allowed_at,
    }  # fmt: skip
    return _RENEW.run(connection, values) > 0


def release(
    connection: Connection,
    team: TeamId,
    destination: Destination,
    *,
    due_at: datetime | None,
    next_allowed_at: datetime | None,
) -> None:
    values = {
        "team": team, "channel": destination.channel_id, "held": destination.lease, "due": due_at,
        "allowed": next_allowed_at,
    }  # fmt: skip
    _RELEASE.run(connection, values)


def free_destinations(connection: Connection) -> None:
    _FREE.run(connection, {})


@cache
def _made_due(dialect: str) -> Prepared:
    """Keeps an earlier time: what waited longer stays first.

    Nothing is written where it is due already; PostgreSQL locks the row all the same, as `settle` needs it to.
    """
    statement = insert_statement(dialect, destinations)
    is_ours = destinations.c.team_id == statement.excluded.team_id
    made_due = statement.on_conflict_do_update(
        index_elements=["channel_id"],
        set_={"due_at": statement.excluded.due_at},
        where=is_ours & destinations.c.due_at.is_(None),
    )
    return Prepared(made_due.inline())


def _destination(row: Any, lease: str) -> Destination:
    ref = ChannelRef(row.platform, row.workspace, row.external_id)
    return Destination(
        team_id=TeamId(row.team_id), channel_id=row.id, ref=ref, name=row.name, lease=lease,
        allowed_at=row.next_allowed_at,
    )  # fmt: skip
