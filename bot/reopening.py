"""A channel in which the bot may speak again: what was put aside for it is said now, in its order."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.jobs import Performer
from bot.parking import CHANNEL_CODES, NO_ROOT, NOT_CONNECTED, UNREACHABLE, WORKSPACE_CODES, close_story
from core.clock import Clock
from core.ids import ChannelRef
from core.jobs import Job
from core.journal import Actor
from core.ports import Store, UnitOfWork
from core.records import Records

REOPEN = "channel.reopen"
# Of deliveries, in one unit; whoever tells of the open channel waits for the first batch only.
BATCH = 1_000
# What these kept from being said was never wrong itself.
_NOT_ITS_OWN_FAULT = frozenset({*CHANNEL_CODES, NO_ROOT, NOT_CONNECTED, UNREACHABLE})


@dataclass(frozen=True)
class OpenChannel:
    channel: int


RECORDS = Records([OpenChannel])


def reopen_channel(work: UnitOfWork, ref: ChannelRef, now: datetime) -> int:
    """Cards are posted in their present state, and what was to be said below them follows; how much for now."""
    channel = work.channels.find(ref)
    if channel is None:
        return 0
    close_story(work, channel.id, now)
    return _reopen(work, channel.id, now)


def say_what_waited(work: UnitOfWork, *, actor: Actor, channel: ChannelRef, now: datetime) -> int:
    """As `reopen_channel`, for somebody who found it open. Nothing of the board changes."""
    return reopen_channel(work, channel, now)


def reopen_workspace(work: UnitOfWork, platform: str, workspace: str, now: datetime) -> None:
    """The bot was installed again: as `reopen_channel`, where its absence kept it from speaking."""
    for channel_id in work.deliveries.parked_channels(platform, workspace, WORKSPACE_CODES):
        _reopen(work, channel_id, now)


def _reopen(work: UnitOfWork, channel_id: int, now: datetime) -> int:
    count = _reopen_some(work, channel_id, now)
    if count == BATCH:
        work.jobs.add(REOPEN, RECORDS.dump(OpenChannel(channel_id)), run_at=Clock().now())
    return count


@dataclass(frozen=True)
class Reopening:
    """Queues the rest; a job that is begun again goes on where it was."""

    store: Store
    clock: Clock

    @property
    def performers(self) -> dict[str, Performer]:
        return {REOPEN: self.reopen}

    async def reopen(self, job: Job) -> None:
        opened: OpenChannel = RECORDS.load(job.body)
        count = BATCH
        while count == BATCH:
            unit = self.store.write(
                lambda work: _reopen_some(work, opened.channel, self.clock.now()), team=job.team_id
            )  # fmt: skip
            count = await asyncio.wrap_future(unit)


def _reopen_some(work: UnitOfWork, channel_id: int, now: datetime) -> int:
    return work.deliveries.reopen(channel_id, _NOT_ITS_OWN_FAULT, limit=BATCH, now=now)
