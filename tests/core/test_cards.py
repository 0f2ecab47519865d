import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cards import (
    Block,
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
    Paragraph,
    Row,
    Span,
    Style,
    Table,
    TaskRef,
    Tone,
    When,
    card_from_json,
    card_to_json,
)
from core.ids import TaskKey

TEXT = st.text(max_size=12)
SPAN = st.one_of(
    TEXT,
    st.builds(Bold, TEXT),
    st.builds(Mono, TEXT),
    st.builds(Link, TEXT, TEXT),
    st.builds(Mention, st.integers(), TEXT),
    st.builds(When, st.datetimes(timezones=st.just(UTC))),
    st.builds(TaskRef, TEXT),
    st.builds(CommandLine, TEXT, st.booleans()),
)
SPANS = st.lists(SPAN, max_size=4).map(tuple)
ITEMS = st.lists(st.builds(Item, SPANS), max_size=3).map(tuple)
BLOCK = st.one_of(
    st.builds(Paragraph, SPANS),
    st.builds(Fields, st.lists(st.builds(Field, TEXT, SPANS), max_size=3).map(tuple)),
    st.builds(Bullets, ITEMS),
    st.builds(Table, st.lists(TEXT, max_size=3).map(tuple), st.lists(st.builds(Row, ITEMS), max_size=3).map(tuple)),
    st.builds(Code, TEXT),
    st.just(Divider()),
    st.builds(Image, TEXT, TEXT),
)
BUTTON = st.builds(Button, TEXT, TEXT, TEXT, st.sampled_from(Style)) | st.builds(LinkButton, TEXT, TEXT)
CARD = st.builds(
    Card,
    title=SPANS,
    blocks=st.lists(BLOCK, max_size=4).map(tuple),
    buttons=st.lists(BUTTON, max_size=3).map(tuple),
    tone=st.sampled_from(Tone),
    footer=SPANS,
    facts=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
)

EVERY_SPAN = (
    "plain <!channel>", Bold("b"), Mono("m"), Link("l", "https://example.com"), Mention(7, "Ana"),
    When(datetime(2026, 11, 18, 10, tzinfo=UTC)), TaskRef("CHURN-1"), CommandLine("lab task show CHURN-1"),
)  # fmt: skip
EVERY_BLOCK = (
    Paragraph(EVERY_SPAN), Fields((Field("owner", ("Ana",)),)), Bullets((Item(("x",)),)),
    Table(("a", "b"), (Row((Item(("1",)), Item(("2",)))),)), Code("print()"), Divider(),
)  # fmt: skip
# Blocks that came later, as they were written first.
SINCE = {Image("ab12", "Two bars."): {"type": "Image", "id": "ab12", "alt": "Two bars."}}
# Version 1, as it was written when 0.1.0 came out. It stays as it is: stored cards must always read.
VERSION_1 = {
    "version": 1,
    "type": "Card",
    "title": ["A title"],
    "blocks": [
        {
            "type": "Paragraph",
            "text": [
                "plain <!channel>",
                {"type": "Bold", "text": "b"},
                {"type": "Mono", "text": "m"},
                {"type": "Link", "text": "l", "url": "https://example.com"},
                {"type": "Mention", "member_id": 7, "name": "Ana"},
                {"type": "When", "at": "2026-11-18T10:00:00+00:00"},
                {"type": "TaskRef", "key": "CHURN-1"},
                {"type": "CommandLine", "line": "lab task show CHURN-1"},
            ],
        },
        {"type": "Fields", "fields": [{"type": "Field", "name": "owner", "value": ["Ana"]}]},
        {"type": "Bullets", "items": [{"type": "Item", "text": ["x"]}]},
        {
            "type": "Table",
            "columns": ["a", "b"],
            "rows": [{"type": "Row", "cells": [{"type": "Item", "text": ["1"]}, {"type": "Item", "text": ["2"]}]}],
        },
        {"type": "Code", "text": "print()"},
        {"type": "Divider"},
    ],
    "buttons": [
        {"type": "Button", "label": "Drop", "action": "timebox.drop", "value": "42", "style": "danger"},
        {"type": "LinkButton", "label": "Open", "url": "https://example.com"},
    ],
    "tone": "warning",
    "footer": ["end"],
    "facts": [["key", "CHURN-1"]],
}


@given(CARD)
def test_a_card_reads_as_it_was_stored(card):
    assert card_from_json(json.loads(json.dumps(card_to_json(card)))) == card


def test_a_card_of_version_1_still_reads():
    card = Card(
        title=("A title",),
        blocks=EVERY_BLOCK,
        buttons=(Button("Drop", "timebox.drop", "42", Style.DANGER), LinkButton("Open", "https://example.com")),
        tone=Tone.WARNING,
        footer=("end",),
        facts=(("key", "CHURN-1"),),
    )
    assert card_from_json(VERSION_1) == card
    assert card_to_json(card) == VERSION_1


def test_what_came_later_reads_too():
    card = Card(("A title",), tuple(SINCE))
    assert card_to_json(card)["blocks"] == list(SINCE.values())
    assert card_from_json(card_to_json(card)) == card


def test_the_stored_examples_show_every_span_and_block_there_is():
    assert {type(span) for span in EVERY_SPAN} == set(get_args(Span))
    assert {type(block) for block in (*EVERY_BLOCK, *SINCE)} == set(get_args(Block))


def test_a_card_with_only_a_title_is_small():
    assert card_to_json(Card(("Hello",))) == {"version": 1, "type": "Card", "title": ["Hello"]}
    assert card_from_json({"type": "Card", "title": ["Hello"]}) == Card(("Hello",))


def test_a_text_that_looks_like_a_time_or_a_tone_stays_text():
    card = Card(title=("2026-11-18T10:00:00+00:00", Bold("warning")))
    assert card_from_json(card_to_json(card)) == card


def test_what_is_not_a_card_is_not_read_as_one():
    with pytest.raises(AssertionError):
        card_from_json({"type": "Divider"})


@pytest.mark.parametrize("kind", [*get_args(Block), *get_args(Span)[1:], Card, Button])
def test_no_part_of_a_card_has_a_field_named_like_the_stored_type(kind):
    assert {"type", "version"}.isdisjoint(field.name for field in fields(kind))


def test_a_task_reference_is_made_of_a_key():
    assert TaskRef.of(TaskKey("CHURN", 12)) == TaskRef("CHURN-12")
