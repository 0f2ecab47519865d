"""Labkeeper without a token of its own: workspaces install it, through a browser, in the Slack test server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import SecretStr

from bot.platforms.slack.manifest import SCOPES
from core.installations import Installation
from tests.fakes.slack.records import User
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.signing import http_client
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_team import add_small_team
from tests.free_port import free_port
from tests.slack.harness import ANA, SlackBoard, connected

OTHER, ELSEWHERE = "T002", "C21"
CLIENT_ID, CLIENT_SECRET = "111.222", "client-secret"


@dataclass
class Browser:
    """Of somebody who installs; keeps its cookies."""

    slack: Slack
    address: str
    client: httpx.Client = field(default_factory=http_client)

    def begin(self) -> str:
        """Where Labkeeper sends the person: Slack's own page."""
        answer = self.client.get(f"{self.address}/slack/install")
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def agree(self, url: str, team: str = "T001", user: str = ANA) -> str:
        return self.slack.person(user, self.slack.socket_app(), team).installs(url)

    def open(self, url: str) -> httpx.Response:
        return self.client.get(url)

    def install(self, team: str = "T001") -> httpx.Response:
        return self.open(self.agree(self.begin(), team))


def add_other_workspace(slack: Slack) -> None:
    """T002, where Ana's namesake has the same id as Ana, administers nothing, and has another name."""
    slack.add_workspace(OTHER, "globex", scopes=tuple(SCOPES), is_installed=False)
    slack.add_user(User(ANA, OTHER, "otto", "Otto Other", is_admin=True, tz="Asia/Tokyo"))
    slack.add_channel(ELSEWHERE, "elsewhere", OTHER, members=(ANA,))


@contextmanager
def open_board(url: str, *, rotates: bool = False, **settings: Any) -> Iterator[SlackBoard]:
    """Two workspaces, and nobody has installed anything yet."""
    with SlackServer() as slack:
        add_small_team(slack)
        add_other_workspace(slack)
        slack.add_app(("http://", "https://"), client_id=CLIENT_ID, client_secret=CLIENT_SECRET, rotates_tokens=rotates)
        with another_process(slack, url, **settings) as board:
            yield board


@contextmanager
def another_process(slack: Slack, url: str, **settings: Any) -> Iterator[SlackBoard]:
    port = free_port()
    given = {
        "slack_bot_token": None,
        "slack_client_id": CLIENT_ID,
        "slack_client_secret": SecretStr(CLIENT_SECRET),
        "public_url": f"http://127.0.0.1:{port}",
    }
    with connected(slack, url, port=port, **(given | settings)) as board:
        yield board


def browser(board: SlackBoard) -> Browser:
    return Browser(board.slack, board.connection_address)


def kept(board: SlackBoard, team: str = "T001") -> Installation | None:
    """What the database has of the workspace."""
    return board.database.read_directory(lambda teams: teams.installations.get("slack", team)).result()
