"""The parts of Slack's rich text, made so that none is empty: for one of those Slack refuses the whole message."""

import re
from collections.abc import Iterable

from bot.platforms.literal import literal, web_address
from bot.platforms.slack.clip import CELL, Element, cut_elements

_ENTITY = re.compile(r"&(?=(?:amp|lt|gt);)")


def words(text: str) -> Element:
    return {"type": "text", "text": literal(text)}


def styled(element: Element, **style: bool) -> Element:
    return {**element, "style": {**element.get("style", {}), **style}}


def link(text: str, url: str) -> Element:
    address = web_address(url)
    if not address:
        return words(text if text == url or not url else f"{text} ({url})".strip())
    return {"type": "link", "url": address, "text": literal(text) or address}


def plain(text: str) -> Element:
    """Slack reads entities in it, so one that somebody wrote is written out."""
    return {"type": "plain_text", "text": _ENTITY.sub("&amp;", text), "emoji": False}


def section(elements: list[Element]) -> list[Element]:
    """Nothing, where there is nothing to see."""
    is_blank = all(element["type"] == "text" and not element["text"].strip() for element in elements)
    return [] if is_blank else [{"type": "rich_text_section", "elements": elements}]


def bullets(lines: Iterable[tuple[list[Element], int]]) -> list[Element]:
    """Slack has no list within a list: lines of another level are a list of their own, indented by it."""
    lists: list[Element] = []
    for line, level in lines:
        if not (item := section(line)):
            continue
        if not lists or lists[-1].get("indent", 0) != level:
            depth = {"indent": level} if level else {}
            lists.append({"type": "rich_text_list", "style": "bullet", **depth, "elements": []})
        lists[-1]["elements"] += item
    return lists


def preformatted(text: str) -> list[Element]:
    shown = words(text)
    return [{"type": "rich_text_preformatted", "elements": [shown]}] if shown["text"].strip() else []


def cell(elements: list[Element]) -> Element:
    """Rich text also where it is plain: Slack's cells of raw text have failed on its own example."""
    blank = {"type": "rich_text_section", "elements": [words(" ")]}
    return {"type": "rich_text", "elements": section(cut_elements(elements, CELL)) or [blank]}


def joined(pieces: list[Element]) -> list[Element]:
    """As few blocks as possible: lines below each other in one section, lists and code beside it in one block.

    A list that follows a list begins a block, or the two would look like one.
    """
    blocks: list[Element] = []
    for piece in pieces:
        kind = piece["type"]
        parts = blocks[-1]["elements"] if blocks and blocks[-1]["type"] == "rich_text" else []
        if not kind.startswith("rich_text_"):
            blocks.append(piece)
        elif not parts or kind == parts[-1]["type"] == "rich_text_list":
            blocks.append({"type": "rich_text", "elements": [piece]})
        elif kind == parts[-1]["type"] == "rich_text_section":
            parts[-1]["elements"] += [words("\n"), *piece["elements"]]
        else:
            parts.append(piece)
    return blocks
