"""What changed in the local chat, for everybody who looks: at once where this process changed it, else within a second.

Nothing is kept here: whoever looks knows the stamp of what they saw last, and is given what came after it.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog

from core.errors import Unavailable
from core.ids import TeamId
from core.local_chat import LocalMessage
from core.ports import Store

log = structlog.get_logger()

# Messages at once; and seconds between two looks, so that a burst is a few answers and not hundreds.
MOST = 200
PAUSE = 0.1
# Seconds: another process may have written.
LOOK_AGAIN = 1.0


@dataclass
class Feed:
    store: Store
    _waiting: set[asyncio.Event] = field(default_factory=set, init=False)
    _is_closed: bool = field(default=False, init=False)

    def wake(self) -> None:
        for event in self._waiting:
            event.set()

    def close(self) -> None:
        """Ends what everybody follows: the server leaves."""
        self._is_closed = True
        self.wake()

    async def follow(self, team: TeamId, stamp: int) -> AsyncIterator[tuple[LocalMessage, ...]]:
        """What changed since, in batches; an empty one where nothing did for a while. Ends when the server leaves."""
        woken = asyncio.Event()
        self._waiting.add(woken)
        try:
            while not self._is_closed:
                woken.clear()
                changed = await self._since(team, stamp)
                yield changed
                if changed:
                    stamp = changed[-1].stamp
                    await asyncio.sleep(PAUSE)
                else:
                    await _wait(woken)
        finally:
            self._waiting.discard(woken)

    async def _since(self, team: TeamId, stamp: int) -> tuple[LocalMessage, ...]:
        try:
            return await asyncio.wrap_future(
                self.store.read(lambda work: work.local_messages.since(stamp, limit=MOST), team=team)
            )
        except Unavailable as error:
            log.warning("the chat waits for the database", reason=error.message)
            return ()


async def _wait(woken: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_AGAIN):
            await woken.wait()
    except TimeoutError:
        return
