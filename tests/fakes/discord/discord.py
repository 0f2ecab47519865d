"""The fake as a test sees it, wherever it runs."""

import time
from collections.abc import Callable
from typing import TypeVar

from tests.fakes.discord.channel_view import ChannelView
from tests.fakes.discord.control import Control
from tests.fakes.discord.person import DiscordPerson
from tests.fakes.discord.reading import Names
from tests.fakes.discord.small_guild import APP, GUILD
from tests.fakes.discord.world import World

T = TypeVar("T")


class Discord(Control):
    """Operations come from `Control`; everything here is made of them."""

    def __init__(self, world: World, base_url: str) -> None:
        super().__init__(world, base_url)

    @property
    def api_url(self) -> str:
        """For `discord.http.Route.BASE` and `DISCORD_API_URL`."""
        return f"{self.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """For `DiscordWebSocket.DEFAULT_GATEWAY` and `DISCORD_GATEWAY_URL`."""
        return self.base_url.replace("http://", "ws://") + "/"

    def channel(self, channel: str) -> ChannelView:
        return ChannelView(self, channel)

    def direct(self, user: str, app: str = APP) -> ChannelView:
        """The bot's conversation with this person. Raises LookupError if none was opened."""
        return ChannelView(self, self.direct_of(app, user).id)

    def person(self, user: str, guild: str = GUILD, app: str = APP) -> DiscordPerson:
        return DiscordPerson(self, user, guild, app)

    def names(self) -> Names:
        """Names of the people and channels that a message may mention."""
        people = {user.id: user.name for user in self.users()}
        return people | {channel.id: channel.name for channel in self.channels()}

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
