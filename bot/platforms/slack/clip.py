"""Slack's limits, and the only place where a message is cut to them.

What Slack counts over all blocks is not documented. Measured by others (slackapi/bolt-js issues 2509 and 2867, and what
came of them): 12,000 to 13,200 characters are refused, with `& < >` as entities and about 100 more for a block; once
11,341 were, as the app that sent them counts. So all that is text is counted in the stricter way, and kept below that.
"""

from typing import Any, TypeAlias

from core.text import clip, contain_direction

Element: TypeAlias = dict[str, Any]

# Slack's reference: a message's blocks, "Table block", "Actions block", "Button element".
BLOCKS = 50
BLOCK_ID = 255
TABLE_ROWS = 100
TABLE_COLUMNS = 20
TABLE_TEXT = 10_000
BUTTONS = 25
BUTTON_LABEL = 75
BUTTON_VALUE = 2_000
ACTION_ID = 255
# Refused beyond by chat.update; measured as UTF-8.
FALLBACK_BYTES = 4_000

MESSAGE = 11_000
BLOCK_COST = 100

# Ours: what is longer is not read in such a place.
TITLE = 600
CELL = 500
FOOTER = 1_000
ENDING = 6_000

# Kept free for two times "and 30 more": behind a table, and at the end.
_NOTES = 2
_NOTE_TEXT = 40
_NOTE_COST = BLOCK_COST + _NOTE_TEXT
_UNCOUNTED = frozenset({"type", "style", "timestamp", "emoji"})


def fit(content: list[Element], ending: list[Element]) -> list[Element]:
    """As much of the content as there is room for before the ending, which stays."""
    ending = _fit_ending(ending)
    room = MESSAGE - _cost(ending) - _NOTES * _NOTE_COST
    most = BLOCKS - len(ending) - _NOTES
    kept: list[Element] = []
    for block in content:
        if len(kept) >= most or room < _NOTE_COST:
            kept.append(_note("… and more that does not fit here"))
            break
        cost = BLOCK_COST + weight(block)
        if cost > room or block["type"] == "table":
            block, *note = _cut_block(block, room - BLOCK_COST)
            kept += [block, *note]
            room -= BLOCK_COST + weight(block)
        else:
            kept.append(block)
            room -= cost
    return [*kept, *ending]


def weight(node: Any) -> int:
    """What is counted of an element, or of many, without what a block costs by itself."""
    # Every text of every answer goes through here.
    if isinstance(node, str):
        return counted(node)
    total = 0
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in _UNCOUNTED:
                total += counted(value) if isinstance(value, str) else weight(value)
    elif isinstance(node, list):
        for one in node:
            total += weight(one)
    return total


def counted(text: str) -> int:
    """UTF-16 units, with `& < >` as entities."""
    if text.isalnum() and text.isascii():
        return len(text)
    units = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
    return units + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def cut(text: str, room: int) -> str:
    """At most `room` as it is counted, and nothing at all where there is no room."""
    size = min(len(text), room)
    while size > 0:
        shown = contain_direction(clip(text, size))
        excess = counted(shown) - room
        if excess <= 0:
            return shown
        # A character counts for five at most, and for one more where its direction had to be closed.
        size -= max(1, excess // 6)
    return ""


def cut_elements(elements: list[Element], room: int) -> list[Element]:
    """The elements of a line; the first that does not fit is shortened and ends it."""
    if weight(elements) <= room:
        return elements
    kept: list[Element] = []
    room -= 1
    for element in elements:
        if weight(element) > room:
            words = element.get("text", "")
            shown = cut(words, room - weight(element) + counted(words))
            kept.append({**element, "text": shown} if shown else {"type": "text", "text": "…"})
            break
        kept.append(element)
        room -= weight(element)
    return kept


def _fit_ending(ending: list[Element]) -> list[Element]:
    """Buttons may be ever so many; what a card is about comes before them."""
    room = ENDING
    kept = []
    for block in ending:
        elements = []
        room -= BLOCK_COST
        for element in block["elements"]:
            room -= weight(element)
            if room >= 0:
                elements.append(element)
        if elements:
            kept.append({**block, "elements": elements})
    return kept


def _cost(blocks: list[Element]) -> int:
    return sum(BLOCK_COST + weight(block) for block in blocks)


def _cut_block(block: Element, room: int) -> list[Element]:
    """What fits of it, and for a table a note on what does not."""
    match block["type"]:
        case "rich_text":
            return [{**block, "elements": _cut_parts(block["elements"], room)}]
        case "table":
            return _cut_table(block, min(room, TABLE_TEXT))
        case _:
            return [block]


def _cut_parts(parts: list[Element], room: int) -> list[Element]:
    """Sections, lists and code; the first that does not fit is shortened and ends them."""
    kept: list[Element] = []
    for part in parts:
        if weight(part) > room:
            cut_part = _cut_list if part["type"] == "rich_text_list" else cut_elements
            kept.append({**part, "elements": cut_part(part["elements"], room)})
            break
        kept.append(part)
        room -= weight(part)
    return kept


def _cut_list(items: list[Element], room: int) -> list[Element]:
    kept: list[Element] = []
    room -= _NOTE_TEXT
    for item in items:
        if weight(item) > room:
            break
        kept.append(item)
        room -= weight(item)
    if not kept:
        kept.append({**items[0], "elements": cut_elements(items[0]["elements"], room)})
    left = len(items) - len(kept)
    return [*kept, _more(left)] if left else kept


def _cut_table(table: Element, room: int) -> list[Element]:
    rows: list[Any] = []
    for row in table["rows"][:TABLE_ROWS]:
        if weight(row) > room:
            break
        rows.append(row)
        room -= weight(row)
    left = len(table["rows"]) - len(rows)
    if not left:
        return [table]
    note = {"type": "rich_text", "elements": [_more(left)]}
    return [{**table, "rows": rows}, note] if len(rows) > 1 else [note]


def _more(count: int) -> Element:
    return _section(f"and {count:,} more")


def _note(text: str) -> Element:
    return {"type": "rich_text", "elements": [_section(text)]}


def _section(text: str) -> Element:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
