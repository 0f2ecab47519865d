"""What came alive in a message: mentions, links and formatting.

`markup` is what Slack makes of characters in a text, which nothing a person typed may ever reach; `element` is what
the app asked for by structure, such as a `user` element of rich text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tests.fakes.slack.records import Ephemeral, Message

Kind: TypeAlias = Literal[
    "user", "channel", "broadcast", "usergroup", "date", "link", "bare_link", "name", "emoji",
    "bold", "italic", "strike", "code", "preformatted", "quote", "heading", "underline",
]  # fmt: skip

_ENTITY = re.compile(r"<([^<>\n]+)>")
_NAME = re.compile(r"(?<![\w&])([@#][\w][\w.-]*)")
_BARE_LINK = re.compile(r"\b(?:https?|ftp)://[^\s<>|]+|\bmailto:[^\s<>|]+@[^\s<>|]+")
_EMOJI = re.compile(r":([a-z][a-z0-9_+'-]*|[+-]1):")
_FENCE = re.compile(r"```(?=[^`])(.+?)```", re.DOTALL)
_CODE = re.compile(r"(?<![`\w])`([^`\n]+)`(?![`\w])")
_QUOTE = re.compile(r"^\s{0,3}(?:>|&gt;)", re.MULTILINE)


def _span(mark: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w{mark}]){mark}(?![\s{mark}])([^{mark}\n]*?[^\s{mark}]){mark}(?![\w{mark}])")


_SPANS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("bold", _span(r"\*")),
    ("italic", _span("_")),
    ("strike", _span("~")),
)
_MARKDOWN: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("link", re.compile(r"!?\[[^\]\n]*\]\([^)\n]+\)|<(?:https?|mailto):[^>\s]+>")),
    ("heading", re.compile(r"^ {0,3}#{1,6}\s", re.MULTILINE)),
    ("bold", re.compile(r"\*\*\S[^\n]*?\*\*|__\S[^\n]*?__")),
    ("strike", re.compile(r"~~\S[^\n]*?~~")),
    ("italic", re.compile(r"(?<![*\w])\*(?![*\s])[^*\n]+\*(?!\*)|(?<![_\w])_(?![_\s])[^_\n]+_(?![_\w])")),
    ("preformatted", re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)),
)
_ELEMENTS: dict[str, tuple[Kind, str]] = {
    "user": ("user", "user_id"),
    "channel": ("channel", "channel_id"),
    "usergroup": ("usergroup", "usergroup_id"),
    "broadcast": ("broadcast", "range"),
    "link": ("link", "url"),
    "emoji": ("emoji", "name"),
    "date": ("date", "format"),
}
FORMATTING: tuple[Kind, ...] = ("bold", "italic", "strike", "code", "preformatted", "quote")
_STYLES: tuple[Kind, ...] = ("bold", "italic", "strike", "code", "underline")


@dataclass(frozen=True, slots=True)
class Alive:
    """`where` is a path such as `text` or `blocks/0/text`."""

    kind: Kind
    value: str
    where: str
    source: Literal["markup", "element"]


def alive(message: Message | Ephemeral) -> list[Alive]:
    """Everything alive in a message. The text beside blocks is only a notification: bare links are dead there."""
    links_names = isinstance(message, Message) and message.links_names
    found = list(markup(message.text, "text", is_bare=not message.blocks, links_names=links_names))
    if not message.is_mrkdwn:
        found = [one for one in found if one.kind not in FORMATTING]
    for index, block in enumerate(message.blocks):
        found += _walk(block, f"blocks/{index}")
    if isinstance(message, Message):
        found += _walk(list(message.unfurls.values()), "unfurls")
    return found


def markup_alive(message: Message | Ephemeral) -> list[Alive]:
    """What must be empty, whatever anybody typed. Emoji names are left out: nothing in a text can stop them."""
    return [one for one in alive(message) if one.source == "markup" and one.kind != "emoji"]


def elements_alive(message: Message | Ephemeral, *kinds: Kind) -> list[str]:
    """The values of the elements of these kinds: who is mentioned, where the links lead."""
    return [one.value for one in alive(message) if one.source == "element" and one.kind in kinds]


def markup(text: str, where: str, *, is_bare: bool = True, links_names: bool = False) -> Iterator[Alive]:
    """Slack's mrkdwn. `is_bare`: addresses without brackets become links too; `links_names`: and @name, #name."""

    def one(kind: Kind, value: str) -> Alive:
        return Alive(kind, value, where, "markup")

    for match in _ENTITY.finditer(text):
        if entity := _entity(match[1]):
            yield one(*entity)
    rest = _ENTITY.sub(" ", text)
    if is_bare:
        yield from (one("bare_link", match[0]) for match in _BARE_LINK.finditer(rest))
    if links_names:
        yield from (one("name", match[1]) for match in _NAME.finditer(rest))
    yield from (one("preformatted", match[1]) for match in _FENCE.finditer(text))
    rest = _FENCE.sub(" ", text)
    yield from (one("code", match[1]) for match in _CODE.finditer(rest))
    rest = _CODE.sub(" ", rest)
    for kind, pattern in _SPANS:
        yield from (one(kind, match[1]) for match in pattern.finditer(rest))
    yield from (one("quote", match[0]) for match in _QUOTE.finditer(rest))
    yield from (one("emoji", match[1]) for match in _EMOJI.finditer(_BARE_LINK.sub(" ", rest)))


def _entity(inner: str) -> tuple[Kind, str] | None:
    """None for brackets that mean nothing to Slack."""
    target = inner.partition("|")[0]
    if target.startswith("@"):
        return "user", target[1:]
    if target.startswith("#"):
        return "channel", target[1:]
    if target.startswith("!date^"):
        return "date", target
    if target.startswith("!subteam^"):
        return "usergroup", target.removeprefix("!subteam^")
    if target.startswith("!"):
        return "broadcast", target[1:]
    if re.match(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:\S|[\w-]+(?:\.[\w-]+)+(?:/|$))", target):
        return "link", target
    return None


def _markdown(text: str, where: str) -> Iterator[Alive]:
    for match in _ENTITY.finditer(text):
        entity = _entity(match[1])
        if entity and entity[0] != "link":
            yield Alive(*entity, where, "markup")
    for kind, pattern in _MARKDOWN:
        yield from (Alive(kind, match[0], where, "markup") for match in pattern.finditer(text))
    yield from (Alive("code", match[1], where, "markup") for match in _CODE.finditer(text))
    yield from (Alive("quote", match[0], where, "markup") for match in _QUOTE.finditer(text))
    yield from (Alive("bare_link", match[0], where, "markup") for match in _BARE_LINK.finditer(text))


def _walk(value: Any, where: str) -> Iterator[Alive]:
    """All texts and elements in a block, however deep."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, f"{where}/{index}")
    if not isinstance(value, dict):
        return
    kind = value.get("type", "")
    if kind == "mrkdwn":
        is_bare = not value.get("verbatim", False)
        yield from markup(value["text"], where, is_bare=is_bare, links_names=is_bare)
    elif kind == "markdown":
        yield from _markdown(value["text"], where)
    elif kind == "plain_text" and value.get("emoji", True):
        yield from (Alive("emoji", match[1], where, "markup") for match in _EMOJI.finditer(value["text"]))
    else:
        yield from _elements(value, where)
        for name, inner in value.items():
            yield from _walk(inner, f"{where}/{name}")


def _elements(value: dict[str, Any], where: str) -> Iterator[Alive]:
    kind = value.get("type", "")
    if kind in _ELEMENTS:
        alive_kind, field = _ELEMENTS[kind]
        yield Alive(alive_kind, str(value[field]), where, "element")
    elif kind == "button" and "url" in value:
        yield Alive("link", value["url"], where, "element")
    style = value.get("style")
    if isinstance(style, dict):
        yield from (Alive(name, str(value.get("text", "")), where, "element") for name in _STYLES if style.get(name))
