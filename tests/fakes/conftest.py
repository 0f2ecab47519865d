from collections.abc import Iterator

import httpx
import pytest

from tests.fakes.slack.client import Client
from tests.fakes.slack.clock import Clock
from tests.fakes.slack.person import SlackPerson
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.serving import ServerThread
from tests.fakes.slack.signing import AppUnderTest, http_client
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_app import SECRET, SmallApp
from tests.fakes.slack.small_team import add_small_team


@pytest.fixture
def slack() -> Iterator[Slack]:
    """The small team, at a moment that stands still."""
    with SlackServer(Clock(frozen_at=1_763_460_000.0)) as slack:
        add_small_team(slack)
        yield slack


@pytest.fixture
def client(slack: Slack) -> Client:
    return Client(slack)


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


@pytest.fixture
def small_app() -> SmallApp:
    return SmallApp()


@pytest.fixture
def app(slack: Slack, small_app: SmallApp) -> Iterator[AppUnderTest]:
    with ServerThread(small_app.starlette) as url:
        yield slack.app(f"{url}/slack/events", SECRET)


@pytest.fixture
def ana(slack: Slack, app: AppUnderTest) -> SlackPerson:
    return slack.person("U1", app)
