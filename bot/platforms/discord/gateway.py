"""A shard of Discord's gateway: what it tells, each kind to whoever knows what to do about it."""

from collections.abc import Callable
from typing import Any

import discord
import structlog

from bot.platforms.discord.api import make_client_options
from bot.platforms.discord.guilds import Guilds
from bot.platforms.discord.mentions import Mentions
from bot.platforms.discord.render import read_custom_id
from bot.platforms.discord.request import DiscordRequest
from bot.platforms.discord.surfaces import Surfaces
from bot.telemetry import UNREADABLE

log = structlog.get_logger()


class Gateway(discord.Client):
    """One connection. It may be ready many times, and ends where it cannot go on by itself."""

    def __init__(self, surfaces: Surfaces, mentions: Mentions, guilds: Guilds, *, shard: int, shards: int) -> None:
        super().__init__(**make_client_options(), shard_id=shard, shard_count=shards)
        self.surfaces, self.mentions, self.guilds_told = surfaces, mentions, guilds
        self.is_connected = False
        # What one dispatch does is no reason to lose the connection, and with it what else is in hand.
        parsers: dict[str, Callable[[Any], None]] = self._connection.parsers
        for event, parse in parsers.items():
            parsers[event] = _guarded(event, parse)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(CardButton)

    async def on_connect(self) -> None:
        self._note_connected("identified")

    async def on_ready(self) -> None:
        await self.guilds_told.present([str(guild.id) for guild in self.guilds])

    async def on_resumed(self) -> None:
        self._note_connected("resumed")

    async def on_disconnect(self) -> None:
        if self.is_connected:
            log.warning("the connection to Discord's gateway was lost", shard=self.shard_id)
        self.is_connected = False

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        data: Any = interaction.data or {}
        request = DiscordRequest.of_interaction(interaction)
        match interaction.type:
            case discord.InteractionType.application_command:
                is_menu = data.get("type") == discord.AppCommandType.message.value
                await (self.surfaces.menu if is_menu else self.surfaces.command)(request, data)
            case discord.InteractionType.autocomplete:
                await self.surfaces.complete(request, data)
            case discord.InteractionType.modal_submit:
                await self.surfaces.form(request, data)
            case discord.InteractionType.component:
                pattern = CardButton.__discord_ui_compiled_template__
                if pattern.fullmatch(str(data.get("custom_id") or "")) is None:
                    await self.surfaces.unknown(request)

    async def on_message(self, message: discord.Message) -> None:
        if self.user is not None and not message.author.bot:
            await self.mentions.receive(message, str(self.user.id))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self.guilds_told.present([str(guild.id)])

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self.guilds_told.removed(str(guild.id))

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        if before.overwrites != after.overwrites:
            await self.guilds_told.rights_changed(str(after.guild.id))

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        if before.permissions != after.permissions:
            await self.guilds_told.rights_changed(str(after.guild.id))

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        if self.user is not None and after.id == self.user.id and before.roles != after.roles:
            await self.guilds_told.rights_changed(str(after.guild.id))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("what the gateway told led to an error", dispatch=event_method)

    def _note_connected(self, how: str) -> None:
        self.is_connected = True
        log.info("connected to Discord's gateway", shard=self.shard_id, shards=self.shard_count, how=how)


class CardButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.LayoutView]], template=r"[a-z][\w-]*\.[a-z][\w-]*(?::.+)?"
):
    """Any button of any card, however old its message is: what it does stands in its id."""

    def __init__(self, custom_id: str) -> None:
        super().__init__(discord.ui.Button(custom_id=custom_id))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: Any, /
    ) -> "CardButton":
        return cls(match.string)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        gateway = interaction.client
        assert isinstance(gateway, Gateway)
        action, value = read_custom_id(self.item.custom_id or "")
        message = interaction.message
        await gateway.surfaces.button(
            DiscordRequest.of_interaction(interaction), action, value, str(message.id) if message else "",
            is_private=message is not None and message.flags.ephemeral,
        )  # fmt: skip


def _guarded(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    def read(told: Any) -> None:
        try:
            parse(told)
        except Exception:
            UNREADABLE.labels(event=event).inc()
            log.exception("what the gateway sent could not be read", dispatch=event)

    return read
