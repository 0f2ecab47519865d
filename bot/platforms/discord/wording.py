"""Text as Discord may be sent it: all of it is parsed as Markdown, so what people wrote is escaped, sign by sign."""

import re
from collections.abc import Iterable
from datetime import datetime

from bot.catalogue import Catalogue
from bot.command import ADMIN_ROOT, USER_ROOT
from bot.grammar import choose_command, parse_values
from bot.platforms.literal import literal
from core.errors import InvalidInput

# Anywhere: emphasis, code, spoilers, links, mentions, emoji, addresses that become links.
_SIGNS = re.compile(r"[\\*_~`|<\[\]:]")
# At the beginning of a line: headings, small print, lists, quotes. A span may be what a line begins with.
_LEADING = re.compile(r"^([^\S\n]*)([#>-]|\d*[.)](?=\s|$))", re.MULTILINE)
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_WORD_JOINER, _NO_SPACE = "\u2060", "\u200b"
_BACKTICK_LIKE = "ˋ"
_MARKS = frozenset("*`")


def escape(text: str) -> str:
    """Whatever it says, it is read as it stands."""
    text = _SIGNS.sub(r"\\\g<0>", literal(text))
    text = _LEADING.sub(_escape_leading, text)
    return _EVERYBODY.sub(f"@{_WORD_JOINER}", text)


def bold(text: str) -> str:
    return _around("**", escape(text))


def code(text: str) -> str:
    """On one line. A backtick has no escape in there, so it becomes a sign that looks like one."""
    words = " ".join(literal(text).replace("`", _BACKTICK_LIKE).split())
    return f"`{words}`" if words else ""


def fenced(text: str) -> str:
    body = literal(text).replace("`", f"`{_NO_SPACE}")
    return f"```\n{body}\n```" if body.strip() else ""


def moment(at: datetime) -> str:
    """Shown in the zone and language of whoever reads it."""
    return f"<t:{int(at.timestamp())}:f>"


def _around(mark: str, text: str) -> str:
    """White space stays outside, where a mark would not count."""
    words = text.strip()
    if not words:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{words}{mark}{after}"


def joined(texts: Iterable[str]) -> str:
    """An invisible character keeps two marks apart, where one span follows another."""
    whole = ""
    for text in texts:
        is_tight = whole[-1:] in _MARKS and text[:1] == whole[-1:]
        whole += f"{_NO_SPACE}{text}" if is_tight else text
    return whole


def _escape_leading(match: re.Match[str]) -> str:
    sign = match[2]
    return f"{match[1]}\\{sign}" if len(sign) == 1 else f"{match[1]}{sign[:-1]}\\{sign[-1]}"


class TypedLines:
    """Lines as they are typed in Discord, which wants each value behind its option: it has no free words."""

    def __init__(self, catalogue: Catalogue, root: str = USER_ROOT) -> None:
        self._catalogue = catalogue
        self._roots = {USER_ROOT: root, ADMIN_ROOT: f"{root}-admin"}

    def typed(self, line: str) -> str:
        """`lab task show CHURN-12` becomes `/lab task show task:CHURN-12`; what is no command stays as it is."""
        first, *rest = " ".join(literal(line).split()).split(maxsplit=1) or [USER_ROOT]
        root, said = self._roots.get(first, first), rest[0] if rest else ""
        try:
            command, words = choose_command(self._catalogue, first, said)
            values = parse_values(command, words)
        except InvalidInput:
            return f"/{root} {said or 'help'}".strip()
        options = (f"{option.name}:{values[option.name]}" for option in command.options if option.name in values)
        return " ".join([f"/{root}", command.name, *options])
