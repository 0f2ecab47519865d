"""What happens to the bot and where it speaks: invited, removed, given a permission."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

from bot.closed_channels import CAN_BE_SEEN
from bot.parking import CHANNEL_CODES
from bot.platforms.discord.chat import DiscordChat
from bot.platforms.discord.entities import PLATFORM
from bot.platforms.discord.people import People
from bot.reopening import reopen_channel, reopen_workspace
from core.clock import Clock
from core.deliveries import DeliveryError
from core.ids import ChannelRef, TeamId
from core.ports import Store, UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True)
class Guilds:
    store: Store
    clock: Clock
    people: People
    chat: DiscordChat
    wake: Callable[[], None]

    async def present(self, guilds: list[str]) -> None:
        """The bot is in them: what was put aside while it was not is said now."""
        for guild in guilds:
            team = await self.people.team_of(guild)
            if team is None:
                continue
            now = self.clock.now()
            await asyncio.wrap_future(
                self.store.write_directory(
                    lambda teams: teams.mark_workspace(PLATFORM, guild, None)  # noqa: B023 - waited for at once
                )
            )
            await asyncio.wrap_future(
                self.store.write(
                    lambda work: reopen_workspace(work, PLATFORM, guild, now),  # noqa: B023
                    team=team.id,
                )
            )
            # A permission may have been given while the bot was not there to hear of it.
            await self._look_again(team.id, guild, CAN_BE_SEEN)
        self.wake()

    async def removed(self, guild: str) -> None:
        now = self.clock.now()
        marking = self.store.write_directory(lambda teams: teams.mark_workspace(PLATFORM, guild, now))
        await asyncio.wrap_future(marking)
        log.warning("the bot was removed from a server", workspace=guild)

    async def rights_changed(self, guild: str) -> None:
        """Channels that were closed to the bot may be open now; each is looked at before anything is said there."""
        team = await self.people.team_of(guild)
        if team is not None:
            await self._look_again(team.id, guild, CHANNEL_CODES)
            self.wake()

    async def _look_again(self, team: TeamId, guild: str, codes: Collection[str]) -> None:
        closed = await asyncio.wrap_future(self.store.read(lambda work: _closed(work, guild, codes), team=team))
        for ref in closed:
            try:
                await self.chat.look_in(ref)
            except DeliveryError:
                continue
            now = self.clock.now()
            reopening = self.store.write(lambda work: reopen_channel(work, ref, now), team=team)  # noqa: B023
            log.info("a channel is open again", channel=ref.channel, reopened=await asyncio.wrap_future(reopening))


def _closed(work: UnitOfWork, guild: str, codes: Collection[str]) -> tuple[ChannelRef, ...]:
    return tuple(work.channels.get(channel).ref for channel in work.deliveries.parked_channels(PLATFORM, guild, codes))
