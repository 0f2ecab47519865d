"""Views as an app opens, pushes, changes and publishes them."""

from typing import Any

import pytest

from tests.fakes.slack.client import Client
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.view_checks import view_problems
from tests.fakes.slack.view_examples import REFUSED_VIEWS, TASK_FORM, TEXT, VALID_VIEWS, field, home, modal


def trigger(slack: Slack, view: str = "") -> str:
    return slack.start_interaction("actions", "T001", "U1", "C1", view=view).trigger_id


@pytest.mark.parametrize("view", VALID_VIEWS.values(), ids=VALID_VIEWS)
def test_what_slack_accepts_has_no_problems(view: dict[str, Any]) -> None:
    assert view_problems(view) == []


@pytest.mark.parametrize(("view", "words"), REFUSED_VIEWS.values(), ids=REFUSED_VIEWS)
def test_what_slack_refuses_is_named(view: Any, words: str) -> None:
    found = view_problems(view)
    assert any(words in problem for problem in found), found


def test_an_opened_modal_is_on_the_persons_screen(slack: Slack, client: Client) -> None:
    answer = client.views_open(trigger_id=trigger(slack), view=TASK_FORM)
    (seen,) = slack.modals("T001", "U1")
    view = answer["view"]
    assert (view["id"], view["hash"], view["root_view_id"]) == (seen.id, seen.hash, seen.id)
    assert (view["team_id"], view["app_id"], view["bot_id"]) == ("T001", "A001", "BT001")
    assert view["previous_view_id"] is None
    assert view["state"]["values"]["title"]["title.value"] == {"type": "plain_text_input", "value": None}
    assert slack.modals("T001", "U2") == []


def test_a_trigger_is_good_for_one_view_within_three_seconds(slack: Slack, client: Client) -> None:
    first = trigger(slack)
    slack.advance(3)
    assert client.refusal("views.open", trigger_id=first, view=modal(title=1))["error"] == "invalid_arguments"
    assert client.views_open(trigger_id=first, view=modal())["ok"], "a refused view does not use the trigger up"
    assert client.refusal("views.open", trigger_id=first, view=modal())["error"] == "exchanged_trigger_id"


def test_where_a_view_is_wrong_is_said(slack: Slack, client: Client) -> None:
    refused = client.refusal(
        "views.open", trigger_id=trigger(slack), view=modal(title={"type": "plain_text", "text": ""})
    )
    (message,) = refused["response_metadata"]["messages"]
    assert message == "[ERROR] must be more than 0 characters [json-pointer:/view/title/text]"


def test_three_modals_may_lie_on_each_other(slack: Slack, client: Client) -> None:
    root = client.views_open(trigger_id=trigger(slack), view=modal())["view"]["id"]
    second = client.views_push(trigger_id=trigger(slack, root), view=modal())["view"]
    third = client.views_push(trigger_id=trigger(slack, second["id"]), view=modal())["view"]
    assert (second["previous_view_id"], third["previous_view_id"], third["root_view_id"]) == (root, second["id"], root)
    assert [view.id for view in slack.modals("T001", "U1")] == [root, second["id"], third["id"]]
    refused = client.refusal("views.push", trigger_id=trigger(slack, third["id"]), view=modal())
    assert refused["error"] == "push_limit_reached"


def test_a_change_keeps_what_was_filled_in_and_needs_the_newest_hash(slack: Slack, client: Client) -> None:
    view = client.views_open(trigger_id=trigger(slack), view=modal(field("a", "A", TEXT), external_id="e"))["view"]
    slack.fill(view["id"], {"a": {"a.value": {"type": "plain_text_input", "value": "typed"}}})
    more = modal(field("a", "A", TEXT), field("b", "B", {**TEXT, "initial_value": "x"}), external_id="e")
    changed = client.views_update(external_id="e", hash=view["hash"], view=more)["view"]
    values = changed["state"]["values"]
    assert (values["a"]["a.value"]["value"], values["b"]["b.value"]["value"]) == ("typed", "x")
    refused = client.refusal("views.update", view_id=view["id"], hash=view["hash"], view=more)
    assert refused["error"] == "hash_conflict"
    assert client.views_update(view_id=view["id"], view=modal())["view"]["state"]["values"] == {}


def test_home_is_published_for_each_person_and_replaced(slack: Slack, client: Client) -> None:
    first = client.views_publish(user_id="U1", view=home())["view"]
    client.views_publish(user_id="U2", view=home(callback_id="ben's"))
    second = client.views_publish(user_id="U1", view=home(callback_id="new"), hash=first["hash"])["view"]
    assert (second["id"], second["type"], second["callback_id"]) == (first["id"], "home", "new")
    assert client.refusal("views.publish", user_id="U1", view=home(), hash=first["hash"])["error"] == "hash_conflict"
    ben = slack.home("T001", "U2")
    assert ben is not None
    assert ben.body["callback_id"] == "ben's"
    assert slack.modals("T001", "U1") == []
