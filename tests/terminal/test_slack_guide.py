"""“Connect Slack in five minutes” of the README, followed literally, with the Slack test server in Slack's place."""

import json
import re
import signal
from collections.abc import Iterator

import httpx
import pytest

from bot.platforms.slack.manifest import SCOPES
from tests.fakes.slack.person import SlackPerson
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_team import add_small_team
from tests.terminal.shell import PATIENCE, ROOT, Shell

DONE, CONFIGURATION = 0, 78


@pytest.fixture
def slack() -> Iterator[Slack]:
    with SlackServer() as slack:
        add_small_team(slack)
        slack.set_scopes("T001", tuple(SCOPES))
        yield slack


@pytest.fixture
def guide() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return readme.partition("## Connect Slack in five minutes\n")[2].partition("**Over HTTP instead**")[0]


def said(guide: str, beginning: str) -> str:
    """What the guide says between backticks."""
    (line,) = {line for line in re.findall(r"`([^`]+)`", guide) if line.startswith(beginning)}
    return " ".join(line.split())


def write_settings(shell: Shell, slack: Slack, guide: str, *names: str) -> None:
    tokens = {"SLACK_APP_TOKEN": "xapp-A001", "SLACK_BOT_TOKEN": slack.workspace("T001").bot_token}
    lines = [said(guide, f"{name}=").replace("…", tokens[name].partition("-")[2]) for name in names]
    (shell.directory / ".env").write_text("\n".join([*lines, f"SLACK_API_URL={slack.api_url}"]), encoding="utf-8")


def test_the_guide_leads_to_a_task_in_slack(shell: Shell, slack: Slack, guide: str) -> None:
    printed = shell.labkeeper(*said(guide, "labkeeper manifest").split()[1:])
    manifest = json.loads(printed.out)
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "http" not in printed.out
    write_settings(shell, slack, guide, "SLACK_APP_TOKEN")
    assert shell.labkeeper("check").err.startswith("SLACK_APP_TOKEN: is of no use without SLACK_BOT_TOKEN")
    write_settings(shell, slack, guide, "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN")
    checked = shell.labkeeper(*said(guide, "labkeeper check").split()[1:])
    assert (checked.code, "commands come through Socket Mode" in " ".join(checked.out.split())) == (DONE, True)

    server = shell.start("run")
    address = server.wait_until_ready()
    person = slack.person("U1", slack.socket_app(patience=PATIENCE))
    made = person.command(said(guide, "/lab-admin").removeprefix("/lab-admin "), "C1", "/lab-admin")
    assert "CHURN Churn model" in made.text
    assert "CHURN-1 Try focal loss" in person.command(said(guide, "/lab task").removeprefix("/lab "), "C1").text
    slack.wait_until(lambda: slack.channel("C1").roots, PATIENCE)
    slack.wait_until(lambda: len(slack.connections()) == 2, PATIENCE)
    assert httpx.get(f"{address}/readyz", timeout=PATIENCE).json()["chat"]["slack"].startswith("connected")
    metrics = httpx.get(f"{address}/metrics", timeout=PATIENCE).text
    assert 'labkeeper_slack_envelopes_total{outcome="acknowledged",type="slash_commands"} 2.0' in metrics
    assert server.end(signal.SIGTERM) == DONE
    assert not [secret for secret in ("xapp-", "xoxb-", "ticket=") if secret in "".join(server.said)]
    slack.wait_until(lambda: not slack.connections())


def test_the_part_that_is_called_chat_has_the_connections(shell: Shell, slack: Slack, guide: str) -> None:
    write_settings(shell, slack, guide, "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN")
    server = shell.start("run", "--only", "chat")
    server.wait_for("This process keeps the connections to Slack's Socket Mode.")
    person: SlackPerson = slack.person("U1", slack.socket_app(patience=PATIENCE))
    assert "CHURN Churn model" in person.command("project new CHURN name:Churn model", "C1", "/lab-admin").text
    assert server.end(signal.SIGINT) == DONE


def test_another_part_leaves_the_connections_to_it_and_says_so(shell: Shell, slack: Slack, guide: str) -> None:
    write_settings(shell, slack, guide, "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN")
    server = shell.start("run", "--only", "web,worker")
    address = server.wait_until_ready()
    state = httpx.get(f"{address}/readyz", timeout=PATIENCE).json()["chat"]["slack"]
    assert state == "connected by the part that is called chat, in another process"
    assert slack.calls("apps.connections.open") == []
    assert httpx.post(f"{address}/slack/events", timeout=PATIENCE).status_code == 404
    assert server.end(signal.SIGTERM) == DONE


def test_without_an_app_level_token_the_part_that_is_called_chat_says_that_it_waits(shell: Shell) -> None:
    server = shell.start("run", "--only", "chat")
    assert "unless SLACK_APP_TOKEN is set" in server.wait_for("This process waits")
    server.wait_for('"ready"')
    assert server.end(signal.SIGTERM) == DONE
