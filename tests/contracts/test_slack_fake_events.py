"""What the fake tells an app of people's deeds, and what OAuth answers, against Slack's specifications."""

import json
from typing import Any

import pytest

from tests.contracts.slack_specification import missing, specification
from tests.fakes.slack import oauth
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.person import SlackPerson
from tests.fakes.slack.server import open_slack
from tests.fakes.slack.signing import Answer, SignedRequest
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_team import add_small_team


class Listening:
    """An app that takes everything."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def sign(self, body: bytes, content_type: str, **_: Any) -> SignedRequest:
        return SignedRequest("", {}, body)

    def send(self, request: SignedRequest) -> Answer:
        self.bodies.append(json.loads(request.body))
        return Answer(request, 200, b"", 0.0)


@pytest.fixture
def slack() -> Slack:
    slack = open_slack("http://127.0.0.1:1")
    add_small_team(slack)
    return slack


def test_events_look_like_slacks(slack: Slack) -> None:
    app = Listening()
    ana, events = SlackPerson(slack, app, "T001", "U1"), slack.events(app)
    message, _ = ana.says("C1", "Hi <@UBOTT001>")
    ana.reacts(message, "memo")
    events.uninstalls()
    events.revokes_tokens()
    names = ["app_mention", "message", "reaction_added", "app_uninstalled", "tokens_revoked"]
    assert [body["event"]["type"] for body in app.bodies] == names
    for name, body in zip(names, app.bodies, strict=True):
        assert missing(specification(f"payloads/event__{name}.json"), body) == set(), name


@pytest.mark.parametrize(
    ("client", "values", "error"),
    [
        (("9", "s"), {}, "invalid_client_id"),
        (("1", "x"), {}, "bad_client_secret"),
        (("1", "s"), {"code": "a"}, "invalid_code"),
        (("1", "s"), {}, "invalid_code"),
        (("1", "s"), {"grant_type": "password"}, "invalid_grant_type"),
        (("1", "s"), {"grant_type": "refresh_token", "refresh_token": "a"}, "invalid_refresh_token"),
    ],
)
def test_oauth_gives_errors_that_slack_documents(
    slack: Slack, client: tuple[str, str], values: dict[str, str], error: str
) -> None:
    slack.add_app(("http://127.0.0.1/",), client_id="1", client_secret="s")
    assert error in specification("methods/oauth.v2.access.json")["errors"]
    with pytest.raises(SlackError) as caught:
        oauth.access(slack.world, *client, values)
    assert caught.value.code == error
