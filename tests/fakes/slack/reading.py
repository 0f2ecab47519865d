"""The text people read in a message: rich text flattened, mentions as names, dates in a zone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeAlias

from tests.fakes.slack.records import Blocks, Ephemeral, Message

Names: TypeAlias = Mapping[str, str]

_ENTITY = re.compile(r"<([^<>]*)>")
_DATE_TOKEN = re.compile(r"\{(\w+)\}")


def message_text(message: Message | Ephemeral, names: Names, zone: tzinfo = UTC) -> str:
    """The blocks if there are any, else the text, as Slack shows it."""
    if message.blocks:
        return plain_text(message.blocks, names, zone)
    return mrkdwn_text(message.text, names, zone)


def plain_text(blocks: Blocks, names: Names, zone: tzinfo = UTC, *, with_buttons: bool = False) -> str:
    lines = (_block(block, names, zone, with_buttons) for block in blocks)
    return "\n".join(line for line in lines if line)


def mrkdwn_text(text: str, names: Names, zone: tzinfo = UTC) -> str:
    """Entities replaced by what they show; asterisks and the like are left as they are."""
    shown = _ENTITY.sub(lambda match: _entity(match[1], names, zone), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def date_text(timestamp: float, pattern: str, zone: tzinfo = UTC) -> str:
    """Slack's date format, without "today" and "yesterday", in the 24-hour clock."""
    at = datetime.fromtimestamp(timestamp, zone)
    day = f"{at:%B} {at.day}"
    shown = {
        "date_num": f"{at:%Y-%m-%d}",
        "date_slash": f"{at:%d/%m/%Y}",
        "date_long": f"{at:%A}, {day}, {at:%Y}",
        "date_long_full": f"{day}, {at:%Y}",
        "date": day,
        "date_short": f"{at:%b} {at.day}, {at:%Y}",
        "time": f"{at:%H:%M}",
        "time_secs": f"{at:%H:%M:%S}",
        "ago": f"at {at:%Y-%m-%d %H:%M}",
    }
    return _DATE_TOKEN.sub(lambda match: shown.get(match[1].removesuffix("_pretty"), shown["date_long"]), pattern)


def _block(block: dict[str, Any], names: Names, zone: tzinfo, with_buttons: bool) -> str:
    match block["type"]:
        case "rich_text":
            return "\n".join(_rich_text(part, names, zone) for part in block["elements"])
        case "section":
            return _section(block, names, zone, with_buttons)
        case "header":
            return _object(block["text"], names, zone)
        case "context":
            return " ".join(_object(element, names, zone) for element in block["elements"])
        case "actions":
            return " ".join(_label(element) for element in block["elements"]) if with_buttons else ""
        case "input":
            return f"{_object(block['label'], names, zone)}: {_label(block['element'])}"
        case "table":
            return "\n".join(" | ".join(_cell(cell, names, zone) for cell in row) for row in block["rows"])
        case "image":
            return f"[image: {block['alt_text']}]"
        case "markdown":
            return str(block["text"])
        case "divider":
            return "---"
    return ""


def _section(block: dict[str, Any], names: Names, zone: tzinfo, with_buttons: bool) -> str:
    parts = [block["text"]] if "text" in block else []
    lines = [_object(part, names, zone) for part in (*parts, *block.get("fields", ()))]
    if with_buttons and "accessory" in block:
        lines.append(_label(block["accessory"]))
    return "\n".join(lines)


def _object(element: dict[str, Any], names: Names, zone: tzinfo) -> str:
    if element["type"] == "image":
        return f"[image: {element['alt_text']}]"
    return mrkdwn_text(element["text"], names, zone) if element["type"] == "mrkdwn" else str(element["text"])


def _label(element: dict[str, Any]) -> str:
    label = element.get("text") or element.get("placeholder") or {"text": element["type"]}
    return f"[{label['text']}]"


def _cell(cell: dict[str, Any], names: Names, zone: tzinfo) -> str:
    return _block(cell, names, zone, False) if cell["type"] == "rich_text" else str(cell["text"])


def _rich_text(part: dict[str, Any], names: Names, zone: tzinfo) -> str:
    if part["type"] == "rich_text_list":
        indent = "  " * int(part.get("indent", 0))
        marks = (f"{number}." if part["style"] == "ordered" else "•" for number in range(1, len(part["elements"]) + 1))
        items = zip(marks, part["elements"], strict=True)
        return "\n".join(f"{indent}{mark} {_rich_text(item, names, zone)}" for mark, item in items)
    text = "".join(_element(element, names, zone) for element in part["elements"])
    if part["type"] == "rich_text_quote":
        return "\n".join(f"> {line}" for line in text.split("\n"))
    return text


def _element(element: dict[str, Any], names: Names, zone: tzinfo) -> str:
    match element["type"]:
        case "text":
            return str(element["text"])
        case "link":
            return str(element.get("text") or element["url"])
        case "user":
            return f"@{names.get(element['user_id'], element['user_id'])}"
        case "channel":
            return f"#{names.get(element['channel_id'], element['channel_id'])}"
        case "usergroup":
            return f"@{element['usergroup_id']}"
        case "broadcast":
            return f"@{element['range']}"
        case "emoji":
            return f":{element['name']}:"
        case "date":
            return date_text(element["timestamp"], element["format"], zone)
    return str(element.get("value", ""))


def _entity(inner: str, names: Names, zone: tzinfo) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("!date^"):
        _, timestamp, pattern, *_ = target.split("^")
        return date_text(float(timestamp), pattern, zone)
    if target.startswith("@"):
        return f"@{names.get(target[1:], label or target[1:])}"
    if target.startswith("#"):
        return f"#{names.get(target[1:], label or target[1:])}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[2] or target[1:]}"
    return label or target
