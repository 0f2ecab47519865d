from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import User
from tests.fakes.slack.wire import user_json


def auth_test(call: MethodCall) -> Mapping[str, Any]:
    workspace = call.workspace
    return {
        "url": f"https://{workspace.name}.slack.com/",
        "team": workspace.name,
        "team_id": workspace.id,
        "user": call.world.users[workspace.id, workspace.bot_user].name,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def info(call: MethodCall) -> Mapping[str, Any]:
    user = call.world.users.get((call.workspace.id, call.arguments.required("user")))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": _json(call, user)}


def lookup_by_email(call: MethodCall) -> Mapping[str, Any]:
    email = call.arguments.required("email").lower()
    for user in call.world.users.values():
        if user.team == call.workspace.id and user.email.lower() == email and email and not user.is_deleted:
            return {"user": _json(call, user)}
    raise SlackError("users_not_found")


def _json(call: MethodCall, user: User) -> dict[str, Any]:
    now = datetime.fromtimestamp(call.world.clock.now(), UTC)
    return user_json(user, with_email="users:read.email" in call.workspace.scopes, now=now)
