"""Research that reached production: adopted, and then carried on by a task, or by a task of its model version, that a
deployment brought there.

Asked step by step, each by the ids of the one before: joined into one question, PostgreSQL reads all tasks for it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, false, func, select

from core.ids import TeamId
from core.report_records import Arrival
from core.timebox_records import Call
from storage.batches import AnyOf
from storage.git_tables import commit_tasks, commits, deployments
from storage.prepared import Prepared
from storage.report_tables import HAS_VERSION, IS_PRODUCTION, deployment_tasks
from storage.tables import dependencies, tasks
from storage.timebox_tables import decisions


def _any(query: Select[Any], column: ColumnElement[Any]) -> AnyOf:
    return AnyOf(query.where(column == bindparam("one")), query.where(column.in_(bindparam("several", expanding=True))))


def _of_team(table: Any, *columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).where(table.c.team_id == bindparam("team"))


_BROUGHT = (
    _of_team(deployments, deployment_tasks.c.task_id, deployments.c.finished_at)
    .join(deployment_tasks, deployment_tasks.c.deployment_id == deployments.c.id)
    .where(IS_PRODUCTION, deployments.c.has_succeeded, deployments.c.is_rollback == false())
)
_IN_PERIOD = Prepared(
    _BROUGHT.where(deployments.c.finished_at >= bindparam("start"), deployments.c.finished_at < bindparam("end"))
)
_EVER = _any(_BROUGHT, deployment_tasks.c.task_id)
_EDGE = _of_team(dependencies, dependencies.c.task_id, dependencies.c.after_id)
_BEFORE, _AFTER = _any(_EDGE, dependencies.c.task_id), _any(_EDGE, dependencies.c.after_id)
_TASK = _of_team(tasks, tasks.c.id, tasks.c.version, tasks.c.project_id, tasks.c.created_at, tasks.c.started_at)
_TASKS, _OF_VERSION = _any(_TASK, tasks.c.id), _any(_TASK.where(HAS_VERSION), tasks.c.version)
_ADOPTED = _any(_of_team(decisions, decisions.c.task_id).where(decisions.c.call == Call.ADOPT), decisions.c.task_id)
_FIRST_COMMIT = _any(
    _of_team(commit_tasks, commit_tasks.c.task_id, func.min(commits.c.created_at).label("at"))
    .join(commits, commits.c.id == commit_tasks.c.commit_id)
    .group_by(commit_tasks.c.task_id),
    commit_tasks.c.task_id,
)


@dataclass(frozen=True, slots=True)
class Arrivals:
    connection: Connection
    team: TeamId

    def between(self, start: datetime, end: datetime) -> tuple[Arrival, ...]:
        """Those whose first deployment to production lies between the two; what went out before one began is none."""
        brought = _IN_PERIOD.all(self.connection, {"team": self.team, "start": start, "end": end})
        reached = self._reached(self._adopted({row.task_id for row in brought}))
        commit = {row.task_id: row.at for row in self._rows(_FIRST_COMMIT, reached)}
        found = []
        for row in self._rows(_TASKS, reached):
            begun = min(filter(None, (row.started_at, commit.get(row.id))), default=row.created_at)
            arrived = min((at for at in reached[row.id] if at >= begun), default=None)
            if arrived is not None and start <= arrived < end:
                found.append(Arrival(row.id, row.project_id, begun, arrived))
        return tuple(sorted(found, key=lambda one: (one.arrived_at, one.task_id)))

    def _adopted(self, brought: Collection[int]) -> set[int]:
        """The adopted research that these tasks carry on, or whose version they are of."""
        before = {row.after_id for row in self._rows(_BEFORE, brought)}
        versions = {row.version for row in self._rows(_TASKS, brought)} - {None}
        mates = {row.id for row in self._rows(_OF_VERSION, versions)}
        return {row.task_id for row in self._rows(_ADOPTED, before | mates)}

    def _reached(self, research: Collection[int]) -> dict[int, list[datetime]]:
        """When each of them was brought to production by what carries it on or is of its version."""
        carriers: dict[int, set[int]] = defaultdict(set)
        for row in self._rows(_AFTER, research):
            carriers[row.after_id].add(row.task_id)
        of_version: dict[str, set[int]] = defaultdict(set)
        versions = {row.id: row.version for row in self._rows(_TASKS, research) if row.version is not None}
        for row in self._rows(_OF_VERSION, set(versions.values())):
            of_version[row.version].add(row.id)
        for task, version in versions.items():
            carriers[task] |= of_version[version]
        every = set().union(*carriers.values())
        times: dict[int, list[datetime]] = defaultdict(list)
        for row in self._rows(_EVER, every):
            times[row.task_id].append(row.finished_at)
        return {task: [at for one in there for at in times.get(one, ())] for task, there in carriers.items()}

    def _rows(self, question: AnyOf, items: Collection[Any]) -> Iterable[Any]:
        return question.rows(self.connection, items, team=self.team)
