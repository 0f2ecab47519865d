from collections.abc import Mapping
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import Interaction, View
from tests.fakes.slack.triggers import exchange, interaction_of_trigger
from tests.fakes.slack.views import change_view, checked_view, home_of, open_view, publish, push_view
from tests.fakes.slack.wire import view_json


def open_modal(call: MethodCall) -> Mapping[str, Any]:
    interaction = _triggered(call)
    body = _view(call, "modal")
    exchange(call.world, interaction)
    return _shown(call, open_view(call.world, call.workspace.id, interaction.user, body))


def push(call: MethodCall) -> Mapping[str, Any]:
    """Only what was done in a modal can push another one onto it."""
    interaction = _triggered(call)
    body = _view(call, "modal")
    below = call.world.views.get(interaction.view)
    if below is None or below.kind != "modal" or not below.is_open:
        raise SlackError("not_found")
    pushed = push_view(call.world, below, body)
    exchange(call.world, interaction)
    return _shown(call, pushed)


def update(call: MethodCall) -> Mapping[str, Any]:
    view = _named(call)
    _check_hash(call, view)
    return _shown(call, change_view(call.world, view, _view(call, view.kind, view.id)))


def publish_home(call: MethodCall) -> Mapping[str, Any]:
    world, team = call.world, call.workspace.id
    user = world.users.get((team, call.arguments.required("user_id")))
    if user is None or user.is_bot:
        raise SlackError("invalid_arguments", ["must be a person of this workspace [json-pointer:/user_id]"])
    known = home_of(world, team, user.id)
    body = _view(call, "home", known.id if known else "")
    if not call.workspace.has_home:
        raise SlackError("not_enabled")
    _check_hash(call, known)
    return _shown(call, publish(world, team, user.id, body))


def _triggered(call: MethodCall) -> Interaction:
    return interaction_of_trigger(call.world, call.workspace.id, call.arguments.required("trigger_id"))


def _view(call: MethodCall, kind: str, own: str = "") -> dict[str, Any]:
    call.arguments.required("view")
    body = call.arguments.structure("view", "invalid_arguments")
    return checked_view(call.world, call.workspace.id, body, kind, own)


def _named(call: MethodCall) -> View:
    arguments, world = call.arguments, call.world
    if "view_id" not in arguments and "external_id" not in arguments:
        raise SlackError("invalid_arguments", ["must define one of view_id and external_id"])
    identifier, external = arguments.text("view_id"), arguments.text("external_id")
    for view in world.views.values():
        is_meant = view.id == identifier if identifier else bool(external) and view.external_id == external
        if is_meant and view.team == call.workspace.id and view.is_open:
            return view
    raise SlackError("not_found")


def _check_hash(call: MethodCall, known: View | None) -> None:
    given = call.arguments.text("hash")
    if given and given != (known.hash if known else ""):
        raise SlackError("hash_conflict")


def _shown(call: MethodCall, view: View) -> Mapping[str, Any]:
    return {"view": view_json(call.workspace, view)}
