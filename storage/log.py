"""The event log and the audit log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text, update

from core.events import RECORDS, Event, LoggedEvent
from core.ids import TeamId
from core.journal import Actor, AuditLine
from core.tasks import Task
from storage.pipeline import pipeline_of
from storage.prepared import Prepared
from storage.tables import audit, events, members

_ADD_EVENT = Prepared(insert(events).returning(events.c.id))
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
    .where(events.c.team_id == bindparam("team"), text("NOT is_fanned_out"))
    .order_by(events.c.id)
    .limit(bindparam("limit"))
)
_MARK_FANNED = (
    update(events)
    .where(events.c.team_id == bindparam("team"), events.c.id.in_(bindparam("events", expanding=True)))
    .values(is_fanned_out=True)
)
_TEAMS_TO_FAN_OUT = Prepared(select(events.c.team_id).where(text("NOT is_fanned_out")).distinct().limit(100))
_OF_TASK = Prepared(_EVENTS_OF_TASK)
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
        # The trigger that notifies of events has one lock for all of the server until its transaction has ended.
        pipeline.release_early()
        _ADD_BOTH.later(self.connection, row | {f"line_{name}": value for name, value in line.items()})

    def of_task(self, task_id: int, *, limit: int, after_revision: int = 0) -> tuple[LoggedEvent, ...]:
        query = _OF_TASK_SINCE if after_revision else _OF_TASK
        values = {"team": self.team_id, "task": task_id, "limit": limit, "revision": after_revision}
        return tuple(_logged(row) for row in query.all(self.connection, values))

    def unfanned(self, *, limit: int) -> tuple[LoggedEvent, ...]:
        rows = _UNFANNED.all(self.connection, {"team": self.team_id, "limit": limit})
        return tuple(_logged(row) for row in rows)

    def mark_fanned(self, event_ids: Collection[int]) -> None:
        self.connection.execute(_MARK_FANNED, {"team": self.team_id, "events": list(event_ids)})


@dataclass(frozen=True, slots=True)
class SqlAuditLog:
    connection: Connection
    team_id: TeamId

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


def _logged(row: Any) -> LoggedEvent:
    return LoggedEvent(
        row.id,
        row.at,
        RECORDS.load({"type": row.type, **row.body}),
        row.member or row.actor,
        row.task_id,
        row.project_id,
    )
