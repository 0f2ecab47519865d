"""Network work that was promised: claimed with a lease, done outside of any unit of work, tried again when it fails."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from bot.telemetry import JOBS
from core.clock import Clock
from core.deliveries import AnswerLost, Refused, TryLater
from core.errors import UserError
from core.events import JobGivenUp
from core.hosts import HostBusy
from core.jobs import Job
from core.journal import Actor, record
from core.ports import Store, UnitOfWork

log = structlog.get_logger()

Performer: TypeAlias = Callable[[Job], Awaitable[None]]

# A job is over before another worker may take it for lost.
LEASE = timedelta(seconds=60)
TIMEOUT = timedelta(seconds=50)
MOST_AT_ONCE = 20
MOST_ATTEMPTS = 6
# With the pauses below, a day.
MOST_LASTING_ATTEMPTS = 30
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(hours=1)


@dataclass(frozen=True)
class Lasting:
    """Work that nobody asks for again: it is tried for a day, and no more often because somebody said when.

    `give_up` says what is lost, in the unit that parks the job, and does there what can be done without it.
    """

    perform: Performer
    give_up: Callable[[UnitOfWork, Job, datetime], str]

    async def __call__(self, job: Job) -> None:
        await self.perform(job)


@dataclass
class JobRunner:
    """`performers` do the jobs of a kind. One may be begun again after a crash, so each must be harmless twice."""

    store: Store
    clock: Clock
    performers: Mapping[str, Performer]
    _running: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def start_due(self) -> int:
        """Claims what is due and begins it; how many there were."""
        free = MOST_AT_ONCE - len(self._running)
        if free <= 0:
            return 0
        claim = self.store.claim_jobs(now=self.clock.now(), lease=LEASE, limit=free)
        jobs = await asyncio.wrap_future(claim)
        for job in jobs:
            task = asyncio.create_task(self._perform(job))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(jobs)

    async def finish(self) -> None:
        """Waits for what has begun."""
        while self._running:
            await asyncio.gather(*self._running)

    async def _perform(self, job: Job) -> None:
        try:
            error, after = await self._try(job)
            await self._settle(job, error, after)
        except Exception:
            # The lease ends by itself, and somebody does it again.
            log.exception("a job could not be settled", kind=job.kind, job=job.id)

    async def _try(self, job: Job) -> tuple[str, timedelta | None]:
        """What went wrong, or nothing, and when to try again where somebody said so."""
        try:
            performer = self.performers[job.kind]
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                await performer(job)
        except TryLater as error:
            return "try later", error.after
        except HostBusy as error:
            return f"try later: {error}", error.after
        except (AnswerLost, Refused, UserError, TimeoutError, KeyError) as error:
            return f"{type(error).__name__}: {error}"[:300], None
        except Exception as error:
            log.exception("a job failed", kind=job.kind, job=job.id)
            return f"{type(error).__name__}: {error}"[:300], None
        return "", None

    async def _settle(self, job: Job, error: str, after: timedelta | None) -> None:
        lasting = self.performers.get(job.kind)
        lasting = lasting if isinstance(lasting, Lasting) else None
        most = MOST_LASTING_ATTEMPTS if lasting else MOST_ATTEMPTS
        outcome = "done" if not error else "later" if job.attempts < most else "given up"
        pause = _pause(job.attempts)
        pause = max(pause, after or pause) if lasting else after or pause
        now = self.clock.now()

        def unit(work: UnitOfWork) -> None:
            assert job.lease is not None
            if not error:
                work.jobs.finish(job.id, job.lease, now)
            elif outcome == "later":
                work.jobs.fail(job.id, job.lease, error=error, retry_at=now + pause)
            else:
                _give_up(work, job, lasting, error, now)

        await asyncio.wrap_future(self.store.write(unit, team=job.team_id))
        JOBS.labels(kind=job.kind, outcome=outcome).inc()
        if error:
            log.warning("a job was not done", kind=job.kind, job=job.id, outcome=outcome, reason=error)


def _give_up(work: UnitOfWork, job: Job, lasting: Lasting | None, error: str, now: datetime) -> None:
    assert job.lease is not None
    if work.jobs.fail(job.id, job.lease, error=error, retry_at=None):
        lost = lasting.give_up(work, job, now) if lasting else ""
        record(work, JobGivenUp(job.kind, error, lost), actor=Actor(None, "Labkeeper", False, "", ""), now=now)


def _pause(attempts: int) -> timedelta:
    """Two seconds, then four times as long each time, up to an hour: the sixth try comes after eleven minutes."""
    factor: int = 4 ** min(attempts - 1, 10)
    return min(_FIRST_PAUSE * factor, _LONGEST_PAUSE)
