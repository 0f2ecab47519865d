"""What people read, and what came alive in it."""

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.fakes.slack.alive import Alive, alive, elements_alive, markup, markup_alive
from tests.fakes.slack.client import Client
from tests.fakes.slack.examples import VALID, actions, button, line, mrkdwn, plain, rich, section, word
from tests.fakes.slack.reading import date_text, message_text, mrkdwn_text, plain_text
from tests.fakes.slack.records import Blocks, Message
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.small_team import add_small_team

NAMES = {"U1": "ana", "C1": "general"}
NOVEMBER = 1_763_460_000  # 2025-11-18 10:00 UTC


def message(text: str = "", blocks: Blocks | None = None, **more: Any) -> Message:
    return Message("T001", "C1", "1.000001", "U9", text, blocks or [], **more)


def test_rich_text_is_flattened() -> None:
    blocks = [
        rich(
            line(
                word("See "),
                {"type": "link", "url": "https://x.example/1", "text": "CHURN-1"},
                word(" by "),
                {"type": "user", "user_id": "U1"},
                word(" in "),
                {"type": "channel", "channel_id": "C1"},
                word(", until "),
                {"type": "date", "timestamp": NOVEMBER, "format": "{date_short_pretty} at {time}"},
            ),
            {"type": "rich_text_list", "style": "bullet", "elements": [line(word("one")), line(word("two"))]},
            {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [line(word("three"))]},
            {"type": "rich_text_quote", "elements": [word("a\nb")]},
            {"type": "rich_text_preformatted", "elements": [word("code")]},
        )
    ]
    assert plain_text(blocks, NAMES).split("\n") == [
        "See CHURN-1 by @ana in #general, until Nov 18, 2025 at 10:00",
        "• one",
        "• two",
        "  1. three",
        "> a",
        "> b",
        "code",
    ]


def test_other_blocks() -> None:
    blocks = [
        {"type": "header", "text": plain("Churn")},
        section(text=mrkdwn("*Hello* <@U1> &amp; <https://x.example|all>"), accessory=button()),
        {"type": "context", "elements": [plain("by ana"), mrkdwn("<#C1>")]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, rich(line(word("b")))]]},
        {"type": "divider"},
        actions(button(1), button(2, text=plain("Later"))),
    ]
    expected = ["Churn", "*Hello* @ana & all", "by ana #general", "a | b", "---"]
    assert plain_text(blocks, NAMES).split("\n") == expected
    assert plain_text(blocks, NAMES, with_buttons=True).split("\n")[2] == "[Done]"
    assert plain_text(blocks, NAMES, with_buttons=True).endswith("[Done] [Later]")


@pytest.mark.parametrize("blocks", VALID.values(), ids=VALID)
def test_every_message_can_be_read(blocks: Blocks) -> None:
    assert isinstance(plain_text(blocks, {}, with_buttons=True), str)
    assert all(one.source in ("element", "markup") for one in alive(message(blocks=blocks)))


def test_dates_are_shown_in_the_readers_zone() -> None:
    assert date_text(NOVEMBER, "{date_long} {time_secs}", UTC) == "Tuesday, November 18, 2025 10:00:00"
    assert date_text(NOVEMBER, "{date_num} {time}", ZoneInfo("Asia/Tokyo")) == "2025-11-18 19:00"
    assert mrkdwn_text(f"<!date^{NOVEMBER}^{{date_num}}|then>", {}) == "2025-11-18"


def test_text_without_blocks() -> None:
    assert message_text(message("hi <@U1|x>, <!here> &lt;b&gt; <!subteam^S1|@leads>"), NAMES) == (
        "hi @ana, @here <b> @leads"
    )


def test_a_transcript_shows_threads_edits_and_buttons() -> None:
    with SlackServer() as slack:
        add_small_team(slack)
        client = Client(slack)
        root = client.chat_postMessage(channel="C1", text="card", blocks=[section(), actions(button())])["ts"]
        client.chat_postMessage(channel="C1", text="moved\nby <@U1>", thread_ts=root, reply_broadcast=True)
        client.chat_update(channel="C1", ts=root, text="card", blocks=[section(), actions(button())])
        client.pins_add(channel="C1", timestamp=root)
        slack.say("C1", "U2", "thanks")
        assert slack.channel("C1").transcript().split("\n") == [
            "labkeeper (edited) (pinned): *Churn*",
            "  [Done]",
            "    labkeeper (also in the channel): moved",
            "      by @ana",
            "ben: thanks",
        ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "<!channel> <!here|here> <!everyone>",
            [("broadcast", "channel"), ("broadcast", "here"), ("broadcast", "everyone")],
        ),
        ("<@U1> <@U2|ben> <#C1> <#C1|general>", [("user", "U1"), ("user", "U2"), ("channel", "C1"), ("channel", "C1")]),
        ("<!subteam^S1> <!date^1^{date}|x>", [("usergroup", "S1"), ("date", "!date^1^{date}")]),
        (
            "<https://x.example|click> <mailto:a@b.example>",
            [("link", "https://x.example"), ("link", "mailto:a@b.example")],
        ),
        ("<x.example|click>", [("link", "x.example")]),
        ("see https://x.example/a now", [("bare_link", "https://x.example/a")]),
        (
            "*bold* _italic_ ~strike~ `code`",
            [("code", "code"), ("bold", "bold"), ("italic", "italic"), ("strike", "strike")],
        ),
        ("(*two words*), _a_.", [("bold", "two words"), ("italic", "a")]),
        ("```a\nb```", [("preformatted", "a\nb")]),
        ("a\n> quoted", [("quote", ">")]),
        ("&gt; quoted", [("quote", "&gt;")]),
        ("*_both_*", [("bold", "_both_"), ("italic", "both")]),
        (":tada: at 10:30:15", [("emoji", "tada")]),
        ("`*not bold*`", [("code", "*not bold*")]),
    ],
)
def test_what_comes_alive(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.value) for one in markup(text, "text")] == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "&lt;!channel&gt; &lt;@U1&gt; &lt;https://",
        "@ana #general @channel",
        "2*3*4 snake_case_name a~b~c",
        "* not bold* *not bold * ** _ _",
        "*bold\nover lines*",
        "a < b > c, <b>html</b>",
        "it`s don`t",
        "a > b",
        "[link](address) **bold** # heading",
    ],
)
def test_what_stays_dead(text: str) -> None:
    assert list(markup(text, "text")) == []


def test_mrkdwn_objects_and_the_text_are_searched() -> None:
    found = alive(message("a *b*", [section(text=mrkdwn("<@U1>"), fields=[plain("*dead*"), mrkdwn("_c_")])]))
    assert found == [
        Alive("bold", "b", "text", "markup"),
        Alive("user", "U1", "blocks/0/text", "markup"),
        Alive("italic", "c", "blocks/0/fields/1", "markup"),
    ]


def test_names_and_bare_links_in_mrkdwn_objects_unless_verbatim() -> None:
    text = "ask @here or #general, https://x.example"
    assert [one.value for one in alive(message(blocks=[section(text=mrkdwn(text))]))] == [
        "https://x.example",
        "@here",
        "#general",
    ]
    assert alive(message(blocks=[section(text=mrkdwn(text, verbatim=True))])) == []
    assert [one.kind for one in alive(message("@ana", links_names=True))] == ["name"]


def test_the_text_beside_blocks_is_only_a_notification() -> None:
    assert alive(message("https://x.example", [{"type": "divider"}])) == []
    assert alive(message("<!channel>", [{"type": "divider"}])) == [Alive("broadcast", "channel", "text", "markup")]
    assert alive(message("*a* <@U1>", is_mrkdwn=False)) == [Alive("user", "U1", "text", "markup")]


def test_markdown_blocks_are_markdown() -> None:
    text = "# A\n**b** [c](https://x.example) *d* `e` <!here>"
    kinds = [one.kind for one in alive(message(blocks=[{"type": "markdown", "text": text}]))]
    assert sorted(kinds) == ["bare_link", "bold", "broadcast", "code", "heading", "italic", "link"]


def test_elements_are_told_apart_from_markup() -> None:
    link = {"type": "link", "url": "https://x.example", "text": "<!channel> *a*"}
    blocks = [rich(line(word("<@U2> *x* https://y.example", bold=True), {"type": "user", "user_id": "U1"}, link))]
    seen = message(blocks=blocks)
    assert markup_alive(seen) == []
    assert elements_alive(seen, "user") == ["U1"]
    assert elements_alive(seen, "link") == ["https://x.example"]
    assert elements_alive(seen, "bold") == ["<@U2> *x* https://y.example"]
    assert elements_alive(message(blocks=[actions(button(url="https://z.example"))]), "link") == ["https://z.example"]
