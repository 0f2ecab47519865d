"""Watches, and the receipts of what was received already."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, tuple_

from core.filters import NO_FILTERS, Filters
from core.ids import ChannelRef, TeamId
from core.projects import Channel
from core.watches import Watch
from storage.prepared import Prepared
from storage.tables import channels, projects, receipts, watches
from storage.upsert import insert_or_ignore, insert_or_ignore_later

# How many rows of what is over are taken away in one unit.
FORGOTTEN = 5_000
_WATCH: Select[Any] = (
    select(watches, projects.c.key, channels.c.platform, channels.c.workspace, channels.c.external_id, channels.c.name)
    .join(projects, projects.c.id == watches.c.project_id)
    .join(channels, channels.c.id == watches.c.channel_id)
    .where(watches.c.team_id == bindparam("team"))
    .order_by(watches.c.id)
)
_GET = Prepared(_WATCH.where(watches.c.id == bindparam("watch")))
_LIST = Prepared(_WATCH.limit(bindparam("limit")))
_OF_PROJECT = Prepared(_WATCH.where(watches.c.project_id == bindparam("project")))
_IN_CHANNEL = Prepared(_WATCH.where(watches.c.channel_id == bindparam("channel")))
_ADD = insert(watches).returning(watches.c.id)
_REMOVE = delete(watches).where(watches.c.team_id == bindparam("team"), watches.c.id == bindparam("watch"))
# Some at a time: what has gathered for days is too much for one unit.
_OLD = select(receipts.c.source, receipts.c.key).where(receipts.c.received_at < bindparam("before")).limit(FORGOTTEN)
_FORGET = delete(receipts).where(tuple_(receipts.c.source, receipts.c.key).in_(_OLD))


@dataclass(frozen=True, slots=True)
class SqlWatches:
    connection: Connection
    team_id: TeamId

    def add(self, watch: Watch, *, member_id: int | None, now: datetime) -> Watch:
        row = {
            "team_id": self.team_id, "channel_id": watch.channel.id, "project_id": watch.project_id,
            "track": watch.track, "kind": watch.kind, "label": watch.label,
            "only": _stored(watch.only), "not_these": _stored(watch.without),
            "created_by": member_id, "created_at": now,
        }  # fmt: skip
        return replace(watch, id=self.connection.execute(_ADD, row).scalar_one())

    def get(self, watch_id: int) -> Watch | None:
        return next(iter(self._all(_GET, watch=watch_id)), None)

    def remove(self, watch_id: int) -> None:
        self.connection.execute(_REMOVE, {"team": self.team_id, "watch": watch_id})

    def list(self, *, limit: int) -> tuple[Watch, ...]:
        return self._all(_LIST, limit=limit)

    def of_project(self, project_id: int) -> tuple[Watch, ...]:
        return self.ask_of_project(project_id)()

    def ask_of_project(self, project_id: int) -> Callable[[], tuple[Watch, ...]]:
        answer = _OF_PROJECT.later(self.connection, {"team": self.team_id, "project": project_id})
        return lambda: tuple(_watch(row) for row in answer.rows())

    def in_channel(self, channel_id: int) -> tuple[Watch, ...]:
        return self._all(_IN_CHANNEL, channel=channel_id)

    def _all(self, query: Prepared, **values: object) -> tuple[Watch, ...]:
        return tuple(_watch(row) for row in query.all(self.connection, {"team": self.team_id, **values}))


@dataclass(frozen=True, slots=True)
class SqlReceipts:
    connection: Connection
    team_id: TeamId

    def add(self, source: str, key: str, now: datetime) -> bool:
        row = {"source": source, "key": key, "team_id": self.team_id, "received_at": now}
        return insert_or_ignore(self.connection, receipts, row) is not None

    def add_first(self, source: str, key: str, now: datetime) -> Callable[[], bool]:
        row = {"source": source, "key": key, "team_id": self.team_id, "received_at": now}
        answer = insert_or_ignore_later(self.connection, receipts, row)
        return lambda: bool(answer.rows())


def forget_receipts(connection: Connection, *, before: datetime) -> int:
    """Of any team: what was received so long ago is not sent again."""
    return connection.execute(_FORGET, {"before": before}).rowcount


def _stored(filters: Filters) -> dict[str, list[str]] | None:
    return {name: list(patterns) for name, patterns in filters.patterns.items()} or None


def _filters(stored: dict[str, list[str]] | None) -> Filters:
    return Filters({name: tuple(patterns) for name, patterns in stored.items()}) if stored else NO_FILTERS


def _watch(row: Any) -> Watch:
    channel = Channel(row.channel_id, ChannelRef(row.platform, row.workspace, row.external_id), row.name)
    return Watch(
        id=row.id, channel=channel, project_id=row.project_id, project_key=row.key, track=row.track, kind=row.kind,
        label=row.label, only=_filters(row.only), without=_filters(row.not_these),
    )  # fmt: skip
