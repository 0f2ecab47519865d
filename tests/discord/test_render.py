"""Cards as Discord's components: what people read, within the limits, with nothing alive that somebody typed."""

from datetime import UTC, datetime

from bot.app import load_catalogue
from bot.platforms.discord.clip import counted
from bot.platforms.discord.render import has_marker, render_card
from bot.platforms.discord.wording import TypedLines
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
    Table,
    TaskRef,
    Tone,
    When,
    paragraph,
    row,
)
from tests.fakes.discord.markdown import alive, shown
from tests.fakes.discord.message_checks import message_problems
from tests.harmless import check_harmless_in_discord, in_discord, texts_in_discord
from tests.hostile import CHAT, CODE, MARKUP, SLACK, TERMINAL, UNSEEN

LINES = TypedLines(load_catalogue())
SITE = "https://site.example/x"
HOSTILE = [*SLACK, *CHAT, *MARKUP, *CODE, *TERMINAL, *UNSEEN]


def everywhere(text: str) -> Card:
    return Card(
        (text,),
        (
            paragraph(text), Fields((Field("name", (text,)),)), Bullets((Item((text,)), Item(("a", text, text)))),
            Table(("column",), (row(text),)), Code(text), paragraph(Bold(text), Bold(text)),
            paragraph(Mono(text), text),
            paragraph(Link(text, SITE)), paragraph(Mention(1, text)), paragraph(CommandLine(f"lab task new {text}")),
        ),
        (Button(text, "task.show", "CHURN-1"),), footer=(text,),
    )  # fmt: skip


def contents(card: Card, **more: object) -> str:
    made = render_card(card, LINES, **more)  # type: ignore[arg-type]
    return "\n".join(texts_in_discord(made))


def test_nothing_that_somebody_typed_is_alive_wherever_it_stands() -> None:
    for text in HOSTILE:
        check_harmless_in_discord(everywhere(text))
        links = [value for kind, value in alive(contents(everywhere(text))) if kind in ("link", "masked_link")]
        assert set(links) <= {SITE}, text


def test_plain_text_is_read_as_it_was_typed() -> None:
    for text in [*CHAT, *MARKUP, "1. first\n2. second", "a_b*c", "(x) [y] {z}", "~ | > # -"]:
        content = contents(Card(("title",), (paragraph(text),))).partition("\n")[2]
        assert alive(content) == [], text
        read = shown(content, {}).replace("\u2060", "")
        assert " ".join(read.split()) == " ".join(text.split())


def test_text_of_any_length_fits() -> None:
    for sign in ("x", "*", "\U0001f600", "\n"):
        for length in (3_999, 4_000, 4_001):
            text = sign * length
            for card in (Card((text,)), Card(("t",), (paragraph(text),)), Card(("t",), (Code(text),))):
                message = in_discord(card)
                assert list(message_problems({"components": message.components}, flags=1 << 15)) == []
                assert sum(map(counted, texts_in_discord(message))) <= 4_000


def test_two_hundred_lines_say_how_many_are_left_out() -> None:
    items = tuple(Item((f"line {number} with some words behind it",)) for number in range(200))
    content = contents(Card(("t",), (Bullets(items), paragraph("afterwards"))))
    kept = content.count("\n- ")
    assert 50 < kept < 200
    assert f"and {200 - kept} more" in content
    assert "afterwards" not in content


def test_every_letter_there_is_in_a_name() -> None:
    letters = [chr(code) for code in range(0x20, 0x30000) if chr(code).isalpha()]
    for start in range(0, len(letters), 1_500):
        name = "".join(letters[start : start + 1_500])
        check_harmless_in_discord(Card(("t",), (paragraph(Mention(1, name)),)))


def test_a_card_has_its_tone_at_its_edge_and_in_a_sign_its_parts_and_its_buttons() -> None:
    card = Card(
        (TaskRef("CHURN-1"), " Try focal loss"),
        (
            paragraph("It ends ", When(datetime(2026, 11, 18, 16, tzinfo=UTC)), " for ", Mention(7, "Ana"), "."),
            Divider(),
            Fields((Field("best run", (Link("run 12", SITE),)),)),
            paragraph(CommandLine("lab task show CHURN-1")),
        ),
        (Button("Start", "task.start", "CHURN-1"), LinkButton("Open", SITE)), tone=Tone.WARNING, footer=("small",),
    )  # fmt: skip
    made = render_card(card, LINES, people={7: "1300"}, marker="labkeeper-1-1")
    (container,) = made.components
    assert made.users == ["1300"]
    assert container["accent_color"] == 0xE6A23C
    assert has_marker({"components": made.components}, "labkeeper-1-1")
    assert not has_marker({"components": made.components}, "labkeeper-1-2")
    kinds = [one["type"] for one in container["components"]]
    assert kinds == [10, 14, 10, 10, 1]
    text = "\n".join(texts_in_discord(made))
    assert text == (
        "### ▲ **CHURN-1** Try focal loss\nIt ends <t:1795017600:f> for <@1300>\\.\n"
        f"**best run\\:** [run 12]({SITE})\n`/lab task show task:CHURN-1`\n-# small"
    )
    assert [one.get("custom_id") or one["url"] for one in container["components"][-1]["components"]] == [
        "task.start:CHURN-1", SITE,
    ]  # fmt: skip


def test_a_button_that_cannot_work_is_left_out() -> None:
    card = Card(
        ("t",), (), (
            Button("a", "task.show", "x" * 100), Button("b", "", "x"), Button("c", "task.show", "1"),
            Button("d", "task.show", "1"), LinkButton("e", "javascript:alert(1)"),
        ),
    )  # fmt: skip
    (container,) = in_discord(card).components
    assert [one["label"] for one in container["components"][-1]["components"]] == ["c"]


def test_lines_are_shown_as_discord_takes_them() -> None:
    lines = TypedLines(load_catalogue(), "board")
    assert lines.typed("lab task show CHURN-12") == "/board task show task:CHURN-12"
    assert lines.typed("lab-admin project new CHURN name:Churn model") == (
        "/board-admin project new key:CHURN name:Churn model"
    )
    assert lines.typed("lab") == "/board help"
    assert lines.typed("lab nonsense here") == "/board nonsense here"
