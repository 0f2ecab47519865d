"""What every provider's bodies are read with: strict JSON, and fields that are asked for their type."""

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.webhook import (
    MOST_LEVELS,
    Malformed,
    flag,
    link,
    moment,
    number,
    optional_part,
    optional_text,
    optional_texts,
    parts,
    read_headers,
    read_json,
    text,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)

REFUSED = {
    "NaN": (b'{"a": NaN}', "NaN"),
    "Infinity": (b'{"a": [Infinity]}', "Infinity"),
    "minus Infinity": (b'{"a": -Infinity}', "Infinity"),
    "a number that becomes infinite": (b'{"a": 1e999}', "too large"),
    "an integer of 5,000 digits": (b'{"a": ' + b"9" * 5_000 + b"}", "not JSON"),
    "a key given twice": (b'{"a": 1, "a": 1}', "twice"),
    "a key given twice, deep inside": (b'{"a": [{"b": {"c": 1, "c": 2}}]}', "twice"),
    "a key given twice, spelt differently": (b'{"a": 1, "\\u0061": 2}', "twice"),
    "100,000 brackets": (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deep"),
    "100,000 open brackets": (b"[" * 100_000, "deep"),
    "one level too many": (b'{"a":' * (MOST_LEVELS + 1) + b"1" + b"}" * (MOST_LEVELS + 1), "deep"),
    "one level too many, of lists": (b'{"a":' + b"[" * MOST_LEVELS + b"]" * MOST_LEVELS + b"}", "deep"),
    "NUL": (b'{"a": "x\\u0000y"}', "NUL"),
    "NUL in a key": (b'{"x\\u0000": 1}', "NUL"),
    "NUL behind a backslash": (b'{"a": "\\\\\\u0000"}', "NUL"),
    "a raw NUL": (b'{"a": "\x00"}', "not JSON"),
    "a high surrogate alone": (b'{"a": "\\ud83d"}', "surrogate"),
    "a low surrogate alone": (b'{"a": "\\uDE00 x"}', "surrogate"),
    "surrogates the wrong way round": (b'{"a": "\\ude00\\ud83d"}', "surrogate"),
    "a surrogate in a key": (b'{"\\uD83D": 1}', "surrogate"),
    "a raw surrogate": (b'{"a": "\xed\xa0\xbd"}', "UTF-8"),
    "gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "UTF-8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "UTF-8"),
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
    "a list": (b"[]", "object"),
    "a text": (b'"a"', "object"),
    "null": (b"null", "object"),
    "nothing": (b"", "not JSON"),
    "half an object": (b'{"a": ', "not JSON"),
    "two objects": (b"{}{}", "not JSON"),
    "single quotes": (b"{'a': 1}", "not JSON"),
}


@pytest.mark.parametrize(("body", "why"), REFUSED.values(), ids=REFUSED)
def test_each_body_that_nobody_sends_is_refused_for_its_own_reason(body: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read_json(body)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b' {"a": [1, -0.5, true, null]} ',
        b'{"a": {"a": {"a": 1}}, "b": [{"a": 1}, {"a": 1}]}',
        b'{"text about NUL": "\\\\u0000 and \\\\ud83d"}',
        b'{"emoji": "\\ud83d\\ude00 \xf0\x9f\x98\x80", "last": "\\ud7ff\\ue000"}',
        b'{"braces in texts": "' + b"{[" * 1_000 + b'"}',
        b'{"a":' * MOST_LEVELS + b"1" + b"}" * MOST_LEVELS,
        b'{"a": ' + b"[" * (MOST_LEVELS - 1) + b"]" * (MOST_LEVELS - 1) + b"}",
        json.dumps({"message": "x\n" * 500_000}).encode(),
    ],
    ids=lambda body: body[:20],
)
def test_what_is_proper_is_read_as_it_is(body: bytes) -> None:
    assert read_json(body) == json.loads(body)


@settings(deadline=None)
@given(st.dictionaries(TEXTS, JSON, max_size=4), st.booleans())
def test_any_object_comes_back(value: dict[str, Any], ascii_only: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@settings(deadline=None)
@given(st.binary() | st.binary().map(lambda raw: b'{"a": "' + raw + b'"}'))
def test_any_bytes_are_an_object_or_malformed(body: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(read_json(body), dict)


def test_headers_are_in_lower_case_and_doubled_ones_are_joined() -> None:
    raw = [(b"X-Event", b"push"), (b"x-event", b"ping"), (b"X-Other", b"\xe9")]
    assert read_headers(raw) == {"x-event": "push, ping", "x-other": "é"}


WRONG: dict[str, tuple[Any, list[Any]]] = {
    "text": (text, [None, "", 1, [], {}]),
    "optional_text": (optional_text, [1, False, [], {}]),
    "number": (number, [None, -1, 2**53, True, 1.0, "1"]),
    "flag": (flag, [None, 0, "true"]),
    "optional_part": (optional_part, [[], "", 0, False]),
    "parts": (parts, [None, {}, [{}, 1], "ab"]),
    "optional_texts": (optional_texts, [{}, "ab", ["a", 1]]),
    "moment": (
        moment,
        [None, "", "yesterday", "2026-11-18", "2026-11-18T10:00:00", 1, "0001-01-01T00:00:00+14:00"],
    ),
    "link": (link, [1, {}]),
}


@pytest.mark.parametrize(
    ("read", "value"),
    [(read, value) for read, values in WRONG.values() for value in values],
    ids=lambda part: getattr(part, "__name__", repr(part)),
)
def test_a_field_of_another_type_is_malformed_and_named(read: Any, value: Any) -> None:
    with pytest.raises(Malformed, match="field"):
        read({"field": value}, "field")


@pytest.mark.parametrize("read", [text, number, flag, parts, moment])
def test_a_field_that_is_needed_and_missing_is_malformed(read: Any) -> None:
    with pytest.raises(Malformed, match="field"):
        read({}, "field")


def test_what_may_be_missing_is_empty() -> None:
    for of in ({}, {"a": None}):
        assert (optional_text(of, "a"), optional_part(of, "a"), optional_texts(of, "a"), link(of, "a")) == (
            "",
            {},
            [],
            "",
        )


@pytest.mark.parametrize("written", ["2026-11-18T10:00:00Z", "2026-11-18T11:00:00+01:00", "2026-11-18T10:00:00.000Z"])
def test_a_time_is_in_utc(written: str) -> None:
    found = moment({"at": written}, "at")
    assert found == datetime(2026, 11, 18, 10, tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "ftp://x.example", "//x.example", "https://x.example/a b", "https://x.example/\n", "",
     "https://x.example/" + "a" * 3_000, " https://x.example"],
)  # fmt: skip
def test_an_address_that_no_browser_should_open_is_passed_over(address: str) -> None:
    assert link({"a": address}, "a") == ""
    assert link({"a": address, "b": "https://ci.example/9"}, "a", "b") == "https://ci.example/9"
