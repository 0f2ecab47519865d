"""The local chat's messages, in the order of their numbers; and how far everybody has read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, literal, or_, select, true, update

from core.cards import Card, card_from_json, card_to_json
from core.ids import TeamId
from core.local_chat import LocalMessage, NewMessage
from storage.local_chat_tables import local_messages as messages
from storage.local_chat_tables import local_reads as reads
from storage.prepared import Prepared
from storage.upsert import insert_or_replace

_OF_TEAM = messages.c.team_id == bindparam("team")
_THIS = (messages.c.id == bindparam("row")) & _OF_TEAM
_IS_FOR_READER = and_(
    messages.c.deleted_at.is_(None), or_(messages.c.only_for == "", messages.c.only_for == bindparam("reader"))
)
_NEXT_STAMP = select(func.coalesce(func.max(messages.c.stamp), 0) + 1).where(_OF_TEAM)
_NEWEST_STAMP = Prepared(select(func.coalesce(func.max(messages.c.stamp), 0)).where(_OF_TEAM))
_ADD = insert(messages).returning(messages)
_GET = Prepared(select(messages).where(_THIS))
_BY_MARKER = Prepared(select(messages).where(_OF_TEAM, messages.c.marker == bindparam("mark")))
_EDIT = update(messages).where(_THIS)
_IN_CHANNEL = select(messages).where(
    _OF_TEAM, messages.c.channel == bindparam("place"), messages.c.in_channel == true(), _IS_FOR_READER
)
_PAGE = Prepared(
    _IN_CHANNEL.where(messages.c.id < bindparam("before")).order_by(messages.c.id.desc()).limit(bindparam("most"))
)
_PAGE_AFTER = Prepared(
    _IN_CHANNEL.where(messages.c.id > bindparam("after")).order_by(messages.c.id).limit(bindparam("most"))
)
_THREAD = Prepared(
    select(messages)
    .where(messages.c.thread_id == bindparam("root"), _OF_TEAM, _IS_FOR_READER)
    .order_by(messages.c.id.desc())
    .limit(bindparam("most"))
)
_SINCE = Prepared(
    select(messages)
    .where(_OF_TEAM, messages.c.stamp > bindparam("seen"))
    .order_by(messages.c.stamp)
    .limit(bindparam("most"))
)
_READ_UP_TO = (
    select(reads.c.message_id)
    .where(
        reads.c.team_id == bindparam("team"), reads.c.reader == bindparam("reader"),
        reads.c.channel == bindparam("place"),
    )
    .scalar_subquery()
)  # fmt: skip
_UNREAD = (
    select(literal(1).label("one"))
    .where(
        _OF_TEAM, messages.c.channel == bindparam("place"), messages.c.in_channel == true(), _IS_FOR_READER,
        messages.c.id > func.coalesce(_READ_UP_TO, 0), messages.c.author != bindparam("reader"),
    )
    .limit(bindparam("most"))
    .subquery()
)  # fmt: skip
_COUNT_UNREAD = Prepared(select(func.count()).select_from(_UNREAD))
_LAST = 2**62


@dataclass(frozen=True, slots=True)
class SqlLocalMessages:
    connection: Connection
    team_id: TeamId

    def add(self, new: NewMessage, now: datetime) -> LocalMessage:
        row = {
            "team_id": self.team_id, "channel": new.channel, "author": new.author, "only_for": new.only_for,
            "thread_id": new.thread, "in_channel": new.thread is None or new.shows_in_channel, "text": new.text,
            "card": card_to_json(new.card) if new.card else None, "marker": new.marker, "stamp": self._next_stamp(),
            "at": now,
        }  # fmt: skip
        return _message(self.connection.execute(_ADD, row).one())

    def get(self, message_id: int) -> LocalMessage | None:
        row = _GET.first(self.connection, {"row": message_id, "team": self.team_id})
        return _message(row) if row else None

    def by_marker(self, marker: str) -> LocalMessage | None:
        row = _BY_MARKER.first(self.connection, {"mark": marker, "team": self.team_id})
        return _message(row) if row else None

    def edit(self, message_id: int, card: Card, now: datetime) -> None:
        self._change(message_id, card=card_to_json(card), edited_at=now)

    def delete(self, message_id: int, now: datetime) -> None:
        self._change(message_id, deleted_at=now)

    def count_reply(self, root: int, now: datetime) -> None:
        self._change(root, replies=messages.c.replies + 1, replied_at=now)

    def page(self, channel: str, reader: str, *, before: int | None, limit: int) -> tuple[LocalMessage, ...]:
        values = {
            "team": self.team_id, "place": channel, "reader": reader, "before": _LAST if before is None else before,
            "most": limit,
        }  # fmt: skip
        return tuple(map(_message, reversed(_PAGE.all(self.connection, values))))

    def page_after(self, channel: str, reader: str, *, after: int, limit: int) -> tuple[LocalMessage, ...]:
        values = {"team": self.team_id, "place": channel, "reader": reader, "after": after, "most": limit}
        return tuple(map(_message, _PAGE_AFTER.all(self.connection, values)))

    def thread(self, root: int, reader: str, *, limit: int) -> tuple[LocalMessage, ...]:
        values = {"team": self.team_id, "root": root, "reader": reader, "most": limit}
        return tuple(map(_message, reversed(_THREAD.all(self.connection, values))))

    def since(self, stamp: int, *, limit: int) -> tuple[LocalMessage, ...]:
        values = {"team": self.team_id, "seen": stamp, "most": limit}
        return tuple(map(_message, _SINCE.all(self.connection, values)))

    def newest_stamp(self) -> int:
        return int(_NEWEST_STAMP.scalar(self.connection, {"team": self.team_id}) or 0)

    def mark_read(self, reader: str, channel: str, message_id: int) -> None:
        row = {"team_id": self.team_id, "reader": reader, "channel": channel, "message_id": message_id}
        insert_or_replace(self.connection, reads, row, ("team_id", "reader", "channel"))

    def count_unread(self, reader: str, channel: str, *, limit: int) -> int:
        values = {"team": self.team_id, "place": channel, "reader": reader, "most": limit}
        return int(_COUNT_UNREAD.scalar(self.connection, values) or 0)

    def _change(self, message_id: int, **values: Any) -> None:
        changed = _EDIT.values(**values, stamp=self._next_stamp())
        self.connection.execute(changed, {"row": message_id, "team": self.team_id})

    def _next_stamp(self) -> int:
        return int(self.connection.execute(_NEXT_STAMP, {"team": self.team_id}).scalar_one())


def _message(row: Any) -> LocalMessage:
    return LocalMessage(
        id=row.id, stamp=row.stamp, channel=row.channel, author=row.author, only_for=row.only_for,
        thread=row.thread_id, in_channel=row.in_channel, text=row.text,
        card=card_from_json(row.card) if row.card is not None else None, at=row.at, edited_at=row.edited_at,
        deleted_at=row.deleted_at, replies=row.replies, replied_at=row.replied_at,
    )  # fmt: skip
