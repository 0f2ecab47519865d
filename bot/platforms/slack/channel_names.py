"""What a channel is called, where a request does not say it: events name none, and commands call private ones all the
same."""

import asyncio

from bot.platforms.slack.conversations import Conversations
from core.deliveries import DeliveryError
from core.ids import ChannelRef, TeamId
from core.ports import Store

# What Slack says instead of a private channel's name.
NAMELESS = "privategroup"
# Seconds; a name is worth no more of the three that an answer may take.
_LOOK_UP = 1.0


class ChannelNames:
    """Kept in memory: what the board knows, else what Slack says, else the channel's id."""

    def __init__(self, conversations: Conversations, store: Store) -> None:
        self._conversations, self._store = conversations, store
        self._known: dict[ChannelRef, str] = {}

    async def of(self, team: TeamId, channel: ChannelRef) -> str:
        name = self._known.get(channel) or await self._look_up(team, channel)
        if name:
            self._known[channel] = name
        return name or channel.channel

    async def _look_up(self, team: TeamId, channel: ChannelRef) -> str:
        found = await asyncio.wrap_future(self._store.read(lambda work: work.channels.find(channel), team=team))
        if found is not None and found.name not in (channel.channel, NAMELESS):
            return found.name
        try:
            return await asyncio.wait_for(self._conversations.name(channel), _LOOK_UP)
        except (DeliveryError, TimeoutError):
            return ""
