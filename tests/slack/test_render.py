"""Cards in Slack: what people see, that nothing comes alive, and that Slack takes it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from bot.platforms.slack.clip import weight
from bot.platforms.slack.render import SlackMessage, action_of, render_card
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
    Image,
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
from tests.fakes.slack.alive import markup
from tests.fakes.slack.checks import characters, problems
from tests.fakes.slack.reading import plain_text
from tests.hostile import HOSTILE
from tests.slack.examples import CARDS, EXAMPLES, NOW, PEOPLE, hostile_cards

GOLDEN = Path(__file__).parent / "cards"
PLACES = tuple(hostile_cards(""))
# Over all blocks; well below the least that Slack was ever seen to refuse.
ENOUGH = 11_300
JOINER = "\u2060"


def parts(message: SlackMessage) -> list[dict[str, Any]]:
    """Sections, lists and code of all blocks of rich text."""
    return [part for block in message.blocks if block["type"] == "rich_text" for part in block["elements"]]


def elements(card: Card, **more: Any) -> list[dict[str, Any]]:
    """Those of the card's first section."""
    found: list[dict[str, Any]] = parts(render_card(card, **more))[0]["elements"]
    return found


def shown(card: Card) -> str:
    return plain_text(render_card(card, people=PEOPLE).blocks, {"U024BE7LH": "ana"}, with_buttons=True)


def types(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Whatever has a type, at any depth."""
    if isinstance(node, list):
        for item in node:
            yield from types(item)
    if isinstance(node, dict):
        if "type" in node:
            yield node["type"], node
        for value in node.values():
            yield from types(value)


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, list | dict):
        for item in node.values() if isinstance(node, dict) else node:
            yield from strings(item)


def check(message: SlackMessage) -> None:
    """Slack takes it."""
    assert problems(message.blocks) == []
    without_ids = [{name: value for name, value in block.items() if name != "block_id"} for block in message.blocks]
    for count in (characters, weight):
        assert count(without_ids) + 100 * len(without_ids) <= ENOUGH
    # A message made of rich text may not become one that is not (chat.update, block_mismatch).
    assert message.blocks[0]["type"] == "rich_text"
    assert all(0 < len(block["block_id"]) <= 255 for block in message.blocks)
    assert message.text.strip()
    assert len(message.text.encode()) <= 4_000
    for text in (*strings(message.blocks), message.text):
        text.encode()
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", text)
        assert_closed(text)
    for kind, node in types(message.blocks):
        if kind in ("rich_text_section", "rich_text_list", "rich_text_preformatted"):
            assert node["elements"]
        if kind == "rich_text_section":
            assert any(element["type"] != "text" or element["text"] for element in node["elements"])


def assert_closed(text: str) -> None:
    """What it opens for the direction of letters it closes."""
    opened = []
    for char in text:
        if char in "\u202a\u202b\u202d\u202e":
            opened.append("\u202c")
        elif char in "\u2066\u2067\u2068":
            opened.append("\u2069")
        elif opened and char == opened[-1]:
            opened.pop()
    assert opened == []


def check_dead(message: SlackMessage, *, links: frozenset[str] = frozenset()) -> None:
    """No element but text, apart from links to `links`, and nothing that Slack would parse."""
    harmless = {
        "rich_text", "rich_text_section", "rich_text_list", "rich_text_preformatted", "text", "table", "context",
        "plain_text", "divider", "actions", "button", "date",
    }  # fmt: skip
    for kind, node in types(message.blocks):
        assert kind in harmless or (kind == "link" and node["url"] in links), node
        if kind == "plain_text":
            assert node["emoji"] is False
        if kind == "button" and "url" in node:
            assert node["url"] in links
    check_dead_text(message.text)


def check_dead_text(text: str) -> None:
    """Stricter than Slack: no sign that formats is left at all, but an underscore inside a word."""
    assert list(markup(text, "text", links_names=True)) == []
    assert not re.search(r"[<>*`~＊｀＿]|&(?!amp;|lt;|gt;)", text)
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", text)
    assert not re.search(r"^\s*(?:&gt;|＞)", text, re.MULTILINE)
    assert not re.search(r"[@#]\w|:/|:[\w+'-]+:|\w\.[^\W\d_]{2}", text)


def links_of(text: str) -> frozenset[str]:
    """Where a card with `text` in every place may lead."""
    is_address = text.lower().startswith(("http://", "https://"))
    return frozenset({"https://example.com/x", "https://example.com", *([text] if is_address else [])})


# What people see.


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_card_is_written_as_it_always_was(name: str) -> None:
    """Remove a file to have it written anew, and look at it."""
    message = render_card(EXAMPLES[name], people=PEOPLE)
    written = json.dumps({"text": message.text, "blocks": message.blocks}, indent=1, ensure_ascii=False) + "\n"
    path = GOLDEN / f"{name}.json"
    if not path.exists():
        path.write_text(written, encoding="utf-8")
        pytest.fail(f"{path.name} was missing and is written now")
    assert written == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
def test_real_cards_are_such_as_slack_takes(name: str) -> None:
    message = render_card(EXAMPLES[name], people=PEOPLE)
    check(message)
    check_dead_text(message.text)


def test_a_title_with_its_first_lines_is_one_block() -> None:
    message = render_card(Card(("Title",), (paragraph("one"), paragraph("two"))))
    assert [block["type"] for block in message.blocks] == ["rich_text"]
    assert shown(Card(("Title",), (paragraph("one"), paragraph("two")))) == "Title\none\ntwo"


def test_a_title_is_a_heading_only_where_something_stands_below_it() -> None:
    assert elements(Card(("Ana moved it",))) == [{"type": "text", "text": "Ana moved it"}]
    assert elements(Card(("Title",), (paragraph("x"),)))[0] == {
        "type": "text", "text": "Title", "style": {"bold": True},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tone", "text"),
    [(Tone.NEUTRAL, "Title"), (Tone.GOOD, "✓ Title"), (Tone.WARNING, "▲ Title"), (Tone.BAD, "✕ Title")],
)
def test_the_tone_stands_before_the_title_and_not_in_the_notification(tone: Tone, text: str) -> None:
    assert shown(Card(("Title",), tone=tone)) == text
    assert render_card(Card(("Title",), tone=tone)).text == "Title"


@pytest.mark.parametrize(
    ("span", "element"),
    [
        ("plain", {"type": "text", "text": "plain"}),
        (Bold("b"), {"type": "text", "text": "b", "style": {"bold": True}}),
        (Mono("m"), {"type": "text", "text": "m", "style": {"code": True}}),
        (TaskRef("CHURN-12"), {"type": "text", "text": "CHURN-12", "style": {"bold": True}}),
        (Link("here", "https://example.com/a?b=1&c"), {
            "type": "link", "url": "https://example.com/a?b=1&c", "text": "here",
        }),
        (Link("", "http://example.com"), {"type": "link", "url": "http://example.com", "text": "http://example.com"}),
        (Link("x", "https://münchen.example/ä|b"), {
            "type": "link", "url": "https://m%C3%BCnchen.example/%C3%A4%7Cb", "text": "x",
        }),
        (Mention(7, "Ana"), {"type": "user", "user_id": "U024BE7LH"}),
        (Mention(8, "Ben"), {"type": "text", "text": "@Ben"}),
        (When(NOW), {
            "type": "date", "timestamp": 1794996000, "format": "{date_short_pretty} {time}",
            "fallback": "18 Nov 2026 10:00 UTC",
        }),
        (CommandLine("lab task show CHURN-12"), {
            "type": "text", "text": "/lab task show CHURN-12", "style": {"code": True},
        }),
        (CommandLine("lab-admin audit  task:<task>", is_pattern=True), {
            "type": "text", "text": "/lab-admin audit task:<task>", "style": {"code": True},
        }),
    ],
)  # fmt: skip
def test_a_span_is_an_element(span: Span, element: dict[str, Any]) -> None:
    assert elements(Card((span,)), people=PEOPLE) == [element]


@pytest.mark.parametrize(
    ("link", "text"),
    [
        (Link("x", "javascript:alert(1)"), "x (javascript:alert(1))"),
        (Link("data", "s3://bucket/key"), "data (s3://bucket/key)"),
        (Link("s3://bucket", "s3://bucket"), "s3://bucket"),
        (Link("", "//example.com"), "(//example.com)"),
        (Link("x", ""), "x"),
        (Link("x", "https://"), "x (https://)"),
        (Link("x", "http://["), "x (http://[)"),
        (Link("x", "http://a:99999999/"), "x (http://a:99999999/)"),
        (Link("x", "https://a b"), "x (https://a b)"),
        (Link("x", "https://a\nb"), "x (https://a\nb)"),
    ],
)
def test_only_an_address_on_the_web_is_a_link(link: Link, text: str) -> None:
    assert elements(Card((link,))) == [{"type": "text", "text": text}]


def test_commands_begin_with_the_root_of_the_workspace() -> None:
    lines = tuple(paragraph(CommandLine(line)) for line in ("lab me", "lab-admin audit", "lab", "laboratory", ""))
    message = render_card(Card(("t",), lines, footer=(CommandLine("lab help"),)), root="dev")
    assert plain_text(message.blocks, {}) == "t\n/dev me\n/dev-admin audit\n/dev\n/laboratory\n/dev\n/dev help"
    assert "/dev-admin audit" in message.text


def test_fields_bullets_and_code() -> None:
    card = Card(
        ("t",),
        (
            Fields((Field("lead", ("Ana",)), Field("kind:", ("data",)), Field("best run", (Mono("7f3"),)))),
            Bullets((Item(("one",)), Item((Bold("two"), " three")))),
            Code("a = 1\nb = *2*"),
            paragraph("after"),
        ),
    )
    assert shown(card) == "t\nlead: Ana\nkind: data\nbest run: 7f3\n• one\n• two three\na = 1\nb = *2*\nafter"
    assert [part["type"] for part in parts(render_card(card))] == [
        "rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_section",
    ]  # fmt: skip
    assert len(render_card(card).blocks) == 1


def test_two_lists_do_not_look_like_one() -> None:
    card = Card(("t",), (Bullets((Item(("a",)),)), Bullets((Item(("b",)),))))
    assert [len(block["elements"]) for block in render_card(card).blocks] == [2, 1]


def test_a_table_is_a_table_and_its_last_column_wraps() -> None:
    card = Card(("t",), (Table(("task", "title"), (row(TaskRef("CHURN-1"), "A"), row("", When(NOW)))),))
    table = render_card(card).blocks[1]
    assert table["type"] == "table"
    assert table["column_settings"] == [{"is_wrapped": False}, {"is_wrapped": True}]
    assert shown(card) == "t\ntask | title\nCHURN-1 | A\n  | Nov 18, 2026 10:00"


def test_a_row_has_as_many_cells_as_there_are_columns() -> None:
    table = render_card(Card(("t",), (Table(("a", "b"), (row("1"), row("1", "2", "3"))),))).blocks[1]
    assert [len(cells) for cells in table["rows"]] == [2, 2, 2]


def test_a_second_table_and_one_too_wide_are_lists() -> None:
    first, second = Table(("a",), (row("1"),)), Table(("b", "c"), (row("2", Bold("3")), row("", "4")))
    message = render_card(Card(("t",), (first, second)))
    assert [block["type"] for block in message.blocks] == ["rich_text", "table", "rich_text"]
    assert plain_text(message.blocks[2:], {}) == "b · c\n• 2 · 3\n• 4"
    wide = Table(tuple(map(str, range(21))), (row(*map(str, range(21))),))
    message = render_card(Card(("t",), (wide, first)))
    assert [block["type"] for block in message.blocks] == ["rich_text", "table"]
    assert plain_text(message.blocks[:1], {}).startswith("t\n0 · 1 · 2")


def test_the_footer_is_small_unless_something_in_it_is_alive() -> None:
    small = render_card(Card(("t",), footer=("Next: ", CommandLine("lab me"), " ", Bold("now"), Mention(8, "Ben"))))
    assert small.blocks[1] == {
        "type": "context",
        "elements": [{"type": "plain_text", "text": "Next: /lab me now@Ben", "emoji": False}],
        "block_id": "b-2",
    }
    for span in (When(NOW), Link("x", "https://example.com"), Mention(7, "Ana")):
        assert render_card(Card(("t",), footer=(span,)), people=PEOPLE).blocks[1]["type"] == "rich_text"


def test_buttons() -> None:
    card = Card(
        ("t",),
        (),
        (
            Button("Start", "task.start", "CHURN-1", Style.PRIMARY), Button("Drop", "task.drop", "", Style.DANGER),
            Button("Start", "task.start", "CHURN-2"), LinkButton("Board", "https://example.com"),
            LinkButton("Docs", "https://example.com/d"), LinkButton("no", "javascript:x"),
            Button("no", "a:2", ""), Button("no", "a" * 252, ""),
            Button("no", "a", "v" * 2_001), Button(" \n ", "x.y", "1"),
        ),
    )  # fmt: skip
    message = render_card(card)
    check(message)
    text = {"emoji": False, "type": "plain_text"}
    assert message.blocks[1]["elements"] == [
        {"type": "button", "text": {**text, "text": "Start"}, "action_id": "task.start", "value": "CHURN-1",
         "style": "primary"},
        {"type": "button", "text": {**text, "text": "Drop"}, "action_id": "task.drop", "style": "danger"},
        {"type": "button", "text": {**text, "text": "Start"}, "action_id": "task.start:2", "value": "CHURN-2"},
        {"type": "button", "text": {**text, "text": "Board"}, "action_id": "link", "url": "https://example.com"},
        {"type": "button", "text": {**text, "text": "Docs"}, "action_id": "link:2", "url": "https://example.com/d"},
        {"type": "button", "text": {**text, "text": "—"}, "action_id": "x.y", "value": "1"},
    ]  # fmt: skip
    assert [action_of(element["action_id"]) for element in message.blocks[1]["elements"]] == [
        "task.start", "task.drop", "task.start", "link", "link", "x.y",
    ]  # fmt: skip


def test_blocks_have_ids_that_stay() -> None:
    message = render_card(EXAMPLES["list"], prefix="card")
    assert [block["block_id"] for block in message.blocks] == ["card-1", "card-2", "card-3"]
    assert len(render_card(EXAMPLES["list"], prefix="p" * 300).blocks[0]["block_id"]) <= 255
    assert render_card(EXAMPLES["list"]) == render_card(EXAMPLES["list"])


def test_the_fallback_says_all_of_it_in_plain_words() -> None:
    card = Card(
        ("R&D: ", TaskRef("CHURN-12"), " at ", When(NOW)),
        (
            paragraph("for ", Mention(7, "Ana"), " see ", Link("EDA", "https://example.com")),
            Fields((Field("val_auc", ("0.91",)),)),
            Bullets((Item(("one",)),)),
            Table(("a", "b"), (row("1", ""), row("2", "3"))),
            Divider(),
            Code("x = 1"),
            Image("0" * 64, "Two bars."),
        ),
        footer=("Next: ", CommandLine("lab task show CHURN-12")),
    )
    assert render_card(card, people=PEOPLE).text.split("\n") == [
        "R&amp;D: CHURN-12 at 18 Nov 2026 10:00 UTC", f"for @{JOINER}Ana see EDA", "val_auc: 0.91", "• one", "a · b",
        "1", "2 · 3", "x = 1", "Two bars.", "Next: /lab task show CHURN-12",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fallback"),
    [
        ("a *b* _c_ ~d~ `e`", "a ∗b∗ ˍcˍ ∼d∼ 'e'"),
        ("val_auc, __init__", "val_auc, ˍˍinitˍˍ"),
        ("<!channel> & &lt;", "&lt;!channel&gt; &amp; &amp;lt;"),
        ("> a\n>> b > c", "› a\n›&gt; b &gt; c"),
        ("@here #general", f"@{JOINER}here #{JOINER}general"),
        ("https://x.example 0.91 v2.0", f"https:{JOINER}//x.{JOINER}example 0.91 v2.0"),
        (":tada: 12:30 box:10d kind:data", f":{JOINER}tada: 12:30 box:10d kind:data"),
    ],
)
def test_the_fallback_stays_readable(text: str, fallback: str) -> None:
    assert render_card(Card((text,))).text == fallback


# Nothing comes alive.


@pytest.mark.parametrize("place", PLACES)
def test_what_somebody_wrote_stays_text_in_every_place(place: str) -> None:
    for text in HOSTILE:
        message = render_card(hostile_cards(text)[place])
        check(message)
        check_dead(message, links=links_of(text))


def test_what_somebody_wrote_is_shown_as_it_is() -> None:
    for text in HOSTILE:
        if len(text) > 200 or not text.strip() or not text.isprintable():
            continue
        for card in (
            Card((text,)), Card((text,), (paragraph("x"),)), Card(("t",), (paragraph(text),)),
            Card(("t",), (Bullets((Item((text,)),)),)), Card(("t",), (Table((text,), (row(text),)),)),
            Card(("t",), (Fields((Field("f", (text,)),)),)), Card(("t",), (Code(text),)),
            Card(("t",), footer=(text, When(NOW))),
        ):  # fmt: skip
            assert text in shown(card)


def test_an_entity_somebody_wrote_is_not_read_as_one() -> None:
    """Slack reads entities in plain text, and only there."""
    card = Card(("R&D &lt;",), buttons=(Button("R&D &lt;", "a.b", "1"),), footer=("R&D &lt;",))
    message = render_card(card)
    assert elements(card)[0]["text"] == "R&D &lt;"
    assert message.blocks[1]["elements"][0]["text"] == "R&D &amp;lt;"
    assert message.blocks[2]["elements"][0]["text"]["text"] == "R&D &amp;lt;"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("a\ud800b\udfff", "ab"),
        ("a\r\nb\rc\x0bd\x85e\u2028f", "a\nb\nc\nd\ne\nf"),
        ("\u202eabc", "\u202eabc\u202c"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_what_cannot_be_sent_or_would_turn_the_text_is_put_right(text: str, sent: str) -> None:
    assert elements(Card((text,))) == [{"type": "text", "text": sent}]


def test_half_a_character_can_stand_anywhere() -> None:
    for card in hostile_cards("a\ud800\x00").values():
        message = render_card(replace(card, buttons=card.buttons[1:]))
        check(message)


# Slack takes it, however much it is.


@pytest.mark.parametrize("card", [Card(()), Card(("",)), Card((" \n",)), Card((), (paragraph(""), Code("\n")))])
def test_an_empty_card_is_not_an_error(card: Card) -> None:
    message = render_card(card)
    check(message)
    assert message.text == plain_text(message.blocks, {}) == "—"


def test_what_is_empty_is_left_out() -> None:
    card = Card(
        ("t", ""),
        (paragraph(), paragraph(" "), Bullets(()), Bullets((Item(("",)),)), Table(("a",), ()), Code(""), Fields(())),
        footer=("", " "),
    )  # fmt: skip
    assert shown(card) == "t\na"
    assert shown(Card(("t",), (Table((), (row("x"),)),))) == "t\n• x"


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    card = Card(("t",), (Bullets(tuple(Item((f"{number} " + "x" * 100,)) for number in range(300))),))
    check(render_card(card))
    *_, last, more = shown(card).split("\n")
    assert re.fullmatch(r"• and (\d+) more", more)
    assert int(last.split()[1]) + int(more.split()[2]) == 299
    assert int(last.split()[1]) > 100


def test_a_long_table_ends_with_how_many_more_there_are() -> None:
    card = Card(("t",), (Table(("n", "x"), tuple(row(str(number), "x") for number in range(130))), paragraph("after")))
    message = render_card(card)
    check(message)
    assert len(message.blocks[1]["rows"]) == 100
    assert shown(card).endswith("98 | x\nand 31 more\nafter")


def test_a_table_of_much_text_is_cut_to_what_all_its_cells_may_hold() -> None:
    card = Card(("t",), (Table(("n", "x"), tuple(row(str(n), "&" * 80) for n in range(90))),), footer=("the end",))
    message = render_card(card)
    check(message)
    assert 20 < len(message.blocks[1]["rows"]) < 30
    assert shown(card).endswith("more\nthe end")


def test_a_table_whose_heading_does_not_fit_is_counted() -> None:
    filling = paragraph("x" * 10_300)
    message = render_card(Card(("t",), (filling, Table(("y" * 400,), (row("1"), row("2"))))))
    check(message)
    assert plain_text(message.blocks[1:], {}) == "and 3 more"


def test_a_long_text_ends_in_an_ellipsis() -> None:
    for text in (
        "x" * 50_000,
        "word " * 10_000,
        "😀" * 10_000,
        "e" + "\u0301" * 20_000,
        "&" * 20_000,
        "\u202e" * 20_000,
    ):
        message = render_card(Card(("t",), (paragraph(text),), footer=("the end",)))
        check(message)
        assert parts(message)[0]["elements"][-1]["text"].rstrip("\u202c").endswith("…")
        assert message.text.rstrip("\u202c").endswith("…") or "\u202e" in text
        assert message.blocks[-1]["elements"][0]["text"] == "the end"


def test_what_comes_after_a_long_text_is_said_to_be_missing() -> None:
    card = Card(("t",), (paragraph("x" * 50_000), Divider(), paragraph("lost")))
    message = render_card(card)
    check(message)
    assert plain_text(message.blocks[-1:], {}) == "… and more that does not fit here"


def test_more_blocks_than_fit() -> None:
    card = Card(("t",), (Divider(), paragraph("x")) * 40, (Button("b", "a.b", "1"),), footer=("the end",))
    message = render_card(card)
    check(message)
    assert len(message.blocks) > 45
    assert shown(card).endswith("… and more that does not fit here\nthe end\n[b]")


def test_a_link_too_long_to_fit_leaves_an_ellipsis() -> None:
    card = Card(("t",), (paragraph("x" * 10_000, Link("y", "https://example.com/" + "a" * 2_000), "z"),))
    check(render_card(card))
    assert elements(card)[-1] == {"type": "text", "text": "…"}
    card = Card(("t",), (paragraph("x" * 9_000, Link("y" * 4_000, "https://example.com/"), "z"),))
    check(render_card(card))
    assert elements(card)[-1]["type"] == "link"
    assert elements(card)[-1]["text"].endswith("y…")


def test_titles_cells_footers_and_labels_are_kept_short() -> None:
    long = "x" * 5_000
    card = Card((long,), (Table((long,), (row(long),)),), (Button(long, "a.b", "1"),), footer=(long,))
    message = render_card(card)
    check(message)
    title, heading, cell, footer, label = (line.strip("[]") for line in shown(card).split("\n"))
    assert [len(text) for text in (title, heading, cell, footer, label)] == [599, 499, 499, 999, 75]
    assert all(text.endswith("…") for text in (title, heading, cell, footer, label))


def test_no_more_buttons_than_slack_takes() -> None:
    message = render_card(Card(("t",), buttons=tuple(Button("b", "a.b", str(number)) for number in range(40))))
    check(message)
    assert len(message.blocks[1]["elements"]) == 25
    heavy = render_card(Card(("t",), buttons=(Button("b", "a.b", "v" * 1_900),) * 9, footer=("the end",)))
    check(heavy)
    assert len(heavy.blocks[2]["elements"]) == 3


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(CARDS)
@example(Card(("²_" * 1_334,)))
def test_slack_takes_any_card(card: Card) -> None:
    message = render_card(card, people=PEOPLE)
    check(message)
    check_dead_text(message.text)
