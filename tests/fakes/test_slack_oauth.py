"""Installing an app in several workspaces, and the end of its tokens."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.fakes.slack.client import Client
from tests.fakes.slack.slack import Slack

CLIENT = {"client_id": "111.222", "client_secret": "client-secret"}
BACK = "https://lab.example/slack/oauth_redirect"


@pytest.fixture
def other(slack: Slack) -> str:
    """A workspace where the app is not installed."""
    slack.add_app(("https://lab.example/",))
    return slack.add_workspace("T002", "other", is_installed=False).id


def address(slack: Slack, **more: str) -> str:
    query = {"client_id": "111.222", "scope": "chat:write,commands", "state": "s & t", "redirect_uri": BACK} | more
    return f"{slack.base_url}/oauth/v2/authorize?{urlencode({name: value for name, value in query.items() if value})}"


def redirected(slack: Slack, team: str, *, approves: bool = True, **more: str) -> dict[str, str]:
    target = slack.person("U7", slack.socket_app(), team).installs(address(slack, **more), approves=approves)
    assert target.startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def access(slack: Slack, **values: str) -> dict[str, Any]:
    return dict(Client(slack, "").oauth_v2_access(**{**CLIENT, **values}))


def refusal(slack: Slack, **values: str) -> str:
    return str(Client(slack, "").refusal("oauth.v2.access", **{**CLIENT, **values})["error"])


def test_a_person_approves_and_the_code_becomes_a_token(slack: Slack, other: str) -> None:
    back = redirected(slack, other)
    assert back["state"] == "s & t"
    answer = access(slack, code=back["code"], redirect_uri=BACK)
    assert answer["team"] == {"id": "T002", "name": "other"}
    assert (answer["scope"], answer["bot_user_id"], answer["app_id"]) == ("chat:write,commands", "UBOTT002", "A001")
    assert (answer["enterprise"], answer["authed_user"], answer["token_type"]) == (None, {"id": "U7"}, "bot")
    assert "refresh_token" not in answer
    assert Client(slack, answer["access_token"]).auth_test()["team_id"] == "T002"
    assert slack.calls("auth.test")[-1].team == "T002"
    assert Client(slack).auth_test()["team_id"] == "T001"


def test_a_code_is_good_once_soon_and_for_its_address(slack: Slack, other: str) -> None:
    code = redirected(slack, other)["code"]
    assert refusal(slack, code=code, redirect_uri="https://evil.example/") == "bad_redirect_uri"
    assert refusal(slack, code=code, redirect_uri=BACK, client_secret="x") == "bad_client_secret"
    assert refusal(slack, code=code, redirect_uri=BACK, client_id="9") == "invalid_client_id"
    assert access(slack, code=code, redirect_uri=BACK)["ok"]
    assert refusal(slack, code=code, redirect_uri=BACK) == "invalid_code"
    late = redirected(slack, other)["code"]
    slack.advance(601)
    assert refusal(slack, code=late, redirect_uri=BACK) == "invalid_code"


def test_a_person_denies(slack: Slack, other: str) -> None:
    assert redirected(slack, other, approves=False) == {"error": "access_denied", "state": "s & t"}
    assert slack.grants() == []


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"client_id": "9"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"scope": ""}, "no_scopes"),
    ],
)
def test_an_app_that_asks_wrongly(slack: Slack, other: str, asked: dict[str, str], error: str) -> None:
    with pytest.raises(ValueError, match=error):
        redirected(slack, other, **asked)


def test_the_client_may_use_basic_authentication(slack: Slack, other: str, http: httpx.Client) -> None:
    code = redirected(slack, other)["code"]
    form = {"code": code, "redirect_uri": BACK}
    wrong = http.post(f"{slack.api_url}oauth.v2.access", data=form, auth=("111.222", "no"))
    right = http.post(f"{slack.api_url}oauth.v2.access", data=form, auth=("111.222", "client-secret"))
    assert (wrong.json()["error"], right.json()["ok"]) == ("bad_client_secret", True)


def test_a_token_that_rotates_ends_and_is_refreshed_once(slack: Slack, other: str) -> None:
    slack.add_app(("https://lab.example/",), rotates_tokens=True)
    first = access(slack, code=redirected(slack, other)["code"], redirect_uri=BACK)
    assert first["expires_in"] == 43_200
    old = Client(slack, first["access_token"])
    slack.advance(43_199)
    assert old.auth_test()["ok"]
    slack.advance(1)
    assert old.refusal("auth.test")["error"] == "token_expired"
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = access(slack, **refresh)
    assert Client(slack, second["access_token"]).auth_test()["team_id"] == "T002"
    assert refusal(slack, **refresh) == "invalid_refresh_token"
    assert refusal(slack, grant_type="refresh_token", refresh_token="xoxe-1-x") == "invalid_refresh_token"
    assert refusal(slack, grant_type="password") == "invalid_grant_type"
    slack.expire_tokens("T002")
    assert Client(slack, second["access_token"]).refusal("auth.test")["error"] == "token_expired"


def test_installing_again_keeps_the_token_and_adds_scopes(slack: Slack, other: str) -> None:
    first = access(slack, code=redirected(slack, other)["code"], redirect_uri=BACK)
    second = access(slack, code=redirected(slack, other, scope="pins:write")["code"], redirect_uri=BACK)
    assert second["access_token"] == first["access_token"]
    assert second["scope"] == "chat:write,commands,pins:write"


def test_an_app_that_leaves_and_comes_back_gets_another_token(slack: Slack, other: str) -> None:
    first = access(slack, code=redirected(slack, other)["code"], redirect_uri=BACK)["access_token"]
    assert Client(slack, first).apps_uninstall(**CLIENT)["ok"]
    assert Client(slack, first).refusal("auth.test")["error"] == "account_inactive"
    second = access(slack, code=redirected(slack, other, scope="commands")["code"], redirect_uri=BACK)
    assert (second["access_token"] != first, second["scope"]) == (True, "commands")
    assert Client(slack, first).refusal("auth.test")["error"] == "token_revoked"
    assert Client(slack, second["access_token"]).auth_test()["ok"]


def test_a_token_may_end_itself(slack: Slack, other: str) -> None:
    token = access(slack, code=redirected(slack, other)["code"], redirect_uri=BACK)["access_token"]
    client = Client(slack, token)
    assert client.auth_revoke(test=True)["revoked"] is False
    assert client.auth_revoke()["revoked"] is True
    assert client.refusal("auth.test")["error"] == "token_revoked"
    assert Client(slack).auth_test()["ok"], "another workspace is not concerned"
