"""Research that reached production: adopted, and then carried on by a task, or by a task of its model version, that a
deployment brought there."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, FromClause, Select, bindparam, false, func, select

from core.ids import TeamId
from core.report_records import Arrival
from core.timebox_records import Call
from storage.batches import AnyOf
from storage.git_tables import commit_tasks, commits, deployments
from storage.prepared import Prepared
from storage.report_tables import HAS_VERSION, IS_PRODUCTION, deployment_tasks
from storage.tables import dependencies, tasks
from storage.timebox_tables import decisions

_TEAM: BindParameter[Any] = bindparam("team")
_ONE: BindParameter[Any] = bindparam("one")
_SEVERAL: BindParameter[Any] = bindparam("several", expanding=True)
_SUCCEEDED = (
    deployments.c.team_id == _TEAM,
    IS_PRODUCTION,
    deployments.c.has_succeeded,
    deployments.c.is_rollback == false(),
)
_IN_PERIOD = (deployments.c.finished_at >= bindparam("start"), deployments.c.finished_at < bindparam("end"))
_BROUGHT = deployments.join(deployment_tasks, deployment_tasks.c.deployment_id == deployments.c.id)
_RESEARCH, _BUILT = tasks.alias("research"), tasks
_ADOPTED = select(decisions.c.task_id).where(decisions.c.team_id == _TEAM, decisions.c.call == Call.ADOPT)
_ADOPTED_ONES = AnyOf(
    _ADOPTED.where(decisions.c.task_id == _ONE), _ADOPTED.where(decisions.c.task_id.in_(_SEVERAL))
)  # fmt: skip


def _carried_on() -> FromClause:
    return _BROUGHT.join(dependencies, dependencies.c.task_id == deployment_tasks.c.task_id).join(
        _RESEARCH, _RESEARCH.c.id == dependencies.c.after_id
    )


def _same_version() -> FromClause:
    return _BROUGHT.join(_BUILT, _BUILT.c.id == deployment_tasks.c.task_id).join(
        _RESEARCH, (_RESEARCH.c.team_id == _BUILT.c.team_id) & (_RESEARCH.c.version == _BUILT.c.version)
    )


_WAYS = ((_carried_on(), ()), (_same_version(), (HAS_VERSION,)))
_CANDIDATES = [
    Prepared(
        select(_RESEARCH.c.id).distinct().select_from(way)
        .where(*_SUCCEEDED, *_IN_PERIOD, *more)
    )
    for way, more in _WAYS
]  # fmt: skip


def _first(way: FromClause, more: tuple[object, ...]) -> AnyOf:
    query: Select[tuple[int, datetime]] = (
        select(_RESEARCH.c.id, func.min(deployments.c.finished_at).label("at"))
        .select_from(way)
        .where(*_SUCCEEDED, *more)  # type: ignore[arg-type]
        .group_by(_RESEARCH.c.id)
    )
    return AnyOf(query.where(_RESEARCH.c.id == _ONE), query.where(_RESEARCH.c.id.in_(_SEVERAL)))


_FIRST = [_first(way, more) for way, more in _WAYS]
_COMMIT = (
    select(commit_tasks.c.task_id, func.min(commits.c.created_at).label("at"))
    .join(commits, commits.c.id == commit_tasks.c.commit_id)
    .where(commit_tasks.c.team_id == _TEAM)
    .group_by(commit_tasks.c.task_id)
)
_FIRST_COMMIT = AnyOf(
    _COMMIT.where(commit_tasks.c.task_id == _ONE), _COMMIT.where(commit_tasks.c.task_id.in_(_SEVERAL))
)
_BEGUN = select(tasks.c.id, tasks.c.project_id, tasks.c.created_at, tasks.c.started_at).where(tasks.c.team_id == _TEAM)
_BEGUN_ONES = AnyOf(_BEGUN.where(tasks.c.id == _ONE), _BEGUN.where(tasks.c.id.in_(_SEVERAL)))


def arrivals(connection: Connection, team: TeamId, start: datetime, end: datetime) -> tuple[Arrival, ...]:
    """Those whose first deployment to production lies between the two."""
    values = {"team": team, "start": start, "end": end}
    carried = {row.id for query in _CANDIDATES for row in query.all(connection, values)}
    candidates = {row.task_id for row in _ADOPTED_ONES.rows(connection, carried, team=team)}
    first = _earliest(connection, team, candidates)
    new = {task: at for task, at in first.items() if start <= at < end}
    commit = {row.task_id: row.at for row in _FIRST_COMMIT.rows(connection, new, team=team)}
    found = []
    for row in _BEGUN_ONES.rows(connection, new, team=team):
        begun = min(filter(None, (row.started_at, commit.get(row.id))), default=row.created_at)
        found.append(Arrival(row.id, row.project_id, begun, new[row.id]))
    return tuple(sorted(found, key=lambda one: (one.arrived_at, one.task_id)))


def _earliest(connection: Connection, team: TeamId, research: Collection[int]) -> dict[int, datetime]:
    first: dict[int, datetime] = {}
    for question in _FIRST:
        for row in question.rows(connection, research, team=team):
            first[row.id] = min(row.at, first.get(row.id, row.at))
    return first
