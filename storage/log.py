"""The event log and the audit log."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from core.events import RECORDS, Event, LoggedEvent
from core.ids import TeamId
from core.journal import Actor, AuditLine
from core.tasks import Task
from storage.tables import audit, events, members

_ADD_EVENT = insert(events).returning(events.c.id)
_ADD_AUDIT = insert(audit)
_OF_TASK = (
    select(events, members.c.name.label("member"))
    .outerjoin(members, members.c.id == events.c.member_id)
    .where(
        events.c.team_id == bindparam("team"),
        events.c.task_id == bindparam("task"),
    )
    .order_by(events.c.id.desc())
    .limit(bindparam("limit"))
)
_OF_TASK_SINCE = _OF_TASK.where(events.c.task_revision > bindparam("revision"))


@dataclass(frozen=True, slots=True)
class SqlEventLog:
    connection: Connection
    team_id: TeamId

    def add(
        self, event: Event, *, now: datetime, member_id: int | None, task: Task | None, project_id: int | None
    ) -> int:
        body = RECORDS.dump(event)
        row = {
            "team_id": self.team_id, "project_id": project_id, "task_id": task.id if task else None,
            "member_id": member_id, "type": body.pop("type"), "body": body,
            "task_revision": task.revision if task else None, "at": now,
        }  # fmt: skip
        event_id: int = self.connection.execute(_ADD_EVENT, row).scalar_one()
        return event_id

    def of_task(self, task_id: int, *, limit: int, after_revision: int = 0) -> tuple[LoggedEvent, ...]:
        query = _OF_TASK_SINCE if after_revision else _OF_TASK
        values = {"team": self.team_id, "task": task_id, "limit": limit, "revision": after_revision}
        rows = self.connection.execute(query, values)
        return tuple(
            LoggedEvent(row.id, row.at, RECORDS.load({"type": row.type, **row.body}), row.member, row.task_id)
            for row in rows
        )


@dataclass(frozen=True, slots=True)
class SqlAuditLog:
    connection: Connection
    team_id: TeamId

    def add(self, *, now: datetime, actor: Actor, event_id: int, subject: str, summary: str) -> None:
        row = {
            "team_id": self.team_id, "event_id": event_id, "member_id": actor.member_id, "actor": actor.name,
            "platform": actor.platform, "place": actor.place, "subject": subject, "summary": summary, "at": now,
        }  # fmt: skip
        self.connection.execute(_ADD_AUDIT, row)

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
