"""Where somebody takes an answer that only they see, as an address that can be kept like a response_url."""

import json
from dataclasses import dataclass

from bot.platforms.slack.entities import PLATFORM
from core.ids import ChannelRef

_SCHEME = "whisper:"


@dataclass(frozen=True, slots=True)
class Whisper:
    channel: ChannelRef
    user: str
    thread: str


def whisper_address(channel: ChannelRef, user: str, thread: str) -> str:
    return _SCHEME + json.dumps([channel.workspace, channel.channel, user, thread])


def read_whisper(address: str) -> Whisper | None:
    """None for an address that is none of these."""
    if not address.startswith(_SCHEME):
        return None
    workspace, channel, user, thread = json.loads(address.removeprefix(_SCHEME))
    return Whisper(ChannelRef(PLATFORM, workspace, channel), user, thread)
