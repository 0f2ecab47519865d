"""A channel as people see it."""

from typing import TYPE_CHECKING

from tests.fakes.slack.reading import Names, message_text, plain_text
from tests.fakes.slack.records import Channel, Message

if TYPE_CHECKING:
    from tests.fakes.slack.slack import Slack


class ChannelView:
    def __init__(self, slack: "Slack", channel: str) -> None:
        self._slack = slack
        self.id = channel

    @property
    def record(self) -> Channel:
        return self._slack.channel_record(self.id)

    @property
    def messages(self) -> list[Message]:
        """Everything that stands there now, replies included, oldest first."""
        return self._slack.messages(self.id)

    @property
    def timeline(self) -> list[Message]:
        """What the channel itself shows: roots, and replies that were broadcast."""
        return [message for message in self.messages if not message.thread_ts or message.is_broadcast]

    @property
    def roots(self) -> list[Message]:
        return [message for message in self.messages if not message.thread_ts]

    def replies(self, root: Message) -> list[Message]:
        return [message for message in self.messages if message.thread_ts == root.ts]

    @property
    def pins(self) -> list[Message]:
        return [self._slack.message(self.id, ts) for ts in self.record.pins]

    @property
    def names(self) -> Names:
        """Names of the people and channels that a message here may mention."""
        team = self.record.team
        people = {user.id: user.name for user in self._slack.users(team)}
        return people | {channel.id: channel.name for channel in self._slack.channels(team)}

    @property
    def texts(self) -> list[str]:
        """What each message of `messages` says."""
        names = self.names
        return [message_text(message, names) for message in self.messages]

    def text(self, message: Message) -> str:
        return message_text(message, self.names)

    def transcript(self) -> str:
        """The channel for a person to read: threads indented, buttons in brackets."""
        names = self.names
        lines = []
        for message in self.roots:
            lines += self._lines(message, names, "")
            for reply in self.replies(message):
                lines += self._lines(reply, names, "    ")
        return "\n".join(lines)

    def _lines(self, message: Message, names: Names, indent: str) -> list[str]:
        text = plain_text(message.blocks, names, with_buttons=True) if message.blocks else message_text(message, names)
        marks = "".join(
            mark
            for mark, applies in (
                (" (also in the channel)", message.is_broadcast),
                (" (edited)", bool(message.edits)),
                (" (pinned)", message.ts in self.record.pins),
                (f" (files: {', '.join(message.files)})", bool(message.files)),
            )
            if applies
        )
        first, *rest = text.split("\n")
        return [
            f"{indent}{names.get(message.user, message.user)}{marks}: {first}",
            *(f"{indent}  {line}" for line in rest),
        ]
