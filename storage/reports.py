"""What happened in a period: every question is answered through an index on when it happened, or by what is open."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    column,
    func,
    or_,
    select,
    text,
)

from core.digest_records import TaskLine
from core.durations import Box, WorkingTime
from core.git import Result
from core.ids import Person, TaskKey, TeamId
from core.metrics import Reading
from core.report_records import (
    Alert,
    Answer,
    AnswerKind,
    Arrival,
    BlockedSpan,
    Measured,
    OpenBox,
    ProductionDeployment,
    WorkSpan,
)
from core.tasks import Kind, State, Track
from core.timebox_events import TaskDecided, TimeboxExtended, TimeboxNagged
from core.timebox_records import Call
from core.timeboxes import NAGS
from storage.arrivals import Arrivals
from storage.batches import AnyOf
from storage.git_tables import deployments, project_repositories, repositories
from storage.prepared import Prepared
from storage.report_tables import (
    HAS_OPEN_VERSION,
    HAS_VERSION,
    IS_ALERT,
    IS_CLOSED_BLOCKER,
    IS_CLOSED_TIMEBOX,
    IS_ENDED_SPAN,
    IS_OPEN_BLOCKER,
    IS_OPEN_DEPLOY,
    IS_OPEN_SPAN,
    IS_PRODUCTION,
    IS_RUN,
    deployment_tasks,
    task_spans,
)
from storage.tables import blockers, events, links, members, metric_definitions, projects, task_metrics, tasks
from storage.timebox_tables import IS_OPEN_TIMEBOX, timeboxes
from storage.types import UtcDateTime

_TEAM: BindParameter[Any] = bindparam("team")
_START: BindParameter[Any] = bindparam("start")
_END: BindParameter[Any] = bindparam("end")
_AT: BindParameter[Any] = bindparam("at")
_SEVERAL: BindParameter[Any] = bindparam("several", expanding=True)


def _project_of(table: Any) -> ScalarSelect[Any]:
    """Looked up row by row: for a join with so many, PostgreSQL would read all tasks."""
    return select(tasks.c.project_id).where(tasks.c.id == table.c.task_id).correlate(table).scalar_subquery()


_SPAN: Select[Any] = select(
    task_spans.c.task_id, task_spans.c.project_id, task_spans.c.track, task_spans.c.state, task_spans.c.started_at,
    task_spans.c.ended_at,
).where(task_spans.c.team_id == _TEAM, task_spans.c.started_at < _END)  # fmt: skip
_SPANS = (Prepared(_SPAN.where(IS_OPEN_SPAN)), Prepared(_SPAN.where(IS_ENDED_SPAN, task_spans.c.ended_at > _START)))

_OPEN_OR = f"{IS_OPEN_SPAN.text} AND started_at < :end UNION ALL SELECT project_id, track, started_at, ended_at"
# Each database has its own words for the smaller of two, and its own lengths.
_WORKED = {
    dialect: Prepared(
        text(
            f"SELECT project_id, track, sum({least}(coalesce(ended_at, :end), :end) - {greatest}(started_at, :start))"
            " AS length FROM (SELECT project_id, track, started_at, ended_at FROM task_spans WHERE team_id = :team AND"
            f" {_OPEN_OR} FROM task_spans WHERE team_id = :team AND {IS_ENDED_SPAN.text} AND ended_at > :start"
            " AND started_at < :end) AS spans GROUP BY project_id, track"
        )
        .bindparams(bindparam("start", type_=UtcDateTime()), bindparam("end", type_=UtcDateTime()))
        .columns(column("project_id"), column("track", task_spans.c.track.type), column("length"))
    )
    for dialect, least, greatest in (("sqlite", "min", "max"), ("postgresql", "least", "greatest"))
}
_ANSWER_KINDS = {
    TaskDecided.__name__: AnswerKind.DECIDED, TimeboxExtended.__name__: AnswerKind.EXTENDED,
    TimeboxNagged.__name__: AnswerKind.LATE,
}  # fmt: skip
_ANSWERS = Prepared(
    select(events.c.type, events.c.project_id, events.c.at, events.c.body).where(
        events.c.team_id == _TEAM, events.c.type == bindparam("kind"), events.c.at >= _START, events.c.at < _END
    )
)

_BLOCKER: Select[Any] = (
    select(
        blockers.c.id, blockers.c.task_id, _project_of(blockers).label("project_id"), blockers.c.cause, blockers.c.why,
        blockers.c.waits_for_id, blockers.c.opened_at, blockers.c.closed_at,
    )
    .where(blockers.c.team_id == _TEAM, blockers.c.opened_at < _END)
)  # fmt: skip
_BLOCKERS = (
    Prepared(_BLOCKER.where(IS_OPEN_BLOCKER)),
    Prepared(_BLOCKER.where(IS_CLOSED_BLOCKER, blockers.c.closed_at > _START)),
)

_BOX: Select[Any] = (
    select(
        timeboxes.c.task_id, timeboxes.c.project_id, timeboxes.c.owner_id, timeboxes.c.state, timeboxes.c.box_length,
        timeboxes.c.box_until, timeboxes.c.box_runs, timeboxes.c.ends_at, timeboxes.c.asked_at, timeboxes.c.nags,
        timeboxes.c.rounds,
    ).where(timeboxes.c.team_id == _TEAM, timeboxes.c.started_at <= _AT)
)  # fmt: skip
_BOXES = (Prepared(_BOX.where(IS_OPEN_TIMEBOX)), Prepared(_BOX.where(IS_CLOSED_TIMEBOX, timeboxes.c.closed_at > _AT)))

_DEPLOYMENTS = Prepared(
    select(deployments, repositories.c.name.label("repository_name"))
    .join(repositories, repositories.c.id == deployments.c.repository_id)
    .where(
        deployments.c.team_id == _TEAM, IS_PRODUCTION, deployments.c.finished_at >= _START,
        deployments.c.finished_at < _END,
        or_(deployments.c.has_succeeded, deployments.c.result == Result.FAILURE),
    )
    .order_by(deployments.c.finished_at, deployments.c.id)
)  # fmt: skip
_PROJECTS = Prepared(
    select(project_repositories.c.repository_id, project_repositories.c.project_id).where(
        project_repositories.c.team_id == _TEAM
    )
)
_MADE = Prepared(select(projects.c.id, projects.c.created_at).where(projects.c.team_id == _TEAM))
_ALERTS = Prepared(
    select(tasks.c.project_id, tasks.c.created_at).where(
        tasks.c.team_id == _TEAM, IS_ALERT, tasks.c.created_at >= _START, tasks.c.created_at < _END
    )
)
_RUNS = Prepared(
    select(_project_of(links).label("project_id"), func.count().label("count"))
    .where(links.c.team_id == _TEAM, IS_RUN, links.c.added_at >= _START, links.c.added_at < _END)
    .group_by(text("project_id"))
)
_MEASURED = Prepared(
    select(
        task_metrics.c.task_id, tasks.c.project_id, task_metrics.c.name, task_metrics.c.value,
        task_metrics.c.updated_at,
    )
    .join(tasks, tasks.c.id == task_metrics.c.task_id)
    .join(
        metric_definitions,
        and_(
            metric_definitions.c.project_id == tasks.c.project_id,
            metric_definitions.c.name_key == func.lower(task_metrics.c.name),
        ),
    )
    .where(task_metrics.c.team_id == _TEAM, task_metrics.c.updated_at >= _START, task_metrics.c.updated_at < _END)
    .order_by(task_metrics.c.updated_at, task_metrics.c.task_id)
)  # fmt: skip

_LINE: Select[Any] = (
    select(
        tasks.c.id, projects.c.key, tasks.c.number, tasks.c.title, tasks.c.kind, tasks.c.track, tasks.c.state,
        tasks.c.project_id, tasks.c.priority, tasks.c.owner_id, members.c.name.label("owner"), tasks.c.version,
        tasks.c.points, tasks.c.closed_at,
    )
    .join(projects, projects.c.id == tasks.c.project_id)
    .outerjoin(members, members.c.id == tasks.c.owner_id)
    .where(tasks.c.team_id == _TEAM)
)  # fmt: skip
_LINES = AnyOf(_LINE.where(tasks.c.id == bindparam("one")), _LINE.where(tasks.c.id.in_(_SEVERAL)))
_READY = Prepared(
    _LINE.where(
        tasks.c.closed_at.is_not(None), tasks.c.closed_at >= _START, tasks.c.closed_at < _END,
        tasks.c.kind == Kind.DATA, tasks.c.state == State.DONE,
    ).order_by(tasks.c.closed_at.desc(), tasks.c.id.desc())
)  # fmt: skip
_BOARD_ORDER = (tasks.c.priority, tasks.c.rank, tasks.c.id)
_OPEN_VERSIONS = Prepared(_LINE.where(HAS_OPEN_VERSION).order_by(*_BOARD_ORDER))
_OPEN_DEPLOYS = Prepared(_LINE.where(IS_OPEN_DEPLOY).order_by(*_BOARD_ORDER))
_CARRIED_LINE = _LINE.add_columns(deployment_tasks.c.deployment_id).join(
    deployment_tasks, deployment_tasks.c.task_id == tasks.c.id
)
_CARRIED = AnyOf(
    _CARRIED_LINE.where(deployment_tasks.c.deployment_id == bindparam("one")),
    _CARRIED_LINE.where(deployment_tasks.c.deployment_id.in_(_SEVERAL)),
)
_READING = select(
    task_metrics.c.task_id, task_metrics.c.name, task_metrics.c.value, task_metrics.c.updated_at,
    task_metrics.c.highest, task_metrics.c.lowest,
).where(task_metrics.c.team_id == _TEAM)  # fmt: skip
_READINGS = AnyOf(
    _READING.where(task_metrics.c.task_id == bindparam("one")), _READING.where(task_metrics.c.task_id.in_(_SEVERAL))
)
_RUN_COUNT = (
    select(links.c.task_id, func.sum(case((links.c.kind == "run", 1), else_=0)).label("count"))
    .where(links.c.team_id == _TEAM)
    .group_by(links.c.task_id)
)
_RUN_COUNTS = AnyOf(
    _RUN_COUNT.where(links.c.task_id == bindparam("one")), _RUN_COUNT.where(links.c.task_id.in_(_SEVERAL))
)
_DONE_TASK = select(tasks.c.version, tasks.c.project_id).where(
    tasks.c.team_id == _TEAM, HAS_VERSION, tasks.c.state == State.DONE
)
_DONE = AnyOf(_DONE_TASK.where(tasks.c.version == bindparam("one")), _DONE_TASK.where(tasks.c.version.in_(_SEVERAL)))


@dataclass(frozen=True, slots=True)
class SqlReports:
    connection: Connection
    team_id: TeamId

    def began(self, project_ids: Collection[int]) -> datetime:
        rows = _MADE.all(self.connection, {"team": self.team_id})
        return min((row.created_at for row in rows if row.id in project_ids), default=datetime.max.replace(tzinfo=UTC))

    def spans(self, start: datetime, end: datetime) -> tuple[WorkSpan, ...]:
        return tuple(WorkSpan(*row) for query in _SPANS for row in self._between(query, start, end))

    def worked(self, start: datetime, end: datetime) -> dict[tuple[int, Track], timedelta]:
        rows = self._between(_WORKED[self.connection.dialect.name], start, end)
        return {(row.project_id, row.track): _length(row.length) for row in rows}

    def answers(self, start: datetime, end: datetime) -> tuple[Answer, ...]:
        several = [{"team": self.team_id, "kind": kind, "start": start, "end": end} for kind in _ANSWER_KINDS]
        answers = (_answer(row) for rows in _ANSWERS.several(self.connection, several) for row in rows)
        return tuple(answer for answer in answers if answer is not None)

    def blocked(self, start: datetime, end: datetime) -> tuple[BlockedSpan, ...]:
        return tuple(BlockedSpan(*row) for query in _BLOCKERS for row in self._between(query, start, end))

    def boxes(self, *, at: datetime) -> tuple[OpenBox, ...]:
        found = [_box(row) for query in _BOXES for row in query.all(self.connection, {"team": self.team_id, "at": at})]
        found.sort(key=lambda one: (one.ends_at is None, one.ends_at or at, one.task_id))
        return tuple(found)

    def deployments(self, start: datetime, end: datetime) -> tuple[ProductionDeployment, ...]:
        rows = self._between(_DEPLOYMENTS, start, end)
        if not rows:
            return ()
        of_repository = defaultdict(set)
        for row in _PROJECTS.all(self.connection, {"team": self.team_id}):
            of_repository[row.repository_id].add(row.project_id)
        return tuple(
            ProductionDeployment(
                row.id, row.repository_id, row.repository_name, row.environment, row.sha, row.by, row.url,
                row.finished_at, row.has_succeeded, row.is_rollback, frozenset(of_repository[row.repository_id]),
            )
            for row in rows
        )  # fmt: skip

    def carried(self, deployment_ids: Collection[int]) -> dict[int, tuple[TaskLine, ...]]:
        found: dict[int, list[TaskLine]] = defaultdict(list)
        for row in _CARRIED.rows(self.connection, deployment_ids, team=self.team_id):
            found[row.deployment_id].append(_line(row))
        return {deployment: tuple(sorted(lines, key=lambda line: line.key)) for deployment, lines in found.items()}

    def arrivals(self, start: datetime, end: datetime) -> tuple[Arrival, ...]:
        return Arrivals(self.connection, self.team_id).between(start, end)

    def alerts(self, start: datetime, end: datetime) -> tuple[Alert, ...]:
        return tuple(Alert(*row) for row in self._between(_ALERTS, start, end))

    def runs(self, start: datetime, end: datetime) -> dict[int, int]:
        return {row.project_id: row.count for row in self._between(_RUNS, start, end)}

    def measured(self, start: datetime, end: datetime) -> tuple[Measured, ...]:
        return tuple(
            Measured(row.task_id, row.project_id, Reading(row.name, row.value, row.updated_at))
            for row in self._between(_MEASURED, start, end)
        )

    def ready_data(self, start: datetime, end: datetime) -> tuple[tuple[TaskLine, datetime], ...]:
        return tuple((_line(row), row.closed_at) for row in self._between(_READY, start, end))

    def lines(self, task_ids: Collection[int]) -> dict[int, TaskLine]:
        rows = _LINES.rows(self.connection, dict.fromkeys(task_ids), team=self.team_id)
        return {row.id: _line(row) for row in rows}

    def readings(self, task_ids: Collection[int]) -> dict[int, tuple[Reading, ...]]:
        found: dict[int, list[Reading]] = defaultdict(list)
        for row in _READINGS.rows(self.connection, task_ids, team=self.team_id):
            found[row.task_id].append(Reading(row.name, row.value, row.updated_at, row.highest, row.lowest))
        return {task: tuple(sorted(read, key=lambda one: (one.at, one.name))) for task, read in found.items()}

    def runs_of(self, task_ids: Collection[int]) -> dict[int, int]:
        rows = _RUN_COUNTS.rows(self.connection, task_ids, team=self.team_id)
        return {row.task_id: int(row.count) for row in rows}

    def open_versions(self) -> tuple[TaskLine, ...]:
        return tuple(_line(row) for row in _OPEN_VERSIONS.all(self.connection, {"team": self.team_id}))

    def open_deploys(self) -> tuple[TaskLine, ...]:
        return tuple(_line(row) for row in _OPEN_DEPLOYS.all(self.connection, {"team": self.team_id}))

    def done(self, versions: Sequence[str]) -> dict[tuple[str, int], int]:
        rows = _DONE.rows(self.connection, versions, team=self.team_id)
        return Counter((row.version, row.project_id) for row in rows)

    def _between(self, query: Prepared, start: datetime, end: datetime) -> list[Any]:
        return query.all(self.connection, {"team": self.team_id, "start": start, "end": end})


def _line(row: Any) -> TaskLine:
    return TaskLine(
        id=row.id, key=TaskKey(row.key, row.number), title=row.title, kind=row.kind, track=row.track, state=row.state,
        project_id=row.project_id, owner=Person(row.owner_id, row.owner) if row.owner_id is not None else None,
        version=row.version, points=row.points, priority=row.priority,
    )  # fmt: skip


def _length(length: Any) -> timedelta:
    """SQLite counts microseconds."""
    return length if isinstance(length, timedelta) else timedelta(microseconds=length)


def _answer(row: Any) -> Answer | None:
    kind, body = _ANSWER_KINDS[row.type], row.body
    if kind is AnswerKind.LATE and not body.get("to_lead"):
        return None
    if kind is not AnswerKind.DECIDED:
        return Answer(kind, row.project_id, row.at)
    is_in_time = body.get("timebox") is not None and body.get("nags", 0) < NAGS
    return Answer(kind, row.project_id, row.at, is_in_time, body["call"] == Call.DROP)


def _box(row: Any) -> OpenBox:
    length = WorkingTime.parse(row.box_length) if row.box_length else None
    box = Box(length=length, until=row.box_until, runs=row.box_runs)
    return OpenBox(
        row.task_id, row.project_id, row.owner_id, row.state, box, row.ends_at, row.asked_at, row.nags, row.rounds
    )
