"""What happened."""

import base64
from collections import Counter

from tests.fakes.discord.faults import Faults
from tests.fakes.discord.permissions import guild_permissions
from tests.fakes.discord.records import (
    Application,
    Call,
    Channel,
    Command,
    File,
    Guild,
    Interaction,
    Member,
    Message,
    Role,
    User,
    Violation,
)
from tests.fakes.discord.world import World


class Observing:
    world: World
    faults: Faults

    def now(self) -> float:
        return self.world.clock.now()

    def version(self) -> int:
        return self.world.version

    def wait_change(self, version: int, timeout: float) -> int:
        return self.world.wait_change(version, timeout)

    def application(self, app: str) -> Application:
        return self.world.applications[app]

    def user(self, user: str) -> User:
        return self.world.users[user]

    def users(self) -> list[User]:
        with self.world.lock:
            return list(self.world.users.values())

    def guild(self, guild: str) -> Guild:
        return self.world.guilds[guild]

    def member(self, guild: str, user: str) -> Member:
        return self.world.members[guild, user]

    def has_permissions(self, guild: str, user: str, wanted: int) -> bool:
        with self.world.lock:
            return guild_permissions(self.world, guild, user) & wanted == wanted

    def roles(self, guild: str) -> list[Role]:
        with self.world.lock:
            return self.world.roles_of(guild)

    def channel_record(self, channel: str) -> Channel:
        return self.world.channels[channel]

    def channels(self, guild: str = "", parent: str = "") -> list[Channel]:
        """Of a forum or channel, its threads."""
        with self.world.lock:
            return [
                one for one in self.world.channels.values()
                if guild in (one.guild, "") and parent in (one.parent, "") and not one.is_deleted
            ]  # fmt: skip

    def messages(self, channel: str, with_deleted: bool = False) -> list[Message]:
        """What everybody there sees, oldest first."""
        with self.world.lock:
            if with_deleted:
                return list(self.world.messages.get(channel, {}).values())
            return self.world.live_messages(channel)

    def message(self, channel: str, message: str) -> Message:
        """As it is now, deleted or not."""
        return self.world.messages[channel][message]

    def private_messages(self, user: str = "", channel: str = "") -> list[Message]:
        """What only this person sees, oldest first."""
        with self.world.lock:
            return [
                one
                for place, messages in self.world.messages.items()
                for one in messages.values()
                if one.only_for and user in (one.only_for, "") and channel in (place, "") and not one.is_deleted
            ]

    def direct_of(self, app: str, user: str) -> Channel:
        """The bot's conversation with this person. Raises LookupError if none was opened."""
        with self.world.lock:
            found = self.world.direct_channel(self.world.applications[app].bot, user)
        if found is None:
            raise LookupError(f"no direct conversation with {user}")
        return found

    def commands(self, app: str = "", guild: str = "") -> list[Command]:
        with self.world.lock:
            return [one for one in self.world.commands.values() if app in (one.app, "") and one.guild in (guild, "")]

    def interaction(self, interaction: str) -> Interaction:
        with self.world.lock:
            return self.world.interactions[interaction]

    def interactions(self) -> list[Interaction]:
        with self.world.lock:
            return list(self.world.interactions.values())

    def calls(self, route: str = "") -> list[Call]:
        with self.world.lock:
            return [call for call in self.world.calls if route in (call.route, "")]

    def forget_calls(self) -> None:
        """A long run's memory."""
        with self.world.lock:
            self.world.calls.clear()

    def violations(self, kind: str = "") -> list[Violation]:
        with self.world.lock:
            return [one for one in self.world.violations if kind in (one.kind, "")]

    def hanging_calls(self) -> int:
        return self.faults.hanging_calls

    def files(self, message: str = "") -> list[File]:
        with self.world.lock:
            return [one for one in self.world.files.values() if message in (one.message, "")]

    def file_content(self, file: File) -> bytes:
        return base64.b64decode(file.content)

    def post_counts(self) -> dict[str, int]:
        """Messages of bots, by channel, later deleted ones included and private ones not."""
        with self.world.lock:
            bots = {one.bot for one in self.world.applications.values()}
            return {
                channel: count
                for channel, messages in self.world.messages.items()
                if (count := sum(one.author in bots and not one.only_for for one in messages.values()))
            }

    def nonce_counts(self) -> dict[str, int]:
        """How many messages there are of each nonce."""
        with self.world.lock:
            messages = (one for messages in self.world.messages.values() for one in messages.values())
            return dict(Counter(one.nonce for one in messages if one.nonce))
