"""A digest laid out in messages: one where it is short, else a root and its sections in the thread, and nothing cut."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.digests.templating import Page, Section
from core.cards import (
    Block,
    Bold,
    Bullets,
    Card,
    CommandLine,
    Item,
    Link,
    Mention,
    Mono,
    Paragraph,
    Span,
    TaskRef,
    Text,
    When,
)

# Characters, as they are counted here. Discord takes 4,000 in a message, Slack about 11,000 and 50 blocks.
ONE_MESSAGE = 2_400
A_SECTION = 2_800
_MOST_ITEMS = 25
# What an item or a block costs beside its words.
_COST = 8
_OF_A_MOMENT, _OF_A_COMMAND = 30, 12


def size(blocks: Iterable[Block]) -> int:
    return sum(_size_of(block) for block in blocks)


def messages(page: Page) -> tuple[Card, tuple[Card, ...]]:
    """The root, and what stands in its thread."""
    whole = _whole(page)
    if _length(page.title) + size(whole.blocks) <= ONE_MESSAGE:
        return whole, ()
    sections = tuple(card for section in page.sections for card in _split(section))
    return Card(page.title, (*page.lead, _contents(page)), footer=page.footer), sections


def preview(page: Page, room: int) -> Card:
    """In one message of so many characters; where that is too short, each list begins and says how much is left out."""
    whole = _whole(page)
    room -= _length(page.title)
    if size(whole.blocks) <= room:
        return whole
    for most in (30, 20, 12, 8, 5, 3, 2, 1):
        sections = tuple(replace(one, blocks=tuple(_first(one.blocks, most))) for one in page.sections)
        whole = _whole(replace(page, sections=sections))
        if size(whole.blocks) <= room:
            break
    return whole


def _whole(page: Page) -> Card:
    blocks: list[Block] = list(page.lead)
    for section in page.sections:
        blocks += [Paragraph(_bold(section.heading)), *section.blocks]
    return Card(page.title, tuple(blocks), footer=page.footer)


def _contents(page: Page) -> Block:
    """What is found in the thread."""
    names = tuple(_plain(section.heading).rstrip("?").partition(":")[0] for section in page.sections)
    return Paragraph((f"In the thread: {', '.join(names)}.",))


def _split(section: Section) -> Iterator[Card]:
    """In as many messages as it needs."""
    parts: list[list[Block]] = [[]]
    for block in _pieces(section.blocks):
        full = size([*parts[-1], block]) > A_SECTION or _items([*parts[-1], block]) > _MOST_ITEMS
        if parts[-1] and full:
            parts.append([])
        parts[-1].append(block)
    joined = [tuple(_joined(part)) for part in parts]
    for number, blocks in enumerate(joined, start=1):
        more = f" ({number} of {len(joined)})" if len(joined) > 1 else ""
        yield Card((*section.heading, more) if more else section.heading, blocks)


def _pieces(blocks: Iterable[Block]) -> Iterator[Block]:
    """Lists by their items: an item stays with those that belong to it."""
    for block in blocks:
        if not isinstance(block, Bullets):
            yield block
            continue
        group: list[Item] = []
        for item in block.items:
            if group and (not item.level or size((Bullets(tuple(group)),)) > A_SECTION // 2):
                yield Bullets(tuple(group))
                group = []
            group.append(item)
        if group:
            yield Bullets(tuple(group))


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    kept: Block | None = None
    for block in blocks:
        if isinstance(kept, Bullets) and isinstance(block, Bullets):
            kept = Bullets((*kept.items, *block.items))
            continue
        if kept is not None:
            yield kept
        kept = block
    if kept is not None:
        yield kept


def _first(blocks: Iterable[Block], most: int) -> Iterator[Block]:
    for block in blocks:
        if not isinstance(block, Bullets):
            yield block
            continue
        groups = [piece for piece in _pieces((block,)) if isinstance(piece, Bullets)]
        kept = [item for group in groups[:most] for item in group.items]
        left = len(groups) - most
        if left > 0:
            kept.append(Item((f"… {left:,} more in what is posted",)))
        yield Bullets(tuple(kept))


def _items(blocks: Iterable[Block]) -> int:
    return sum(len(block.items) if isinstance(block, Bullets) else 1 for block in blocks)


def _size_of(block: Block) -> int:
    match block:
        case Paragraph(text):
            return _COST + _length(text)
        case Bullets(items):
            return sum(_COST + _length(item.text) for item in items)
        case _:
            return _COST


def _length(text: Text) -> int:
    return sum(map(_length_of, text))


def _length_of(span: Span) -> int:
    match span:
        case str():
            return len(span)
        case Bold(words) | Mono(words) | TaskRef(words):
            return len(words) + 4
        case Link(words, url):
            return len(words) + len(url) + 4
        case Mention(_, name):
            return len(name) + 20
        case When():
            return _OF_A_MOMENT
        case CommandLine(line):
            return len(line) + _OF_A_COMMAND


def _bold(text: Text) -> Text:
    return tuple(Bold(span) if isinstance(span, str) else span for span in text)


def _plain(text: Text) -> str:
    return "".join(span for span in text if isinstance(span, str))
