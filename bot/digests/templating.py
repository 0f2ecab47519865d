"""Templates in Markdown, filled with values that no Markdown can touch.

Each value enters the text as an opaque token and becomes spans only after the text was parsed: a title full of
asterisks, links or braces is shown as it was written. Nobody but us writes templates, and even so they run in Jinja2's
sandbox.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.cards.markdown import markdown_blocks
from core.cards import Block, Bold, Bullets, Item, Paragraph, Span, TaskRef, Text, When
from core.ids import Person, TaskKey
from core.text import clip

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.runtime import Context

# Two signs of a private area, which nothing that Markdown knows is made of, and a number between them.
_OPENS, _CLOSES = "\ue000", "\ue001"
_TOKEN = re.compile(f"{_OPENS}([0-9]+){_CLOSES}")
_SECTION = re.compile(r"^## ", re.MULTILINE)
_FOOTER = "\n---\n"
# Ours: a line of a digest that is longer is not read.
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Section:
    heading: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A digest before it is laid out in messages."""

    title: Text
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    footer: Text = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All its words, whoever wrote them."""
        blocks = [*self.lead, *(block for section in self.sections for block in section.blocks)]
        return tuple(_words(text) for block in blocks for text in _lines(block))


@dataclass
class _Values:
    """What stands for each token of one text."""

    texts: list[Text] = field(default_factory=list)

    def token(self, value: object) -> str:
        self.texts.append(as_text(value))
        return f"{_OPENS}{len(self.texts) - 1}{_CLOSES}"

    def put_back(self, spans: Text) -> Text:
        return tuple(_joined(part for span in spans for part in self._parts(span)))

    def _parts(self, span: Span) -> Iterator[Span]:
        if not isinstance(span, str | Bold):
            yield span
            return
        words = span if isinstance(span, str) else span.text
        is_bold = isinstance(span, Bold)
        for number, part in enumerate(_TOKEN.split(words)):
            for found in self.texts[int(part)] if number % 2 else (part,):
                yield Bold(found) if is_bold and isinstance(found, str) and found else found


def fill(name: str, values: Mapping[str, object]) -> Page:
    """`name` is the template's. Raises `jinja2.UndefinedError` for a value that it asks for and is not there."""
    kept = _Values()
    text = _template(name).render({**values, "_kept": kept})
    body, _, footer = text.partition(_FOOTER)
    head, *sections = _SECTION.split(body)
    title, _, lead = head.strip().removeprefix("# ").partition("\n")
    parts = [section.partition("\n") for section in sections]
    return Page(
        title=_line(kept, title),
        lead=_blocks(kept, lead),
        sections=tuple(Section(_line(kept, heading), _blocks(kept, rest)) for heading, _, rest in parts),
        footer=_line(kept, footer) if footer.strip() else (),
    )


def as_text(value: object) -> Text:
    """What a value is shown as. A str is literal, whatever is in it."""
    match value:
        case TaskKey():
            return (TaskRef.of(value),)
        case Person(name=name):
            return (clip(_one_line(name), 80),)
        case datetime():
            return (When(value),)
        case StrEnum():
            return (value.value,)
        case str():
            return (clip(_one_line(value), LONGEST),)
        case bool() | None:
            raise TypeError(f"{value} says nothing to a reader")
        case int():
            return (f"{value:,}",)
        case float():
            return (f"{value:,.1f}".removesuffix(".0"),)
        case tuple():
            return value
        case _:
            return (value,)  # type: ignore[return-value]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _line(kept: _Values, text: str) -> Text:
    (block,) = markdown_blocks(text.strip()) or (Paragraph(()),)
    assert isinstance(block, Paragraph), "a heading is one line"
    return kept.put_back(block.text)


def _blocks(kept: _Values, text: str) -> tuple[Block, ...]:
    return tuple(_filled(kept, block) for block in markdown_blocks(text))


def _filled(kept: _Values, block: Block) -> Block:
    match block:
        case Paragraph(text):
            return Paragraph(kept.put_back(text))
        case Bullets(items):
            return Bullets(tuple(Item(kept.put_back(item.text), item.level) for item in items))
        case _:
            return block


def _lines(block: Block) -> tuple[Text, ...]:
    match block:
        case Paragraph(text):
            return (text,)
        case Bullets(items):
            return tuple(item.text for item in items)
        case _:
            return ()


def _words(text: Text) -> str:
    return "".join(span if isinstance(span, str) else span.text if isinstance(span, Bold) else " " for span in text)


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Plain text that stands together is one span, and nothing is none."""
    words = ""
    for span in spans:
        if isinstance(span, str):
            words += span
            continue
        if words:
            yield words
        words = ""
        yield span
    if words:
        yield words


@cache
def _template(name: str) -> "Template":
    # Loaded when the first digest is written, as all that is slow to load.
    from jinja2 import PackageLoader, StrictUndefined, pass_context
    from jinja2.sandbox import SandboxedEnvironment

    from bot.digests.wording import FILTERS

    @pass_context
    def finalize(context: "Context", value: object) -> str:
        kept: Any = context["_kept"]
        return str(kept.token(value))

    environment = SandboxedEnvironment(
        loader=PackageLoader("bot.digests"), finalize=finalize, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    environment.filters.update(FILTERS)
    return environment.get_template(name)
