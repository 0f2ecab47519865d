"""Jobs: kept with the facts they follow from, claimed by one worker at a time."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from core.ids import TeamId
from core.jobs import Job, JobState
from storage.tables import IS_DUE_JOB, IS_FINISHED_JOB, jobs

_ADD = insert(jobs).returning(jobs.c.id)
_MINE = (jobs.c.team_id == bindparam("team")) & (jobs.c.id == bindparam("job"))
_HELD = _MINE & (jobs.c.lease == bindparam("held"))
_GET = select(jobs).where(_MINE)
_PROMISED = (
    select(jobs.c.id)
    .where(jobs.c.team_id == bindparam("team"), jobs.c.kind == bindparam("kind"), IS_DUE_JOB)
    .order_by(jobs.c.run_at)
    .limit(1)
)
# A running job whose lease is over has lost its worker: `run_at` is then the end of that lease.
_DUE = (
    select(jobs.c.id)
    .where(IS_DUE_JOB, jobs.c.run_at <= bindparam("now"))
    .order_by(jobs.c.run_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    # Read once: as a plain subquery PostgreSQL may ask it again for each row, and claim more than the limit.
    .cte("due")
)
_CLAIM = (
    update(jobs)
    .where(jobs.c.id.in_(select(_DUE.c.id)))
    .values(
        state=JobState.RUNNING, lease=bindparam("new_lease"), run_at=bindparam("until"), attempts=jobs.c.attempts + 1
    )
    .returning(jobs)
)  # fmt: skip

FORGOTTEN = 5_000
_OVER = select(jobs.c.id).where(IS_FINISHED_JOB, jobs.c.finished_at < bindparam("before")).limit(FORGOTTEN)
_FORGET = delete(jobs).where(jobs.c.id.in_(_OVER))
_SOME_DUE = select(jobs.c.id).where(IS_DUE_JOB, jobs.c.run_at <= bindparam("now")).limit(1_000).subquery()
_COUNT_DUE = select(func.count()).select_from(_SOME_DUE)


@dataclass(frozen=True, slots=True)
class SqlJobs:
    connection: Connection
    team_id: TeamId

    def add(self, kind: str, body: Mapping[str, object], *, run_at: datetime) -> int:
        row = {"team_id": self.team_id, "kind": kind, "body": dict(body), "state": JobState.QUEUED, "run_at": run_at}
        job_id: int = self.connection.execute(_ADD, row).scalar_one()
        return job_id

    def get(self, job_id: int) -> Job | None:
        row = self.connection.execute(_GET, {"team": self.team_id, "job": job_id}).first()
        return _job(row) if row else None

    def is_promised(self, kind: str) -> bool:
        return self.connection.execute(_PROMISED, {"team": self.team_id, "kind": kind}).first() is not None

    def finish(self, job_id: int, lease: str, now: datetime) -> bool:
        return self._release(job_id, lease, state=JobState.DONE, finished_at=now, error="")

    def fail(self, job_id: int, lease: str, *, error: str, retry_at: datetime | None) -> bool:
        if retry_at is None:
            return self._release(job_id, lease, state=JobState.PARKED, error=error)
        return self._release(job_id, lease, state=JobState.QUEUED, error=error, run_at=retry_at)

    def _release(self, job_id: int, lease: str, **values: object) -> bool:
        statement = update(jobs).where(_HELD).values(lease=None, **values)
        return self.connection.execute(statement, {"team": self.team_id, "job": job_id, "held": lease}).rowcount > 0


def claim_jobs(connection: Connection, *, now: datetime, lease: timedelta, limit: int) -> tuple[Job, ...]:
    """Due jobs of any team, oldest first; others skip those that are being claimed."""
    values = {"now": now, "until": now + lease, "limit": limit, "new_lease": uuid.uuid4().hex}
    claimed = (_job(row) for row in connection.execute(_CLAIM, values))
    return tuple(sorted(claimed, key=lambda job: job.id))


def forget_jobs(connection: Connection, *, before: datetime) -> int:
    """Of any team: those that were done so long ago; how many, FORGOTTEN at most."""
    return connection.execute(_FORGET, {"before": before}).rowcount


def count_due_jobs(connection: Connection, *, now: datetime) -> int:
    return connection.execute(_COUNT_DUE, {"now": now}).scalar_one()


def _job(row: Any) -> Job:
    return Job(
        id=row.id, team_id=TeamId(row.team_id), kind=row.kind, body=row.body, state=row.state, run_at=row.run_at,
        attempts=row.attempts, lease=row.lease, error=row.error,
    )  # fmt: skip
