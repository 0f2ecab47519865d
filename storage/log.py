"""The event log and the audit log."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, insert, literal_column, select, text, update

from core.events import EVENT_TYPES, RECORDS, Event, LoggedEvent
from core.ids import TeamId
from core.journal import Actor, AuditLine, Happened
from core.tasks import Task
from storage.pipeline import pipeline_of
from storage.prepared import Prepared
from storage.tables import audit, events, members

_ADD_EVENT = Prepared(insert(events).returning(events.c.id))
_ADD_EVENTS = insert(events).returning(events.c.id, sort_by_parameter_order=True)
_ADD_AUDIT = Prepared(insert(audit).inline())
_OF_EVENT = ("team_id", "project_id", "task_id", "member_id", "type", "body", "task_revision", "at", "actor")
_LOGGED = (
    insert(events)
    .values({name: bindparam(name, type_=events.c[name].type) for name in _OF_EVENT})
    .returning(events.c.id)
    .cte("logged")
)
_OF_LINE = ("team_id", "member_id", "actor", "platform", "place", "subject", "summary", "at")
_LINE = [bindparam(f"line_{name}", type_=audit.c[name].type) for name in _OF_LINE]
# Both in one statement, which PostgreSQL alone can.
_ADD_BOTH = Prepared(insert(audit).from_select(["event_id", *_OF_LINE], select(_LOGGED.c.id, *_LINE)).inline())
_EVENTS_OF_TASK = (
    select(events, members.c.name.label("member"))
    .outerjoin(members, members.c.id == events.c.member_id)
    .where(
        events.c.team_id == bindparam("team"),
        events.c.task_id == bindparam("task"),
    )
    .order_by(events.c.id.desc())
    .limit(bindparam("limit"))
)
# In the words of the partial index; by id, which is the order inside a team because the fan-out holds its lock.
_UNFANNED = Prepared(
    select(events, members.c.name.label("member"))
    .outerjoin(members, members.c.id == events.c.member_id)
    .where(events.c.team_id == bindparam("team"), text("NOT is_fanned_out"), events.c.id > bindparam("after"))
    .order_by(events.c.id)
    .limit(bindparam("limit"))
)
_BETWEEN = Prepared(
    select(events, members.c.name.label("member"))
    .outerjoin(members, members.c.id == events.c.member_id)
    .where(
        events.c.team_id == bindparam("team"), events.c.type == bindparam("kind"), events.c.at >= bindparam("start"),
        events.c.at < bindparam("end"),
    )
)  # fmt: skip
_MARK_FANNED = (
    update(events)
    .where(events.c.team_id == bindparam("team"), events.c.id.in_(bindparam("events", expanding=True)))
    .values(is_fanned_out=True)
)
# What a newer version wrote waits for that version, and is not to stand before the teams that can be told something.
_KNOWN = events.c.type.in_([literal_column(f"'{kind.__name__}'") for kind in EVENT_TYPES])
_TEAMS_TO_FAN_OUT = Prepared(select(events.c.team_id).where(text("NOT is_fanned_out"), _KNOWN).distinct().limit(100))
_OF_TASK = Prepared(_EVENTS_OF_TASK)
_OF_TASK_BEFORE = Prepared(_EVENTS_OF_TASK.where(events.c.id < bindparam("before")))
_OF_TASK_SINCE = Prepared(_EVENTS_OF_TASK.where(events.c.task_revision > bindparam("revision")))


@dataclass(frozen=True, slots=True)
class SqlEventLog:
    connection: Connection
    team_id: TeamId

    def add(
        self, event: Event, *, summary: str, now: datetime, actor: Actor, task: Task | None, project_id: int | None
    ) -> None:
        body = RECORDS.dump(event)
        row = {
            "team_id": self.team_id, "project_id": project_id, "task_id": task.id if task else None,
            "member_id": actor.member_id, "type": body.pop("type"), "body": body,
            "task_revision": task.revision if task else None, "at": now,
            "actor": actor.name or None if actor.member_id is None else None,
        }  # fmt: skip
        line = {
            "team_id": self.team_id, "member_id": actor.member_id, "actor": actor.name, "platform": actor.platform,
            "place": actor.place, "subject": str(task.key) if task else "", "summary": summary, "at": now,
        }  # fmt: skip
        pipeline = pipeline_of(self.connection)
        if pipeline is None:
            _ADD_AUDIT.run(self.connection, {"event_id": _ADD_EVENT.one(self.connection, row).id, **line})
            return
        pipeline.has_news = True
        _ADD_BOTH.later(self.connection, row | {f"line_{name}": value for name, value in line.items()})

    def add_all(
        self, happened: Sequence[Happened], *, now: datetime, member_id: int | None, actor: str
    ) -> Sequence[int]:
        rows = []
        for one in happened:
            body = RECORDS.dump(one.event)
            rows.append({
                "team_id": self.team_id, "project_id": one.project_id, "task_id": one.task_id,
                "member_id": member_id, "type": body.pop("type"), "body": body, "task_revision": one.task_revision,
                "at": now, "actor": actor or None if member_id is None else None,
            })  # fmt: skip
        pipeline = pipeline_of(self.connection)
        if pipeline is not None and rows:
            pipeline.has_news = True
        return self.connection.execute(_ADD_EVENTS, rows).scalars().all() if rows else []

    def of_task(
        self, task_id: int, *, limit: int, after_revision: int = 0, before: int | None = None
    ) -> tuple[LoggedEvent, ...]:
        query = _OF_TASK_SINCE if after_revision else _OF_TASK if before is None else _OF_TASK_BEFORE
        values = {"team": self.team_id, "task": task_id, "limit": limit, "revision": after_revision, "before": before}
        found = (_logged(row) for row in query.all(self.connection, values))
        return tuple(entry for entry in found if entry is not None)

    def unfanned(self, *, limit: int) -> tuple[LoggedEvent, ...]:
        return tuple(islice(self._tellable(limit), limit))

    def _tellable(self, page: int) -> Iterator[LoggedEvent]:
        """All but what waits for a newer version: what that wrote, and what happened to the same tasks since."""
        after, waiting, is_last = 0, set[int](), False
        while not is_last:
            rows = _UNFANNED.all(self.connection, {"team": self.team_id, "after": after, "limit": page})
            for row in rows:
                after, entry = row.id, _logged(row)
                if entry is None and row.task_id is not None:
                    waiting.add(row.task_id)
                elif entry is not None and row.task_id not in waiting:
                    yield entry
            is_last = len(rows) < page

    def between(self, kinds: Collection[type[Event]], start: datetime, end: datetime) -> tuple[LoggedEvent, ...]:
        several = [{"team": self.team_id, "kind": kind.__name__, "start": start, "end": end} for kind in kinds]
        found = (_logged(row) for rows in _BETWEEN.several(self.connection, several) for row in rows)
        entries = [entry for entry in found if entry is not None]
        return tuple(sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True))

    def mark_fanned(self, event_ids: Collection[int]) -> None:
        self.connection.execute(_MARK_FANNED, {"team": self.team_id, "events": list(event_ids)})


@dataclass(frozen=True, slots=True)
class SqlAuditLog:
    connection: Connection
    team_id: TeamId

    def add_all(self, lines: Sequence[tuple[int, str, str]], *, now: datetime, actor: Actor) -> None:
        rows = [
            {
                "team_id": self.team_id, "event_id": event_id, "member_id": actor.member_id, "actor": actor.name,
                "platform": actor.platform, "place": actor.place, "subject": subject, "summary": summary, "at": now,
            }
            for event_id, subject, summary in lines
        ]  # fmt: skip
        if rows:
            self.connection.execute(insert(audit), rows)

    def list(
        self, *, limit: int, subject: str | None = None, member_id: int | None = None, before: int | None = None
    ) -> tuple[AuditLine, ...]:
        query = select(audit).where(audit.c.team_id == self.team_id)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        if member_id is not None:
            query = query.where(audit.c.member_id == member_id)
        if before is not None:
            query = query.where(audit.c.id < before)
        rows = self.connection.execute(query.order_by(audit.c.id.desc()).limit(limit))
        return tuple(
            AuditLine(row.id, row.at, row.actor, row.platform, row.place, row.subject, row.summary) for row in rows
        )


def teams_to_fan_out(connection: Connection) -> tuple[TeamId, ...]:
    """Those with events that nobody has been told about yet."""
    return tuple(TeamId(row.team_id) for row in _TEAMS_TO_FAN_OUT.all(connection, {}))


def _logged(row: Any) -> LoggedEvent | None:
    """None where a newer version wrote what this one cannot read."""
    try:
        event = RECORDS.load({"type": row.type, **row.body})
    except (KeyError, ValueError, TypeError):
        return None
    return LoggedEvent(row.id, row.at, event, row.member or row.actor, row.task_id, row.project_id)
