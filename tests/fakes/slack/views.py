"""Views on people's screens: opening, pushing, changing and closing them, and what an app answers to a submission."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.slack.content import with_ids
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import View
from tests.fakes.slack.view_checks import MAX_STACK, MAX_VIEW_BYTES, view_problems
from tests.fakes.slack.view_state import values_of
from tests.fakes.slack.world import World


def checked_view(world: World, team: str, body: Any, kind: str, own: str = "") -> dict[str, Any]:
    """`own` is the view that is replaced. Raises invalid_arguments, view_too_large and duplicate_external_id."""
    if found := view_problems(body):
        raise SlackError("invalid_arguments", found)
    if body["type"] != kind:
        raise SlackError("invalid_arguments", [f"the view must be of type {kind} [json-pointer:/view/type]"])
    if len(json.dumps(body, ensure_ascii=False).encode()) > MAX_VIEW_BYTES:
        raise SlackError("view_too_large")
    external = body.get("external_id")
    if external and any(
        view.external_id == external and view.id != own and view.team == team and view.is_open
        for view in world.views.values()
    ):
        raise SlackError("duplicate_external_id")
    return dict(body)


def stack(world: World, team: str, user: str) -> list[View]:
    """The modals on a person's screen, the topmost last."""
    return [
        view
        for view in world.views.values()
        if (view.team, view.user, view.kind) == (team, user, "modal") and view.is_open
    ]


def home_of(world: World, team: str, user: str) -> View | None:
    homes = (view for view in world.views.values() if (view.team, view.user, view.kind) == (team, user, "home"))
    return next(homes, None)


def open_view(world: World, team: str, user: str, body: dict[str, Any]) -> View:
    """Takes the place of whatever modals the app had opened for this person."""
    close(world, stack(world, team, user))
    return _put_new(world, team, user, body)


def push_view(world: World, below: View, body: dict[str, Any]) -> View:
    """Raises push_limit_reached."""
    if len(stack(world, below.team, below.user)) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    return _put_new(world, below.team, below.user, body, below)


def change_view(world: World, view: View, body: dict[str, Any]) -> View:
    """What the person has filled in stays in the fields that are still there."""
    blocks = with_ids(body["blocks"], secrets.token_hex(3))
    changed = replace(
        view,
        body={**body, "blocks": blocks},
        hash=_new_hash(world),
        external_id=body.get("external_id", ""),
        values=values_of(blocks, view.values),
        errors={},
        edits=view.edits + 1,
    )
    world.put(changed)
    return changed


def publish(world: World, team: str, user: str, body: dict[str, Any]) -> View:
    known = home_of(world, team, user)
    return change_view(world, known, body) if known else _put_new(world, team, user, body)


def close(world: World, views: list[View]) -> None:
    for view in views:
        world.put(replace(view, is_open=False))


def answer_submission(world: World, view: View, body: bytes) -> tuple[str, ...]:
    """Does what the app answered to a submission; returns why Slack would show "We had some trouble connecting"."""
    if not body.strip():
        if world.views[view.id].is_open:
            close(world, [world.views[view.id]])
        return ()
    try:
        answer = json.loads(body)
    except ValueError:
        return ("the answer is neither empty nor JSON",)
    if not isinstance(answer, dict) or "response_action" not in answer:
        return ("the answer has no response_action",)
    try:
        _respond(world, world.views[view.id], answer)
    except SlackError as error:
        return (error.code, *error.messages)
    return ()


def _respond(world: World, view: View, answer: Mapping[str, Any]) -> None:
    match answer["response_action"]:
        case "clear":
            close(world, stack(world, view.team, view.user))
        case "errors":
            world.put(replace(view, errors=_errors(view, answer.get("errors"))))
        case "update":
            change_view(world, view, checked_view(world, view.team, answer.get("view"), "modal", view.id))
        case "push":
            push_view(world, view, checked_view(world, view.team, answer.get("view"), "modal"))
        case other:
            raise SlackError("invalid_response_action", [str(other)])


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_errors", ["there are no errors to show"])
    if unknown := sorted(set(errors) - inputs):
        raise SlackError("invalid_errors", [f"no input block has the id {name}" for name in unknown])
    if not all(isinstance(words, str) and words for words in errors.values()):
        raise SlackError("invalid_errors", ["an error must be a text"])
    return dict(errors)


def _put_new(world: World, team: str, user: str, body: dict[str, Any], below: View | None = None) -> View:
    identifier = f"V{len(world.views) + 1:09d}"
    blocks = with_ids(body["blocks"], secrets.token_hex(3))
    view = View(
        id=identifier,
        team=team,
        user=user,
        kind=body["type"],
        body={**body, "blocks": blocks},
        hash=_new_hash(world),
        root=below.root if below else identifier,
        previous=below.id if below else "",
        external_id=body.get("external_id", ""),
        values=values_of(blocks, {}),
    )
    world.put(view)
    return view


def _new_hash(world: World) -> str:
    return f"{int(world.clock.now())}.{secrets.token_hex(4)}"
