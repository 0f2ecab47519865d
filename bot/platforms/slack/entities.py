"""What Slack puts into the text of a command for people, channels and links, back into words.

With “escape channels, users, and links” on, Slack sends `<@U1|ana>`, `<#C1|general>` and `<https://…|…>`, and `&`, `<`
and `>` as entities. Whoever was meant is remembered beside the text, by the word that stands for them in it.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from core.ids import ChannelRef
from core.members import Identity

T = TypeVar("T")

PLATFORM = "slack"
_ENTITY = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class SlackText:
    """`people` and `channels` are found under the word in `text`, in lower case and without `@` or `#`."""

    text: str
    people: dict[str, Identity]
    channels: dict[str, ChannelRef]


def named_people(raw: str, *, workspace: str) -> tuple[Identity, ...]:
    """Whom a text mentions: in messages, Slack gives an id and no name."""
    found = (match[2] for match in _ENTITY.finditer(raw) if match[1] == "@" and not match[3])
    return tuple(Identity(PLATFORM, workspace, target) for target in dict.fromkeys(found))


def read_text(raw: str, *, workspace: str, names: Mapping[str, str] = MappingProxyType({})) -> SlackText:
    """`names` are of people whom Slack gave no name for, by their ids."""
    people: dict[str, Identity] = {}
    channels: dict[str, ChannelRef] = {}

    def words(match: re.Match[str]) -> str:
        sign, target, label = match[1], match[2], html.unescape(match[3] or "")
        label = label or (names.get(target, "") if sign == "@" else "")
        match sign:
            case "@":
                return "@" + _remember(people, label, target, Identity(PLATFORM, workspace, target))
            case "#":
                return "#" + _remember(channels, label, target, ChannelRef(PLATFORM, workspace, target))
            case "!":
                return label or "@" + target.partition("^")[0]
            case _:
                return html.unescape(target.removeprefix("mailto:"))

    # A typed `<` arrives as an entity, so what is in brackets is always Slack's own.
    parts = []
    position = 0
    for match in _ENTITY.finditer(raw):
        parts += [html.unescape(raw[position : match.start()]), words(match)]
        position = match.end()
    return SlackText("".join([*parts, html.unescape(raw[position:])]), people, channels)


def _remember(known: dict[str, T], label: str, target: str, value: T) -> str:
    """The word that stands for it: its label where no other has it, else its id."""
    word = "-".join(label.split()) or target
    if known.get(word.casefold(), value) != value:
        word = target
    known[word.casefold()] = value
    return word
