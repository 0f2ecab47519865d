"""The fake's checks of views, and what it sends of them, against the specifications of Slack's API.

`DIFFERENCES` says where the checks refuse what the schema lets pass, and why, apart from what is said of blocks in
messages. The other way round there is none.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.contracts import test_slack_fake
from tests.contracts.slack_specification import Schema, missing, mutations, specification
from tests.fakes.slack import view_payloads
from tests.fakes.slack.clock import Clock
from tests.fakes.slack.examples import button, plain, section
from tests.fakes.slack.server import open_slack
from tests.fakes.slack.small_team import add_small_team
from tests.fakes.slack.view_checks import view_problems
from tests.fakes.slack.view_examples import REFUSED_VIEWS, TASK_FORM, TEXT, VALID_VIEWS, field, home, modal
from tests.fakes.slack.views import open_view

DIFFERENCES = {
    r"unsupported type: (markdown|table)\b": "Slack's reference has them in messages only",
    r"must be less than 256 characters .*/external_id\]": "methods/views.update.json: external_id",
    r"must be at most max_length": "Slack refuses what nothing can fill",
    r"only one element may have `focus_on_load`": "the schema's own words; it cannot count",
}
ALL = DIFFERENCES | test_slack_fake.DIFFERENCES
SMALL = ("a form", "a modal to read", "switches", "a home", "a home with a field")


@pytest.fixture(scope="module")
def schema() -> Schema:
    """Without the block of any type and no content that the types allow as well."""
    known: dict[str, Any] = specification("view.strict.schema.json")
    definitions = {**known["definitions"], "AnyBlock": {"$ref": "#/definitions/KnownBlock"}}
    return Schema({**known, "definitions": definitions})


def unexplained(found: list[str]) -> list[str]:
    return [problem for problem in found if not any(re.search(pattern, problem) for pattern in ALL)]


@pytest.mark.parametrize("view", VALID_VIEWS.values(), ids=VALID_VIEWS)
def test_the_schema_accepts_what_the_checks_accept(schema: Schema, view: dict[str, Any]) -> None:
    assert schema.accepts(view)


@pytest.mark.parametrize("view", [view for view, _ in REFUSED_VIEWS.values()], ids=REFUSED_VIEWS)
def test_what_only_the_checks_refuse_is_a_stated_difference(schema: Schema, view: Any) -> None:
    if schema.accepts(view):
        assert unexplained(view_problems(view)) == []


def test_no_difference_is_stated_in_vain(schema: Schema) -> None:
    stricter = [words for view, _ in REFUSED_VIEWS.values() if schema.accepts(view) for words in view_problems(view)]
    assert [pattern for pattern in DIFFERENCES if not any(re.search(pattern, words) for words in stricter)] == []


@pytest.mark.parametrize("name", SMALL)
def test_schema_and_checks_agree_on_every_small_change(schema: Schema, name: str) -> None:
    for changed in mutations(VALID_VIEWS[name]):
        found = view_problems(changed)
        if schema.accepts(changed):
            assert unexplained(found) == [], changed
        else:
            assert found, f"the schema refuses, the checks do not: {changed}"


LIMITS = {
    "title": lambda n: modal(title=plain("t" * n)),
    "submit": lambda n: modal(submit=plain("t" * n)),
    "close": lambda n: modal(close=plain("t" * n)),
    "callback_id": lambda n: modal(callback_id="c" * n),
    "private_metadata": lambda n: home(private_metadata="c" * n),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_are_slacks(name: str) -> None:
    limit = specification("limits.json")["view"][name]["max_length"]
    assert view_problems(LIMITS[name](limit)) == []
    assert view_problems(LIMITS[name](limit + 1)) != []


def test_a_view_has_as_many_blocks_as_slack_allows() -> None:
    limits = specification("limits.json")
    most, longest = limits["view"]["blocks"]["max_items"], limits["plain_text_input"]["max_length"]["max"]
    for view in (modal, home):
        assert view_problems(view(*[section()] * most)) == []
        assert view_problems(view(*[section()] * (most + 1))) != []
    assert view_problems(modal(field("a", "A", {**TEXT, "max_length": longest}))) == []
    assert view_problems(modal(field("a", "A", {**TEXT, "max_length": longest + 1}))) != []


def test_requests_about_views_and_menus_look_like_slacks() -> None:
    slack = open_slack("http://127.0.0.1:1", Clock(frozen_at=1.0))
    add_small_team(slack)
    workspace, ana, general = slack.workspace("T001"), slack.user("T001", "U1"), slack.channel_record("C1")
    interaction = slack.start_interaction("app", "T001", "U1", "C1")
    view = open_view(slack.world, "T001", "U1", TASK_FORM)
    said = slack.say("C1", "U1", "<@U2> test")
    url = {"block_id": "b", "action_id": "a", "channel_id": "C1", "response_url": interaction.response_url}
    bodies = {
        "view_submission": view_payloads.view_submission(workspace, ana, interaction, view, []),
        "view_submission__response_urls": view_payloads.view_submission(workspace, ana, interaction, view, [url]),
        "view_closed": view_payloads.view_closed(workspace, ana, view, is_cleared=False),
        "block_suggestion": view_payloads.block_suggestion(workspace, ana, view, "parent", "parent.value", "a"),
        "message_shortcut": view_payloads.message_shortcut(workspace, ana, general, interaction, said, "attach"),
        "global_shortcut": view_payloads.global_shortcut(workspace, ana, interaction, "new"),
    }
    for name, body in bodies.items():
        sample, ours = specification(f"payloads/{name}.json"), json.loads(parse_qs(body.decode())["payload"][0])
        assert missing(without_content(sample), ours) == set(), name
        assert ours["type"] == sample["type"]
    pressed = json.loads(
        parse_qs(view_payloads.view_actions(workspace, ana, interaction, view, button()).decode())["payload"][0]
    )  # fmt: skip
    assert missing(without_content(specification("payloads/view_submission.json")["view"]), pressed["view"]) == set()


def without_content(sample: dict[str, Any]) -> dict[str, Any]:
    """What the app itself put into the view is not Slack's."""
    own = {name: [] if name == "blocks" else {} for name in ("blocks", "state")}
    view = sample.get("view", sample)
    cleaned = {name: own.get(name, value) for name, value in view.items()}
    return {**sample, "view": cleaned} if "view" in sample else cleaned if "blocks" in sample else sample
