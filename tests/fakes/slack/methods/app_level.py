"""Methods that belong to the app, whatever workspaces it is installed in."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.fakes.slack import oauth
from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import App
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.world import World


@dataclass(frozen=True, slots=True)
class AppCall:
    world: World
    sockets: Sockets
    token: str
    arguments: Arguments
    basic: str = ""

    def credentials(self) -> tuple[str, str]:
        """Client id and secret, from HTTP basic authentication or the arguments."""
        if self.basic:
            try:
                client, _, secret = base64.b64decode(self.basic, validate=True).decode().partition(":")
            except ValueError as error:
                raise SlackError("invalid_client_id") from error
            return client, secret
        return self.arguments.text("client_id"), self.arguments.text("client_secret")

    def app(self) -> App:
        """Whose app-level token it is."""
        if not self.token:
            raise SlackError("not_authed")
        if not self.token.startswith("xapp-"):
            raise SlackError("not_allowed_token_type")
        for app in self.world.apps.values():
            if app.app_token == self.token:
                return app
        raise SlackError("invalid_auth")


AppMethod: TypeAlias = Callable[[AppCall], Mapping[str, Any]]


def open_connection(call: AppCall) -> Mapping[str, Any]:
    return {"url": call.sockets.address(call.app().id)}


def exchange_code(call: AppCall) -> Mapping[str, Any]:
    values = {name: str(value) for name, value in call.arguments.values.items()}
    return oauth.access(call.world, *call.credentials(), values)


APP_METHODS: dict[str, AppMethod] = {
    "apps.connections.open": open_connection,
    "oauth.v2.access": exchange_code,
}
