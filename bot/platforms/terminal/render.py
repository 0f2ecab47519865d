"""Cards as text for a terminal. What people wrote is printed as it is, and can neither colour nor turn the rest."""

import shlex
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from core.cards import (
    Block,
    Bold,
    Bullets,
    Card,
    Code,
    CommandLine,
    Divider,
    Fields,
    Link,
    Mention,
    Mono,
    Paragraph,
    Span,
    Table,
    TaskRef,
    Text,
    Tone,
    When,
)
from core.text import contain_direction

_TONES = {Tone.NEUTRAL: "blue", Tone.GOOD: "green", Tone.WARNING: "yellow", Tone.BAD: "red"}
INDENT = 2
WIDE = 200


def render_card(card: Card, *, zone: ZoneInfo, now: datetime) -> RenderableType:
    """Times are shown in `zone`, and shortly where they are of the same day or year as `now`."""
    reader = _Reader(zone, now)
    title = RichText("▌ ", style=_TONES[card.tone])
    title.append_text(reader.text(card.title, style="bold"))
    parts: list[RenderableType] = [title]
    parts += [Padding.indent(reader.block(block), INDENT) for block in card.blocks]
    if card.footer:
        parts.append(Padding.indent(reader.text(card.footer, style="dim"), INDENT))
    return Group(*parts)


def console_for(stream: TextIO) -> Console:
    """A pipe has no width: there a line is as long as it needs to be."""
    return Console(file=stream, highlight=False, width=None if stream.isatty() else WIDE)


class _Reader:
    """Renders for one person: their zone, their today."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        self._zone = zone
        self._today = now.astimezone(zone)

    def text(self, spans: Text, *, style: str = "") -> RichText:
        text = RichText(style=style)
        for span in spans:
            text.append_text(self.span(span))
        return text

    def span(self, span: Span) -> RichText:
        match span:
            case str():
                return RichText(_literal(span))
            case Bold(words):
                return RichText(_literal(words), style="bold")
            case Mono(words):
                return RichText(_literal(words), style="cyan")
            case Link(words, url):
                shown = _literal(words)
                return RichText(shown if words == url else f"{shown} <{_literal(url)}>", style="underline")
            case Mention(_, name):
                return RichText(f"@{_literal(name)}", style="bold")
            case When(at):
                return RichText(self.moment(at))
            case TaskRef(key):
                return RichText(key, style="cyan")
            case CommandLine(line, is_pattern):
                return RichText(command_text(line, is_pattern=is_pattern), style="cyan")

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        if local.date() == self._today.date():
            return f"{local:%H:%M}"
        day = f"{local.day} {local:%b}"
        return f"{day} {local:%H:%M}" if local.year == self._today.year else f"{day} {local:%Y}"

    def block(self, block: Block) -> RenderableType:
        match block:
            case Paragraph(spans):
                return self.text(spans)
            case Fields(fields):
                grid = RichTable.grid(padding=(0, 2, 0, 0))
                grid.add_column(style="dim", no_wrap=True)
                for field in fields:
                    grid.add_row(_literal(field.name), self.text(field.value))
                return grid
            case Bullets(items):
                grid = RichTable.grid(padding=(0, 1, 0, 0))
                for item in items:
                    grid.add_row("•", self.text(item.text))
                return grid
            case Table(columns, rows):
                table = RichTable(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
                for number, column in enumerate(columns):
                    is_last = number == len(columns) - 1
                    table.add_column(column, overflow="ellipsis" if is_last else "fold", no_wrap=is_last)
                for row in rows:
                    table.add_row(*(self.text(cell.text) for cell in row.cells))
                return table
            case Code(code):
                return RichText(_literal(code), style="cyan")
            case Divider():
                return RichText("─" * 24, style="dim")


def command_text(line: str, *, is_pattern: bool = False) -> str:
    """The line as a shell takes it: ready to copy, with nothing in it that a shell would act on."""
    words = [word for word in line.split(" ") if word]
    return " ".join(["labkeeper", *(words if is_pattern else map(shlex.quote, words))])


def _literal(text: str) -> str:
    return contain_direction(text)
