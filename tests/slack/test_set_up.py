"""Setting Labkeeper up in Slack: the app's manifest, and what the check says is missing."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.check import Level, check
from bot.platforms.slack.manifest import EVENTS, SCOPES, make_manifest
from bot.settings import Settings
from tests.fakes.slack.arranging import ALL_SCOPES
from tests.fakes.slack.faults import hanging, lost_request, refusal, server_error
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_team import add_small_team
from tests.free_port import free_port
from tests.slack.harness import settings_for
from tests.slack.installing import CLIENT_ID, CLIENT_SECRET
from tests.slack.socketing import BY_SOCKET

ADDRESS = "https://labkeeper.example.com"
SHARED = Path(os.environ.get("LABKEEPER_SPECS") or Path(__file__).parents[3] / "shared")
SCHEMA = SHARED / "specs/slack/manifest.schema.json"


@pytest.fixture
def slack():
    with SlackServer() as slack:
        add_small_team(slack)
        slack.add_app((ADDRESS,), client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        yield slack


@pytest.fixture
def manifest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """As the command prints it with these variables."""

    def printed(**environment: str) -> dict[str, Any]:
        monkeypatch.chdir(tmp_path)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(cli, ["manifest", "slack"])
        assert result.exit_code == 0, result.output
        made: dict[str, Any] = json.loads(result.stdout)
        return made

    return printed


def findings(slack: Slack, **settings: Any) -> list[tuple[Level, str]]:
    chosen: Settings = settings_for(slack, "sqlite:///nowhere.db", **({"public_url": ADDRESS} | settings))
    return [(finding.level, finding.words) for finding in check(chosen) if finding.about == "slack"]


def test_the_manifest_is_one_that_slack_takes(manifest) -> None:
    if not SCHEMA.exists():
        pytest.skip(f"there is no {SCHEMA}: say in LABKEEPER_SPECS where it lies")
    for environment in ({}, {"PUBLIC_URL": ADDRESS, "LABKEEPER_COMMAND": "board"}):
        jsonschema.validate(manifest(**environment), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_manifest_has_both_commands_under_the_root_that_is_configured(manifest) -> None:
    for root, made in (("lab", manifest()), ("board", manifest(LABKEEPER_COMMAND="board"))):
        commands = made["features"]["slash_commands"]
        assert [command["command"] for command in commands] == [f"/{root}", f"/{root}-admin"]
        assert all(command["should_escape"] for command in commands)


def test_the_manifest_sends_everything_to_one_address(manifest) -> None:
    made = manifest(PUBLIC_URL=f"{ADDRESS}/")
    requests = f"{ADDRESS}/slack/events"
    assert {command["url"] for command in made["features"]["slash_commands"]} == {requests}
    assert made["settings"]["event_subscriptions"]["request_url"] == requests
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": requests}


def addresses(made: dict[str, Any]) -> list[str]:
    commands, settings = made["features"]["slash_commands"], made["settings"]
    named = [settings[name].get("request_url") for name in ("event_subscriptions", "interactivity")]
    return [address for address in (*named, *(command.get("url") for command in commands)) if address]


@pytest.mark.parametrize(
    ("environment", "by_socket"),
    [
        ({"SLACK_APP_TOKEN": "xapp-1"}, True),
        ({"SLACK_APP_TOKEN": "xapp-1", "PUBLIC_URL": ADDRESS}, True),
        ({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s"}, True),
        ({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s", "PUBLIC_URL": ADDRESS}, False),
        ({"SLACK_SIGNING_SECRET": "s"}, False),
    ],
)
def test_where_slack_comes_through_socket_mode_the_manifest_turns_it_on_and_names_no_address(
    manifest, environment: dict[str, str], by_socket: bool
) -> None:
    made = manifest(SLACK_BOT_TOKEN="xoxb-1", **environment)
    assert made["settings"]["socket_mode_enabled"] is by_socket
    assert len(addresses(made)) == (0 if by_socket else 4)
    if SCHEMA.exists():
        jsonschema.validate(made, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_before_there_is_a_token_the_manifest_for_socket_mode_is_asked_for(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    made = json.loads(CliRunner().invoke(cli, ["manifest", "slack", "--socket"]).stdout)
    assert (made["settings"]["socket_mode_enabled"], addresses(made)) == (True, [])
    assert "http" not in json.dumps(made)


def test_without_an_address_the_manifest_says_where_one_belongs(manifest) -> None:
    assert "https://YOUR-ADDRESS/slack/events" in json.dumps(manifest())


def test_the_manifest_asks_for_each_scope_and_event(manifest) -> None:
    made = manifest()
    assert made["oauth_config"]["scopes"] == {"bot": sorted(SCOPES)}
    assert manifest(PUBLIC_URL=f"{ADDRESS}/")["oauth_config"]["redirect_urls"] == [f"{ADDRESS}/slack/oauth_redirect"]
    assert made["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)
    assert set(SCOPES) <= set(ALL_SCOPES)


def test_slacks_limits_on_what_is_shown_are_kept() -> None:
    made = make_manifest(root="a" * 21, public_url=None)
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    for command in made["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2_000
        assert len(command["usage_hint"]) <= 1_000


def test_only_slack_has_a_manifest() -> None:
    result = CliRunner().invoke(cli, ["manifest", "discord"])
    assert result.exit_code == 2
    assert "only Slack" in result.output


def test_a_whole_set_up_has_no_problem(slack: Slack) -> None:
    found = findings(slack)
    assert [level for level, _ in found] == [Level.OK, Level.OK]
    assert found[0][1] == "connected to workspace T001 as UBOTT001"
    assert f"{ADDRESS}/slack/events" in found[1][1]


@pytest.mark.parametrize("scope", SCOPES)
def test_each_missing_scope_is_named_with_what_it_costs(slack: Slack, scope: str) -> None:
    slack.set_scopes("T001", tuple(other for other in ALL_SCOPES if other != scope))
    problems = [words for level, words in findings(slack) if level is Level.PROBLEM]
    assert problems == [
        f"scope {scope} is missing: {SCOPES[scope]}. Add it at OAuth & Permissions, then reinstall"
    ]  # fmt: skip


def test_all_missing_scopes_are_named_at_once(slack: Slack) -> None:
    slack.set_scopes("T001", ())
    assert sum(level is Level.PROBLEM for level, _ in findings(slack)) == len(SCOPES)


@pytest.mark.parametrize(
    ("address", "words"),
    [(None, "PUBLIC_URL is not set"), ("http://labkeeper.example.com", "to https addresses only")],
)
def test_an_address_that_slack_cannot_use_is_a_problem(slack: Slack, address: str | None, words: str) -> None:
    (problem,) = [words for level, words in findings(slack, public_url=address) if level is Level.PROBLEM]
    assert words in problem


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked"])
def test_a_token_that_slack_refuses_is_named_with_where_to_get_another(slack: Slack, code: str) -> None:
    slack.refuse_token("T001", code)
    assert findings(slack) == [
        (
            Level.PROBLEM,
            f"Slack refuses SLACK_BOT_TOKEN ({code}): copy it again from OAuth & Permissions; it begins with xoxb-",
        )
    ]


def test_a_token_of_nobody_is_refused(slack: Slack) -> None:
    ((level, words),) = findings(slack, slack_bot_token=SecretStr("xoxb-wrong"))
    assert (level, "invalid_auth" in words) == (Level.PROBLEM, True)


@pytest.mark.parametrize("trouble", [server_error(503), hanging(60)], ids=lambda trouble: trouble.name)
def test_slack_that_does_not_answer_is_a_problem_that_says_what_it_costs(slack: Slack, trouble) -> None:
    slack.fault("auth.test", trouble, times=9)
    ((level, words),) = findings(slack)
    assert level is Level.PROBLEM
    assert "no card can be posted until it answers" in words


def test_slack_that_cannot_be_reached_is_a_problem(slack: Slack) -> None:
    ((level, words),) = findings(slack, slack_api_url=f"http://127.0.0.1:{free_port()}/api/")
    assert level is Level.PROBLEM
    assert words.startswith("Slack cannot be reached")


def test_no_secret_is_ever_printed(slack: Slack) -> None:
    for settings in ({}, {"slack_bot_token": SecretStr("xoxb-wrong")}):
        assert not any("xoxb-T001" in words or "xoxb-wrong" in words for _, words in findings(slack, **settings))


def test_without_slack_the_check_says_how_to_connect_it(slack: Slack) -> None:
    chosen = settings_for(slack, "sqlite:///nowhere.db", slack_bot_token=None, slack_signing_secret=None)
    ((level, words),) = [(finding.level, finding.words) for finding in check(chosen) if finding.about == "chat"]
    assert (level, "README.md says how to connect Slack" in words) == (Level.NOTE, True)


def test_through_socket_mode_a_whole_set_up_needs_no_address(slack: Slack) -> None:
    found = findings(slack, **BY_SOCKET, public_url=None)
    assert [level for level, _ in found] == [Level.OK, Level.OK]
    assert "no address is needed" in found[1][1]


def test_where_slack_cannot_reach_the_server_the_check_names_socket_mode(slack: Slack) -> None:
    (problem,) = [words for level, words in findings(slack, public_url=None) if level is Level.PROBLEM]
    assert "SLACK_APP_TOKEN" in problem


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("missing_scope", "lacks the scope connections:write: make another one with it at Basic Information"),
        ("invalid_auth", "(invalid_auth): copy it again from Basic Information, App-Level Tokens"),
        ("not_allowed_token_type", "it begins with xapp-"),
        ("forbidden_team", "(forbidden_team)"),
        ("fatal_error", "at the moment (fatal_error)"),
    ],
)
def test_an_app_level_token_that_opens_nothing_is_named_with_what_helps(slack: Slack, code: str, says: str) -> None:
    slack.fault("apps.connections.open", refusal(code))
    (problem,) = [words for level, words in findings(slack, **BY_SOCKET, public_url=None) if level is Level.PROBLEM]
    assert says in problem
    assert "xapp-A001" not in problem


def test_socket_mode_that_cannot_be_asked_for_is_a_problem(slack: Slack) -> None:
    slack.fault("apps.connections.open", lost_request(), times=9)
    (problem,) = [words for level, words in findings(slack, **BY_SOCKET, public_url=None) if level is Level.PROBLEM]
    assert problem.startswith("Socket Mode cannot be asked for")


INSTALLS = {"slack_client_id": CLIENT_ID, "slack_client_secret": SecretStr(CLIENT_SECRET), "slack_bot_token": None}


def test_where_workspaces_install_it_the_check_names_the_addresses(slack: Slack) -> None:
    for token in (None, SecretStr("xoxb-T001")):
        found = findings(slack, **(INSTALLS | {"slack_bot_token": token}))
        assert not [words for level, words in found if level is Level.PROBLEM]
        assert (Level.OK, f"workspaces install it at {ADDRESS}/slack/install") in found
        assert f"the app's redirect URL must be {ADDRESS}/slack/oauth_redirect;" in found[-1][1]


@pytest.mark.parametrize("wrong", [{"slack_client_id": "1.2"}, {"slack_client_secret": SecretStr("guessed")}])
def test_credentials_of_the_app_that_slack_does_not_know_are_a_problem(slack: Slack, wrong: dict[str, Any]) -> None:
    (problem,) = [words for level, words in findings(slack, **(INSTALLS | wrong)) if level is Level.PROBLEM]
    assert "copy both again from Basic Information" in problem
    assert "guessed" not in problem


def test_slack_that_does_not_answer_for_an_installation_is_a_problem(slack: Slack) -> None:
    slack.fault("oauth.v2.access", server_error(503))
    (problem,) = [words for level, words in findings(slack, **INSTALLS) if level is Level.PROBLEM]
    assert problem.startswith("nobody can install it: ")
