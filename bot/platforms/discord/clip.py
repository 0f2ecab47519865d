"""Discord's limits of a message, and the only place where one is cut to them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from core.cards import Bold, CommandLine, Link, Mention, Mono, Span, TaskRef, Text
from core.text import clip

# Discord's reference, "Using Message Components": over all text of a message; components, with those inside others.
TEXT = 4_000
COMPONENTS = 40
ROW = 5
BUTTON_LABEL = 80
CUSTOM_ID = 100
BUTTON_URL = 512

# Ours: rows of buttons, and lines that divide, leave room for the text between them.
BUTTONS = 20
DIVIDERS = 6
TITLE = 600
FOOTER = 500
_NOTE = 60


@dataclass(frozen=True, slots=True)
class Line:
    """`before` is what Discord reads at its beginning: a bullet, a heading. Items of one list follow each other."""

    spans: Text
    before: str = ""
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    pass


Part = Line | Fence | Rule
Write = Callable[[Part], str]


def counted(text: str) -> int:
    """UTF-16 units: the strictest way that it could be counted."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut_text(text: str, limit: int) -> str:
    size = _longest(len(text), lambda size: counted(clip(text, size)) <= limit)
    return clip(text, size) if size else ""


def fit(parts: tuple[Part, ...], room: int, write: Write) -> Iterator[Part]:
    """As many as there is room for, the last of them cut, and a word on what is left out."""
    room -= _NOTE
    for number, part in enumerate(parts):
        cost = counted(write(part)) + 1
        if cost <= room:
            room -= cost
            yield part
            continue
        is_first_item = number == 0 or not _is_item(parts[number - 1])
        cut = _cut(part, room - 1, write) if not _is_item(part) or is_first_item else None
        if cut is not None:
            yield cut
        yield Line((_left_out(parts[number + (cut is not None) :], part),))
        return


def _left_out(parts: tuple[Part, ...], at: Part) -> str:
    count = len(list(takewhile(_is_item, parts)))
    if _is_item(at) and count:
        return f"and {count:,} more"
    return "… and more that does not fit here"


def _is_item(part: Part) -> bool:
    return isinstance(part, Line) and part.is_item


def _cut(part: Part, room: int, write: Write) -> Part | None:
    """None where nothing of it fits."""
    match part:
        case Line(spans):
            kept = cut_spans(spans, lambda shown: counted(write(replace(part, spans=shown))) <= room)
            return replace(part, spans=kept) if kept else None
        case Fence(text):
            size = _longest(len(text), lambda size: counted(write(Fence(clip(text, size)))) <= room)
            return Fence(clip(text, size)) if size else None
        case Rule():
            return None


def cut_spans(spans: Text, fits: Callable[[Text], bool]) -> Text:
    """As many as fit; the first that does not is shortened and ends them."""
    if fits(spans):
        return spans
    kept: Text = ()
    for span in spans:
        if fits((*kept, span)):
            kept = (*kept, span)
            continue
        shortened = _shorten(span, lambda shown: fits((*kept, shown)))  # noqa: B023 - asked at once
        return (*kept, *shortened)
    return kept


def _shorten(span: Span, fits: Callable[[Span], bool]) -> Text:
    match span:
        case str(text) | Bold(text) | Mono(text) | Link(text, _):
            size = _longest(len(text), lambda size: fits(_with_text(span, clip(text, size))))
            return (_with_text(span, clip(text, size)),) if size else ()
        case Mention() | TaskRef() | CommandLine() | _:
            return ("…",) if fits("…") else ()


def _with_text(span: Span, text: str) -> Span:
    if isinstance(span, str):
        return text
    assert isinstance(span, Bold | Mono | Link)
    return replace(span, text=text)


def _longest(most: int, fits: Callable[[int], bool]) -> int:
    """The largest size that fits, of those up to `most`; what is longer never fits better."""
    low, high = 0, min(most, TEXT)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
