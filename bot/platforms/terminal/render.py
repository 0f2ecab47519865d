"""Cards as text for a terminal. What people wrote is printed as it is, and can neither colour nor turn the rest."""

import re
import shlex
from datetime import datetime
from io import StringIO
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
    Image,
    Item,
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
# A pipe has no width: there a line is as long as it needs to be.
WIDE = 100_000
# A reader's terminal would act on control characters, and half a surrogate pair cannot be written.
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def print_card(card: Card, stream: TextIO, *, zone: ZoneInfo, now: datetime) -> None:
    if stream.isatty():
        console = console_for(stream)
        # What is longer than the screen is broken by the terminal itself.
        console.print(render_card(card, zone=zone, now=now), crop=False)
    else:
        stream.write(card_as_text(card, zone=zone, now=now))


def card_as_text(card: Card, *, zone: ZoneInfo, now: datetime) -> str:
    """For a pipe: without colours, and with no line broken or padded."""
    console = console_for(StringIO())
    with console.capture() as capture:
        console.print(render_card(card, zone=zone, now=now), crop=False)
    return "\n".join(line.rstrip(" ") for line in capture.get().split("\n"))


def console_for(stream: TextIO) -> Console:
    return Console(file=stream, highlight=False, width=None if stream.isatty() else WIDE)


def render_card(card: Card, *, zone: ZoneInfo, now: datetime) -> RenderableType:
    """Times are shown in `zone`, and shortly where they are of the same day or year as `now`."""
    reader = _Reader(zone, now)
    title = RichText("▌ ", style=_TONES[card.tone])
    title.append_text(reader.text(card.title, style="bold"))
    parts: list[RenderableType] = [title]
    parts += [reader.block(block) for block in card.blocks]
    if card.footer:
        parts.append(reader.line(card.footer, style="dim"))
    return Group(*parts)


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

    def line(self, spans: Text, *, style: str = "") -> RenderableType:
        """A paragraph; one with a line to copy is not broken, so that it is copied in one."""
        text = self.text(spans, style=style)
        if not any(isinstance(span, CommandLine) and not span.is_pattern for span in spans):
            return Padding.indent(text, INDENT)
        text.pad_left(INDENT)
        text.no_wrap, text.overflow = True, "ignore"
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
                return RichText(_literal(key), style="cyan")
            case CommandLine(line, is_pattern):
                return RichText(command_text(line, is_pattern=is_pattern), style="cyan")

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        if local.date() == self._today.date():
            return f"{local:%H:%M}"
        day = f"{local.day} {local:%b}"
        return f"{day} {local:%H:%M}" if local.year == self._today.year else f"{day} {local:%Y}"

    def block(self, block: Block) -> RenderableType:
        if isinstance(block, Paragraph):
            return self.line(block.text)
        return Padding.indent(self._body(block), INDENT)

    def _body(self, block: Fields | Bullets | Table | Code | Divider | Image) -> RenderableType:
        match block:
            case Fields(fields):
                grid = RichTable.grid(padding=(0, 2, 0, 0))
                grid.add_column(style="dim", no_wrap=True)
                for field in fields:
                    grid.add_row(RichText(_literal(field.name)), self.text(field.value))
                return grid
            case Bullets(items):
                return Group(*map(self.bullet, items))
            case Table(columns, rows):
                table = RichTable(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
                for number, column in enumerate(columns, start=1):
                    # Only a column that could be wrapped is made narrower: the last one, whose cells are then cut.
                    heading = RichText(_literal(column))
                    table.add_column(heading, overflow="ellipsis", no_wrap=number < len(columns))
                for row in rows:
                    cells = [self.text(cell.text) for cell in row.cells]
                    for cell in cells:
                        cell.no_wrap = True
                    table.add_row(*cells)
                return table
            case Code(code):
                return RichText(_literal(code), style="cyan")
            case Divider():
                return RichText("─" * 24, style="dim")
            case Image(_, alt):
                return RichText(_literal(alt), style="italic")

    def bullet(self, item: Item) -> RenderableType:
        grid = RichTable.grid(padding=(0, 1, 0, 0))
        grid.add_row("–" if item.level else "•", self.text(item.text))
        return Padding.indent(grid, 2 * item.level)


def command_text(line: str, *, is_pattern: bool = False) -> str:
    """The line as a shell takes it: ready to copy, with nothing in it that a shell would act on."""
    words = _literal(line).split()
    return " ".join(["labkeeper", *(words if is_pattern else map(shlex.quote, words))])


def _literal(text: str) -> str:
    return contain_direction(_UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text))
