"""One board, both chats: a Slack workspace and a Discord server, and one server of Labkeeper in both."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.platforms.discord.connection import DiscordConnection
from tests.discord.harness import CATALOGUE, FAST, DiscordBoard, settings_for, wait_until_ready
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import ANA, BEN, add_small_guild
from tests.slack.harness import SlackBoard, slack_board

_CODE = re.compile(r"[A-Z0-9]{5}(-[A-Z0-9]{5}){3}")


@dataclass
class Both:
    """The same people sit in both, known by their accounts there."""

    slack: SlackBoard
    discord: DiscordBoard

    def join(self) -> None:
        """Ana lets the Discord server join the board that began in Slack, as both chats tell her to."""
        found = _CODE.search(self.slack.admin("join code"))
        assert found
        code, same = found[0], "@ana=@ana, @ben=@ben"
        assert "What meets" in self.discord.admin(f"join look {code} same:{same}")
        assert "one board" in self.discord.admin(f"join now {code} same:{same}")

    def settle(self) -> None:
        self.slack.settle()

    def later(self, seconds: float) -> None:
        self.slack.later(seconds)
        self.discord.discord.advance(seconds)


@contextmanager
def both_chats(url: str, **settings: Any) -> Iterator[Both]:
    with DiscordServer() as discord, slack_board(url, **settings) as slack:
        add_small_guild(discord)
        for user, name in ((ANA, "ana"), (BEN, "ben")):
            discord.rename_user(user, name, name)
        connection = DiscordConnection.open(
            settings_for(discord, url), slack.database, slack.clock, CATALOGUE, slack.ports, slack.worker.wake,
            real=slack.clock, pace=FAST,
        )  # fmt: skip
        slack.ports.chats["discord"] = connection.chat
        slack.worker.jobs.performers |= connection.performers
        board = DiscordBoard(
            discord, slack.database, url, slack.worker, connection, slack.loop, slack.ports, slack.clock,
            slack.connection_address,
        )  # fmt: skip
        running = asyncio.run_coroutine_threadsafe(connection.shards.run(), slack.loop)
        try:
            wait_until_ready(board)
            yield Both(slack, board)
        finally:
            running.cancel()
            slack.run(_end(connection))


async def _end(connection: DiscordConnection) -> None:
    await asyncio.sleep(0)
    await connection.finish()
