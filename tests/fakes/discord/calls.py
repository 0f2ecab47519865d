"""A request in progress: whose token it is, what it is about, and what it may touch."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.fakes.discord.errors import DiscordError, invalid
from tests.fakes.discord.permissions import may, permissions
from tests.fakes.discord.posting import Upload
from tests.fakes.discord.records import Application, Channel, Message
from tests.fakes.discord.shapes import message_json
from tests.fakes.discord.world import World

# The event, its body, the guild it is of (or none) and the channel it is seen in (or none).
Dispatch: TypeAlias = Callable[[str, dict[str, Any], str, str], None]


@dataclass(frozen=True)
class Call:
    """`path` are the parameters of the route. The caller holds the world's lock."""

    world: World
    app: Application | None
    path: dict[str, str]
    query: dict[str, str]
    body: Any
    base_url: str
    dispatch: Dispatch
    uploads: tuple[Upload, ...] = field(default=())

    @property
    def caller(self) -> Application:
        if self.app is None:
            raise DiscordError(0)
        return self.app

    @property
    def bot(self) -> str:
        return self.caller.bot

    @property
    def fields(self) -> dict[str, Any]:
        if not isinstance(self.body, dict):
            raise invalid("_: Only dictionaries may be used in a DictType.")
        return self.body

    def channel(self, *names: str) -> Channel:
        """That of the path, if the bot sees it and has these permissions there."""
        channel = self.world.channels.get(self.path["channel"])
        if channel is None or channel.is_deleted:
            raise DiscordError(10003)
        if not permissions(self.world, channel, self.bot):
            raise DiscordError(50001)
        if not may(self.world, channel, self.bot, *names):
            raise DiscordError(50013)
        return channel

    def message(self, channel: Channel) -> Message:
        message = self.world.message(channel.id, self.path["message"])
        if message is None or message.is_deleted or message.only_for:
            raise DiscordError(10008)
        return message

    def guild(self) -> str:
        guild = self.path["guild"]
        if guild not in self.world.guilds:
            raise DiscordError(10004)
        if not self.world.is_member(guild, self.bot):
            raise DiscordError(50001)
        return guild

    def message_body(self, message: Message) -> dict[str, Any]:
        return message_json(self.world, message, self.base_url)

    def tell_of(self, event: str, message: Message) -> None:
        channel = self.world.channels[message.channel]
        body = self.message_body(message)
        if channel.guild:
            body["guild_id"] = channel.guild
        self.dispatch(event, body, channel.guild, channel.id)


Result: TypeAlias = tuple[int, Any]
Run: TypeAlias = Callable[[Call], Result]
