"""Reports that never arrived: at the start, and every hour, hosts are asked which those are, and to send them again."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.jobs import Performer
from core.clock import Clock
from core.hooks import Hook, list_hooks
from core.hosts import HostRefused
from core.ids import TeamId
from core.jobs import Job
from core.ports import Host, Store, UnitOfWork
from core.records import Records

log = structlog.get_logger()

REPAIR = "hook.repair"
# How long GitHub keeps deliveries, and we their receipts.
WITHIN = timedelta(days=3)
# GitHub takes eighty requests that write in a minute.
MOST_AT_A_TIME = 50
MOST_REPOSITORIES = 200
_NEXT = timedelta(minutes=1)
_SPACING = timedelta(minutes=5)


@dataclass(frozen=True)
class HookRepair:
    hook: int
    repository: str


RECORDS = Records([HookRepair])


@dataclass(frozen=True)
class Redelivery:
    """`wake` tells the workers that there are jobs."""

    store: Store
    clock: Clock
    hosts: Mapping[str, Host]
    wake: Callable[[], None] = lambda: None
    _refusals: set[tuple[str, str]] = field(default_factory=set)

    @property
    def performers(self) -> dict[str, Performer]:
        return {REPAIR: self.repair}

    async def plan(self) -> None:
        for team in await asyncio.wrap_future(self.store.read_directory(lambda teams: teams.teams())):
            await asyncio.wrap_future(self.store.write(self._promise_repairs, team=team.id))
        self.wake()

    def _promise_repairs(self, work: UnitOfWork) -> None:
        promise_repairs(work, self.hosts, self.clock.now())

    async def repair(self, job: Job) -> None:
        wanted: HookRepair = RECORDS.load(job.body)
        hooks = await asyncio.wrap_future(self.store.read(list_hooks, team=job.team_id))
        hook = {hook.id: hook for hook in hooks}.get(wanted.hook)
        host = self.hosts.get(hook.provider) if hook else None
        if hook is None or host is None:
            return
        try:
            is_all = await self._redeliver(host, hook, wanted.repository)
        except HostRefused as error:
            self._note(wanted.repository, error.words)
        else:
            if not is_all:
                await self._go_on(wanted, job.team_id)

    async def _redeliver(self, host: Host, hook: Hook, repository: str) -> bool:
        """Whether that was all."""
        failed = await host.failed_deliveries(repository, f"/webhooks/{hook.provider}/{hook.public_id}", within=WITHIN)
        for delivery in failed[:MOST_AT_A_TIME]:
            await host.redeliver(repository, delivery)
        if failed:
            log.info("reports that had not arrived were asked for", repository=repository, count=len(failed))
        return len(failed) <= MOST_AT_A_TIME

    async def _go_on(self, wanted: HookRepair, team: TeamId) -> None:
        at = self.clock.now() + _NEXT
        unit = self.store.write(lambda work: work.jobs.add(REPAIR, RECORDS.dump(wanted), run_at=at), team=team)
        await asyncio.wrap_future(unit)

    def _note(self, repository: str, words: str) -> None:
        """Once: what a token may not do today it may not do in an hour either."""
        if (repository, words) not in self._refusals:
            self._refusals.add((repository, words))
            log.warning("reports that were lost stay lost", repository=repository, reason=words)


def promise_repairs(work: UnitOfWork, hosts: Mapping[str, Host], now: datetime) -> None:
    wanted = tuple(_wanted(work, hosts))[:MOST_REPOSITORIES]
    at = _free_time(work, now) if wanted else None
    if at is not None:
        for repair in wanted:
            work.jobs.add(REPAIR, RECORDS.dump(repair), run_at=at)


def _wanted(work: UnitOfWork, hosts: Mapping[str, Host]) -> Iterator[HookRepair]:
    for hook in list_hooks(work):
        if hook.provider in hosts:
            reported = work.repositories.of_host(hook.provider, limit=MOST_REPOSITORIES)
            for repository in (hook.repository,) if hook.repository else reported:
                yield HookRepair(hook.id, repository)


def _free_time(work: UnitOfWork, now: datetime) -> datetime | None:
    """Now or a little later, once for however many processes start; None where it is promised for later already."""
    elapsed = (now - datetime.min.replace(tzinfo=now.tzinfo)) % _SPACING
    for at in (now - elapsed, now - elapsed + _SPACING):
        if work.receipts.add(REPAIR, f"{work.team_id}:{at.isoformat()}", now):
            return max(at, now)
    return None
