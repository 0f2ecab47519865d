"""Cards on a terminal and in a pipe."""

import os
import pty
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text as RichText

from bot.platforms.terminal.render import card_as_text, print_card, render_card
from core.cards import (
    Block,
    Bold,
    Bullets,
    Card,
    Code,
    CommandLine,
    Divider,
    Field,
    Fields,
    Image,
    Item,
    Link,
    Mention,
    Mono,
    Span,
    Table,
    TaskRef,
    Tone,
    When,
    paragraph,
    row,
)
from core.members import zone_info
from tests.harmless import check_harmless_in_terminal
from tests.hostile import HOSTILE as CORPUS
from tests.slack.examples import hostile_cards

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
LISBON = zone_info("Europe/Lisbon")

HOSTILE = [
    "[red]red[/red] [/] [bold",
    "[link=https://evil.example]click[/link]",
    "[@click=app.bell]bell[/]",
    ":smile: :warning:",
    "{name} %s \\n \\[x]",
    "*bold* `code` <b>",
    "#1 1.5 True None https://example.com 'quoted'",
]


def text(*blocks: Block, zone: str = "Europe/Lisbon", **fields: object) -> str:
    card = Card(("Title",), blocks, **fields)  # type: ignore[arg-type]
    return card_as_text(card, zone=zone_info(zone), now=NOW).removeprefix("▌ Title\n")


def on_screen(card: Card, width: int) -> str:
    """What is printed on a terminal of that width, without its colours."""
    stream = StringIO()
    console = Console(file=stream, width=width, force_terminal=True, highlight=False)
    console.print(render_card(card, zone=LISBON, now=NOW), crop=False)
    return RichText.from_ansi(stream.getvalue()).plain


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        (paragraph("One ", Bold("two"), " ", Mono("three")), "  One two three\n"),
        (
            Fields((Field("a", ("1",)), Field("longer", (Bold("2"), " and 3")))),
            "  a       1\n  longer  2 and 3\n",
        ),
        (Bullets((Item(("one",)), Item((Bold("two"),)))), "  • one\n  • two\n"),
        (
            Table(("task", "title"), (row(TaskRef("CHURN-1"), "Fix it"), row((Bold("x"), "y"), ""))),
            "  task     title\n  CHURN-1  Fix it\n  xy\n",
        ),
        (Code("def f():\n    return 1"), "  def f():\n      return 1\n"),
        (Image("0" * 64, "Two bars."), "  Two bars.\n"),
        (Divider(), "  ────────────────────────\n"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_block_is_text(block: Block, shown: str) -> None:
    assert text(block) == shown


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        ("words", "words"),
        (Bold("words"), "words"),
        (Mono("val_auc"), "val_auc"),
        (Link("The report", "https://example.com/r"), "The report <https://example.com/r>"),
        (Link("https://example.com", "https://example.com"), "https://example.com"),
        (Mention(7, "Ana Lima"), "@Ana Lima"),
        (TaskRef("CHURN-12"), "CHURN-12"),
        (CommandLine("lab task show CHURN-12"), "labkeeper lab task show CHURN-12"),
        (CommandLine("lab task show <task>", is_pattern=True), "labkeeper lab task show <task>"),
        (When(NOW), "10:00"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_every_span_is_text(span: Span, shown: str) -> None:
    assert text(paragraph("so: ", span, ".")) == f"  so: {shown}.\n"
    assert text(Bullets((Item((span,)),))) == f"  • {shown}\n"
    assert text(footer=(span,)) == f"  {shown}\n"
    assert card_as_text(Card((span,)), zone=LISBON, now=NOW) == f"▌ {shown}\n"


@pytest.mark.parametrize(
    ("at", "zone", "shown"),
    [
        ("2026-11-18T00:00:00+00:00", "Europe/Lisbon", "00:00"),
        ("2026-11-18T23:59:00+00:00", "Europe/Lisbon", "23:59"),
        ("2026-11-17T23:59:00+00:00", "Europe/Lisbon", "17 Nov 23:59"),
        ("2026-11-17T23:59:00+00:00", "Asia/Tokyo", "08:59"),
        ("2026-11-18T15:30:00+00:00", "Asia/Tokyo", "19 Nov 00:30"),
        ("2026-11-18T15:30:00+00:00", "Asia/Kathmandu", "21:15"),
        ("2026-07-01T09:00:00+00:00", "Europe/Lisbon", "1 Jul 10:00"),
        ("2026-01-01T00:30:00+00:00", "Europe/Lisbon", "1 Jan 00:30"),
        ("2026-01-01T00:30:00+00:00", "America/New_York", "31 Dec 2025"),
        ("2025-11-18T10:00:00+00:00", "Europe/Lisbon", "18 Nov 2025"),
        ("2027-03-02T10:00:00+00:00", "Europe/Lisbon", "2 Mar 2027"),
    ],
)
def test_a_time_is_the_readers_and_as_short_as_its_distance_allows(at: str, zone: str, shown: str) -> None:
    assert text(paragraph(When(datetime.fromisoformat(at))), zone=zone) == f"  {shown}\n"


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_wrote_is_shown_as_it_is_wherever_it_stands(words: str) -> None:
    card = Card(
        (words,),
        (
            paragraph(words, Bold(words), Mono(words), Mention(1, words), Link(words, words)),
            Fields((Field(words, (words,)),)),
            Bullets((Item((words,)),)),
            Table((words, words), (row(words, words),)),
            Code(words),
        ),
        footer=(words,),
    )
    shown = card_as_text(card, zone=LISBON, now=NOW)
    assert shown == (
        f"▌ {words}\n  {words}{words}{words}@{words}{words}\n  {words}  {words}\n  • {words}\n"
        f"  {words}  {words}\n  {words}  {words}\n  {words}\n  {words}\n"
    )
    # On a screen too, and nothing of it becomes a link that can be clicked.
    assert on_screen(card, 400).split() == shown.split()
    stream = StringIO()
    Console(file=stream, force_terminal=True, width=400).print(render_card(card, zone=LISBON, now=NOW))
    assert "\x1b]8" not in stream.getvalue()


@pytest.mark.soak
@pytest.mark.parametrize("place", hostile_cards(""))
def test_the_whole_corpus_does_no_harm_in_any_place_of_a_card(place: str) -> None:
    for words in CORPUS:
        check_harmless_in_terminal(hostile_cards(words)[place], NOW)


@pytest.mark.parametrize("number", range(len(hostile_cards(""))))
def test_a_share_of_the_corpus_does_no_harm_in_each_place_of_a_card(number: int) -> None:
    """Of all places together, each text is in one."""
    places = list(hostile_cards(""))
    for words in CORPUS[number :: len(places)]:
        check_harmless_in_terminal(hostile_cards(words)[places[number]], NOW)


@pytest.mark.parametrize("code", [0x00, 0x07, 0x08, 0x0B, 0x0C, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0x9D, 0xD800, 0xDFFF])
def test_a_character_that_a_terminal_would_act_on_is_replaced(code: int) -> None:
    words = f"a{chr(code)}[31mb"
    shown = text(
        paragraph(words, Bold(words), Mono(words), Mention(1, words), Link(words, words), TaskRef(words)),
        Fields((Field(words, (words,)),)),
        Table((words,), (row(words),)),
        Code(words),
        paragraph(CommandLine(f"lab task new {words}")),
        footer=(words,),
    )
    assert chr(code) not in shown
    assert shown.count("a\ufffd[31mb") == 13
    shown.encode()


@pytest.mark.parametrize("opening", "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
def test_a_turned_direction_ends_with_the_text_that_turned_it(opening: str) -> None:
    closing = "\u202c" if opening < "\u2066" else "\u2069"
    words = f"evil{opening}txt"
    for span in (words, Bold(words), Mono(words), Mention(1, words), Link(words, "https://x.y"), TaskRef(words)):
        assert f"{words}{closing}" in text(paragraph(span, " after"))
    assert f"{words}{closing}" in text(paragraph(CommandLine(f"lab task new {words}"), " after"))
    assert text(Fields((Field(words, ("after",)),))) == f"  {words}{closing}  after\n"


def test_a_pipe_breaks_pads_and_colours_nothing() -> None:
    long = "word " * 2_000 + "end"
    card = Card(
        (long,),
        (
            paragraph(long),
            Fields((Field("a", (long,)), Field("b", ("short",)))),
            Bullets((Item((long,)),)),
            Table(("a", "b"), (row("x", long), row("y", long))),
            Code(long),
            paragraph("Say: ", CommandLine(f"lab task new {long}")),
        ),
        footer=(long,),
    )
    stream = StringIO()
    print_card(card, stream, zone=LISBON, now=NOW)
    lines = stream.getvalue().split("\n")
    assert len(lines) == 12
    assert lines[-1] == ""
    assert all(line.endswith("end") for line in lines[:-1] if len(line) > 100)
    assert not any(line.endswith(" ") for line in lines)
    assert "\x1b" not in stream.getvalue()


def test_a_screen_breaks_prose_but_never_a_line_to_copy() -> None:
    line = "lab task new " + "word " * 30 + "kind:data"
    card = Card(
        ("Title",),
        (paragraph("prose " * 20), paragraph("Did you mean: ", CommandLine(line))),
        footer=("Next: ", CommandLine(line)),
    )
    lines = on_screen(card, 40).split("\n")
    copied = f"labkeeper {line}"
    assert all(len(row) <= 40 for row in lines if copied not in row)
    assert len([row for row in lines if row.startswith("  prose")]) == 4
    assert f"  Did you mean: {copied}" in lines
    assert f"  Next: {copied}" in lines


def test_on_a_screen_a_list_is_cut_in_its_last_column_alone() -> None:
    both = Table(("who", "what"), (row("x" * 20, "y" * 30),))
    assert on_screen(Card(("Tasks",), (both,)), 40).split("\n")[2].rstrip() == f"  {'x' * 20}  {'y' * 15}…"
    table = Table(("task", "title"), (row(TaskRef("CHURN-1"), "A title " * 20), row(TaskRef("CHURN-22"), "B")))
    lines = on_screen(Card(("Tasks",), (table,)), 40).split("\n")
    assert [line.rstrip() for line in lines[1:4]] == [
        "  task      title",
        "  CHURN-1   A title A title A title A t…",
        "  CHURN-22  B",
    ]


def test_a_screen_has_colours_by_tone_and_a_pipe_has_not() -> None:
    leader, follower = pty.openpty()
    colours = set()
    with os.fdopen(follower, "w", encoding="utf-8") as screen:
        for tone in Tone:
            print_card(Card((Bold("Title"),), tone=tone), screen, zone=LISBON, now=NOW)
            screen.flush()
            shown = os.read(leader, 4_096).decode()
            found = re.match(r"\x1b\[(\d+)m▌ ", shown)
            assert found is not None, shown
            colours.add(found[1])
    os.close(leader)
    assert len(colours) == len(Tone)


def test_a_title_of_ten_thousand_characters_is_one_line_of_a_pipe() -> None:
    assert text(paragraph("x" * 10_000)) == "  " + "x" * 10_000 + "\n"
