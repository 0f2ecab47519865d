"""Timeboxes, their extensions, and decisions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, exists, insert, or_, select, update

from core.board_pages import Moment
from core.durations import Box, WorkingTime
from core.ids import Person, TaskKey, TeamId
from core.timebox_records import Call, Decision, Extension, Plea, Timebox, TimeboxState
from storage.batches import AnyOf
from storage.prepared import Prepared
from storage.tables import links, members, notes, projects, tasks
from storage.timebox_tables import IS_DUE_TIMEBOX, IS_OPEN_TIMEBOX, decisions, extensions, timeboxes

_OURS = timeboxes.c.team_id == bindparam("team")
_TIMEBOX: Select[Any] = (
    select(
        timeboxes, projects.c.key.label("project_key"), tasks.c.number, tasks.c.revision.label("task_revision"),
        members.c.name.label("owner_name"),
    )
    .join(tasks, tasks.c.id == timeboxes.c.task_id)
    .join(projects, projects.c.id == timeboxes.c.project_id)
    .outerjoin(members, members.c.id == timeboxes.c.owner_id)
    .where(_OURS)
)  # fmt: skip
_OPEN_OF = _TIMEBOX.where(timeboxes.c.task_id == bindparam("task"), IS_OPEN_TIMEBOX)
_OPEN_ONES = AnyOf(
    _TIMEBOX.where(timeboxes.c.task_id == bindparam("one"), IS_OPEN_TIMEBOX),
    _TIMEBOX.where(timeboxes.c.task_id.in_(bindparam("several", expanding=True)), IS_OPEN_TIMEBOX),
)
_OPEN, _OPEN_LOCKED = Prepared(_OPEN_OF), Prepared(_OPEN_OF.with_for_update(of=timeboxes))
_GET = Prepared(_TIMEBOX.where(timeboxes.c.id == bindparam("timebox")))
_ADD = Prepared(insert(timeboxes).returning(timeboxes.c.id))
_DUE = Prepared(
    _TIMEBOX.where(IS_DUE_TIMEBOX, timeboxes.c.due_at <= bindparam("now"))
    .order_by(timeboxes.c.due_at)
    .limit(bindparam("limit"))
    .with_for_update(of=timeboxes, skip_locked=True)
)
# Of an expression, or SQLite goes through all that is open in the order of teams, to have each team once.
_TEAMS_DUE = Prepared(
    select((timeboxes.c.team_id + 0).label("team_id"))
    .where(IS_DUE_TIMEBOX, timeboxes.c.due_at <= bindparam("now"))
    .distinct()
    .limit(100)
)
_SAVE = update(timeboxes).where(_OURS, timeboxes.c.id == bindparam("timebox"))
# One whose end is over waits for a sensible hour, and keeps its end; one whose end is being worked out is looked at
# again behind whoever does so.
_RETIME = (
    update(timeboxes)
    .where(_OURS, IS_OPEN_TIMEBOX, timeboxes.c.state == TimeboxState.RUNNING)
    .values(
        ends_at=case((timeboxes.c.ends_at <= bindparam("now_"), timeboxes.c.ends_at), else_=None),
        due_at=bindparam("now_"),
    )
)
_EXTENSION_AUTHOR, _AGREED = members.alias("author"), members.alias("agreed")
_EXTENSIONS = Prepared(
    select(extensions, _EXTENSION_AUTHOR.c.name.label("author"), _AGREED.c.name.label("agreed_name"))
    .outerjoin(_EXTENSION_AUTHOR, _EXTENSION_AUTHOR.c.id == extensions.c.member_id)
    .outerjoin(_AGREED, _AGREED.c.id == extensions.c.agreed_by)
    .where(extensions.c.team_id == bindparam("team"), extensions.c.timebox_id == bindparam("timebox"))
    .order_by(extensions.c.id)
)
_EVIDENCE = Prepared(
    select(
        or_(
            exists().where(
                links.c.task_id == bindparam("task"), links.c.team_id == bindparam("team"),
                or_(*(links.c.kind == kind for kind in ("run", "commit", "notebook"))),
                links.c.added_at > bindparam("since"),
            ),
            exists().where(
                notes.c.task_id == bindparam("task"), notes.c.team_id == bindparam("team"),
                notes.c.added_at > bindparam("since"),
            ),
        ).label("found")
    )
)  # fmt: skip
_DECISIONS = Prepared(
    select(decisions, members.c.name.label("member"))
    .outerjoin(members, members.c.id == decisions.c.member_id)
    .where(decisions.c.team_id == bindparam("team"), decisions.c.task_id == bindparam("task"))
    .order_by(decisions.c.id.desc())
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class SqlTimeboxes:
    connection: Connection
    team_id: TeamId

    def add(self, timebox: Timebox) -> Timebox:
        row = _columns(timebox) | {
            "team_id": self.team_id, "task_id": timebox.task_id, "project_id": timebox.project_id,
            "started_at": timebox.started_at,
        }  # fmt: skip
        return replace(timebox, id=_ADD.one(self.connection, row).id)

    def open_of(self, task_id: int, *, lock: bool = False) -> Timebox | None:
        row = (_OPEN_LOCKED if lock else _OPEN).first(self.connection, {"team": self.team_id, "task": task_id})
        return _timebox(row) if row else None

    def open_ones(self, task_ids: Collection[int]) -> dict[int, Timebox]:
        return {row.task_id: _timebox(row) for row in _OPEN_ONES.rows(self.connection, task_ids, team=self.team_id)}

    def get(self, timebox_id: int) -> Timebox | None:
        row = _GET.first(self.connection, {"team": self.team_id, "timebox": timebox_id})
        return _timebox(row) if row else None

    def claim_due(self, *, now: datetime, limit: int) -> tuple[Timebox, ...]:
        rows = _DUE.all(self.connection, {"team": self.team_id, "now": now, "limit": limit})
        return tuple(_timebox(row) for row in rows)

    def save_all(self, timeboxes: Sequence[Timebox]) -> None:
        rows = [{"team": self.team_id, "timebox": timebox.id, **_columns(timebox)} for timebox in timeboxes]
        if rows:
            self.connection.execute(_SAVE, rows)

    def list_open(
        self, *, project_id: int | None, owner_id: int | None, limit: int, after: Moment | None = None,
        is_timed: bool | None = None,
    ) -> tuple[Timebox, ...]:  # fmt: skip
        query = _TIMEBOX.where(IS_OPEN_TIMEBOX)
        if is_timed is not None:
            query = query.where(timeboxes.c.ends_at.is_not(None) if is_timed else timeboxes.c.ends_at.is_(None))
        if after is not None:
            same = and_(timeboxes.c.ends_at == after.at, timeboxes.c.id > after.id)
            query = query.where(timeboxes.c.ends_at >= after.at, or_(timeboxes.c.ends_at > after.at, same))
        if project_id is not None:
            query = query.where(timeboxes.c.project_id == project_id)
        if owner_id is not None:
            query = query.where(timeboxes.c.owner_id == owner_id)
        values = {"team": self.team_id}
        rows = self.connection.execute(query.order_by(timeboxes.c.ends_at, timeboxes.c.id).limit(limit), values)
        return tuple(_timebox(row) for row in rows)

    def retime(self, *, project_id: int | None, owner_id: int | None, now: datetime) -> None:
        query = _RETIME
        if project_id is not None:
            query = query.where(timeboxes.c.project_id == project_id)
        if owner_id is not None:
            query = query.where(timeboxes.c.owner_id == owner_id)
        self.connection.execute(query, {"team": self.team_id, "now_": now})

    def has_evidence(self, task_id: int, *, since: datetime) -> bool:
        return bool(_EVIDENCE.scalar(self.connection, {"team": self.team_id, "task": task_id, "since": since}))

    def add_extension(
        self, timebox: Timebox, *, by: str, why: str, member_id: int | None, agreed_by: int | None, now: datetime
    ) -> None:
        row = {
            "team_id": self.team_id, "timebox_id": timebox.id, "length": by, "why": why, "member_id": member_id,
            "agreed_by": agreed_by, "at": now,
        }  # fmt: skip
        self.connection.execute(insert(extensions), row)

    def extensions(self, timebox_id: int) -> tuple[Extension, ...]:
        rows = _EXTENSIONS.all(self.connection, {"team": self.team_id, "timebox": timebox_id})
        return tuple(
            Extension(
                id=row.id, timebox_id=row.timebox_id, by=row.length, why=row.why, author=row.author or "somebody",
                agreed_by=row.agreed_name, at=row.at,
            )
            for row in rows
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SqlDecisions:
    connection: Connection
    team_id: TeamId

    def add(
        self, task_id: int, *, timebox_id: int | None, call: Call, why: str, learned: str, best_run: str,
        member_id: int | None, actor: str, now: datetime,
    ) -> int:  # fmt: skip
        row = {
            "team_id": self.team_id, "task_id": task_id, "timebox_id": timebox_id, "call": call, "why": why,
            "learned": learned, "best_run": best_run, "member_id": member_id,
            "actor": actor if member_id is None else None, "at": now,
        }  # fmt: skip
        return int(self.connection.execute(insert(decisions).returning(decisions.c.id), row).scalar_one())

    def last(self, task_id: int) -> Decision | None:
        return next(iter(self.of_task(task_id, limit=1)), None)

    def of_task(self, task_id: int, *, limit: int) -> tuple[Decision, ...]:
        rows = _DECISIONS.all(self.connection, {"team": self.team_id, "task": task_id, "limit": limit})
        return tuple(
            Decision(
                id=row.id, task_id=row.task_id, timebox_id=row.timebox_id, call=row.call, why=row.why,
                learned=row.learned, best_run=row.best_run, author=row.member or row.actor or "somebody", at=row.at,
            )
            for row in rows
        )  # fmt: skip


def teams_with_due_timeboxes(connection: Connection, *, now: datetime) -> tuple[TeamId, ...]:
    return tuple(TeamId(row.team_id) for row in _TEAMS_DUE.all(connection, {"now": now}))


def _columns(timebox: Timebox) -> dict[str, Any]:
    box, plea = timebox.box, timebox.plea
    return {
        "owner_id": timebox.owner.id if timebox.owner else None, "state": timebox.state,
        "box_length": str(box.length) if box.length else None, "box_until": box.until, "box_runs": box.runs,
        "counts_from": timebox.counts_from, "ends_at": timebox.ends_at, "warns_at": timebox.warns_at,
        "due_at": timebox.due_at, "asked_at": timebox.asked_at, "nags": timebox.nags, "rounds": timebox.rounds,
        "plea_by": plea.member_id if plea else None, "plea_name": plea.name if plea else None,
        "plea_length": str(plea.by.length) if plea and plea.by.length else None,
        "plea_until": plea.by.until if plea else None, "plea_why": plea.why if plea else None,
        "closed_at": timebox.closed_at,
    }  # fmt: skip


def _timebox(row: Any) -> Timebox:
    return Timebox(
        id=row.id, task_id=row.task_id, task_key=TaskKey(row.project_key, row.number),
        task_revision=row.task_revision, project_id=row.project_id,
        owner=Person(row.owner_id, row.owner_name) if row.owner_id is not None else None, state=row.state,
        box=_box(row.box_length, row.box_until, row.box_runs), started_at=row.started_at,
        counts_from=row.counts_from, ends_at=row.ends_at, warns_at=row.warns_at, due_at=row.due_at,
        asked_at=row.asked_at, nags=row.nags, rounds=row.rounds, plea=_plea(row), closed_at=row.closed_at,
    )  # fmt: skip


def _plea(row: Any) -> Plea | None:
    if row.plea_why is None:
        return None
    return Plea(row.plea_by, row.plea_name, _box(row.plea_length, row.plea_until, None), row.plea_why)


def _box(length: str | None, until: Any, runs: int | None) -> Box:
    return Box(length=WorkingTime.parse(length) if length else None, until=until, runs=runs)
