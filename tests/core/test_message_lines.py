import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.message_lines import SUBJECT_LIMIT, first_line, is_revert, own_lines, storable_line, without_number
from core.text import clean_line
from tests.hostile import HOSTILE


def test_own_lines_are_what_the_author_wrote():
    message = "One\r\n\r\n> two\n    three\n```\nfour\n```\n<!-- five\nsix -->seven\n\teight\r nine"
    assert list(own_lines(message)) == ["One", "seven", " nine"]


@pytest.mark.parametrize(
    "message",
    [
        'Revert "x"', "Revert “x”", 'Reapply "x"', "revert: x", "Revert(loader): x", "revert!: x", '\n \nRevert "x"',
        "\ufeffRevert “x”", "Take it back\n\nThis reverts commit 1a2b.",
    ],
)  # fmt: skip
def test_a_revert_is_known_by_its_subject_or_first_words(message):
    assert is_revert(message)


@pytest.mark.parametrize(
    "message",
    [
        "", "\n", "Revert x", "Reverts the order", "reverted: x", "x\n\ny\n\nThis reverts commit 1a2b.",
        'Do not Revert "x"', "This reverts commit 1a2b", "revert (x): y",
    ],
)  # fmt: skip
def test_what_is_no_revert(message):
    assert not is_revert(message)


@pytest.mark.parametrize(
    ("message", "before"),
    [
        ("CHURN-1 #note seeds (#7)", "CHURN-1 #note seeds"), ("Tails (#1234)\n\nWhy (#8)", "Tails\n\nWhy (#8)"),
        ("Tails (#7) \r\nWhy", "Tails\r\nWhy"), ("Tails (#7) (#8)", "Tails (#7)"),
    ],
)  # fmt: skip
def test_the_number_of_a_squashed_pull_request_is_no_word_of_the_author(message, before):
    assert without_number(message) == before
    assert list(own_lines(message)) == [line for line in before.splitlines() if line]


@pytest.mark.parametrize("message", ["", "(#7)", "Tails(#7)", "Tails (#7) more", "Tails (7)", "Tails (#x)", "\n(#7)"])
def test_other_brackets_stay(message):
    assert without_number(message) == message


def test_the_first_line_is_the_subject_on_one_line():
    assert first_line("\n\n  Train \t on tails \r\n\r\nBecause") == "Train on tails"
    assert first_line("\ufeffTails") == "Tails"
    assert first_line("") == first_line("\n \n") == first_line("\u200b\n\nBody") == ""


def test_the_first_line_is_clipped():
    assert first_line("x" * 5_000) == "x" * (SUBJECT_LIMIT - 1) + "…"


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800a\udfff", "\x00", "a\x1b[31mb", "\ufb2c" * 400])
def test_any_text_becomes_storable(text):
    assert_storable(text)


@given(st.text(max_size=60))
def test_whatever_was_written_becomes_storable(text):
    assert_storable(text)


def assert_storable(text):
    line = storable_line(text, 50)
    assert not line or clean_line(line, what="line", limit=50) == line
    assert line.encode().decode() == line


def test_what_grows_when_it_is_normalized_is_clipped_again():
    assert storable_line("\ufb2c" * 50, 50) == ("\u05e9\u05bc\u05c1" * 17)[:49] + "…"


def test_what_is_visible_stays():
    assert storable_line(" a\x00b \ud800c\x9b ", 50) == "ab c"
    assert storable_line("\ud800", 50) == storable_line("\u200b", 50) == storable_line("", 50) == ""
