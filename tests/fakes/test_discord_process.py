"""The fake in a process of its own, controlled over HTTP."""

import pytest

from tests.fakes.discord.control import OPERATIONS
from tests.fakes.discord.faults import server_error
from tests.fakes.discord.http_client import Http
from tests.fakes.discord.raw_gateway import RawGateway, talk
from tests.fakes.discord.records import User
from tests.fakes.discord.remote import DiscordProcess, RemoteError
from tests.fakes.discord.small_guild import ANA, APP, GENERAL, add_small_guild


def test_all_of_it_over_http() -> None:
    with DiscordProcess() as discord:
        add_small_guild(discord)
        http = Http(discord)
        discord.fault("messages.create", server_error(503), place=GENERAL)
        statuses = [http("POST", f"/channels/{GENERAL}/messages", {"content": "a"}).status_code for _ in range(2)]
        http.close()
        assert statuses == [503, 200] == [call.status for call in discord.calls("messages.create")]
        assert [one.content for one in discord.wait_until(lambda: discord.channel(GENERAL).messages)] == ["a"]
        assert discord.add_user(User("1300000000000000009", "zoe")) == discord.user("1300000000000000009")
        with pytest.raises(RemoteError, match="KeyError"):
            discord.message(GENERAL, "1")

        async def run(socket: RawGateway) -> None:
            await socket.identify()
            discord.person(ANA).mention(GENERAL, "over there")
            assert (await socket.next(event="MESSAGE_CREATE"))["content"] == f"<@{APP}> over there"

        talk(discord, run)


def test_every_operation_has_a_remote_side() -> None:
    assert {"fault", "messages", "say", "start_interaction", "drop_gateway", "advance", "wait_change"} <= OPERATIONS
