import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.text import clean_line, clean_text, clip, contain_direction
from tests.drivers import refusal

EMBEDDINGS, ISOLATES = "\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068"
POP_EMBEDDING, POP_ISOLATE = "\u202c", "\u2069"


def line(text):
    return clean_line(text, what="title", limit=200)


@pytest.mark.parametrize(
    "text", ["<!channel>", "@everyone", "<@U123>", "*bold* `code` | a", "&lt;b&gt;", "[x](javascript:y)", "'; DROP--"]
)
def test_what_somebody_wrote_is_kept_as_it_is(text):
    assert line(text) == text


def test_a_line_has_no_breaks_and_single_spaces():
    assert line("  Try\tfocal \r\n loss\u2028on\u00a0tails\u3000 ") == "Try focal loss on tails"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\t\n ", "\u00a0\u2003\u3000", "\u200b\u200b", "\u200e\u200f", "\u2060\ufeff", "\u202e\u202c",
        "\u0301", "\u2800", "\u3164", "\u115f", "\u1160", "\uffa0",
    ],
)  # fmt: skip
def test_a_line_that_nobody_can_see_is_refused_as_empty(text):
    with refusal(InvalidInput, "The title is empty", "in a few words"):
        line(text)


def test_marks_and_joiners_between_visible_characters_are_kept():
    assert line("\u202eabc\u202c") == "\u202eabc\u202c"
    assert line("👩\u200d🔬 می\u200cخواهم") == "👩\u200d🔬 می\u200cخواهم"


def test_the_longest_line_fits_and_one_more_character_is_refused_with_both_numbers():
    assert line("x" * 200) == "x" * 200
    with refusal(InvalidInput, "201 characters", "at most 200"):
        line("x" * 201)
    with refusal(InvalidInput, "10,000 characters", "at most 200"):
        line("x" * 10_000)


@pytest.mark.parametrize("char", ["\x00", "\x01", "\x08", "\x1b", "\x1f", "\x7f", "\x80", "\x9b", "\x9f"])
def test_a_control_character_is_refused_with_its_place(char):
    with refusal(InvalidInput, f"U+{ord(char):04X}", "position 3", "Remove it"):
        clean_text(f"ab{char}c", what="note", limit=100)


@pytest.mark.parametrize("code", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_a_lone_surrogate_is_refused(code):
    with refusal(InvalidInput, "position 2", "UTF-8"):
        clean_text(f"a{chr(code)}", what="note", limit=100)


def test_a_text_keeps_its_lines_and_tabs():
    text = " a\r\nb\rc\x0bd\x0ce\x85f\u2029g\n\nh\ti \n"
    assert clean_text(text, what="note", limit=100) == "a\nb\nc\nd\ne\nf\ng\n\nh\ti"


def test_equal_looking_texts_become_equal():
    assert line("e\u0301le\u0300ve") == line("\u00e9l\u00e8ve") == "élève"


@given(st.text(max_size=60))
def test_a_cleaned_line_is_clean_already(text):
    try:
        once = line(text)
    except InvalidInput:
        return
    assert line(once) == once
    assert not {"\x00", "\n"} & set(once)
    assert once.encode().decode() == once
    assert unicodedata.is_normalized("NFC", once)


def open_at_end(text):
    """What a reader's bidirectional stack still holds after `text` (UAX #9, rules X2 to X7)."""
    stack = []
    for char in text:
        if char in EMBEDDINGS or char in ISOLATES:
            stack.append(char)
        elif char == POP_EMBEDDING and stack and stack[-1] in EMBEDDINGS:
            stack.pop()
        elif char == POP_ISOLATE and any(opened in ISOLATES for opened in stack):
            while stack.pop() not in ISOLATES:
                pass
    return stack


@given(st.text(alphabet="ab" + EMBEDDINGS + ISOLATES + POP_EMBEDDING + POP_ISOLATE, max_size=14))
def test_a_text_cannot_turn_what_stands_after_it(text):
    contained = contain_direction(text)
    assert contained.startswith(text)
    assert open_at_end(contained) == []


def test_a_text_that_closes_what_it_opens_is_left_alone():
    assert contain_direction("a \u202eb\u202c \u2067c\u2069") == "a \u202eb\u202c \u2067c\u2069"


def test_a_clipped_text_ends_in_an_ellipsis_within_its_limit():
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdefg", 6) == "abcde…"
    assert clip("abcd  efg", 6) == "abcd…"
