"""Card: a message without a platform.

A `str` is always literal text, whatever it contains. Only the other spans carry meaning, and each platform renders them
in its own way. Cards are stored with deliveries, so what once was written must always read: fields are only added.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from core.ids import TaskKey
from core.records import Json, Records


class Tone(StrEnum):
    """The colour at a card's edge."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Bold:
    text: str


@dataclass(frozen=True, slots=True)
class Mono:
    """Code, keys and what is to be typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Notifies the member: only for people who must act."""

    member_id: int
    name: str


@dataclass(frozen=True, slots=True)
class When:
    """A moment, shown in each reader's own zone."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TaskRef:
    key: str

    @classmethod
    def of(cls, key: TaskKey) -> "TaskRef":
        return cls(str(key))


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A line to type, written with the default root (`lab task show CHURN-12`); shown with the reader's own.

    A pattern, such as `lab task show <task>`, is for reading and not for copying.
    """

    line: str
    is_pattern: bool = False


Span: TypeAlias = str | Bold | Mono | Link | Mention | When | TaskRef | CommandLine
Text: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    value: Text


@dataclass(frozen=True, slots=True)
class Fields:
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """`level` counts the lists that it stands in beside its own: 1 is an item of an item."""

    text: Text
    level: int = 0


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are the headings; every row has as many cells."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that the team keeps (`core.images`), by the SHA-256 of its bytes. `alt` says all that it shows: where
    no picture can stand, it stands there itself."""

    id: str
    alt: str


Block: TypeAlias = Paragraph | Fields | Bullets | Table | Code | Divider | Image


class Style(StrEnum):
    """How much a button asks to be pressed."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """`action` is `<subject>.<verb>`, `value` the id it is about. Old messages keep theirs: both must stay valid."""

    label: str
    action: str
    value: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class LinkButton:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """`facts` are what a program wants from the answer, as names and values; people do not see them."""

    title: Text
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button | LinkButton, ...] = ()
    tone: Tone = Tone.NEUTRAL
    footer: Text = ()
    facts: tuple[tuple[str, str], ...] = ()


_SPANS = (Bold, Mono, Link, Mention, When, TaskRef, CommandLine)
_BLOCKS = (Paragraph, Fields, Field, Bullets, Item, Table, Row, Code, Divider, Image)
_RECORDS = Records([Card, Button, LinkButton, *_SPANS, *_BLOCKS])
VERSION = 1


def card_to_json(card: Card) -> dict[str, Json]:
    return {"version": VERSION, **_RECORDS.dump(card)}


def card_from_json(record: dict[str, Json]) -> Card:
    card = _RECORDS.load(record)
    assert isinstance(card, Card)
    return card


def paragraph(*spans: Span) -> Paragraph:
    return Paragraph(spans)


def mentioned(card: Card) -> frozenset[int]:
    """The members a card mentions, wherever in it."""
    return frozenset(span.member_id for text in _texts(card) for span in text if isinstance(span, Mention))


def with_spans(card: Card, change: Callable[[Span], Span]) -> Card:
    """The card with each of its spans changed, wherever it stands."""

    def text(spans: Text) -> Text:
        return tuple(map(change, spans))

    def block(one: Block) -> Block:
        match one:
            case Paragraph(spans):
                return Paragraph(text(spans))
            case Fields(fields):
                return Fields(tuple(replace(field, value=text(field.value)) for field in fields))
            case Bullets(items):
                return Bullets(tuple(Item(text(item.text), item.level) for item in items))
            case Table(columns, rows):
                cells = (tuple(Item(text(cell.text)) for cell in line.cells) for line in rows)
                return Table(columns, tuple(map(Row, cells)))
            case _:
                return one

    return replace(card, title=text(card.title), blocks=tuple(map(block, card.blocks)), footer=text(card.footer))


def _texts(card: Card) -> Iterator[Text]:
    yield from (card.title, card.footer)
    for block in card.blocks:
        match block:
            case Paragraph(text):
                yield text
            case Fields(fields):
                yield from (field.value for field in fields)
            case Bullets(items):
                yield from (item.text for item in items)
            case Table(_, rows):
                yield from (cell.text for row in rows for cell in row.cells)
            case _:
                pass


def row(*cells: Span | Text) -> Row:
    return Row(tuple(Item(cell if isinstance(cell, tuple) else (cell,)) for cell in cells))
