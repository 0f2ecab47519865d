"""Channels that were closed to the bot, looked at again: nobody may have been there to hear that they were opened."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.parking import CHANNEL_CODES, NOT_CONNECTED
from bot.reopening import reopen_channel
from core.clock import Clock
from core.deliveries import AnswerLost, DeliveryError, TryLater
from core.ids import ChannelRef, TeamId
from core.ports import Chat, Store

log = structlog.get_logger()

# These say no more of a channel than a look at it shows. Of others a look says that it is open; the next message would
# be refused, and somebody told again.
CAN_BE_SEEN = (CHANNEL_CODES | {NOT_CONNECTED}) - {"restricted_action", "tag_required", "missing_scope"}


@dataclass(frozen=True)
class ClosedChannels:
    """`wake` tells the workers that there is something to say."""

    store: Store
    clock: Clock
    chats: Mapping[str, Chat]
    wake: Callable[[], None]

    async def look(self) -> None:
        for platform, chat in self.chats.items():
            asked = self.store.read_directory(lambda teams: teams.closed_channels(platform, CAN_BE_SEEN))  # noqa: B023
            closed = await asyncio.wrap_future(asked)
            # In another order each time: a chat that has enough of it is not always asked about the same ones.
            for team, ref in random.sample(closed, len(closed)):
                try:
                    await chat.look_in(ref)
                except (AnswerLost, TryLater):
                    # The chat is away, or was asked enough.
                    break
                except DeliveryError:
                    continue
                await self._reopen(team, ref)

    async def _reopen(self, team: TeamId, ref: ChannelRef) -> None:
        now = self.clock.now()
        reopened = await asyncio.wrap_future(
            self.store.write(lambda work: reopen_channel(work, ref, now), team=team)
        )  # fmt: skip
        log.info("a channel was found open again", channel=ref.channel, reopened=reopened)
        self.wake()
