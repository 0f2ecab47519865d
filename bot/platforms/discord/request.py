"""Who asked, where, and how they are answered, from what the gateway told."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Self

import discord

from bot.platforms.discord.addresses import Address
from bot.platforms.discord.entities import PLATFORM
from core.ids import ChannelRef


@dataclass(frozen=True, slots=True)
class DiscordRequest:
    """`token` answers for a quarter of an hour, and is a secret. `channel` is where cards stand; `thread` the thread
    below it that it was said in, whose id is that of the message at its root.

    `receipt` is what another arrival of the same request has in common with it; `is_manager` who may manage the server.
    """

    workspace: str
    user: str
    workspace_name: str = ""
    user_name: str = ""
    is_manager: bool = False
    is_bot: bool = False
    channel: str = ""
    channel_name: str = ""
    thread: str = ""
    interaction: str = ""
    application: str = ""
    token: str = ""
    receipt: str = ""
    is_deferred: bool = False

    @classmethod
    def of_interaction(cls, interaction: discord.Interaction) -> Self:
        place = _Place.of(interaction.channel)
        user, rights = interaction.user, interaction.permissions
        return cls(
            workspace=str(interaction.guild_id or ""), user=str(user.id),
            workspace_name=(interaction.guild.name if interaction.guild else "") or "", user_name=user.display_name,
            is_manager=rights.manage_guild or rights.administrator, is_bot=user.bot, channel=place.channel,
            channel_name=place.name, thread=place.thread,
            interaction=str(interaction.id), application=str(interaction.application_id), token=interaction.token,
            receipt=f"interaction:{interaction.id}",
        )  # fmt: skip

    @classmethod
    def of_message(cls, message: discord.Message) -> Self:
        """One message is one request."""
        author, place = message.author, _Place.of(message.channel)
        rights = author.guild_permissions if isinstance(author, discord.Member) else discord.Permissions.none()
        return cls(
            workspace=str(message.guild.id) if message.guild else "", user=str(author.id),
            workspace_name=message.guild.name if message.guild else "", user_name=author.display_name,
            is_manager=rights.manage_guild or rights.administrator, is_bot=author.bot, channel=place.channel,
            channel_name=place.name, thread=place.thread,
            receipt=f"message:{message.id}",
        )  # fmt: skip

    @property
    def place(self) -> ChannelRef | None:
        return ChannelRef(PLATFORM, self.workspace, self.channel) if self.channel else None

    @property
    def later_reply(self) -> str:
        """Where an answer goes that comes later."""
        return Address(self.application, self.token, self.is_deferred).text if self.token else ""

    def deferred(self) -> Self:
        """As one that is answered by “thinking…” first."""
        return replace(self, is_deferred=True)

    def once(self, message: str, deed: str) -> Self:
        """A private answer stays as it is when its button was pressed: who presses it twice means it once."""
        return replace(self, receipt=f"press:{sha256(f'{message} {self.user} {deed}'.encode()).hexdigest()}")


@dataclass(frozen=True, slots=True)
class _Place:
    channel: str = ""
    name: str = ""
    thread: str = ""

    @classmethod
    def of(cls, channel: Any) -> Self:
        """In a thread, the channel is that above it."""
        if channel is None:
            return cls()
        if isinstance(channel, discord.Thread):
            return cls(str(channel.parent_id), channel.parent.name if channel.parent else "", str(channel.id))
        return cls(str(channel.id), getattr(channel, "name", None) or "")
