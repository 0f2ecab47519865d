"""The tick of timeboxes: what fell due, team by team, in batches."""

import asyncio

from core.clock import Clock
from core.ids import TeamId
from core.ports import Store
from core.timeboxes import BATCH, expire_due_timeboxes


async def expire_timeboxes(store: Store, clock: Clock) -> int:
    """On the board's clock; how many were looked at. What another worker has in hand is left to it.

    A team in which it fails keeps no other waiting; the failure is raised when all were looked at.
    """
    total, failure = 0, None
    for team in await asyncio.wrap_future(store.teams_with_due_timeboxes(now=clock.now())):
        try:
            total += await _expire_of(store, clock, team)
        except Exception as error:
            failure = failure or error
    if failure is not None:
        raise failure
    return total


async def _expire_of(store: Store, clock: Clock, team: TeamId) -> int:
    total, handled = 0, BATCH
    while handled == BATCH:
        now = clock.now()
        handled = await asyncio.wrap_future(
            store.write(lambda work, now=now: expire_due_timeboxes(work, now=now), team=team)  # type: ignore[misc]
        )
        total += handled
    return total
