"""What no card may do, whatever somebody typed: held against every renderer there is."""

import re
from collections import Counter
from datetime import datetime
from io import StringIO
from typing import TypeGuard
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.app import load_catalogue
from bot.platforms.discord.render import DiscordMessage
from bot.platforms.discord.render import render_card as render_for_discord
from bot.platforms.discord.wording import TypedLines
from bot.platforms.literal import web_address
from bot.platforms.slack.render import render_card as render_for_slack
from bot.platforms.terminal.render import card_as_text
from bot.platforms.terminal.render import render_card as render_for_terminal
from bot.platforms.web.cards import render_card as render_for_web
from core.cards import (
    Bold,
    Bullets,
    Card,
    Code,
    CommandLine,
    Fields,
    Image,
    Link,
    Mention,
    Mono,
    Span,
    Table,
    TaskRef,
    When,
    card_from_json,
    card_to_json,
    with_spans,
)
from core.text import contain_direction
from tests.fakes.discord.markdown import alive as alive_in_discord
from tests.fakes.discord.message_checks import message_problems
from tests.fakes.slack.alive import elements_alive, markup_alive
from tests.fakes.slack.checks import problems
from tests.fakes.slack.records import Message
from tests.html_reading import alive, plain_text

ZONE = ZoneInfo("Europe/Lisbon")
NARROW = 40
LINES = TypedLines(load_catalogue())
# A terminal acts on these; half a surrogate pair cannot be written to one.
_ACTED_ON = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Colours and weights, which the renderer itself writes.
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def in_slack(card: Card) -> Message:
    made = render_for_slack(card)
    return Message("T001", "C1", "1.1", "UBOT", made.text, made.blocks)


def in_terminal(card: Card, now: datetime) -> str:
    return card_as_text(card, zone=ZONE, now=now)


def on_screen(card: Card, now: datetime) -> str:
    """With its escape sequences, on a screen that is narrow."""
    stream = StringIO()
    console = Console(file=stream, width=NARROW, force_terminal=True, highlight=False)
    console.print(render_for_terminal(card, zone=ZONE, now=now), crop=False)
    return stream.getvalue()


def check_harmless(card: Card, now: datetime) -> None:
    """Every platform takes it, nothing in it is alive but a link to where it says, and it can be kept."""
    check_harmless_in_slack(card)
    check_harmless_in_discord(card)
    check_harmless_in_terminal(card, now)
    check_harmless_on_a_page(card)
    assert card_from_json(card_to_json(card)) == card


def check_harmless_in_slack(card: Card) -> None:
    message = in_slack(card)
    assert problems(message.blocks) == []
    assert message.text.strip()
    assert len(message.text.encode()) <= 4_000
    assert markup_alive(message) == []
    assert elements_alive(message, "user", "channel", "broadcast", "usergroup", "emoji") == []


def in_discord(card: Card) -> DiscordMessage:
    return render_for_discord(card, LINES)


def check_harmless_in_discord(card: Card) -> None:
    """Markdown of ours alone: no more marks than the card's own parts have, no mention, no link but its own."""
    message = in_discord(card)
    body = {"components": message.components, "allowed_mentions": {"parse": [], "users": message.users}}
    assert list(message_problems(body, flags=1 << 15)) == []
    found = [one for content in texts_in_discord(message) for one in alive_in_discord(content)]
    marks = Counter[str](kind for kind, _ in found)
    assert marks <= own_marks(card), (marks - own_marks(card), message.components)
    leads = {unquote(value) for kind, value in found if kind in ("masked_link", "link")}
    assert leads <= {unquote(web_address(span.url)) for span in spans(card) if isinstance(span, Link)}
    "".join(texts_in_discord(message)).encode()


def own_marks(card: Card) -> Counter[str]:
    """The most that the parts of a card itself make of each."""
    of_spans = Counter(type(span) for span in spans(card))
    listed = (len(one.items if isinstance(one, Bullets) else one.rows) for one in card.blocks if _has_items(one))
    names = sum(len(one.fields) for one in card.blocks if isinstance(one, Fields))
    columns = sum(len(one.columns) for one in card.blocks if isinstance(one, Table))
    pictures = sum(isinstance(one, Image) for one in card.blocks)
    return Counter(
        heading=1, subtext=1 + columns + pictures, date=of_spans[When], item=sum(listed),
        masked_link=of_spans[Link], link=of_spans[Link],
        code=of_spans[Mono] + of_spans[CommandLine] + of_spans[TaskRef],
        bold=of_spans[Bold] + of_spans[TaskRef] + of_spans[Mention] + names + columns,
        preformatted=sum(isinstance(one, Code) for one in card.blocks),
    )  # fmt: skip


def _has_items(block: object) -> TypeGuard[Bullets | Table]:
    return isinstance(block, Bullets | Table)


def spans(card: Card) -> list[Span]:
    """All of them, wherever they stand."""
    found: list[Span] = []

    def note(span: Span) -> Span:
        found.append(span)
        return span

    with_spans(card, note)
    return found


def texts_in_discord(message: DiscordMessage) -> list[str]:
    return [one["content"] for one in message.components[0]["components"] if "content" in one]


def check_harmless_in_terminal(card: Card, now: datetime) -> None:
    """In a pipe and on a screen: nothing acts, links, colours, or turns what stands behind it."""
    shown = in_terminal(card, now)
    assert shown.strip()
    for text in (shown, _STYLE.sub("", on_screen(card, now))):
        assert not _ACTED_ON.search(text), ascii(text)
        text.encode()
    assert contain_direction(shown) == shown, ascii(shown)


def on_a_page(card: Card) -> str:
    return plain_text(render_for_web(card), with_buttons=True)


def check_harmless_on_a_page(card: Card) -> None:
    """Nothing but our own markup, and nothing that turns what stands behind it."""
    shown = render_for_web(card)
    assert alive(shown) == []
    shown.encode()
    assert contain_direction(shown) == shown, ascii(shown)
