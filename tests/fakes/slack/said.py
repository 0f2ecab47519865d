"""What people type, as the rich text that Slack makes of it."""

import re
from typing import Any

_ENTITY = re.compile(r"<([^<>]+)>")


def as_rich_text(text: str) -> dict[str, Any]:
    """`text` has Slack's entities, such as `<@U1>`, and is escaped."""
    section = {"type": "rich_text_section", "elements": _elements(text)}
    return {"type": "rich_text", "block_id": "p1", "elements": [section]}


def addresses(text: str) -> list[str]:
    """The links in it, in their order."""
    found = (_plain(inner.partition("|")[0]) for inner in _ENTITY.findall(text))
    return [address for address in found if address.startswith(("http://", "https://"))]


def _elements(text: str) -> list[dict[str, Any]]:
    parts = _ENTITY.split(text)
    found = []
    for index, part in enumerate(parts):
        if index % 2:
            found.append(_entity(part))
        elif part:
            found.append({"type": "text", "text": _plain(part)})
    return found


def _entity(inner: str) -> dict[str, Any]:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": _plain(target)} | ({"text": _plain(label)} if label else {})


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
