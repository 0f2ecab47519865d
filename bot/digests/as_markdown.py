"""A digest as Markdown, to be kept elsewhere: headings, lists, and what people wrote with every sign of it literal."""

import re
from collections.abc import Iterator
from datetime import UTC

from core.cards import (
    Block,
    Bold,
    Bullets,
    Code,
    CommandLine,
    Divider,
    Fields,
    Image,
    Link,
    Mention,
    Mono,
    Paragraph,
    Row,
    Span,
    Table,
    TaskRef,
    Text,
    When,
)
from core.digest_runs import DigestText

# CommonMark takes a backslash before any of its signs; what means something only where a line begins is escaped there.
_SIGNS = re.compile(r"([\\`*_\[\]<>#|~&!])")
_BEGINS = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


def as_markdown(text: DigestText) -> str:
    parts = [f"# {_line(text.root.title)}", *_blocks(text.root.blocks[:-1] if text.sections else text.root.blocks)]
    for section in text.sections:
        parts += [f"## {_line(section.title)}", *_blocks(section.blocks)]
    if text.chart is not None:
        parts.append(_literal(f"{text.chart.title}: {text.chart.alt}"))
    if text.root.footer:
        parts += ["---", _line(text.root.footer)]
    return "\n\n".join(parts) + "\n"


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(text):
                yield _line(text)
            case Bullets(items):
                yield "\n".join(f"{'  ' * item.level}- {_line(item.text)}" for item in items)
            case Fields(fields):
                yield "\n".join(f"- **{_literal(one.name)}**: {_line(one.value)}" for one in fields)
            case Table(columns, rows):
                yield "\n".join(["- " + " · ".join(map(_literal, columns)), *map(_row, rows)])
            case Code(code):
                yield "\n".join(f"    {line}" for line in code.split("\n"))
            case Image(_, alt):
                yield _literal(alt)
            case Divider():
                yield "---"


def _row(row: Row) -> str:
    return "- " + " · ".join(_line(cell.text) for cell in row.cells)


def _line(text: Text) -> str:
    return "".join(map(_span, text))


def _span(span: Span) -> str:
    match span:
        case str():
            return _literal(span)
        case Bold(words):
            return f"**{_literal(words.strip())}**" if words.strip() else ""
        case Mono(words) | CommandLine(words):
            return _literal(words)
        case Link(words, url):
            return _literal(words if words == url else f"{words} ({url})")
        case Mention(_, name):
            return _literal(name)
        case When(at):
            return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case TaskRef(key):
            return _literal(key)


def _literal(words: str) -> str:
    """On one line: a line break could begin anything."""
    words = _SIGNS.sub(r"\\\1", words.replace("\r", " ").replace("\n", " "))
    return _BEGINS.sub(_escaped, words)


def _escaped(found: re.Match[str]) -> str:
    space, sign = found.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"
