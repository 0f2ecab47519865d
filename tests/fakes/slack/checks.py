"""What Slack refuses in the blocks of a message, with the limits of its reference.

Kinds of blocks and elements that are not in every client, or that no app may send, are refused altogether: alert, card,
carousel, container, context_actions, data_table, file, plan, task_card, video, workflow_button, file_input.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.element_shapes import (
    BUTTON,
    DATETIME,
    IMAGE,
    IMAGE_SOURCE,
    INPUTS,
    OVERFLOW,
    PICKERS,
    RICH_TEXT_INPUT,
    SELECTS,
    SLACK_FILE,
)
from tests.fakes.slack.rich_text_shapes import RICH_TEXT
from tests.fakes.slack.shapes import (
    Shape,
    all_of,
    array,
    at_least_one,
    boolean,
    fields,
    number,
    one_of,
    problem,
    string,
    tagged,
    untyped,
)
from tests.fakes.slack.text_shapes import WEB_URL, plain, text

MAX_BLOCKS = 50
MAX_MARKDOWN = 12_000
MAX_TABLE_CHARACTERS = 10_000
MAX_CHARACTERS = 12_000
# Measured against Slack, not documented: every header costs about this much besides its text.
HEADER_CHARACTERS = 100

_ID: dict[str, Shape] = {"block_id": string(255)}
_TEXT_OBJECTS: dict[str, Shape] = {kind: text(3000) for kind in ("plain_text", "mrkdwn")}
_ACTIONS: dict[str, Shape] = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    "datetimepicker": DATETIME,
    "rich_text_input": RICH_TEXT_INPUT,
    **SELECTS,
    **PICKERS,
}
_ACCESSORIES: dict[str, Shape] = {"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE, **SELECTS, **PICKERS}
_CELL = tagged(
    {
        "rich_text": RICH_TEXT,
        "raw_text": fields({"text": string(minimum=1)}),
        "raw_number": fields({"text": string(), "value": number()}),
    }
)
_COLUMN = untyped(fields({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}))

BLOCKS: dict[str, Shape] = {
    "section": all_of(
        fields(
            {},
            {
                **_ID,
                "text": text(3000),
                "fields": array(text(2000), 10, minimum=1),
                "accessory": tagged(_ACCESSORIES),
                "expand": boolean,
            },
        ),
        at_least_one("text", "fields"),
    ),
    "header": fields({"text": plain(150)}, _ID),
    "divider": fields({}, _ID),
    "context": fields({"elements": array(tagged({"image": IMAGE, **_TEXT_OBJECTS}), 10, minimum=1)}, _ID),
    "actions": fields({"elements": array(tagged(_ACTIONS), 25, minimum=1)}, _ID),
    "image": all_of(
        fields(
            {"alt_text": string(2000, minimum=1)},
            {**_ID, "image_url": WEB_URL, "slack_file": SLACK_FILE, "title": plain(2000)},
        ),
        IMAGE_SOURCE,
    ),
    "input": fields(
        {
            "label": plain(2000),
            "element": tagged({**INPUTS, **SELECTS, **PICKERS, "datetimepicker": DATETIME}),
        },
        {**_ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": fields({"text": string(MAX_MARKDOWN, minimum=1)}, _ID),
    "rich_text": RICH_TEXT,
    "table": fields(
        {"rows": array(array(_CELL, 20, minimum=1), 100, minimum=1)}, {**_ID, "column_settings": array(_COLUMN, 20)}
    ),
}
_MESSAGE = array(tagged(BLOCKS), MAX_BLOCKS)


def problems(blocks: Any) -> list[str]:
    """Everything `invalid_blocks` would be about; empty for blocks that Slack accepts, `characters` apart."""
    found = list(_MESSAGE(blocks, "/blocks"))
    return found or list(_message_rules(blocks))


def characters(blocks: Any) -> int:
    """What counts towards `MAX_CHARACTERS` of one message: its visible text and addresses, escaped as Slack does."""
    if isinstance(blocks, list):
        return sum(characters(item) for item in blocks)
    if not isinstance(blocks, dict):
        return 0
    own = sum(_escaped_length(blocks[name]) for name in ("text", "url", "image_url", "alt_text") if name in blocks)
    nested = sum(characters(value) for value in blocks.values())
    return own + nested + (HEADER_CHARACTERS if blocks.get("type") == "header" else 0)


def _escaped_length(value: Any) -> int:
    if not isinstance(value, str):
        return 0
    return len(value) + 4 * value.count("&") + 3 * (value.count("<") + value.count(">"))


def _message_rules(blocks: list[dict[str, Any]]) -> Iterator[str]:
    tables = [index for index, block in enumerate(blocks) if block["type"] == "table"]
    for index in tables[1:]:
        yield problem("only one table is allowed in a message", f"/blocks/{index}")
    for index in tables:
        if characters(blocks[index]["rows"]) > MAX_TABLE_CHARACTERS:
            yield problem(f"must be less than {MAX_TABLE_CHARACTERS + 1} characters in all cells", f"/blocks/{index}")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MAX_MARKDOWN:
        yield problem(f"must be less than {MAX_MARKDOWN + 1} characters in all markdown blocks", "/blocks")
    yield from repeated_ids(blocks, "/blocks")


def repeated_ids(blocks: list[dict[str, Any]], pointer: str) -> Iterator[str]:
    yield from _twice("block_id", [block.get("block_id") for block in blocks], pointer)
    for index, block in enumerate(blocks):
        elements = block["elements"] if block["type"] == "actions" else ()
        yield from _twice("action_id", [element.get("action_id") for element in elements], f"{pointer}/{index}")


def _twice(name: str, values: list[str | None], pointer: str) -> Iterator[str]:
    for value, count in Counter(value for value in values if value).items():
        if count > 1:
            yield problem(f"`{name}` {value} already exists", pointer)
