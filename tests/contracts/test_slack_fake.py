"""The fake Slack against the specifications of Slack's API, where these are at hand.

`DIFFERENCES` says where the fake's checks refuse what the schema lets pass, and why. The other way round there is none:
what the schema refuses, the checks refuse.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.contracts.slack_specification import Schema, missing, mutations, specification
from tests.fakes.slack import payloads
from tests.fakes.slack.checks import problems
from tests.fakes.slack.clock import Clock
from tests.fakes.slack.examples import (
    VALID,
    actions,
    button,
    image,
    input_block,
    line,
    mrkdwn,
    option,
    plain,
    rich,
    section,
    word,
)
from tests.fakes.slack.methods import METHODS, SCOPES
from tests.fakes.slack.rates import TIERS_PER_MINUTE
from tests.fakes.slack.records import Blocks, Interaction, Message
from tests.fakes.slack.refusal import Refusal
from tests.fakes.slack.refusals import REFUSALS
from tests.fakes.slack.refused_blocks import REFUSED
from tests.fakes.slack.server import open_slack
from tests.fakes.slack.small_team import add_small_team

# What the checks say of messages that the schema accepts, and why they are stricter.
DIFFERENCES = {
    r"unsupported type: (alert|card|carousel|container|context_actions|data_table|file|plan|task_card|video)\b": (
        "not in every client, or not for apps to send; Labkeeper uses none of them"
    ),
    r"unsupported type: (workflow_button|file_input)\b": "need more than a message; Labkeeper uses neither",
    r"missing required field: value .*(options|initial_option)": "Slack requires the value of an option",
    r"(must be less than 76 characters|must be more than 0 characters) .*/value\]": "75 is the safe length of a value",
    r"must be more than 0 characters": "Slack refuses empty ids, texts and addresses that the types only call strings",
    r"must be less than 151 characters .*/placeholder/text\]": "limits.json: select.placeholder",
    r"must be less than 76 characters .*/label/text\]": "limits.json: option_group.label",
    r"must be less than 2001 characters .*/alt_text\]": "limits.json: image.alt_text, also for the element",
    r"must be less than 3001 characters .*/(image_url|url)\]": "limits.json: url_source.url",
    r"must be less than 3001 characters .*/initial_value\]": "limits.json: plain_text_input.max_length",
    r"no fewer than 1 items allowed": "limits.json has a minimum, or Slack refuses the empty list",
    r"no more than 100 items allowed .*/options\]": "limits.json: option_group.options",
    r"no more than 10 items allowed .*/initial_options\]": "limits.json: checkboxes.options",
    r"must define exactly one of options and option_groups": "Slack requires one of the two",
    r"invalid (url|date|time)\b": "Slack refuses addresses and dates of another form",
    r"invalid date format": "only Slack's own tokens are replaced",
    r"must be at (least|most) \d+": "numbers outside of what the reference allows",
    r"`(block|action)_id` .* already exists": "the schema cannot compare",
    r"only one table is allowed": "the schema cannot count over blocks",
    r"in all (cells|markdown blocks)": "the schema cannot add up",
}
# Errors that Slack gives although the method's reference does not list them.
UNDOCUMENTED = {
    ("chat.postMessage", "msg_too_long"): "the reference says that longer texts are cut; the fake refuses them",
    ("chat.update", "msg_blocks_too_long"): "taken over from chat.postMessage",
}
WITHOUT_SPECIFICATION = {"conversations.list", "chat.unfurl", "auth.revoke", "apps.uninstall"}
# Every element once: those of the sections, and the menus of the inputs, are the same as those of the actions.
REPEATED = re.compile(r"in a section|(select|checkboxes|buttons|picker) in an input")
SMALL = [name for name in VALID if len(json.dumps(VALID[name])) < 1_500 and not REPEATED.search(name)]


@pytest.fixture(scope="module")
def schema() -> Schema:
    return Schema(specification("message-blocks.strict.schema.json"))


def unexplained(found: list[str]) -> list[str]:
    return [problem for problem in found if not any(re.search(pattern, problem) for pattern in DIFFERENCES)]


@pytest.mark.parametrize("blocks", VALID.values(), ids=VALID)
def test_the_schema_accepts_what_the_checks_accept(schema: Schema, blocks: Blocks) -> None:
    assert schema.accepts({"blocks": blocks})


@pytest.mark.parametrize("blocks", [blocks for blocks, _ in REFUSED.values()], ids=REFUSED)
def test_what_only_the_checks_refuse_is_a_stated_difference(schema: Schema, blocks: Blocks) -> None:
    if schema.accepts({"blocks": blocks}):
        assert unexplained(problems(blocks)) == []


def test_no_difference_is_stated_in_vain(schema: Schema) -> None:
    stricter = [
        problem for blocks, _ in REFUSED.values() if schema.accepts({"blocks": blocks}) for problem in problems(blocks)
    ]
    assert [pattern for pattern in DIFFERENCES if not any(re.search(pattern, problem) for problem in stricter)] == []


@pytest.mark.parametrize("name", SMALL)
def test_schema_and_checks_agree_on_every_small_change(schema: Schema, name: str) -> None:
    for changed in mutations(VALID[name]):
        found = problems(changed)
        if schema.accepts({"blocks": changed}):
            assert unexplained(found) == [], changed
        else:
            assert found, f"the schema refuses, the checks do not: {changed}"


def _options(kind: str, count: int) -> Blocks:
    return [actions({"type": kind, "options": [option(number) for number in range(count)]})]


def _confirm(field: str, length: int) -> Blocks:
    return [actions(button(confirm={"text": plain("a"), field: plain("x" * length)}))]


LIMITS: dict[str, Callable[[int], Any]] = {
    "block_id.max_length": lambda n: [section(block_id="b" * n)],
    "action_id.max_length": lambda n: [actions(button(action_id="a" * n))],
    "button.text.max_length": lambda n: [actions(button(text=plain("t" * n)))],
    "button.value.max_length": lambda n: [actions(button(value="v" * n))],
    "button.url.max_length": lambda n: [actions(button(url="https://x.example/".ljust(n, "a")))],
    "button.accessibility_label.max_length": lambda n: [actions(button(accessibility_label="a" * n))],
    "confirmation.title.max_length": lambda n: _confirm("title", n),
    "confirmation.text.max_length": lambda n: _confirm("text", n),
    "confirmation.confirm.max_length": lambda n: _confirm("confirm", n),
    "confirmation.deny.max_length": lambda n: _confirm("deny", n),
    "option.text.max_length": lambda n: [actions({"type": "overflow", "options": [option(text=plain("t" * n))]})],
    "select.options.max_items": lambda n: _options("static_select", n),
    "overflow.options.max_items": lambda n: _options("overflow", n),
    "checkboxes.options.max_items": lambda n: _options("checkboxes", n),
    "radio_buttons.options.max_items": lambda n: _options("radio_buttons", n),
    "actions.elements.max_items": lambda n: [actions(*(button(number) for number in range(n)))],
    "context.elements.max_items": lambda n: [{"type": "context", "elements": [plain("a")] * n}],
    "header.text.max_length": lambda n: [{"type": "header", "text": plain("h" * n)}],
    "image.alt_text.max_length": lambda n: [image(alt_text="a" * n)],
    "image.image_url.max_length": lambda n: [image(image_url="https://x.example/".ljust(n, "a"))],
    "input.label.max_length": lambda n: [input_block({"type": "plain_text_input"}) | {"label": plain("l" * n)}],
    "input.hint.max_length": lambda n: [input_block({"type": "plain_text_input"}) | {"hint": plain("h" * n)}],
    "markdown.text.max_length": lambda n: [{"type": "markdown", "text": "m" * n}],
    "section.text.max_length": lambda n: [section(text=mrkdwn("x" * n))],
    "section.fields.max_items": lambda n: [section(fields=[plain("a")] * n)],
    "section.fields.item_max_length": lambda n: [section(fields=[plain("a" * n)])],
    "url_source.url.max_length": lambda n: [
        rich(line(word(), {"type": "link", "url": "https://x.example/".ljust(n, "a")}))
    ],
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_are_slacks(name: str) -> None:
    limit = specification("limits.json")
    for part in name.split("."):
        limit = limit[part]
    assert problems(LIMITS[name](limit)) == []
    assert problems(LIMITS[name](limit + 1)) != []


@pytest.mark.parametrize("refusal", [one for one in REFUSALS if one.method not in WITHOUT_SPECIFICATION], ids=str)
def test_the_fake_gives_errors_that_slack_documents(refusal: Refusal) -> None:
    documented = {**specification("common_errors.json"), **specification(f"methods/{refusal.method}.json")["errors"]}
    assert refusal.error in documented or (refusal.method, refusal.error) in UNDOCUMENTED


def test_scopes_are_slacks() -> None:
    for method in METHODS.keys() - WITHOUT_SPECIFICATION:
        named = {scope["name"] for scope in specification(f"methods/{method}.json")["scopes"].get("bot", [])}
        if method in SCOPES:
            assert named == {SCOPES[method]}
        elif method.startswith("conversations."):
            right = {"conversations.history": "history", "conversations.replies": "history"}.get(method, "read")
            assert {f"im:{right}", f"mpim:{right}"} <= named or method == "conversations.open"


def test_tiers_are_slacks() -> None:
    per_minute = {"Tier1": 1, "Tier2": 20, "Tier3": 50, "Tier4": 100}
    tiers = specification("rate_limit_tiers.json")
    assert {method: per_minute[tiers[method]] for method in TIERS_PER_MINUTE} == TIERS_PER_MINUTE
    assert {method for method in METHODS if tiers[method] in per_minute} == TIERS_PER_MINUTE.keys()


def test_requests_to_the_app_look_like_slacks() -> None:
    slack = open_slack("http://127.0.0.1:1", Clock(frozen_at=1.0))
    add_small_team(slack)
    workspace, ana, general = slack.workspace("T001"), slack.user("T001", "U1"), slack.channel_record("C1")
    interaction: Interaction = slack.start_interaction("commands", "T001", "U1", "C1")
    command = parse_qs(payloads.slash_command(workspace, ana, general, interaction, "/lab", "a").decode())
    assert missing(specification("payloads/slash_command.json"), command) == set()

    card = Message("T001", "C1", "1.1", workspace.bot_user, blocks=[actions(button())])
    pressed = {"block_id": "act", "action_ts": "1.2", **button(text=plain("Done", emoji=True))}
    body = parse_qs(payloads.block_actions(workspace, ana, general, interaction, card, pressed).decode())
    assert missing(specification("payloads/block_actions.json"), json.loads(body["payload"][0])) == set()

    said = slack.say("C1", "U1", "Hi <@UBOTT001>")
    for kind in ("message", "app_mention"):
        event = payloads.message_event(said, general, kind)
        envelope = json.loads(payloads.event_callback(workspace, event, "Ev1", 1.0))
        assert missing(specification(f"payloads/event__{kind}.json"), envelope) == set()
