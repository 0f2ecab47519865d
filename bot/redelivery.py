"""Reports that never arrived: at the start, and every hour, hosts are asked which those are, and to send them again.

A report comes over the hook of a repository or of its organization: both are places to ask. A round goes through all of
them, some in a minute, and the next one begins when it is over.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from bot.jobs import MOST_ATTEMPTS, Performer
from core.clock import Clock
from core.hooks import Hook, list_hooks
from core.hosts import HostBusy, HostRefused
from core.ids import TeamId
from core.jobs import Job
from core.ports import Host, Store, UnitOfWork
from core.records import Records
from core.teams import Directory

log = structlog.get_logger()

REPAIR, ROUND = "hook.repair", "hook.repair.round"
# How long GitHub keeps deliveries, and we their receipts.
WITHIN = timedelta(days=3)
# GitHub takes eighty requests that write in a minute, and five thousand requests in an hour: two or three for a place.
MOST_AT_A_TIME = 50
PLACES_AT_ONCE = 20
_NEXT = timedelta(minutes=1)
_SPACING = timedelta(minutes=5)


@dataclass(frozen=True)
class HookRepair:
    """`place` is a repository, as `acme/churn`, or an organization, as `acme`."""

    place: str = ""
    host: str = "github"


@dataclass(frozen=True)
class RepairRound:
    """Where a round goes on: behind the repository `before`, newest first. `begun` tells rounds apart."""

    host: str
    begun: datetime
    before: int | None = None


_HOOKS = 500
RECORDS = Records([HookRepair, RepairRound])


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
        return {REPAIR: self.repair, ROUND: self.go_on}

    async def plan(self) -> None:
        for team in await self._reporting():
            await self._write(self._promise_repairs, team)
        self.wake()

    async def _reporting(self) -> tuple[TeamId, ...]:
        """The teams that have hooks, however many teams there are."""
        found: dict[TeamId, None] = {}
        last = 0
        while hooks := await asyncio.wrap_future(self.store.read_directory(_hooks_after(last))):
            found |= dict.fromkeys(hook.team_id for hook in hooks)
            last = hooks[-1].id
        return tuple(found)

    def _promise_repairs(self, work: UnitOfWork) -> None:
        promise_repairs(work, self.hosts, self.clock.now())

    async def go_on(self, job: Job) -> None:
        round_: RepairRound = RECORDS.load(job.body)
        await self._write(lambda work: go_round(work, round_, self.clock.now()), job.team_id)

    async def repair(self, job: Job) -> None:
        wanted: HookRepair = RECORDS.load(job.body)
        host = self.hosts.get(wanted.host)
        if host is None:
            return
        try:
            is_all = await self._redeliver(host, wanted, job.team_id)
        except HostRefused as error:
            self._note(wanted.place, error)
        except HostBusy as error:
            if job.attempts < MOST_ATTEMPTS:
                raise
            # Nothing is lost yet: the next round asks again.
            log.warning("a host was not asked for lost reports", place=wanted.place, reason=str(error))
        else:
            if not is_all:
                at = self.clock.now() + _NEXT
                await self._write(lambda work: work.jobs.add(REPAIR, RECORDS.dump(wanted), run_at=at), job.team_id)

    async def _redeliver(self, host: Host, wanted: HookRepair, team: TeamId) -> bool:
        """Whether that was all."""
        hooks = await asyncio.wrap_future(self.store.read(list_hooks, team=team))
        addresses = [f"/webhooks/{hook.provider}/{hook.public_id}" for hook in hooks if hook.provider == wanted.host]
        failed = await host.failed_deliveries(wanted.place, addresses, within=WITHIN)
        for delivery in failed[:MOST_AT_A_TIME]:
            await host.redeliver(delivery)
        if failed:
            log.info("reports that had not arrived were asked for", place=wanted.place, count=len(failed))
        return len(failed) <= MOST_AT_A_TIME

    async def _write(self, operation: Callable[[UnitOfWork], object], team: TeamId) -> None:
        await asyncio.wrap_future(self.store.write(operation, team=team))

    def _note(self, place: str, error: HostRefused) -> None:
        """Once: what a token may not do today it may not do in an hour either. An owner need not be an organization."""
        if (place, error.words) in self._refusals:
            return
        self._refusals.add((place, error.words))
        if error.is_not_found and "/" not in place:
            log.info("no webhooks of an organization were found", owner=place, needs=error.words)
        else:
            log.warning("reports that were lost stay lost", place=place, reason=error.words)


def _hooks_after(last: int) -> Callable[[Directory], tuple[Hook, ...]]:
    return lambda teams: teams.hooks(after=last, limit=_HOOKS)


def promise_repairs(work: UnitOfWork, hosts: Mapping[str, Host], now: datetime) -> None:
    reporting = {str(hook.provider) for hook in list_hooks(work)} & set(hosts)
    if not reporting or work.jobs.is_promised(ROUND):
        return
    at = _free_time(work, now)
    if at is not None:
        for host in sorted(reporting):
            go_round(work, RepairRound(host, at), at)


def go_round(work: UnitOfWork, round_: RepairRound, now: datetime) -> None:
    """Promises to ask at the next places, from `now` on, and to go on behind them."""
    # Begun again after a crash, it must not go on twice.
    if not work.receipts.add(ROUND, _receipt(work, round_, str(round_.before)), now):
        return
    hooks = [hook for hook in list_hooks(work) if hook.provider == round_.host]
    named = dict.fromkeys(hook.repository for hook in hooks if hook.repository)
    takes_any = any(not hook.repository for hook in hooks)
    reported = work.repositories.reported(round_.host, before=round_.before, limit=PLACES_AT_ONCE) if takes_any else ()
    first = named if round_.before is None else {}
    repositories = [*first, *(name for _, name in reported if name not in named)]
    owners = dict.fromkeys(name.partition("/")[0] for name in repositories)
    new = [owner for owner in owners if work.receipts.add(ROUND, _receipt(work, round_, f"owner {owner}"), now)]
    for place in (*repositories, *new):
        work.jobs.add(REPAIR, RECORDS.dump(HookRepair(place, round_.host)), run_at=now)
    if len(reported) == PLACES_AT_ONCE:
        going_on = replace(round_, before=reported[-1][0])
        work.jobs.add(ROUND, RECORDS.dump(going_on), run_at=now + _NEXT)


def _receipt(work: UnitOfWork, round_: RepairRound, step: str) -> str:
    words = f"{round_.host} {round_.begun.isoformat()} {step}"
    return f"{work.team_id}:{sha256(words.encode()).hexdigest()}"


def _free_time(work: UnitOfWork, now: datetime) -> datetime | None:
    """Now or a little later, once for however many processes start; None where it is promised for later already."""
    elapsed = (now - datetime.min.replace(tzinfo=now.tzinfo)) % _SPACING
    for at in (now - elapsed, now - elapsed + _SPACING):
        if work.receipts.add(REPAIR, f"{work.team_id}:{at.isoformat()}", now):
            return max(at, now)
    return None
