"""Markdown as blocks of a card: headings, paragraphs, bullets, code, bold words and links to web pages.

Whatever else Markdown knows is literal text, and so is HTML. No address that a link leads to is hidden behind another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from core.cards import Block, Bold, Bullets, Code, Divider, Item, Link, Mono, Paragraph, Span, Text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BLOCKS = ("heading", "list", "fence", "code", "hr")
_INLINE = ("backticks", "link", "autolink", "emphasis", "newline")
# Ours: deeper nobody reads.
_DEEPEST = 5


def markdown_blocks(text: str) -> tuple[Block, ...]:
    reader = _Reader()
    for token in _parser().parse(text):
        reader.read(token)
    return tuple(reader.blocks)


@cache
def _parser() -> "MarkdownIt":
    # Loaded when the first finding is shown: it takes longer than a command may add to every start.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero", {"maxNesting": 100}).enable([*_BLOCKS, *_INLINE])
    # Ours are checked where they are shown; this would leave others as half a link.
    parser.validateLink = lambda url: url.lower().startswith(("http://", "https://"))  # type: ignore[method-assign]
    return parser


@dataclass
class _Reader:
    """`lists` are those that are open: the number of the next item, or None for bullets."""

    blocks: list[Block] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    is_first: bool = False
    is_heading: bool = False

    def read(self, token: "Token") -> None:
        match token.type:
            case "heading_open":
                self.is_heading = True
            case "heading_close":
                self.is_heading = False
            case "bullet_list_open":
                self.lists.append(None)
            case "ordered_list_open":
                self.lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.is_first = True
            case "inline":
                self.add_line(tuple(_spans(token.children or ())))
            case "fence" | "code_block":
                self.blocks.append(Code(f"{token.info.strip()}\n{token.content}".strip("\n")))
            case "hr":
                self.blocks.append(Divider())

    def add_line(self, spans: Text) -> None:
        if self.is_heading:
            spans = tuple(Bold(span) if isinstance(span, str) else span for span in spans)
        if not self.lists:
            self.blocks.append(Paragraph(spans))
            return
        number, depth = self.lists[-1], len(self.lists) - 1
        mark = ""
        if number is not None and self.is_first:
            mark = f"{number}. "
            self.lists[-1] = number + 1
        self.is_first = False
        item = Item((mark, *spans) if mark else spans, min(depth, _DEEPEST))
        if number is not None and not depth:
            # A bullet before a number would say it twice.
            self.blocks.append(Paragraph(item.text))
        elif self.blocks and isinstance(self.blocks[-1], Bullets):
            self.blocks[-1] = Bullets((*self.blocks[-1].items, item))
        else:
            self.blocks.append(Bullets((item,)))


def _spans(tokens: Sequence["Token"]) -> Iterator[Span]:
    """Text that stands together is one span."""
    words: list[str] = []
    is_bold, url, linked = False, "", [""]
    for token in tokens:
        match token.type:
            case "link_open":
                yield from _said(words, is_bold)
                url, linked = str(token.attrs["href"]), []
            case "link_close":
                yield from _link("".join(linked), url)
                url = ""
            case _ if url:
                linked.append(_words(token))
            case "strong_open" | "strong_close" if token.markup == "**":
                yield from _said(words, is_bold)
                is_bold = token.type == "strong_open"
            case "code_inline":
                yield from _said(words, is_bold)
                yield Mono(token.content)
            case _:
                words.append(_words(token))
    yield from _said(words, is_bold)


def _said(words: list[str], is_bold: bool) -> Iterator[Span]:
    text = "".join(words)
    words.clear()
    if text:
        yield Bold(text) if is_bold else text


def _link(text: str, url: str) -> Iterator[Span]:
    if not text.strip() or text == url:
        yield Link(url, url)
    elif "://" in text or text.lower().startswith("www."):
        yield f"{text} ("
        yield Link(url, url)
        yield ")"
    else:
        yield Link(text, url)


def _words(token: "Token") -> str:
    """As it was written: marks that mean nothing here stay."""
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.content or token.markup
