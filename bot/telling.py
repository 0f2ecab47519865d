"""Deployments with more tasks than one unit of work has time for: the others are told in units of their own."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from bot.jobs import Lasting, Performer
from core.clock import Clock
from core.deployment_news import AT_ONCE, Asked, UntoldTasks, tell_tasks
from core.git_events import DeploymentChanged, short
from core.jobs import Job
from core.journal import Actor
from core.ports import Store, UnitOfWork
from core.records import Records

TELLING = "deployment.tell"
RECORDS = Records([UntoldTasks, DeploymentChanged, Actor, Asked])


def promise_telling(work: UnitOfWork, untold: UntoldTasks) -> None:
    """In the unit that takes the deployment."""
    work.jobs.add(TELLING, RECORDS.dump(untold), run_at=Clock().now())


@dataclass(frozen=True)
class Telling:
    store: Store
    clock: Clock

    @property
    def performers(self) -> dict[str, Performer]:
        return {TELLING: Lasting(self.tell, give_up)}

    async def tell(self, job: Job) -> None:
        untold: UntoldTasks | None = RECORDS.load(job.body)
        while untold is not None:
            untold = await self._tell_some(job, untold)

    async def _tell_some(self, job: Job, untold: UntoldTasks) -> UntoldTasks | None:
        now = self.clock.now()
        unit = self.store.write(lambda work: tell_some(work, job, untold, now), team=job.team_id)
        return await asyncio.wrap_future(unit)


def tell_some(work: UnitOfWork, job: Job, untold: UntoldTasks, now: datetime) -> UntoldTasks | None:
    """What is left. A job that is begun again after a crash goes on behind those that have heard of it."""
    if work.receipts.add(TELLING, _receipt(job, untold), now):
        return tell_tasks(work, untold, now=now)
    left = untold.tasks[AT_ONCE:]
    return replace(untold, tasks=left) if left else None


def give_up(work: UnitOfWork, job: Job, now: datetime) -> str:
    untold: UntoldTasks = RECORDS.load(job.body)
    event = untold.event
    return f"telling {len(untold.tasks)} tasks of the deployment of {short(event.sha)} to {event.environment}"


def _receipt(job: Job, untold: UntoldTasks) -> str:
    return f"{job.id}:{len(untold.tasks)}"
