"""Discord's markdown, as its clients read it: what comes alive in a text, and what people see of it.

There is no text of a bot that is not markdown: a literal sign must have been escaped.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "text", "user", "role", "channel", "broadcast", "date", "emoji", "command", "link", "masked_link", "code",
    "preformatted", "bold", "italic", "underline", "strike", "spoiler", "heading", "subtext", "quote", "item",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is an id, an address, a moment; `inner` what is shown, where it is more text."""

    kind: Kind
    value: str
    inner: "tuple[Token, ...]" = ()


_INLINE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("escape", re.compile(r"\\([^0-9A-Za-z\s])")),
    ("preformatted", re.compile(r"```(?:(?:[a-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)),
    ("code", re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")),
    ("date", re.compile(r"<t:(-?\d{1,17})(?::([tTdDfFsSR]))?>")),
    ("user", re.compile(r"<@!?(\d+)>")),
    ("role", re.compile(r"<@&(\d+)>")),
    ("channel", re.compile(r"<#(\d+)>")),
    ("broadcast", re.compile(r"@(everyone|here)")),
    ("emoji", re.compile(r"<a?:(\w{2,32}):\d+>")),
    ("command", re.compile(r"</([-_ '\w]+):\d+>")),
    ("masked_link", re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\(\s*<?(https?://[^\s<>()]+(?:\([^\s<>()]*\))?[^\s<>()]*)>?(?:\s+\"[^\"]*\")?\s*\)")),
    ("link", re.compile(r"<(https?://[^\s<>]+)>")),
    ("link", re.compile(r"(https?://[^\s<]+[^<.,:;\"'\]\s)])")),
    ("bold", re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ("underline", re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")),
    ("strike", re.compile(r"~~((?:\\[\s\S]|[^\\])+?)~~(?!_)")),
    ("spoiler", re.compile(r"\|\|((?:\\[\s\S]|[^\\])+?)\|\|")),
    ("italic", re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)")),
    ("italic", re.compile(r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b")),
)  # fmt: skip
_LINE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("heading", re.compile(r"#{1,3} +([^\n]+)(?:\n|$)")),
    ("subtext", re.compile(r"-# +([^\n]+)(?:\n|$)")),
    ("quote", re.compile(r">>> ([\s\S]*)|> ([^\n]*)(?:\n|$)")),
    ("item", re.compile(r" *(?:[*-]|\d{1,9}\.) +([^\n]+)(?:\n|$)")),
)
_SPECIAL = re.compile(r"[\\`<@\[h*_~|\n]")


def parse(text: str, *, has_links: bool = True) -> tuple[Token, ...]:
    """`has_links`: masked links are read, as in the messages of bots and in embeds."""
    return tuple(_tokens(text, is_start=True, has_links=has_links))


def _tokens(text: str, *, is_start: bool, has_links: bool) -> Iterator[Token]:
    position, at_line_start = 0, is_start
    while position < len(text):
        found = _line(text, position, has_links) if at_line_start else None
        found = found or _inline(text, position, has_links)
        if found is None and text[position] == "\n":
            found = Token("text", "\n"), position + 1
        if found is None:
            special = _SPECIAL.search(text, position + 1)
            end = special.start() if special else len(text)
            found = Token("text", text[position:end]), end
        token, end = found
        yield token
        at_line_start = text[end - 1 : end] == "\n"
        position = end


def _line(text: str, position: int, has_links: bool) -> tuple[Token, int] | None:
    for kind, pattern in _LINE:
        if match := pattern.match(text, position):
            words = next(group for group in match.groups() if group is not None)
            inner = tuple(_tokens(words, is_start=kind == "quote", has_links=has_links))
            return Token(kind, words, inner), match.end()
    return None


def _inline(text: str, position: int, has_links: bool) -> tuple[Token, int] | None:
    for name, pattern in _INLINE:
        if name == "masked_link" and not has_links:
            continue
        if (match := pattern.match(text, position)) and not _is_in_word(name, pattern, text, position):
            return _token(name, match, has_links), match.end()
    return None


def _is_in_word(name: str, pattern: re.Pattern[str], text: str, position: int) -> bool:
    """A bare address begins a word."""
    is_bare = name == "link" and pattern.pattern.startswith("(")
    return is_bare and position > 0 and text[position - 1].isalnum()


def _token(name: str, match: re.Match[str], has_links: bool) -> Token:
    match name:
        case "escape":
            return Token("text", match[1])
        case "preformatted":
            return Token("preformatted", match[1])
        case "code":
            return Token("code", match[2].strip() if match[2].strip() else match[2])
        case "date":
            return Token("date", f"{match[1]}:{match[2] or 'f'}")
        case "masked_link":
            return Token("masked_link", match[2], tuple(_tokens(match[1], is_start=False, has_links=False)))
        case "user" | "role" | "channel" | "broadcast" | "emoji" | "command" | "link":
            return Token(name, match[1])
        case "bold" | "underline" | "strike" | "spoiler" | "italic":
            return Token(name, match[1], tuple(_tokens(match[1], is_start=False, has_links=has_links)))
    raise AssertionError(name)


def walk(tokens: tuple[Token, ...]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from walk(token.inner)


def alive(text: str) -> list[tuple[Kind, str]]:
    """Everything that is more than text."""
    return [(token.kind, token.value) for token in walk(parse(text)) if token.kind != "text"]


def shown(text: str, names: Mapping[str, str], zone: tzinfo = UTC) -> str:
    """What people read."""
    return "".join(_shown(token, names, zone) for token in parse(text)).removesuffix("\n")


def _shown(token: Token, names: Mapping[str, str], zone: tzinfo) -> str:
    inner = "".join(_shown(one, names, zone) for one in token.inner)
    match token.kind:
        case "user" | "role":
            return f"@{names.get(token.value, token.value)}"
        case "channel":
            return f"#{names.get(token.value, token.value)}"
        case "broadcast":
            return f"@{token.value}"
        case "emoji":
            return f":{token.value}:"
        case "command":
            return f"/{token.value}"
        case "date":
            return date_text(*token.value.split(":"), zone=zone)
        case "preformatted":
            return f"\n{token.value}\n"
        case "heading" | "subtext":
            return f"{inner}\n"
        case "quote":
            return "\n".join(f"> {line}" for line in inner.split("\n")) + "\n"
        case "item":
            return f"• {inner}\n"
    return inner or token.value


def date_text(seconds: str, style: str, *, zone: tzinfo = UTC) -> str:
    """In the 24-hour clock; what is relative to now is shown as a moment."""
    at = datetime.fromtimestamp(int(seconds), zone)
    day = f"{at.day} {at:%B} {at:%Y}"
    return {
        "t": f"{at:%H:%M}",
        "T": f"{at:%H:%M:%S}",
        "d": f"{at:%d/%m/%Y}",
        "D": day,
        "f": f"{day} {at:%H:%M}",
        "F": f"{at:%A}, {day} {at:%H:%M}",
        "s": f"{at:%d/%m/%Y} {at:%H:%M}",
        "S": f"{at:%d/%m/%Y} {at:%H:%M:%S}",
        "R": f"at {at:%Y-%m-%d %H:%M}",
    }[style]
