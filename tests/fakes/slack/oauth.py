"""Installing an app: somebody agrees, Slack hands out a code, and for the code a token."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.world import World

CLIENT_ID, CLIENT_SECRET = "1234567890.1", "s3cret-of-the-app"
CODE_LASTS, TOKEN_LASTS = 600, 43_200


@dataclass(frozen=True, slots=True)
class Token:
    """`refusal` is the error that every call with it gets. With `expires_at`, `refresh_token` gives the next one."""

    value: str
    team: str
    expires_at: float = 0.0
    refresh_token: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    team: str
    user: str
    redirect_uri: str
    scopes: tuple[str, ...]
    expires_at: float


@dataclass
class OAuth:
    """What was handed out. With `rotates`, tokens end after half a day and are renewed with a refresh token, which
    serves once."""

    world: World
    rotates: bool = False
    is_for_organizations: bool = False
    redirect_uris: tuple[str, ...] = ()
    codes: dict[str, Code] = field(default_factory=dict)
    used_refresh_tokens: list[str] = field(default_factory=list)

    def agree(self, url: str, team: str, user: str) -> str:
        """What the address that the app sent the browser to leads back to, once somebody of a workspace agreed."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if asked.get("client_id") != CLIENT_ID:
            raise ValueError("invalid_client_id")
        if self.redirect_uris and asked["redirect_uri"] not in self.redirect_uris:
            raise ValueError("bad_redirect_uri")
        code = f"{team}.{secrets.token_hex(16)}"
        with self.world.lock:
            self.codes[code] = Code(
                team, user, asked["redirect_uri"], tuple(asked["scope"].split(",")),
                self.world.clock.now() + CODE_LASTS,
            )  # fmt: skip
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def access(self, authorization: str, values: dict[str, Any]) -> dict[str, Any]:
        """`oauth.v2.access`."""
        _check_client(authorization)
        arguments = Arguments(values)
        with self.world.lock:
            if arguments.text("grant_type") == "refresh_token":
                return self._refresh(str(values.get("refresh_token", "")))
            return self._exchange(str(values.get("code", "")), str(values.get("redirect_uri", "")))

    def revoke(self, token: str) -> None:
        with self.world.lock:
            self.world.tokens[token] = replace(self.world.tokens[token], refusal="token_revoked")

    def _exchange(self, given: str, redirect_uri: str) -> dict[str, Any]:
        code = self.codes.pop(given, None)
        if code is None or self.world.clock.now() >= code.expires_at:
            raise SlackError("invalid_code")
        if code.redirect_uri != redirect_uri:
            raise SlackError("bad_redirect_uri")
        workspace = self.world.workspaces[code.team]
        if workspace.refusal:
            for token in [token for token in self.world.tokens.values() if token.team == code.team]:
                self.world.tokens[token.value] = replace(token, refusal="token_revoked")
        self.world.put(replace(workspace, refusal="", scopes=code.scopes))
        return self._answer(self._issue(code.team), code.scopes) | {
            "authed_user": {"id": code.user},
            "team": None if self.is_for_organizations else {"id": code.team, "name": workspace.name},
            "enterprise": {"id": "E001", "name": "acme group"} if self.is_for_organizations else None,
            "is_enterprise_install": self.is_for_organizations,
        }

    def _refresh(self, given: str) -> dict[str, Any]:
        token = next((t for t in self.world.tokens.values() if t.refresh_token == given and given), None)
        if token is None or given in self.used_refresh_tokens:
            raise SlackError("invalid_refresh_token")
        self.used_refresh_tokens.append(given)
        workspace = self.world.workspaces[token.team]
        return self._answer(self._issue(token.team), workspace.scopes) | {
            "team": {"id": workspace.id, "name": workspace.name}
        }

    def _issue(self, team: str) -> Token:
        """Without rotation an app has one token in a workspace, however often it is installed."""
        living = next((t for t in self.world.tokens.values() if t.team == team and not t.refusal), None)
        if living is not None and not self.rotates:
            return living
        value = f"xoxb-{team}-{secrets.token_hex(8)}"
        token = Token(value, team)
        if self.rotates:
            ends = self.world.clock.now() + TOKEN_LASTS
            token = replace(token, expires_at=ends, refresh_token=f"xoxe-1-{secrets.token_hex(8)}")
        self.world.tokens[value] = token
        return token

    def _answer(self, token: Token, scopes: tuple[str, ...]) -> dict[str, Any]:
        workspace = self.world.workspaces[token.team]
        lasts = {"refresh_token": token.refresh_token, "expires_in": TOKEN_LASTS} if token.refresh_token else {}
        return {
            "access_token": token.value,
            "token_type": "bot",
            "scope": ",".join(scopes),
            "bot_user_id": workspace.bot_user,
            "app_id": workspace.app_id,
            **lasts,
        }


def _check_client(authorization: str) -> None:
    kind, _, content = authorization.partition(" ")
    client_id, _, secret = base64.b64decode(content).decode().partition(":") if kind == "Basic" else ("", "", "")
    if client_id != CLIENT_ID:
        raise SlackError("invalid_client_id")
    if secret != CLIENT_SECRET:
        raise SlackError("bad_client_secret")
