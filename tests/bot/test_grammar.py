"""Lines as people type them, and what is understood."""

import time
from contextlib import suppress
from typing import Annotated

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.app import load_catalogue
from bot.catalogue import Catalogue
from bot.command import Arg, Word, command
from bot.context import Context
from bot.grammar import format_line, parse_line
from core.cards import Card
from core.errors import InvalidInput
from tests.drivers import refusal

CATALOGUE = load_catalogue()


@command("crate extend", help="Give a crate more time")
async def extend(
    ctx: Context,
    task: Annotated[str, Word("Which task")],
    by: Annotated[str, Arg("How much longer")],
    why: Annotated[str, Arg("What is known now")],
    learned: Annotated[str, Arg("What was learned")] = "",
) -> Card:
    raise NotImplementedError


@command("run best", help="Choose the best run")
async def best(ctx: Context, task: Annotated[str, Word("Which")], rule: Annotated[str, Arg("How")]) -> Card:
    raise NotImplementedError


WIDER = Catalogue.of((*CATALOGUE.commands, extend, best))


def values(line: str) -> dict[str, str]:
    """What was given, by option; the line begins with its root."""
    root, _, words = line.partition(" ")
    return parse_line(WIDER, root, words).values


def meant(line: str) -> str:
    root, _, words = line.partition(" ")
    return parse_line(WIDER, root, words).command.line


@pytest.mark.parametrize(
    ("line", "command", "given"),
    [
        (
            "lab task new Try focal loss on tail classes kind:investigate box:10d owner:@ana",
            "lab task new",
            {"title": "Try focal loss on tail classes", "kind": "investigate", "box": "10d", "owner": "@ana"},
        ),
        ("lab task show CHURN-12", "lab task show", {"task": "CHURN-12"}),
        ("lab task list owner:me track:research", "lab task list", {"owner": "me", "track": "research"}),
        (
            "lab task set CHURN-12 points:3 version:churn@v2.0",
            "lab task set",
            {"task": "CHURN-12", "points": "3", "version": "churn@v2.0"},
        ),
        ("lab task start CHURN-12", "lab task start", {"task": "CHURN-12"}),
        (
            "lab task block CHURN-12 why:labels late cause:data",
            "lab task block",
            {"task": "CHURN-12", "why": "labels late", "cause": "data"},
        ),
        ("lab task note CHURN-12 text", "lab task note", {"task": "CHURN-12", "text": "text"}),
        (
            "lab task link CHURN-12 https://example.com/a?b=c#d",
            "lab task link",
            {"task": "CHURN-12", "url": "https://example.com/a?b=c#d"},
        ),
        ("lab task after CHURN-14 CHURN-9", "lab task after", {"task": "CHURN-14", "after": "CHURN-9"}),
        (
            "lab-admin project new CHURN name:Churn model",
            "lab-admin project new",
            {"key": "CHURN", "name": "Churn model"},
        ),
        (
            "lab crate extend CHURN-12 why:no gain over baseline by:3d",
            "lab crate extend",
            {"task": "CHURN-12", "why": "no gain over baseline", "by": "3d"},
        ),
        ("lab run best CHURN-12 rule:max:val_auc", "lab run best", {"task": "CHURN-12", "rule": "max:val_auc"}),
    ],
)
def test_the_lines_in_the_manual_mean_what_they_say(line: str, command: str, given: dict[str, str]) -> None:
    assert meant(line) == command
    assert values(line) == given


def test_a_value_runs_to_the_next_key_of_this_command() -> None:
    assert values("lab task block CHURN-1 why:the labels, by: Tuesday, points:3 are late cause:data") == {
        "task": "CHURN-1",
        "why": "the labels, by: Tuesday, points:3 are late",
        "cause": "data",
    }


def test_free_words_run_to_the_first_key() -> None:
    assert values("lab task new Ship v2 now points:3") == {"title": "Ship v2 now", "points": "3"}
    assert values("lab task new points:3") == {"points": "3"}


@pytest.mark.parametrize("pair", ['""', "“”", "””", "„“", "«»"])
def test_what_stands_in_quotes_is_never_a_key(pair: str) -> None:
    opening, closing = pair
    assert values(f"lab task new {opening}Fix owner:ana in kind:x{closing} points:3") == {
        "title": "Fix owner:ana in kind:x",
        "points": "3",
    }
    assert values(f"lab task drop CHURN-1 why:{opening}see task:none{closing}") == {
        "task": "CHURN-1",
        "why": "see task:none",
    }
    assert values(f"lab task drop CHURN-1 why: {opening} spaced why:so {closing} ")["why"] == "spaced why:so"


def test_quotes_inside_a_text_stay_and_protect() -> None:
    assert values('lab task new Rename "owner:me" to "lead" kind:refactor') == {
        "title": 'Rename "owner:me" to "lead"',
        "kind": "refactor",
    }
    assert values('lab task new "A" and "B"')["title"] == '"A" and "B"'


@pytest.mark.parametrize(
    "title",
    [
        "The team's board isn't 'done'",
        'A 27" screen',
        'He said "wait',
        'wait" he said',
        "“never closed",
        "closed»",
        '"a"b c',
        '"',
        "rock 'n' roll",
    ],
)
def test_unbalanced_quotes_and_apostrophes_are_text(title: str) -> None:
    assert values(f"lab task new {title} kind:data") == {"title": title, "kind": "data"}


def test_quotes_close_at_the_end_of_a_word() -> None:
    assert values('lab task new "The 5"-screen owner:me has" kind:data') == {
        "title": 'The 5"-screen owner:me has',
        "kind": "data",
    }


def test_empty_quotes_are_an_empty_value() -> None:
    assert values('lab task set CHURN-1 about:"" points:3') == {"task": "CHURN-1", "about": "", "points": "3"}


def test_keys_and_command_words_may_be_in_any_case() -> None:
    assert meant("lab TASK New Fix It") == "lab task new"
    assert values("lab Task NEW Fix It KIND:Data OWNER:@Ana") == {"title": "Fix It", "kind": "Data", "owner": "@Ana"}


def test_addresses_are_no_keys() -> None:
    assert values("lab task new Read https://example.com/kind:x now")["title"] == "Read https://example.com/kind:x now"
    assert values("lab task drop CHURN-1 why:see https://example.com/why and http://b") == {
        "task": "CHURN-1",
        "why": "see https://example.com/why and http://b",
    }
    assert values("lab task drop CHURN-1 why:https://example.com")["why"] == "https://example.com"
    # A scheme may even have the name of a key.
    assert values("lab task new Open about://config")["title"] == "Open about://config"


def test_a_key_without_a_value_is_given_and_empty() -> None:
    assert values("lab task set CHURN-1 about: points:3") == {"task": "CHURN-1", "about": "", "points": "3"}
    assert values("lab task set CHURN-1 about:") == {"task": "CHURN-1", "about": ""}


def test_spaces_behind_the_colon_belong_to_nobody() -> None:
    assert values("lab task drop CHURN-1 why:   no gain   ")["why"] == "no gain"


def test_a_space_before_the_colon_makes_it_text() -> None:
    assert values("lab task new Find the kind : data")["title"] == "Find the kind : data"


def test_a_key_begins_at_the_beginning_of_a_word() -> None:
    assert values("lab task block CHURN-1 why:cause:data") == {"task": "CHURN-1", "why": "cause:data"}
    assert values("lab task new un-kind:x /kind:x 3kind:x")["title"] == "un-kind:x /kind:x 3kind:x"


def test_lines_keep_their_breaks() -> None:
    note = "loss:\n\n  0.3 at step 10\n  0.2 at step 20"
    assert values(f"lab task note CHURN-1 {note}")["text"] == note
    assert values("lab task new\nFix it\nkind:data\nowner:me") == {"title": "Fix it", "kind": "data", "owner": "me"}


def test_a_key_twice_is_refused() -> None:
    with refusal(InvalidInput, "“kind” is given twice"):
        values("lab task new Fix kind:data kind:build")
    with refusal(InvalidInput, "“title” is given twice"):
        values("lab task new Fix it title:Fix that")
    with refusal(InvalidInput, "“task” is given twice"):
        values("lab task show CHURN-1 task:CHURN-2")


def test_a_misspelt_key_is_asked_about() -> None:
    with refusal(InvalidInput, "There is no “onwer:” here", "“owner:”", "quotes", "task new <title>"):
        values("lab task new Fix it onwer:me")
    assert values('lab task new "Fix it onwer:me"')["title"] == "Fix it onwer:me"
    # With a space behind the colon it is prose, and a word like no key is text.
    assert values("lab task new The labelz: fix them")["title"] == "The labelz: fix them"
    assert values("lab task new Use std::vector and C:drive")["title"] == "Use std::vector and C:drive"


def test_more_words_than_fit_are_refused_with_the_line_and_an_example() -> None:
    with refusal(InvalidInput, "“please” is too much here", "task start <task>", "lab task start CHURN-12"):
        values("lab task start CHURN-1 please")
    with refusal(InvalidInput, "“now” is too much here"):
        values("lab task list now")


def test_a_word_of_several_words_stands_in_quotes() -> None:
    assert values('lab-admin member role "Ana Lima" research') == {"member": "Ana Lima", "role": "research"}


def test_the_same_option_may_be_said_by_place_or_by_key() -> None:
    assert values("lab task after CHURN-2 CHURN-1") == values("lab task after after:CHURN-1 task:CHURN-2")


def test_a_noun_alone_is_its_default_command() -> None:
    assert meant("lab me") == "lab me show"
    assert meant("lab help task new") == "lab help"
    assert values("lab help task new") == {"words": "task new"}
    assert meant("lab-admin audit task:CHURN-1") == "lab-admin audit"


WORDS = st.text(st.characters(exclude_categories=("Z", "C"), exclude_characters=":"), min_size=1, max_size=12)
COLONS = st.sampled_from(["https://x.y/z?a=b", "Note:", "10:30", "std::sort", "3:1", "::", "about://", "Ünï:x", "x:"])


@given(words=st.lists(WORDS | COLONS, min_size=1, max_size=8))
@example(words=["it's", '5"', "«", "kind"])
@settings(max_examples=150, deadline=None)
def test_any_title_without_a_key_comes_back_as_it_was(words: list[str]) -> None:
    title = " ".join(words)
    if title[0] in '"“”„«':
        title = f"x{title}"
    assert values(f"lab task new {title} kind:investigate box:10d") == {
        "title": title,
        "kind": "investigate",
        "box": "10d",
    }


@given(value=st.text(max_size=80).filter(lambda text: '"' not in text))
@example(value="see cause:data and task: x")
@example(value="why:why:\n why: ")
@settings(max_examples=150, deadline=None)
def test_any_value_in_quotes_comes_back_as_it_was(value: str) -> None:
    assert values(f'lab task block CHURN-1 why:"{value}" cause:data') == {
        "task": "CHURN-1",
        "why": value.strip(),
        "cause": "data",
    }


@pytest.mark.parametrize(
    "piece", ['"a ', "“a ", "„a « ", "word ", "abcd:x ", "kind: ", ":", '"', "a-", "é", "kind:x "], ids=repr
)
def test_a_hundred_thousand_characters_are_read_in_one_go(piece: str) -> None:
    line = "lab task new " + (piece * (100_000 // len(piece)))
    started = time.process_time()
    with suppress(InvalidInput):
        values(line)
    # Reading it once takes half a second at most; anything quadratic takes minutes.
    assert time.process_time() - started < 10


_WORDS = st.lists(st.sampled_from(['"', "“", "”", "»", "«", "why:", "CHURN-1", "a", "b:", " ", "\n"]), max_size=8)
_TEXT = _WORDS.map("".join).map(str.strip)


@given(task=_TEXT.filter(bool), by=_TEXT, why=_TEXT)
@example(task="a", by='x" y” z»', why='why:"x"')
def test_a_written_line_is_read_as_the_values_it_was_written_from(task: str, by: str, why: str) -> None:
    given = {"task": task, "by": by, "why": why}
    assume(not any(all(f"{mark} " in f"{' '.join(text.split())} " for mark in '"”“»') for text in given.values()))
    assert parse_line(WIDER, "lab", format_line(extend, given)).values == given


_TITLES = _WORDS.map(" ".join).map(str.strip).filter(bool)


@given(title=_TITLES)
@example(title="Focal loss, again")
def test_a_written_title_is_read_as_it_was_written(title: str) -> None:
    assume(not all(f"{mark} " in f"{' '.join(title.split())} " for mark in '"”“»'))
    new = CATALOGUE.find("lab", "task", "new")
    assert new is not None
    written = format_line(new, {"title": title, "box": "5d"})
    assert parse_line(CATALOGUE, "lab", written).values == {"title": title, "box": "5d"}
    assert format_line(new, {"title": "Focal loss, again"}) == "task new Focal loss, again"
