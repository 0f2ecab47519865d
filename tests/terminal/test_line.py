"""What a shell passes, and the line that was meant; and a line as a shell takes it."""

import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.app import load_catalogue
from bot.grammar import parse_line
from bot.platforms.terminal.line import join_words
from bot.platforms.terminal.render import command_text

CATALOGUE = load_catalogue()


def values(*words: str, root: str = "lab") -> dict[str, str]:
    """What is understood of these words of a shell."""
    return parse_line(CATALOGUE, root, join_words(words, CATALOGUE.keys(root, words))).values


def test_words_without_quotes_are_a_line() -> None:
    assert values("task", "new", "Try", "focal", "loss", "kind:investigate", "box:10d") == {
        "title": "Try focal loss",
        "kind": "investigate",
        "box": "10d",
    }


def test_one_word_is_the_whole_line() -> None:
    assert values('task new "Fix owner:ana" kind:data') == {"title": "Fix owner:ana", "kind": "data"}
    assert values("task show CHURN-1") == {"task": "CHURN-1"}


@pytest.mark.parametrize(
    "title",
    [
        "Fix the loader",
        "Fix owner:ana in the form",
        "Note: this is it",
        "Note: owner:ana is wrong",
        'Say "hello" twice',
        '“Curly” and "straight"',
        "https://example.com is down",
        "titlecase:no and kind:of",
        "two\nlines",
    ],
)
def test_a_text_that_the_shell_kept_together_is_one_text(title: str) -> None:
    assert values("task", "new", title, "kind:data") == {"title": title, "kind": "data"}


@pytest.mark.parametrize(
    "value", ["no gain", "see cause:data there", 'said "no" to it', " spaced ", "two\nlines", "why: why?"]
)
def test_a_key_and_its_value_in_one_word_stay_together(value: str) -> None:
    expected = {"task": "CHURN-1", "why": value.strip(), "cause": "data"}
    assert values("task", "block", "CHURN-1", f"why:{value}", "cause:data") == expected
    assert values("task", "block", "CHURN-1", f"WHY:{value}", "cause:data") == expected


def test_a_misspelt_key_in_one_word_is_still_seen() -> None:
    with pytest.raises(Exception, match="Did you mean “title:”"):
        values("task", "new", "titel:Fix the loader")


def test_a_name_of_two_words_is_one_word_for_a_command() -> None:
    assert values("member", "role", "Ana Lima", "research", root="lab-admin") == {
        "member": "Ana Lima",
        "role": "research",
    }


def test_an_empty_word_is_an_empty_value() -> None:
    assert values("task", "note", "CHURN-1", "") == {"task": "CHURN-1", "text": ""}


QUOTES = '"“”„«»'
TEXTS = st.text(min_size=1, max_size=60).filter(
    lambda text: text.strip()[:1] not in QUOTES and not all(closing in text for closing in '"”»')
)


@given(value=TEXTS)
@example(value="cause:data")
@example(value="a cause:data\n “b” «")
@settings(max_examples=150, deadline=None)
def test_any_value_in_one_word_comes_back_as_it_was(value: str) -> None:
    assert values("task", "block", "CHURN-1", f"why:{value}", "cause:data") == {
        "task": "CHURN-1",
        "why": value.strip(),
        "cause": "data",
    }


@given(rest=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
@example(rest="\"Fix owner:ana\" kind:data; rm -rf $(HOME) `x` 'y' && *")
@settings(max_examples=150, deadline=None)
def test_any_line_comes_back_from_a_shell_as_the_words_it_was(rest: str) -> None:
    shown = shlex.split(command_text(f"lab task new {rest} end"))
    assert shown[:2] == ["labkeeper", "lab"]
    assert join_words(shown[2:], frozenset()).split()[: 2 + len(rest.split())] == ["task", "new", *rest.split()]


def test_a_copied_line_makes_a_shell_do_nothing_else(tmp_path: Path) -> None:
    title = 'It\'s $(touch made) `touch made`; touch made & "$HOME" > made | *? \\ ! #x ~ {a,b}'
    line = command_text(f"lab task new {title} kind:data")
    script = f"labkeeper() {{ printf '%s\\n' \"$@\"; }}\n{line}"
    shown = subprocess.run(
        ["/bin/sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30
    )  # fmt: skip
    assert shown.stdout.split("\n")[:-1] == ["lab", "task", "new", *title.split(), "kind:data"]
    assert list(tmp_path.iterdir()) == []


def test_a_pattern_is_shown_as_it_is() -> None:
    assert command_text("lab task show <task> [why:…]", is_pattern=True) == "labkeeper lab task show <task> [why:…]"
