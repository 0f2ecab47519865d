"""The text people read in a message: content, embeds and components flattened, mentions as names, dates in a zone."""

from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo
from typing import Any, TypeAlias

from tests.fakes.discord.component_checks import walk
from tests.fakes.discord.markdown import Kind, alive, shown
from tests.fakes.discord.records import Message

Names: TypeAlias = Mapping[str, str]


def message_text(message: Message, names: Names, zone: tzinfo = UTC, *, with_buttons: bool = False) -> str:
    lines = [shown(message.content, names, zone)] if message.content else []
    for embed in message.embeds:
        lines += _embed(embed, names, zone)
    for component in message.components:
        lines += _component(component, names, zone, with_buttons)
    return "\n".join(line.strip("\n") for line in lines if line)


def _embed(embed: dict[str, Any], names: Names, zone: tzinfo) -> Iterator[str]:
    yield str((embed.get("author") or {}).get("name") or "")
    yield shown(embed.get("title") or "", names, zone)
    yield shown(embed.get("description") or "", names, zone)
    for field in embed.get("fields") or []:
        yield f"{shown(field['name'], names, zone)}: {shown(field['value'], names, zone)}"
    for name in ("image", "thumbnail"):
        if picture := embed.get(name):
            yield f"[image: {picture['url'].rpartition('/')[2]}]"
    # A footer is the one text of an embed that is literal.
    yield str((embed.get("footer") or {}).get("text") or "")


def _component(one: dict[str, Any], names: Names, zone: tzinfo, with_buttons: bool) -> Iterator[str]:
    match one["type"]:
        case 1 if with_buttons:
            yield " ".join(f"[{label(inner)}]" for inner in one["components"])
        case 9:
            for inner in one["components"]:
                yield from _component(inner, names, zone, with_buttons)
            if with_buttons and one["accessory"]["type"] == 2:
                yield f"[{label(one['accessory'])}]"
        case 10:
            yield shown(one["content"], names, zone)
        case 12:
            for item in one["items"]:
                yield f"[image: {item.get('description') or item['media']['url'].rpartition('/')[2]}]"
        case 13:
            yield f"[file: {one['file']['url'].rpartition('/')[2]}]"
        case 14 if one.get("divider", True):
            yield "---"
        case 17:
            for inner in one["components"]:
                yield from _component(inner, names, zone, with_buttons)


def label(component: dict[str, Any]) -> str:
    emoji = component.get("emoji") or {}
    return str(component.get("label") or component.get("placeholder") or emoji.get("name") or component["type"])


def markdown_texts(message: Message) -> Iterator[str]:
    """Every text of it that is read as markdown."""
    yield message.content
    for embed in message.embeds:
        yield from (str(embed.get(name) or "") for name in ("title", "description"))
        for field in embed.get("fields") or []:
            yield from (str(field["name"]), str(field["value"]))
    yield from (str(one["content"]) for one in walk(message.components) if one["type"] == 10)


def message_alive(message: Message, *kinds: Kind) -> list[tuple[Kind, str]]:
    """What came alive in it, of these kinds if any are given: mentions, links and formatting."""
    found = [one for text in markdown_texts(message) for one in alive(text)]
    return [one for one in found if one[0] in kinds or not kinds]
