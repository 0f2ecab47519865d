"""What Discord puts into text for people, channels and emoji, back into words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from core.ids import ChannelRef
from core.members import Identity

T = TypeVar("T")

PLATFORM = "discord"

_ENTITY = re.compile(
    r"<(?:(?P<sign>@!?|@&|#)(?P<id>\d{1,20})|a?:(?P<emoji>\w{1,32}):\d{1,20}"
    r"|t:(?P<time>-?\d{1,13})(?::[tTdDfFRsS])?|/(?P<command>[^:<>]{1,100}):\d{1,20})>"
)
_LATEST = 250_000_000_000  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Names:
    """What people, channels and roles are called here, by their ids."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DiscordText:
    """`people` and `channels` are found under the word in `text`, in lower case and without `@` or `#`."""

    text: str
    people: dict[str, Identity]
    channels: dict[str, ChannelRef]


def named_people(raw: str, *, workspace: str) -> tuple[Identity, ...]:
    found = (match["id"] for match in _ENTITY.finditer(raw) if match["sign"] in ("@", "@!"))
    return tuple(Identity(PLATFORM, workspace, target) for target in dict.fromkeys(found))


def read_text(raw: str, *, workspace: str, names: Names | None = None, joint: str = "-") -> DiscordText:
    """`joint` stands between the words of a name: what the grammar is to take for one word has no space in it."""
    names = names or Names()
    people: dict[str, Identity] = {}
    channels: dict[str, ChannelRef] = {}

    def words(match: re.Match[str]) -> str:
        target = match["id"]
        match match["sign"]:
            case "@" | "@!":
                identity = Identity(PLATFORM, workspace, target)
                return "@" + _remember(people, names.people.get(target, ""), target, identity, joint)
            case "#":
                place = ChannelRef(PLATFORM, workspace, target)
                return "#" + _remember(channels, names.channels.get(target, ""), target, place, joint)
            case "@&":
                return "@" + names.roles.get(target, target)
        if match["emoji"]:
            return f":{match['emoji']}:"
        return f"/{match['command']}" if match["command"] else _moment(int(match["time"]))

    return DiscordText(_ENTITY.sub(words, raw), people, channels)


def _remember(known: dict[str, T], label: str, target: str, value: T, joint: str) -> str:
    """The word that stands for it: its label where no other has it, else its id."""
    word = joint.join(label.split()) or target
    if known.get(word.casefold(), value) != value:
        word = target
    known[word.casefold()] = value
    return word


def _moment(seconds: int) -> str:
    if not 0 <= seconds < _LATEST:
        return str(seconds)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
