"""What Discord refuses in a message, with the limits of its reference; the official description misses most of it.

https://discord.com/developers/docs/resources/message
"""

from collections.abc import Iterator
from typing import Any

from tests.fakes.discord.component_checks import Problems, length, message_components
from tests.fakes.discord.records import COMPONENTS_V2

MOST_CONTENT, MOST_EMBEDS, MOST_IN_EMBEDS, MOST_NONCE = 2_000, 10, 6_000, 25
_LEGACY = ("content", "embeds", "poll", "sticker_ids")


def message_problems(body: Any, *, flags: int, files: tuple[str, ...] = ()) -> Problems:
    """Of what is posted; of an edit, of the message as it would be."""
    if not isinstance(body, dict):
        yield "_: Only dictionaries may be used in a DictType."
        return
    is_v2 = bool(flags & COMPONENTS_V2)
    if is_v2 and any(body.get(name) for name in _LEGACY):
        yield "content: The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2."
    if (content := body.get("content")) is not None:
        yield from length(content, "content", MOST_CONTENT)
    yield from _embeds(body.get("embeds") or [], files)
    yield from message_components(body.get("components") or [], is_v2=is_v2, files=files)
    if (nonce := body.get("nonce")) is not None and len(str(nonce)) > MOST_NONCE:
        yield f"nonce: Must be {MOST_NONCE} or fewer in length."
    yield from _mentions(body.get("allowed_mentions"))


def is_empty(body: dict[str, Any], files: tuple[str, ...]) -> bool:
    has_text = bool(str(body.get("content") or "").strip())
    return not (has_text or body.get("embeds") or body.get("components") or body.get("sticker_ids") or files)


def _embeds(embeds: list[dict[str, Any]], files: tuple[str, ...]) -> Problems:
    if len(embeds) > MOST_EMBEDS:
        yield f"embeds: Must be {MOST_EMBEDS} or fewer in length."
    if sum(len(text) for embed in embeds for text in _texts(embed)) > MOST_IN_EMBEDS:
        yield f"embeds: Embed size exceeds maximum size of {MOST_IN_EMBEDS}."
    for index, embed in enumerate(embeds):
        path = f"embeds/{index}"
        yield from length(embed.get("title") or "", f"{path}/title", 256)
        yield from length(embed.get("description") or "", f"{path}/description", 4_096)
        yield from length((embed.get("footer") or {}).get("text") or "", f"{path}/footer/text", 2_048)
        yield from length((embed.get("author") or {}).get("name") or "", f"{path}/author/name", 256)
        fields = embed.get("fields") or []
        if len(fields) > 25:
            yield f"{path}/fields: Must be 25 or fewer in length."
        for number, field in enumerate(fields):
            yield from length(field.get("name"), f"{path}/fields/{number}/name", 256, least=1)
            yield from length(field.get("value"), f"{path}/fields/{number}/value", 1_024, least=1)
        for name in ("url",):
            if embed.get(name) and not str(embed[name]).startswith(("http://", "https://")):
                yield f"{path}/{name}: Not a well formed URL."
        yield from _picture(embed, path, files)


def _picture(embed: dict[str, Any], path: str, files: tuple[str, ...]) -> Problems:
    for name in ("image", "thumbnail"):
        url = str((embed.get(name) or {}).get("url") or "")
        if url.startswith("attachment://") and url.removeprefix("attachment://") not in files:
            yield f"{path}/{name}/url: Referenced attachment {url} was not found."
        elif url and not url.startswith(("http://", "https://", "attachment://")):
            yield f"{path}/{name}/url: Not a well formed URL."


def _texts(embed: dict[str, Any]) -> Iterator[str]:
    yield from (str(embed.get(name) or "") for name in ("title", "description"))
    yield str((embed.get("footer") or {}).get("text") or "")
    yield str((embed.get("author") or {}).get("name") or "")
    for field in embed.get("fields") or []:
        yield from (str(field.get("name") or ""), str(field.get("value") or ""))


def _mentions(allowed: Any) -> Problems:
    if not allowed:
        return
    parse = allowed.get("parse") or []
    for kind in ("users", "roles"):
        listed = allowed.get(kind) or []
        if len(listed) > 100:
            yield f"allowed_mentions/{kind}: Must be 100 or fewer in length."
        if listed and kind in parse:
            yield f'allowed_mentions: parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
    if set(parse) - {"users", "roles", "everyone"}:
        yield "allowed_mentions/parse: Value must be one of ('users', 'roles', 'everyone')."
