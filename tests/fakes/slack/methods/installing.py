"""Ending what OAuth began."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.errors import SlackError


def revoke(call: MethodCall) -> Mapping[str, Any]:
    """The token of this very call."""
    if call.arguments.flag("test"):
        return {"revoked": False}
    world = call.world
    if grant := world.grants.get(call.token):
        world.put(replace(grant, is_revoked=True))
    else:
        world.put(replace(call.workspace, refusal="token_revoked"))
    return {"revoked": True}


def uninstall(call: MethodCall) -> Mapping[str, Any]:
    """The app leaves the workspace of the token."""
    world, app = call.world, call.world.apps[call.workspace.app_id]
    given = call.arguments.required("client_id"), call.arguments.required("client_secret")
    if not any(known.client_id == given[0] for known in world.apps.values()):
        raise SlackError("invalid_client_id")
    if app.client_id != given[0]:
        raise SlackError("client_id_token_mismatch")
    if app.client_secret != given[1]:
        raise SlackError("bad_client_secret")
    world.put(replace(call.workspace, refusal="account_inactive"))
    return {}
