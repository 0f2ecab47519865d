"""The state of all workspaces: tables of records, guarded by one lock, with a version that tests can wait on."""

import threading
import time
from collections.abc import Callable
from typing import Any

from tests.fakes.slack.clock import Clock
from tests.fakes.slack.journal import Journal
from tests.fakes.slack.records import (
    App,
    Authorization,
    Call,
    Channel,
    Envelope,
    Ephemeral,
    File,
    Grant,
    Interaction,
    Message,
    User,
    View,
    Violation,
    Workspace,
)


class World:
    def __init__(self, clock: Clock, journal: Journal | None = None) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.workspaces: dict[str, Workspace] = {}
        self.users: dict[tuple[str, str], User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.threads: dict[tuple[str, str], list[str]] = {}
        self.ephemerals: dict[str, Ephemeral] = {}
        self.files: dict[str, File] = {}
        self.interactions: dict[str, Interaction] = {}
        self.views: dict[str, View] = {}
        self.apps: dict[str, App] = {}
        self.envelopes: dict[str, Envelope] = {}
        self.authorizations: dict[str, Authorization] = {}
        self.grants: dict[str, Grant] = {}
        self.calls: list[Call] = []
        self.violations: list[Violation] = []
        self.most_read_at_once = 1_000
        self.version = 0
        self._changed = threading.Condition(self.lock)
        self._last_ts = 0
        self._keepers: dict[type, Callable[[Any], None]] = {
            Workspace: lambda record: self.workspaces.update({record.id: record}),
            User: lambda record: self.users.update({(record.team, record.id): record}),
            Channel: lambda record: self.channels.update({record.id: record}),
            Message: self._keep_message,
            Ephemeral: lambda record: self.ephemerals.update({record.ts: record}),
            File: lambda record: self.files.update({record.id: record}),
            Interaction: lambda record: self.interactions.update({record.id: record}),
            View: lambda record: self.views.update({record.id: record}),
            App: lambda record: self.apps.update({record.id: record}),
            Envelope: lambda record: self.envelopes.update({record.id: record}),
            Authorization: lambda record: self.authorizations.update({record.id: record}),
            Grant: lambda record: self.grants.update({record.token: record}),
            Call: self.calls.append,
            Violation: self.violations.append,
        }
        self._journal: Journal | None = None
        for record in journal.records() if journal else ():
            self.put(record)
        self._journal = journal

    def close(self) -> None:
        if self._journal:
            self._journal.close()

    def put(self, record: Any) -> None:
        with self.lock:
            self._keepers[type(record)](record)
            if self._journal:
                self._journal.append(record)
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

    def next_ts(self) -> str:
        """Unique and rising over all channels, like Slack's within one channel."""
        with self.lock:
            self._last_ts = max(int(self.clock.now() * 1_000_000), self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def violate(self, kind: str, where: str, note: str = "") -> None:
        self.put(Violation(kind, where, self.clock.now(), note))

    def message(self, channel: str, ts: str) -> Message | None:
        return self.messages.get(channel, {}).get(ts)

    def live_messages(self, channel: str) -> list[Message]:
        return [message for message in self.messages.get(channel, {}).values() if not message.is_deleted]

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        thread = (self.messages[channel][ts] for ts in self.threads.get((channel, thread_ts), ()))
        return [message for message in thread if not message.is_deleted]

    def channel_named(self, team: str, name: str) -> Channel | None:
        named = (channel for channel in self.channels.values() if channel.team == team and channel.name == name)
        return next(named, None)

    def direct_channel(self, team: str, members: tuple[str, ...]) -> Channel | None:
        """The conversation of exactly these people, if one was opened."""
        wanted = set(members)
        for channel in self.channels.values():
            if channel.team == team and channel.kind in ("im", "mpim") and set(channel.members) == wanted:
                return channel
        return None

    def _keep_message(self, message: Message) -> None:
        known = self.messages.setdefault(message.channel, {})
        if message.thread_ts and message.ts not in known:
            self.threads.setdefault((message.channel, message.thread_ts), []).append(message.ts)
        known[message.ts] = message
        seconds, _, fraction = message.ts.partition(".")
        self._last_ts = max(self._last_ts, int(seconds) * 1_000_000 + int(fraction))
