"""Who asks, where, and how often the same."""

import json
from dataclasses import dataclass
from typing import Any, Self

from bot.platforms.web.people import CHANNEL_NAMES, persona_of
from core.errors import InvalidInput
from core.ids import ChannelRef
from core.local_chat import PLATFORM, WORKSPACE

_KEY_LIMIT = 80


@dataclass(frozen=True, slots=True)
class WebRequest:
    """`subject` is who asks. `channel` is one of the team's, or theirs alone with the bot, which is called as they are.

    `key` is the page's own number for what is asked: the same where it asks again because no answer came.
    """

    subject: str
    channel: str
    thread: int | None = None
    key: str = ""

    @classmethod
    def read(cls, body: dict[str, Any]) -> Self:
        """Raises `InvalidInput`."""
        subject, channel = text_of(body, "as"), text_of(body, "channel")
        persona_of(subject)
        if channel not in CHANNEL_NAMES and channel != subject:
            raise InvalidInput("There is no such channel here.", "Load the page anew.")
        thread = body.get("thread")
        return cls(subject, channel, number_of(body, "thread") if thread else None, text_of(body, "key")[:_KEY_LIMIT])

    @property
    def ref(self) -> ChannelRef:
        return ChannelRef(PLATFORM, WORKSPACE, self.channel)

    @property
    def is_direct(self) -> bool:
        return self.channel == self.subject

    @property
    def channel_name(self) -> str:
        return "direct messages" if self.is_direct else self.channel

    @property
    def reply(self) -> str:
        """Where an answer goes that comes later."""
        return json.dumps([self.subject, self.channel, self.thread, self.key])


def text_of(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise InvalidInput(f"“{name}” must be text.", "Load the page anew.")
    return value


def number_of(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**62:
        raise InvalidInput(f"“{name}” must be the number of a message.", "Load the page anew.")
    return value
