"""Channels that were closed to the bot, looked at again: nobody may have been there to hear that they were opened."""

import asyncio
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.parking import CHANNEL_CODES, NOT_CONNECTED, UNREACHABLE
from bot.reopening import reopen_channel
from core.clock import Clock
from core.deliveries import AnswerLost, DeliveryError, TryLater
from core.ids import ChannelRef, TeamId
from core.ports import Chat, Store

log = structlog.get_logger()

# These say no more of a channel than a look at it shows. Of others a look says that it is open; the next message would
# be refused, and somebody told again.
CAN_BE_SEEN = (CHANNEL_CODES | {NOT_CONNECTED}) - {
    "restricted_action", "restricted_action_read_only_channel", "tag_required", "missing_scope",
}  # fmt: skip
# What the chat failed on is tried again for so long: it may have failed on everything.
_TRIED_FOR = timedelta(days=1)
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class ClosedChannels:
    """`wake` tells the workers that there is something to say."""

    store: Store
    clock: Clock
    chats: Mapping[str, Chat]
    wake: Callable[[], None]
    # A scope is added to the app, which is then installed again; whoever does that may start the server anew.
    _once: frozenset[str] = field(default=frozenset({"missing_scope"}), init=False)

    async def look(self) -> None:
        since, codes, self._once = self.clock.now() - _TRIED_FOR, CAN_BE_SEEN | self._once, frozenset()
        for platform, chat in self.chats.items():
            closed = {
                *await self._closed(platform, codes, _EVER), *await self._closed(platform, {UNREACHABLE}, since)
            }  # fmt: skip
            await self._look_in(chat, closed)

    async def _look_in(self, chat: Chat, closed: Collection[tuple[TeamId, ChannelRef]]) -> None:
        full: set[str] = set()
        # In another order each time: a chat that has enough of it is not always asked about the same ones.
        for team, ref in random.sample(list(closed), len(closed)):
            if ref.workspace in full:
                continue
            try:
                await chat.look_in(ref)
            except TryLater:
                # This workspace was asked enough, or cannot be asked now.
                full.add(ref.workspace)
            except AnswerLost:
                # The chat is away.
                return
            except DeliveryError:
                continue
            else:
                await self._reopen(team, ref)

    async def _closed(
        self, platform: str, codes: Collection[str], since: datetime
    ) -> tuple[tuple[TeamId, ChannelRef], ...]:
        return await asyncio.wrap_future(
            self.store.read_directory(lambda teams: teams.closed_channels(platform, codes, since=since))
        )

    async def _reopen(self, team: TeamId, ref: ChannelRef) -> None:
        now = self.clock.now()
        reopened = await asyncio.wrap_future(
            self.store.write(lambda work: reopen_channel(work, ref, now), team=team)
        )  # fmt: skip
        log.info("a channel was found open again", channel=ref.channel, reopened=reopened)
        self.wake()
