"""Cards as HTML: what they look like, and that nothing somebody wrote is more than words."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest

from bot.platforms.web.cards import render_card, render_moment
from bot.platforms.web.wording import literal
from core.cards import (
    Bold,
    Bullets,
    Button,
    Card,
    Code,
    CommandLine,
    Divider,
    Field,
    Fields,
    Item,
    Link,
    LinkButton,
    Mention,
    Mono,
    Span,
    Style,
    Table,
    TaskRef,
    Tone,
    When,
    paragraph,
    row,
)
from tests.hostile import HOSTILE
from tests.html_reading import alive, plain_text

AT = datetime(2026, 11, 18, 9, 12, tzinfo=UTC)


def everything(text: str) -> Card:
    """A card with the text wherever text may stand."""
    spans: tuple[Span, ...] = (
        text, Bold(text), Mono(text), Link(text, text), Link("x", text), Link(text, "https://x.example/?q=1&r=<2>"),
        Mention(7, text), When(AT), TaskRef(text), CommandLine(text), CommandLine(text, is_pattern=True),
    )  # fmt: skip
    return Card(
        spans,
        (
            paragraph(*spans), Fields((Field(text, spans),)), Bullets((Item(spans),)), Code(text), Divider(),
            Table((text, text), (row(text, spans),)),
        ),
        buttons=(
            Button(text, text, text, Style.PRIMARY), LinkButton(text, text), LinkButton(text, "https://x.example/"),
        ),
        tone=Tone.BAD,
        footer=spans,
    )  # fmt: skip


def test_each_part_of_a_card_is_an_element_of_its_own() -> None:
    card = Card(
        (TaskRef("CHURN-12"), " is ", Bold("blocked")),
        (
            paragraph("Say ", CommandLine("lab task show CHURN-12"), " to ", Mention(3, "Ana")),
            Fields((Field("Owner", ("Ana",)), Field("Due:", (When(AT),)))),
            Bullets((Item(("one",)), Item(("two",)))),
            Table(("Task", "State"), (row("CHURN-1", "doing"),)),
            Code("a\nb"),
        ),
        buttons=(Button("Start", "task.start", "CHURN-12", Style.PRIMARY), LinkButton("Run", "https://x.example/")),
        tone=Tone.WARNING,
        footer=("said at once",),
    )
    shown = render_card(card, root="lab")
    assert plain_text(shown, with_buttons=True).splitlines() == [
        "Attention: CHURN-12 is blocked",
        "Say /lab task show CHURN-12 to @Ana",
        "Owner · Ana", "Due · 18 Nov 2026 09:12 UTC",
        "• one", "• two",
        "Task · State", "CHURN-1 · doing",
        "a", "b",
        "[Start]Run",
        "said at once",
    ]  # fmt: skip
    assert (
        '<button type="button" class="button button-primary" data-action="task.start" data-value="CHURN-12">' in shown
    )
    assert alive(shown) == []


def test_a_moment_is_one_that_every_reader_sees_in_their_own_zone() -> None:
    assert render_moment(AT) == '<time datetime="2026-11-18T09:12:00Z" data-moment>18 Nov 2026 09:12 UTC</time>'


def test_lines_to_type_have_the_roots_of_this_server() -> None:
    card = Card((CommandLine("lab-admin project list"),))
    assert 'data-line="/board-admin project list"' in render_card(card, root="board")


def test_what_only_shows_has_nothing_to_press() -> None:
    shown = render_card(everything("x"), is_alive=False)
    assert "<button" not in shown
    assert "<code>/x</code>" in shown


def check_literal(text: str) -> None:
    shown = render_card(everything(text))
    assert alive(shown) == []
    assert literal(text) in unescape(shown)
    shown.encode()


def test_whatever_was_typed_is_shown_as_it_is() -> None:
    """A third of the texts; the others in the long run."""
    for text in HOSTILE[::3]:
        check_literal(text)


@pytest.mark.soak
def test_every_text_is_shown_as_it_is() -> None:
    for text in HOSTILE:
        check_literal(text)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//x.example", "/board", "x", "", "http://",
     " https://x.example", "https://x.example/\n", "https://x.example:0/", "https://[x"],
)  # fmt: skip
@pytest.mark.parametrize("made", [lambda url: Link("words", url), lambda url: LinkButton("words", url)])
def test_what_leads_to_no_web_page_is_no_link(url: str, made: Callable[[str], Link | LinkButton]) -> None:
    target = made(url)
    card = Card((target,)) if isinstance(target, Link) else Card(("x",), buttons=(target,))
    assert "<a" not in render_card(card)


def test_fifty_kilobytes_are_shown_whole() -> None:
    text = "<b>&" * 12_500
    assert unescape(render_card(Card((text,)))).count("<b>&") == 12_500
