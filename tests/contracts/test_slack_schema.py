"""Messages against the JSON Schema of Slack's own types, where the folder with the specifications is at hand.

It lies beside this repository under the name of `shared`, or where LABKEEPER_SPECS says.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft7Validator

from bot.platforms.slack.render import render_card
from core.cards import Card
from tests.fakes.slack.examples import VALID
from tests.hostile import HOSTILE
from tests.slack.examples import CARDS, EXAMPLES, PEOPLE, hostile_cards

SHARED = Path(os.environ.get("LABKEEPER_SPECS") or Path(__file__).parents[3] / "shared")
SCHEMA = SHARED / "specs" / "slack" / "message-blocks.strict.schema.json"
if not SCHEMA.exists():
    pytest.skip(f"there is no {SCHEMA}: say in LABKEEPER_SPECS where it lies", allow_module_level=True)


@cache
def validator(kind: str) -> Draft7Validator:
    """For one kind of block: what fails against all kinds at once is not told why."""
    definitions = json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]
    name = "".join(word.capitalize() for word in kind.split("_")) + "Block"
    assert {"$ref": f"#/definitions/{name}"} in definitions["KnownBlock"]["anyOf"]
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": definitions})


def errors(blocks: list[dict[str, Any]]) -> list[str]:
    return [error for block in blocks for error in _errors(json.dumps(outline(block)))]


@cache
def _errors(block: str) -> list[str]:
    parsed = json.loads(block)
    found = validator(parsed["type"]).iter_errors(parsed)
    return [f"{error.json_path}: {error.message[:300]}" for error in found]


def outline(node: Any) -> Any:
    """What the schema looks at: words of rich text may be any, and as many as one likes. Checking takes its time."""
    if isinstance(node, list):
        return [outline(item) for item in node]
    if not isinstance(node, dict):
        return node
    outlined = {name: outline(value) for name, value in node.items()}
    if node.get("type") in ("text", "link"):
        outlined["text"] = "x" if node.get("text") else ""
    if node.get("type") in ("rich_text_section", "rich_text_list", "rich_text_preformatted"):
        outlined["elements"] = [json.loads(item) for item in sorted({json.dumps(one) for one in outlined["elements"]})]
    return outlined


@pytest.mark.parametrize("name", EXAMPLES)
def test_real_cards_are_valid(name: str) -> None:
    assert errors(render_card(EXAMPLES[name], people=PEOPLE).blocks) == []


@pytest.mark.parametrize("place", hostile_cards(""))
def test_hostile_cards_are_valid(place: str) -> None:
    for text in HOSTILE:
        assert errors(render_card(hostile_cards(text)[place]).blocks) == [], text[:80]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(CARDS)
def test_any_card_is_valid(card: Card) -> None:
    assert errors(render_card(card, people=PEOPLE).blocks) == []


@pytest.mark.parametrize("name", VALID)
def test_what_the_test_server_accepts_is_valid(name: str) -> None:
    assert errors(VALID[name]) == []


@pytest.mark.parametrize(
    "block",
    [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "mrkdwn", "text": "a"}]}],
        },
        {"type": "context", "elements": [{"type": "plain_text", "text": ""}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}]},
        {"type": "divider", "block_id": "x" * 256},
    ],
)
def test_what_slack_refuses_is_not(block: dict[str, Any]) -> None:
    assert errors([block]) != []
