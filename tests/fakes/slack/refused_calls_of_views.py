"""Calls about views that Slack refuses in the small team."""

from dataclasses import replace
from typing import Any

from tests.fakes.slack.refusal import Refusal
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.view_examples import home, modal
from tests.fakes.slack.views import open_view, publish, push_view


def _trigger(slack: Slack, view: str = "") -> dict[str, Any]:
    return {"trigger_id": slack.start_interaction("commands", "T001", "U1", "C1", view=view).trigger_id}


def _late(slack: Slack) -> dict[str, Any]:
    trigger = _trigger(slack)
    slack.advance(3.1)
    return trigger


def _elsewhere(slack: Slack) -> dict[str, Any]:
    slack.add_workspace("T002")
    return {"trigger_id": slack.start_interaction("commands", "T002", "U1", "C1").trigger_id}


def _used(slack: Slack) -> dict[str, Any]:
    trigger = _trigger(slack)
    interaction = slack.interactions()[-1]
    slack.world.put(replace(interaction, is_exchanged=True))
    return trigger


def _stack_of_three(slack: Slack) -> dict[str, Any]:
    view = open_view(slack.world, "T001", "U1", modal())
    for _ in range(2):
        view = push_view(slack.world, view, modal())
    return _trigger(slack, view.id)


def _closed(slack: Slack) -> dict[str, Any]:
    view = open_view(slack.world, "T001", "U1", modal())
    slack.close_views("T001", "U1")
    return {"view_id": view.id}


def _in_closed(slack: Slack) -> dict[str, Any]:
    return _trigger(slack, _closed(slack)["view_id"])


def _open(slack: Slack) -> dict[str, Any]:
    return {"view_id": open_view(slack.world, "T001", "U1", modal(external_id="mine")).id}


def _with_external_id(slack: Slack) -> dict[str, Any]:
    open_view(slack.world, "T001", "U2", modal(external_id="one"))
    return _trigger(slack)


def _published(slack: Slack) -> dict[str, Any]:
    publish(slack.world, "T001", "U1", home())
    return {}


def _without_home(slack: Slack) -> dict[str, Any]:
    slack.enable_home("T001", False)
    return {}


_LARGE = modal(private_metadata="p")
_LARGE["blocks"] = [
    {"type": "section", "fields": [{"type": "plain_text", "text": "é" * 2000}] * 2} for _ in range(40)
]  # fmt: skip

VIEWS = [
    Refusal("views.open", "invalid_arguments", {"view": modal()}),
    Refusal("views.open", "invalid_arguments", {}, _trigger),
    Refusal("views.open", "invalid_arguments", {"view": "{"}, _trigger),
    Refusal("views.open", "invalid_arguments", {"view": modal(colour="red")}, _trigger),
    Refusal("views.open", "invalid_arguments", {"view": home()}, _trigger),
    Refusal("views.open", "invalid_trigger_id", {"view": modal(), "trigger_id": "yesterday"}),
    Refusal("views.open", "invalid_trigger_id", {"view": modal(), "trigger_id": "1.7.abc"}),
    Refusal("views.open", "invalid_trigger_id", {"view": modal()}, _elsewhere),
    Refusal("views.open", "expired_trigger_id", {"view": modal()}, _late),
    Refusal("views.open", "exchanged_trigger_id", {"view": modal()}, _used),
    Refusal("views.open", "duplicate_external_id", {"view": modal(external_id="one")}, _with_external_id),
    Refusal("views.open", "view_too_large", {"view": _LARGE}, _trigger),
    Refusal("views.push", "not_found", {"view": modal()}, _trigger),
    Refusal("views.push", "not_found", {"view": modal()}, _in_closed),
    Refusal("views.push", "push_limit_reached", {"view": modal()}, _stack_of_three),
    Refusal("views.push", "expired_trigger_id", {"view": modal()}, _late),
    Refusal("views.push", "exchanged_trigger_id", {"view": modal()}, _used),
    Refusal("views.update", "invalid_arguments", {"view": modal()}),
    Refusal("views.update", "not_found", {"view": modal(), "view_id": "V9"}),
    Refusal("views.update", "not_found", {"view": modal(), "external_id": "nobodys"}),
    Refusal("views.update", "not_found", {"view": modal()}, _closed),
    Refusal("views.update", "invalid_arguments", {"view": home()}, _open),
    Refusal("views.update", "hash_conflict", {"view": modal(), "hash": "1.abc"}, _open),
    Refusal("views.publish", "invalid_arguments", {"view": home()}),
    Refusal("views.publish", "invalid_arguments", {"view": home(), "user_id": "U99"}),
    Refusal("views.publish", "invalid_arguments", {"view": modal(), "user_id": "U1"}),
    Refusal("views.publish", "hash_conflict", {"view": home(), "user_id": "U1", "hash": "1.abc"}, _published),
    Refusal("views.publish", "not_enabled", {"view": home(), "user_id": "U1"}, _without_home),
]
