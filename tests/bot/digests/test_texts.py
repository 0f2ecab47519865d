"""What digests say: the full examples word for word on every platform, and any words that people wrote.

`LABKEEPER_WRITE_TRANSCRIPTS=1` writes the examples anew; then read what changed.
"""

import os
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from bot.cards.outlook import outlook
from bot.digests.as_markdown import as_markdown
from bot.digests.layout import A_SECTION, ONE_MESSAGE, messages, preview, size
from bot.digests.monthly import monthly_gist, monthly_page, monthly_silence
from bot.digests.templating import Page
from bot.digests.weekly import weekly_gist, weekly_page, weekly_silence
from bot.digests.wording import best_so_far
from bot.platforms.slack.render import render_card
from core.cards import Card
from core.digest_archive import summary_from_json, summary_to_json
from core.digest_records import Listed
from core.digest_runs import DigestText
from core.metrics import Direction, MetricDefinition, Reading
from core.numbers import Numbers
from tests.core.digest_examples import DROPPED, INVESTIGATION, MONTH, WEEK
from tests.core.large_examples import LARGE_MONTH, LARGE_WEEK, TERMS
from tests.fakes.slack.reading import plain_text
from tests.harmless import check_harmless, in_discord, in_slack, in_terminal, on_a_page, texts_in_discord
from tests.hostile import HOSTILE

GOLDEN = Path(__file__).parent
LONG = "why " * 125


def week(summary=WEEK) -> Page:
    return weekly_page(summary, projects="CHURN", hidden=2)


def month(summary=MONTH, terms=()) -> Page:
    return monthly_page(summary, projects="CHURN", hidden=0, terms=terms)


PAGES = {"weekly": week(), "monthly": month()}
LARGE = {
    "weekly": weekly_page(LARGE_WEEK, projects="CHURN, RANK, DEMAND, FRAUD and 1 more", hidden=2),
    "monthly": monthly_page(LARGE_MONTH, projects="CHURN, RANK, DEMAND, FRAUD and 1 more", hidden=2, terms=TERMS),
}


def all_cards(page: Page) -> list[Card]:
    root, sections = messages(page)
    return [root, *sections, preview(page, 3_400)]


def golden(pages: dict[str, Page]) -> str:
    parts = []
    for name, page in pages.items():
        for number, card in enumerate(all_cards(page)):
            parts += [f"# {name} {number}", "## Slack", plain_text(in_slack(card).blocks, {}, with_buttons=True)]
            parts += ["## Discord", *texts_in_discord(in_discord(card))]
            parts += ["## terminal", in_terminal(card, WEEK.as_of), "## on a page", on_a_page(card)]
    return "\n".join(parts)


@pytest.mark.parametrize(("name", "pages"), [("digests", PAGES), ("large", LARGE)], ids=["each thing once", "large"])
def test_the_examples_read_as_they_are_written(name: str, pages: dict[str, Page]) -> None:
    told, path = golden(pages), GOLDEN / f"{name}.txt"
    if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", LARGE.values(), ids=LARGE)
def test_a_large_one_fits_every_chat(page: Page) -> None:
    root, sections = messages(page)
    assert len(sections) > 6
    for card in (root, *sections, preview(page, 3_400)):
        check_harmless(card, WEEK.as_of)
        for shown in (plain_text(in_slack(card).blocks, {}), "\n".join(texts_in_discord(in_discord(card)))):
            assert "does not fit" not in shown
            assert "… and" not in shown


def spoilt(value: Any, text: str) -> Any:
    """The summary with `text` in every field that holds words of people."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return text
    if isinstance(value, tuple):
        return tuple(spoilt(item, text) for item in value)
    if is_dataclass(value) and type(value).__name__ != "Period":
        return replace(value, **{one.name: spoilt(getattr(value, one.name), text) for one in fields(value) if one.init})
    return value


# Each kind of trouble once in a while; all of them in the long run.
@pytest.mark.parametrize("text", [*HOSTILE[::20], LONG])
def test_whatever_people_wrote_is_shown_as_it_is(text: str) -> None:
    check_all_harmless(text)


@pytest.mark.soak
@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_anybody_could_write_is_shown_as_it_is(text: str) -> None:
    check_all_harmless(text)


def check_all_harmless(text: str) -> None:
    for page in (week(spoilt(WEEK, text)), month(spoilt(MONTH, text))):
        check_harmless(preview(page, 3_400), WEEK.as_of)


@pytest.mark.parametrize("text", HOSTILE[::7])
def test_as_markdown_it_reads_the_same_to_whoever_parses_it(text: str) -> None:
    """Everything that people wrote is words, and nothing of it formats, links or begins a block."""
    page = week(spoilt(WEEK, text))
    root, sections = messages(page)
    parsed = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .parse(as_markdown(DigestText(root=root, sections=sections)))
    )
    kinds = {token.type for token in parsed} | {one.type for token in parsed for one in token.children or ()}
    assert kinds <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "bullet_list_open",
        "bullet_list_close", "list_item_open", "list_item_close", "hr", "strong_open", "strong_close", "text_special",
    }  # fmt: skip
    assert sum(token.type == "heading_open" for token in parsed) == 1 + len(sections)


def test_braces_and_markdown_of_a_title_are_words() -> None:
    title = "{{ 7*7 }} **not bold** [x](https://x.example) <b> {% raw %}"
    said = in_terminal(all_cards(week(replace(WEEK, research=Listed((titled(title),), 1))))[1], WEEK.as_of)
    assert title in said


def titled(title: str):
    return replace(INVESTIGATION, task=replace(INVESTIGATION.task, title=title))


def test_a_short_digest_is_one_message() -> None:
    empty = {one.name: Listed() for one in fields(WEEK) if isinstance(getattr(WEEK, one.name), Listed)}
    root, sections = messages(week(replace(WEEK, **{**empty, "research": WEEK.research})))
    assert sections == ()
    assert size(root.blocks) <= ONE_MESSAGE


@pytest.mark.parametrize("count", [3, 100, 2_000])
def test_a_long_digest_is_a_root_and_a_thread_and_nothing_of_it_is_cut_off(count: int) -> None:
    decisions = [
        replace(DROPPED, task=replace(DROPPED.task, title=f"Question {number}", id=number), learned=f"{LONG}{number}")
        for number in range(min(count, 100))
    ]
    root, sections = messages(week(replace(WEEK, decided=Listed(tuple(decisions), count))))
    for card in (root, *sections):
        message = render_card(card)
        assert size(card.blocks) <= A_SECTION
        assert len(message.blocks) <= 50
        assert "more that does not fit" not in plain_text(message.blocks, {})
        assert "and 1 more" not in plain_text(message.blocks, {})
    said = "\n".join(in_terminal(card, WEEK.as_of) for card in sections)
    assert all(f"Question {number} " in said for number in range(min(count, 100)))
    assert (f"and {count - 100:,} more" in said) is (count > 100)


def test_a_preview_is_one_message_and_says_how_much_it_leaves_out() -> None:
    many = tuple(titled(f"Question {number}: {LONG}") for number in range(60))
    card = preview(week(replace(WEEK, research=Listed(many, 60))), 8_000)
    said = plain_text(render_card(card).blocks, {})
    assert "more in what is posted" in said
    assert "does not fit" not in said
    assert "Since last week" in said


def test_dropped_research_reads_as_a_learning() -> None:
    for page in (week(), month()):
        said = " ".join(in_terminal(card, WEEK.as_of) for card in all_cards(page)).casefold()
        assert "fail" not in said.replace("change failure rate", "")
        assert not any(word in said for word in ("dropped", "wasted", "blame"))


def test_the_week_is_silent_only_while_nothing_changes() -> None:
    quiet = replace(WEEK, decided=Listed(), deployed=Listed(), data_ready=Listed())
    gist = weekly_gist(quiet)
    assert weekly_silence(quiet, gist, None) == ""
    assert weekly_silence(quiet, gist, gist) == "nothing changed since the last plan"
    assert weekly_silence(WEEK, gist, gist) == ""
    assert weekly_silence(quiet, gist, weekly_gist(WEEK)) == "nothing changed since the last plan", "it had news then"
    another_run = replace(INVESTIGATION, runs=INVESTIGATION.runs + 1)
    assert weekly_gist(replace(quiet, research=Listed((another_run, *quiet.research.items[1:]), 2, 2))) != gist
    later = replace(quiet, as_of=quiet.as_of + timedelta(days=7))
    assert weekly_gist(later) == gist
    assert weekly_gist(replace(quiet, blocked=Listed())) != gist


def test_a_month_in_which_nothing_was_is_silent() -> None:
    assert monthly_silence(MONTH) == ""
    empty = {one.name: Listed() for one in fields(MONTH) if isinstance(getattr(MONTH, one.name), Listed)}
    nothing = replace(MONTH, **empty, numbers=Numbers(period=MONTH.month), before=None)
    assert monthly_silence(nothing) != ""
    assert monthly_gist(MONTH) == monthly_gist(nothing)
    assert "Nothing was decided or deployed." in in_terminal(all_cards(month(nothing))[0], MONTH.as_of)


@pytest.mark.parametrize("summary", [WEEK, MONTH], ids=["week", "month"])
def test_a_summary_reads_as_it_was_stored(summary) -> None:
    assert summary_from_json(summary_to_json(summary)) == summary


TODAY = date(2026, 12, 1)
WAITS = {"decisions": MONTH.coming.items[0].decisions, "decide_by": MONTH.coming.items[0].decide_by}
NOTHING_BEFORE = {"decisions": (), "blockers": (), "decide_by": None}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"target": None, **WAITS}, "When it will be ready is not known before that, so no date is promised."),
        (
            {"target": date(2026, 12, 18), **WAITS},
            "wanted by 18 December. Whether that holds is not known before that.",
        ),
        ({"target": date(2026, 12, 8), **WAITS}, "planned for after that day, so as things stand it will be later."),
        (
            {"target": date(2027, 1, 8), **NOTHING_BEFORE},
            "It is wanted by 8 January 2027, and nothing stands before it",
        ),
        ({"target": None, **NOTHING_BEFORE}, "Nothing stands before it but the work itself; no date was named for it."),
        (
            {"target": date(2026, 11, 30), **WAITS},
            "It was wanted by 30 November, and that day is over. When it will be",
        ),
        ({"target": date(2026, 11, 30), **NOTHING_BEFORE}, "that day is over. Nothing stands before it but the work"),
        ({"is_running": True, **WAITS}, "It runs in production already; what is open goes on beside that."),
    ],
)
def test_when_it_will_be_ready_is_said_as_far_as_it_is_known(fields, said) -> None:
    one = replace(MONTH.coming.items[0], **{"blockers": (), **fields})
    assert said in outlook(one, zone="Europe/Lisbon", today=TODAY)
    assert said in in_terminal(preview(month(replace(MONTH, coming=Listed((one,), 1))), 9_000), MONTH.as_of)


@pytest.mark.parametrize(
    ("highest", "lowest", "direction", "said"),
    [
        (0.93, 0.7, Direction.UP, "best so far: f1 0.93, above the target of 0.90 (baseline 0.80), last 0.85"),
        (0.93, 0.7, Direction.DOWN, "best so far: f1 0.7, below the target of 0.9 (lower is better) (baseline 0.8)"),
        (0.85, 0.7, Direction.UP, "best so far: f1 0.85, below the target of 0.90 (baseline 0.80)"),
        (0.93, 0.7, None, "newest figures: f1 0.85"),
    ],
)
def test_of_several_values_the_best_is_told_where_it_is_known_which_is_better(highest, lowest, direction, said) -> None:
    reading = Reading("f1", 0.85, WEEK.as_of, highest=highest, lowest=lowest)
    meaning = (
        MetricDefinition(project_id=1, name="f1", direction=direction, baseline=0.8, target=0.9) if direction else None
    )
    assert best_so_far([(reading, meaning)]).startswith(said)
    assert ("last" in best_so_far([(reading, meaning)])) is (said.startswith("best") and highest != 0.85)
