"""Saying what is queued: one worker at a time in a channel, in order, about a message a second, never twice.

A channel is claimed for one message and let go with it: while it waits for its pace it holds no place here, and whoever
claims it next, in whatever process, finds written down when it may be spoken in.

A delivery is marked `sending` before the call and `sent` after it, in units of their own. One that is found `sending`
was interrupted: it is looked for in the channel before it is posted again.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

import structlog

from bot.board_links import lead_to_board
from bot.parking import NOT_CONNECTED
from bot.sending import NotThere, Outcome, Sending, Times, begin, settle
from bot.telemetry import DELIVERIES
from core.clock import Clock
from core.deliveries import DeliveryError, Destination, Refused
from core.errors import Unavailable
from core.ports import Chat, Store, UnitOfWork

log = structlog.get_logger()

T = TypeVar("T")

LEASE = timedelta(seconds=5)
# Messages under way at once.
MOST_CHANNELS = 50
# A channel is claimed, and its next message marked, so much before it may be spoken in: then only the call is left.
_LEAD = timedelta(seconds=0.15)


@dataclass
class Deliverer:
    """Works through destinations. `clock` is real time: leases and limits are the chats', not the board's, whose clock
    is `ahead` of it.

    `spacing` is the time between two messages in one channel; `settling` how long an interrupted call may still arrive,
    longer than the chat client's own time-out. `wake` asks for the next `start_due`, as soon as it is worth while.
    """

    store: Store
    chats: Mapping[str, Chat]
    clock: Clock
    spacing: timedelta = timedelta(seconds=1)
    # Chats that take more, by platform; some time must pass, so that what happens at once is told in one message.
    spacings: Mapping[str, timedelta] = field(default_factory=dict)
    settling: timedelta = timedelta(seconds=12)
    wake: Callable[[], None] = lambda: None
    ahead: timedelta = timedelta()
    # Where tasks in messages lead to: their pages there.
    public_url: str | None = None

    _serving: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _is_full: bool = field(default=False, init=False)

    async def start_due(self) -> int:
        """Claims the channels that wait longest and begins to say one thing in each; how many channels there were."""
        free = MOST_CHANNELS - len(self._serving)
        self._is_full = free <= 0
        if self._is_full:
            return 0
        claim = self.store.claim_destinations(now=self.clock.now() + _LEAD, lease=LEASE, limit=free)
        destinations = await asyncio.wrap_future(claim)
        self._is_full = len(destinations) == free
        for destination in destinations:
            task = asyncio.create_task(self._serve(destination))
            self._serving.add(task)
            task.add_done_callback(self._leave)
        return len(destinations)

    async def finish(self) -> None:
        """Waits for what is being said just now."""
        while self._serving:
            await asyncio.gather(*self._serving)

    def _leave(self, task: asyncio.Task[None]) -> None:
        self._serving.discard(task)
        if self._is_full:
            # Somebody may wait for the place.
            self._is_full = False
            self.wake()

    async def _serve(self, destination: Destination) -> None:
        try:
            await self._say_one(destination)
        except Unavailable:
            log.warning("delivery interrupted: the database is away", channel=destination.ref.channel)
        except Exception:
            # The lease ends by itself, and whatever was in flight is looked for.
            log.exception("delivery failed", channel=destination.ref.channel)

    async def _say_one(self, destination: Destination) -> bool:
        """Says the next thing; whether another one waits."""
        platform = destination.ref.platform
        sending = await self._write(
            destination, lambda work: begin(work, destination, self._times(platform, lead=_LEAD))
        )
        if sending is None:
            return False
        if destination.allowed_at is not None:
            await asyncio.sleep(min((destination.allowed_at - self.clock.now()), _LEAD).total_seconds())
        outcome = await self._call(sending)
        # The distance counts from the answer, however long it takes to write that down.
        loop, times = asyncio.get_running_loop(), self._times(platform)
        look_at = loop.time() + max(times.spacing - _LEAD, timedelta()).total_seconds()
        settled = await self._write(destination, lambda work: settle(work, destination, sending, outcome, times))
        loop.call_at(look_at, self.wake)
        DELIVERIES.labels(kind=sending.first.kind, outcome=settled.outcome).inc(len(sending.deliveries))
        return settled.goes_on

    async def _call(self, sending: Sending) -> Outcome:
        chat = self.chats.get(sending.post.channel.platform)
        if chat is None:
            return Refused(NOT_CONNECTED)
        try:
            if sending.looks_since is None:
                post = sending.post
                return await chat.post(replace(post, card=lead_to_board(post.card, self.public_url)))
            found = await chat.find(sending.post, since=sending.looks_since)
            return found if found is not None else NotThere()
        except DeliveryError as error:
            return error

    async def _write(self, destination: Destination, run: Callable[[UnitOfWork], T]) -> T:
        return await asyncio.wrap_future(self.store.write(run, team=destination.team_id))

    def _times(self, platform: str = "", *, lead: timedelta = timedelta()) -> Times:
        spacing = self.spacings.get(platform, self.spacing)
        return Times(
            now=self.clock.now() + lead, lease=LEASE, spacing=spacing, settling=self.settling, ahead=self.ahead
        )
