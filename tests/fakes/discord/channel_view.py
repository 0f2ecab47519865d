"""A channel as people see it."""

from typing import TYPE_CHECKING

from tests.fakes.discord.reading import Names, message_text
from tests.fakes.discord.records import Channel, Message

if TYPE_CHECKING:
    from tests.fakes.discord.discord import Discord


class ChannelView:
    def __init__(self, discord: "Discord", channel: str) -> None:
        self._discord = discord
        self.id = channel

    @property
    def record(self) -> Channel:
        return self._discord.channel_record(self.id)

    @property
    def messages(self) -> list[Message]:
        """What stands there now, oldest first; threads have their own."""
        return self._discord.messages(self.id)

    @property
    def threads(self) -> list["ChannelView"]:
        """Its threads, or the posts of a forum."""
        return [ChannelView(self._discord, one.id) for one in self._discord.channels(parent=self.id)]

    def thread(self, message: Message) -> "ChannelView":
        return ChannelView(self._discord, message.id)

    def replies(self, message: Message) -> list[Message]:
        """What stands in the message's thread, without itself."""
        return [one for one in self._discord.messages(message.id) if one.id != message.id]

    @property
    def names(self) -> Names:
        return self._discord.names()

    @property
    def texts(self) -> list[str]:
        names = self.names
        return [message_text(message, names) for message in self.messages]

    def text(self, message: Message) -> str:
        return message_text(message, self.names)

    def transcript(self) -> str:
        """The channel for a person to read: threads indented, buttons in brackets."""
        names = self.names
        lines: list[str] = []
        if self.record.kind == "forum":
            for post in self.threads:
                lines.append(f"[post] {post.record.name}{_tags(post.record)}")
                for message in post.messages:
                    lines += self._lines(message, names, "    ")
            return "\n".join(lines)
        for message in self.messages:
            lines += self._lines(message, names, "")
            for reply in self.replies(message):
                lines += self._lines(reply, names, "    ")
        return "\n".join(lines)

    def _lines(self, message: Message, names: Names, indent: str) -> list[str]:
        text = message_text(message, names, with_buttons=True)
        marks = "".join(
            mark
            for mark, applies in (
                (" (edited)", bool(message.edits)),
                (" (pinned)", message.is_pinned),
                (f" (files: {', '.join(message.files)})", bool(message.files)),
                (f" (pings {', '.join(names.get(one, one) for one in message.pings)})", bool(message.pings)),
            )
            if applies
        )
        first, *rest = text.split("\n")
        author = self._discord.user(message.author).name
        return [f"{indent}{author}{marks}: {first}", *(f"{indent}  {line}" for line in rest)]


def _tags(post: Channel) -> str:
    names = [tag.partition(" ")[2] for tag in post.tags]
    return f" ({', '.join(names)})" if names else ""
