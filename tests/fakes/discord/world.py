"""The state of all of it: tables of records, guarded by one lock, with a version that tests can wait on."""

import threading
import time
from collections.abc import Callable
from typing import Any

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
from tests.fakes.slack.clock import Clock

# Snowflakes count milliseconds from the first second of 2015.
_EPOCH = 1_420_070_400_000


class World:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.applications: dict[str, Application] = {}
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.roles: dict[str, Role] = {}
        self.members: dict[tuple[str, str], Member] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.files: dict[tuple[str, str], File] = {}
        self.commands: dict[str, Command] = {}
        self.interactions: dict[str, Interaction] = {}
        self.nonces: dict[tuple[str, str, str], tuple[str, float]] = {}
        self.seen: dict[str, Message] = {}
        self.calls: list[Call] = []
        self.violations: list[Violation] = []
        self.version = 0
        self._changed = threading.Condition(self.lock)
        self._last_id = 0
        self._keepers: dict[type, Callable[[Any], None]] = {
            Application: lambda one: self.applications.update({one.id: one}),
            User: lambda one: self.users.update({one.id: one}),
            Guild: lambda one: self.guilds.update({one.id: one}),
            Role: lambda one: self.roles.update({one.id: one}),
            Member: lambda one: self.members.update({(one.guild, one.user): one}),
            Channel: lambda one: self.channels.update({one.id: one}),
            Message: lambda one: self.messages.setdefault(one.channel, {}).update({one.id: one}),
            File: lambda one: self.files.update({(one.message, one.name): one}),
            Command: lambda one: self.commands.update({one.id: one}),
            Interaction: lambda one: self.interactions.update({one.id: one}),
            Call: self.calls.append,
            Violation: self.violations.append,
        }

    def put(self, record: Any) -> None:
        with self.lock:
            self._keepers[type(record)](record)
            self.note_change()

    def note_change(self) -> None:
        with self.lock:
            self.version += 1
            self._changed.notify_all()

    def wait_change(self, version: int, timeout: float) -> int:
        """Waits for a version other than the given one, at most `timeout` seconds, and returns the present one."""
        deadline = time.monotonic() + timeout
        with self.lock:
            while self.version == version and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            return self.version

    def next_id(self) -> str:
        """A snowflake of this moment, rising over everything."""
        with self.lock:
            at = int(self.clock.now() * 1000) - _EPOCH
            self._last_id = max(at << 22, self._last_id + 1)
            return str(self._last_id)

    def violate(self, kind: str, where: str, note: str = "") -> None:
        self.put(Violation(kind, where, self.clock.now(), note))

    def is_member(self, guild: str, user: str) -> bool:
        member = self.members.get((guild, user))
        return member is not None and not member.is_gone

    def members_of(self, guild: str) -> list[Member]:
        return [one for one in self.members.values() if one.guild == guild and not one.is_gone]

    def roles_of(self, guild: str) -> list[Role]:
        return [one for one in self.roles.values() if one.guild == guild]

    def channels_of(self, guild: str) -> list[Channel]:
        return [one for one in self.channels.values() if one.guild == guild and not one.is_deleted]

    def guilds_of(self, user: str) -> list[Guild]:
        return [one for one in self.guilds.values() if self.is_member(one.id, user)]

    def live_messages(self, channel: str) -> list[Message]:
        """Those that everybody in the channel sees, oldest first."""
        found = self.messages.get(channel, {}).values()
        return sorted((one for one in found if not one.is_deleted and not one.only_for), key=lambda one: int(one.id))

    def message(self, channel: str, message: str) -> Message | None:
        return self.messages.get(channel, {}).get(message)

    def direct_channel(self, one: str, other: str) -> Channel | None:
        for channel in self.channels.values():
            if channel.kind == "direct" and set(channel.members) == {one, other}:
                return channel
        return None

    def application_of(self, token: str) -> Application | None:
        return next((one for one in self.applications.values() if one.token == token and not one.is_revoked), None)
