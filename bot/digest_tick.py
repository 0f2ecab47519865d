"""The tick of digests: what fell due in which channel, each written outside of the unit that posts it."""

import asyncio
from collections.abc import Callable

import structlog

from core.clock import Clock
from core.digest_asking import Asked, DigestWriter, asked_by_schedule
from core.digest_posting import due_occurrences, is_too_late, look_again, post_occurrence, skip_occurrences
from core.digest_runs import DigestSchedule
from core.ids import TeamId
from core.ports import Store, UnitOfWork
from core.schedules import Occurrence

log = structlog.get_logger()

# In one round, of a team.
BATCH = 20


async def post_due_digests(store: Store, clock: Clock, writer: DigestWriter) -> int:
    """On the board's clock; how many were posted. Any number of workers may do it: the unit that posts decides."""
    posted = 0
    for team in await asyncio.wrap_future(store.teams_with_due_digests(now=clock.now())):
        due = await asyncio.wrap_future(
            store.read(lambda work: work.digests.due(now=clock.now(), limit=BATCH), team=team)
        )  # fmt: skip
        for schedule in due:
            try:
                posted += await _Due(store, clock, writer, team, schedule).post()
            except Exception:
                # What is wrong with one is not to keep the others back; it is tried again.
                log.exception("a digest could not be posted", channel=schedule.channel.name, kind=schedule.kind)
    return posted


class _Due:
    def __init__(
        self, store: Store, clock: Clock, writer: DigestWriter, team: TeamId, schedule: DigestSchedule
    ) -> None:
        self._store, self._clock, self._writer = store, clock, writer
        self._team, self._schedule = team, schedule

    async def post(self) -> int:
        schedule, now = self._schedule, self._clock.now()
        occurrences = await asyncio.wrap_future(
            self._store.read(lambda work: due_occurrences(work, schedule=schedule, now=now), team=self._team)
        )
        if not occurrences:
            await self._write(lambda work: look_again(work, schedule=schedule, now=now))
            return 0
        missed = occurrences if is_too_late(occurrences[-1], now) else occurrences[:-1]
        if missed:
            # What is left is due at once, in the next round.
            await self._write(lambda work: skip_occurrences(work, schedule=schedule, missed=missed, now=now))
            return 0
        return await self._post(occurrences[-1])

    async def _post(self, occurrence: Occurrence) -> int:
        schedule = self._schedule
        asked: Asked
        asked, found = await asyncio.wrap_future(
            self._store.read(lambda work: self._read(work, occurrence), team=self._team)
        )  # fmt: skip
        # Drawing takes longer than a unit of work may.
        draft = await asyncio.to_thread(self._writer.write, asked, found)
        now = self._clock.now()
        run = await asyncio.wrap_future(
            self._store.write(
                lambda work: post_occurrence(work, schedule=schedule, occurrence=occurrence, draft=draft, now=now),
                team=self._team,
            )
        )
        return int(run is not None)

    def _read(self, work: UnitOfWork, occurrence: Occurrence) -> tuple[Asked, object]:
        asked = asked_by_schedule(work, schedule=self._schedule, as_of=occurrence.at)
        return asked, self._writer.read(work, asked)

    async def _write(self, run: Callable[[UnitOfWork], None]) -> None:
        await asyncio.wrap_future(self._store.write(run, team=self._team))
