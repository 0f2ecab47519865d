"""What happened."""

from collections import Counter

from tests.fakes.slack.faults import Faults
from tests.fakes.slack.records import (
    Call,
    Channel,
    Ephemeral,
    File,
    Interaction,
    Message,
    User,
    Violation,
    Workspace,
)
from tests.fakes.slack.world import World


class Observing:
    world: World
    faults: Faults

    def now(self) -> float:
        return self.world.clock.now()

    def version(self) -> int:
        return self.world.version

    def wait_change(self, version: int, timeout: float) -> int:
        return self.world.wait_change(version, timeout)

    def workspace(self, team: str) -> Workspace:
        return self.world.workspaces[team]

    def user(self, team: str, user: str) -> User:
        return self.world.users[team, user]

    def users(self, team: str) -> list[User]:
        with self.world.lock:
            return [user for user in self.world.users.values() if user.team == team]

    def channel_record(self, channel: str) -> Channel:
        return self.world.channels[channel]

    def channels(self, team: str = "") -> list[Channel]:
        with self.world.lock:
            return [channel for channel in self.world.channels.values() if team in (channel.team, "")]

    def messages(self, channel: str, with_deleted: bool = False) -> list[Message]:
        """Oldest first, replies among them."""
        with self.world.lock:
            if with_deleted:
                return list(self.world.messages.get(channel, {}).values())
            return self.world.live_messages(channel)

    def message(self, channel: str, ts: str) -> Message:
        """As it is now, deleted or not."""
        return self.world.messages[channel][ts]

    def ephemerals(self, user: str = "", channel: str = "", with_deleted: bool = False) -> list[Ephemeral]:
        with self.world.lock:
            return [
                seen
                for seen in self.world.ephemerals.values()
                if user in (seen.user, "") and channel in (seen.channel, "") and (with_deleted or not seen.is_deleted)
            ]

    def files(self) -> list[File]:
        with self.world.lock:
            return list(self.world.files.values())

    def interactions(self) -> list[Interaction]:
        with self.world.lock:
            return list(self.world.interactions.values())

    def calls(self, method: str = "") -> list[Call]:
        with self.world.lock:
            return [call for call in self.world.calls if method in (call.method, "")]

    def violations(self, kind: str = "") -> list[Violation]:
        with self.world.lock:
            return [violation for violation in self.world.violations if kind in (violation.kind, "")]

    def hanging_calls(self) -> int:
        return self.faults.hanging_calls

    def post_counts(self) -> dict[str, int]:
        """Messages of bots that were accepted, by channel, later deleted ones included."""
        with self.world.lock:
            return {
                channel: count
                for channel, messages in self.world.messages.items()
                if (count := sum(bool(message.bot_id) for message in messages.values()))
            }

    def metadata_counts(self, field: str, with_deleted: bool = False) -> dict[str, int]:
        """How many messages carry each value of this field of their metadata's event_payload."""
        with self.world.lock:
            return dict(
                Counter(
                    str(message.metadata["event_payload"][field])
                    for messages in self.world.messages.values()
                    for message in messages.values()
                    if (with_deleted or not message.is_deleted)
                    and message.metadata
                    and field in message.metadata["event_payload"]
                )
            )

    def duplicates(self, field: str, with_deleted: bool = False) -> dict[str, int]:
        counts = self.metadata_counts(field, with_deleted)
        return {value: count for value, count in counts.items() if count > 1}
