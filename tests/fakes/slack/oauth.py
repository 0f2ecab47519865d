"""Installing an app: the page that asks, the code, tokens and their rotation."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import App, Authorization, Grant, Workspace
from tests.fakes.slack.world import World

TOKEN_LIFETIME = 43_200
CODE_LIFETIME = 600


def ask(world: World, query: Mapping[str, str]) -> Authorization:
    """A visit to `/oauth/v2/authorize`. Raises invalid_client_id, bad_redirect_uri and no_scopes."""
    app = _app(world, query.get("client_id", ""))
    scopes = tuple(scope for scope in query.get("scope", "").split(",") if scope)
    if not scopes:
        raise SlackError("no_scopes")
    redirect = query.get("redirect_uri", "")
    if redirect and not redirect.startswith(app.redirect_uris or ("\0",)):
        raise SlackError("bad_redirect_uri")
    number = f"{len(world.authorizations) + 1}"
    asked = Authorization(number, app.id, scopes, query.get("state", ""), redirect, world.clock.now())
    world.put(asked)
    return asked


def approve(world: World, asked: Authorization, team: str, user: str) -> str:
    """Where the browser is sent."""
    code = f"{team}.{asked.id}.{secrets.token_hex(16)}"
    world.put(replace(asked, team=team, user=user, code=code, at=world.clock.now()))
    return _redirect(world, asked, code=code)


def deny(world: World, asked: Authorization) -> str:
    return _redirect(world, asked, error="access_denied")


def access(world: World, client_id: str, client_secret: str, values: Mapping[str, str]) -> dict[str, Any]:
    """oauth.v2.access."""
    app = _app(world, client_id)
    if app.client_secret != client_secret:
        raise SlackError("bad_client_secret")
    match values.get("grant_type", "authorization_code"):
        case "authorization_code":
            return _exchange(world, app, values)
        case "refresh_token":
            return _refresh(world, app, values.get("refresh_token", ""))
    raise SlackError("invalid_grant_type")


def _exchange(world: World, app: App, values: Mapping[str, str]) -> dict[str, Any]:
    code = values.get("code", "")
    asked = next((one for one in world.authorizations.values() if one.code == code and one.app == app.id), None)
    if not code or asked is None or asked.is_used or world.clock.now() - asked.at > CODE_LIFETIME:
        raise SlackError("invalid_code")
    if values.get("redirect_uri", "") != asked.redirect_uri:
        raise SlackError("bad_redirect_uri")
    world.put(replace(asked, is_used=True))
    workspace = world.workspaces[asked.team]
    is_back = bool(workspace.refusal)
    scopes = asked.scopes if is_back else tuple(dict.fromkeys((*workspace.granted, *asked.scopes)))
    token = "" if is_back else workspace.bot_token
    workspace = replace(workspace, refusal="", bot_token=token, scopes=scopes, granted=scopes)
    world.put(workspace)
    for old in [grant for grant in world.grants.values() if grant.team == workspace.id and is_back]:
        world.put(replace(old, is_revoked=True, is_refreshed=True))
    return _answer(world, workspace, _grant(world, app, workspace, asked.user))


def _refresh(world: World, app: App, token: str) -> dict[str, Any]:
    old = next((one for one in world.grants.values() if one.refresh_token == token and one.app == app.id), None)
    if not token or old is None or old.is_refreshed or old.is_revoked or world.workspaces[old.team].refusal:
        raise SlackError("invalid_refresh_token")
    world.put(replace(old, is_refreshed=True))
    workspace = world.workspaces[old.team]
    return _answer(world, workspace, _grant(world, app, workspace, old.user))


def _grant(world: World, app: App, workspace: Workspace, user: str) -> Grant:
    """Without rotation a workspace keeps its token over repeated installations."""
    now = world.clock.now()
    if app.rotates_tokens:
        access, refresh = f"xoxe.xoxb-1-{secrets.token_hex(16)}", f"xoxe-1-{secrets.token_hex(16)}"
        grant = Grant(access, app.id, workspace.id, user, now, refresh, now + TOKEN_LIFETIME)
    else:
        lasting = (one for one in world.grants.values() if one.team == workspace.id and not one.is_revoked)
        grant = next(lasting, None) or Grant(f"xoxb-{secrets.token_hex(16)}", app.id, workspace.id, user, now)
    world.put(grant)
    return grant


def _answer(world: World, workspace: Workspace, grant: Grant) -> dict[str, Any]:
    body: dict[str, Any] = {
        "access_token": grant.token,
        "token_type": "bot",
        "scope": ",".join(workspace.scopes),
        "bot_user_id": workspace.bot_user,
        "app_id": grant.app,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": None,
        "authed_user": {"id": grant.user},
        "is_enterprise_install": False,
    }
    if grant.refresh_token:
        body |= {"expires_in": int(grant.expires_at - world.clock.now()), "refresh_token": grant.refresh_token}
    return body


def _app(world: World, client_id: str) -> App:
    for app in world.apps.values():
        if app.client_id and app.client_id == client_id:
            return app
    raise SlackError("invalid_client_id")


def _redirect(world: World, asked: Authorization, **more: str) -> str:
    """Without a redirect_uri of its own, the first that the app has."""
    address = asked.redirect_uri or world.apps[asked.app].redirect_uris[0]
    return f"{address}{'&' if '?' in address else '?'}{urlencode({**more, 'state': asked.state})}"
