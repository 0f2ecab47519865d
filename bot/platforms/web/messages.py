"""Messages as the page takes them: what it must know of each, and the HTML it shows."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from bot.menus import Quoted
from bot.platforms.web.cards import render_card
from bot.platforms.web.pages import render_part
from bot.platforms.web.people import BOT, name_of
from core.cards import Block, Bullets, Card, Code, Fields, Mention, Paragraph, Span, Table, TaskRef, Text, When
from core.local_chat import LocalMessage

_KEPT = 2_000


@dataclass
class Messages:
    """`root` is the first word of the commands. A message is drawn once, however many people look."""

    root: str
    _drawn: "OrderedDict[tuple[int, int], dict[str, Any]]" = field(default_factory=OrderedDict)

    def as_json(self, message: LocalMessage) -> dict[str, Any]:
        key = (message.id, message.stamp)
        if key not in self._drawn:
            self._drawn[key] = self._draw(message)
            while len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
        return self._drawn[key]

    def _draw(self, message: LocalMessage) -> dict[str, Any]:
        known = {"id": message.id, "stamp": message.stamp, "channel": message.channel, "thread": message.thread}
        if message.deleted_at is not None:
            return {**known, "gone": True}
        return {
            **known, "author": message.author, "private": bool(message.only_for), "inChannel": message.in_channel,
            "html": self.html(message),
        }  # fmt: skip

    def html(self, message: LocalMessage) -> Markup:
        card = render_card(message.card, root=self.root) if message.card is not None else None
        name = name_of(message.author)
        initials = "".join(word[0] for word in name.split()[:2])
        return render_part("message.html", message=message, card=card, name=name, initials=initials)


def quote(message: LocalMessage, address: str) -> Quoted:
    """As the menus of messages see it."""
    text = message.text or (card_words(message.card) if message.card else "")
    return Quoted(text, address, name_of(message.author) or BOT)


def card_words(card: Card) -> str:
    return "\n".join(filter(None, [_words(card.title), *map(_block_words, card.blocks)]))


def _block_words(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _words(text)
        case Fields(fields):
            return "\n".join(f"{field.name}: {_words(field.value)}" for field in fields)
        case Bullets(items):
            return "\n".join(f"{'  ' * item.level}• {_words(item.text)}" for item in items)
        case Table(_, rows):
            return "\n".join(" · ".join(_words(cell.text) for cell in row.cells) for row in rows)
        case Code(text):
            return text
        case _:
            return ""


def _words(text: Text) -> str:
    return "".join(map(_span_words, text))


def _span_words(span: Span) -> str:
    match span:
        case str():
            return span
        case Mention(_, name):
            return f"@{name}"
        case When(at):
            return f"{at:%Y-%m-%d %H:%M} UTC"
        case TaskRef(key):
            return key
        case _:
            return span.line if hasattr(span, "line") else span.text
