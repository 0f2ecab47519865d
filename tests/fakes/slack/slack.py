"""The fake as a test sees it, wherever it runs."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

import httpx

from tests.fakes.slack.channel_view import ChannelView
from tests.fakes.slack.control import Control
from tests.fakes.slack.events import SlackEvents
from tests.fakes.slack.person import SlackPerson
from tests.fakes.slack.signing import ACKNOWLEDGE_WITHIN, AppUnderTest, Receiver, http_client
from tests.fakes.slack.socket_app import SocketApp
from tests.fakes.slack.world import World

T = TypeVar("T")


class Slack(Control):
    """Operations come from `Control`; everything here is made of them."""

    def __init__(self, world: World, base_url: str) -> None:
        super().__init__(world, base_url)
        self._closing = ExitStack()
        self._closing.callback(world.close)
        self._closing.callback(self.sockets.close)

    def close(self) -> None:
        self._closing.close()

    @property
    def api_url(self) -> str:
        """For `AsyncWebClient(base_url=…)` and `SLACK_API_URL`."""
        return f"{self.base_url}/api/"

    def channel(self, channel: str) -> ChannelView:
        return ChannelView(self, channel)

    def direct(self, user: str) -> ChannelView:
        """The bot's direct conversation with this person; LookupError if none was opened."""
        for channel in self.channels():
            if channel.kind == "im" and user in channel.members:
                return ChannelView(self, channel.id)
        raise LookupError(f"no direct conversation with {user}")

    def app(self, url: str, signing_secret: str, client: httpx.Client | None = None) -> AppUnderTest:
        """`client` is another one than httpx's own, such as Starlette's TestClient; it is the caller's to close."""
        if client is None:
            client = http_client()
            self._closing.callback(client.close)
        return AppUnderTest(url, signing_secret, client)

    def socket_app(self, app: str = "A001", patience: float = ACKNOWLEDGE_WITHIN) -> SocketApp:
        """The app that connects itself with its app-level token."""
        return SocketApp(self, app, patience)

    def person(self, user: str, app: Receiver, team: str = "T001") -> SlackPerson:
        return SlackPerson(self, app, team, user)

    def events(self, app: Receiver, team: str = "T001") -> SlackEvents:
        return SlackEvents(self, app, team)

    def wait_until(self, condition: Callable[[], T], timeout: float = 5.0) -> T:
        """Returns the first true value of `condition`, which is asked again after every change."""
        deadline = time.monotonic() + timeout
        while True:
            version = self.version()
            value = condition()
            if value:
                return value
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"not within {timeout} s; the last value was {value!r}")
            self.wait_change(version, min(left, 1.0))
