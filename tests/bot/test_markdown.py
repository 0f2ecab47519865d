"""Markdown as cards: what becomes of it, and that nothing else ever comes alive."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.cards.markdown import markdown_blocks
from bot.platforms.slack.render import render_card
from bot.platforms.terminal.render import card_as_text
from core.cards import Bold, Bullets, Card, Code, Divider, Item, Link, Mono, Paragraph, card_from_json, card_to_json
from core.errors import InvalidInput
from core.text import clean_text
from tests.fakes.slack.alive import elements_alive, markup_alive
from tests.fakes.slack.checks import problems
from tests.fakes.slack.reading import plain_text
from tests.fakes.slack.records import Message
from tests.harmless import check_harmless, in_discord, on_a_page, texts_in_discord
from tests.hostile import HOSTILE

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
RUN = Link("the run", "https://x.example/r/1")


def shown(card: Card) -> tuple[Message, str]:
    made = render_card(card)
    message = Message("T001", "C1", "1.1", "UBOT", made.text, made.blocks)
    return message, card_as_text(card, zone=ZoneInfo("UTC"), now=NOW)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("plain", (Paragraph(("plain",)),)),
        ("two\nlines", (Paragraph(("two\nlines",)),)),
        ("one\n\ntwo", (Paragraph(("one",)), Paragraph(("two",)))),
        ("# Head `x`", (Paragraph((Bold("Head "), Mono("x"))),)),
        ("a **bold** b", (Paragraph(("a ", Bold("bold"), " b")),)),
        ("- a\n- `b`", (Bullets((Item(("a",)), Item((Mono("b"),)))),)),
        ("- a\n  - b", (Bullets((Item(("a",)), Item(("b",), 1))),)),
        ("3. a\n4. b", (Paragraph(("3. ", "a")), Paragraph(("4. ", "b")))),
        ("```py\nx = 1\n```", (Code("py\nx = 1"),)),
        ("    x = 1", (Code("x = 1"),)),
        ("a\n\n---\n\nb", (Paragraph(("a",)), Divider(), Paragraph(("b",)))),
        ("[the run](https://x.example/r/1)", (Paragraph((RUN,)),)),
        ("<https://x.example>", (Paragraph((Link("https://x.example", "https://x.example"),)),)),
        ("![run](http://x.example)", (Paragraph(("!", Link("run", "http://x.example"))),)),
        (
            "[https://bank.example](https://x.example)",
            (Paragraph(("https://bank.example (", Link("https://x.example", "https://x.example"), ")")),),
        ),
    ],
)
def test_what_is_understood(text, blocks):
    assert markdown_blocks(text) == blocks


@pytest.mark.parametrize(
    "text",
    [
        "*italic* _too_ __init__ snake_case ~~struck~~", "[x](javascript:alert(1))", "[x](ftp://x.example)", "[x][y]",
        "[y]: https://x.example", "&amp; &lt;", r"C:\new \* \[x\]", "<b>bold</b>", "> quote", "| a |\n|---|",
        "https://x.example", "title\n===", "a  b", "2 * 3 * 4", "#no heading", "-no bullet", "`open", "**open",
    ],
)  # fmt: skip
def test_everything_else_is_literal(text):
    assert markdown_blocks(text) == (Paragraph((text,)),)


@pytest.mark.parametrize(
    "form", ["{}", "# {}", "- {}", "1. {}", "**{}**", "[{}](https://x.example)", "```\n{}\n```", "`{}`"]
)
def test_whatever_is_written_does_no_harm_anywhere(form):
    for text in HOSTILE:
        try:
            page = clean_text(form.format("\n").join(["", ""]) + form.replace("{}", text), what="page", limit=10_000)
        except InvalidInput:
            continue
        card = Card(("Finding 1: x",), markdown_blocks(page))
        assert card_from_json(card_to_json(card)) == card
        message, in_terminal = shown(card)
        assert problems(message.blocks) == []
        assert markup_alive(message) == [], text
        assert {alive.kind for alive in elements_alive(message)} <= {"link", "bold", "code", "preformatted"}, text
        assert not set(in_terminal) & set("\x1b\x07\x9b\x00"), text


def test_both_renderers_show_a_page():
    page = "# Half\n\nSee [the run](https://x.example/r/1): `auc` is **up**\n\n- one\n- two\n\n```\nx = 1\n```"
    message, in_terminal = shown(Card(("Finding 1",), markdown_blocks(page)))
    text = plain_text(message.blocks, {})
    for words in ("Half", "the run", "auc is up", "• one", "x = 1"):
        assert words in text
    for words in ("Half", "the run <https://x.example/r/1>", "auc is up", "• one", "x = 1"):
        assert words in in_terminal


def test_a_list_within_a_list_is_indented_everywhere():
    card = Card(("Finding 1",), markdown_blocks("- one\n  - two\n    - three\n- four\n"))
    message, in_terminal = shown(card)
    assert plain_text(message.blocks, {}).split("\n")[1:] == ["• one", "  • two", "    • three", "• four"]
    assert [line[2:] for line in in_terminal.split("\n") if line][1:] == ["• one", "  – two", "    – three", "• four"]
    assert texts_in_discord(in_discord(card)) == ["### Finding 1\n- one\n  - two\n    - three\n- four"]
    assert on_a_page(card) == "Finding 1\n• one\n– two\n– three\n• four"
    assert check_harmless(card, NOW) is None


@pytest.mark.parametrize(
    "piece", ["[", "*a ", "**a ", "[a](<", "[a", "`a``", "- ", "1. ", "> ", "* * ", "<h", "](", "**x[**y](a) "]
)
def test_a_page_takes_no_longer_to_read_than_its_length(piece):
    spent = []
    for length in (2_500, 10_000):
        page = piece * (length // len(piece))
        started = time.process_time()
        markdown_blocks(page)
        spent.append(time.process_time() - started)
    assert spent[1] < 0.5 + 16 * spent[0]
