"""The gateway of the fake, frame by frame."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.discord.discord import Discord
from tests.fakes.discord.faults import half_open, lost_request, no_hello, server_error
from tests.fakes.discord.raw_gateway import INTENTS, RawGateway, talk
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.sessions import GUILDS, MESSAGE_CONTENT
from tests.fakes.discord.small_guild import ANA, APP, GENERAL, GUILD, TOKEN, add_small_guild

ZLIB = "&compress=zlib-stream"


@pytest.fixture
def server() -> Iterator[Discord]:
    with DiscordServer() as server:
        add_small_guild(server)
        yield server


@pytest.mark.parametrize("query", ["", ZLIB])
def test_it_greets_identifies_and_tells(server: Discord, query: str) -> None:
    async def run(socket: RawGateway) -> None:
        ready = await socket.identify()
        assert (ready["user"]["id"], ready["guilds"]) == (APP, [{"id": GUILD, "unavailable": True}])
        assert ready["resume_gateway_url"] == server.gateway_url
        guild = await socket.next(event="GUILD_CREATE")
        assert [one["name"] for one in guild["channels"]] == ["general", "random", "attic", "tasks"]
        await socket.send(1, socket.sequence)
        await socket.next(op=11)
        server.say(GENERAL, ANA, f"hi <@{APP}>")
        assert (await socket.next(event="MESSAGE_CREATE"))["content"] == f"hi <@{APP}>"
        assert socket.sequence == 3

    talk(server, run, query)
    (session,) = server.sessions(with_over=True)
    assert (session.is_compressed, session.heartbeats) == (query == ZLIB, 1)


@pytest.mark.parametrize("query", ["", ZLIB])
def test_a_dropped_session_is_resumed_and_told_what_it_missed(server: Discord, query: str) -> None:
    async def run(first: RawGateway, second: RawGateway) -> None:
        ready = await first.identify()
        await first.next(event="GUILD_CREATE")
        known = first.sequence
        server.drop_gateway(ready["session_id"])
        assert await first.closing_code() == 1006
        server.say(GENERAL, ANA, f"<@{APP}> missed")
        await second.next(op=10)
        await second.send(6, {"token": TOKEN, "session_id": ready["session_id"], "seq": known})
        assert (await second.next())["content"] == f"<@{APP}> missed"
        await second.next(event="RESUMED")

    talk(server, run, query, query)
    assert [one.resumes for one in server.sessions(with_over=True)] == [1]


@pytest.mark.parametrize("why", ["unknown", "over", "closed cleanly", "too late", "ahead of us", "of nobody"])
def test_a_session_that_cannot_be_resumed(server: Discord, why: str) -> None:
    async def run(first: RawGateway, second: RawGateway) -> None:
        session = (await first.identify())["session_id"]
        await first.next(event="GUILD_CREATE")
        body = {"token": TOKEN, "session_id": session, "seq": first.sequence}
        if why == "over":
            server.invalidate(session)
            assert await first.next(op=9) is False
        await first.close(1000 if why == "closed cleanly" else 4000)
        await asyncio.to_thread(server.wait_until, lambda: not server.sessions())
        if why == "too late":
            server.advance(200)
        body |= {"unknown": {"session_id": "x"}, "ahead of us": {"seq": 99}, "of nobody": {"seq": None}}.get(why, {})
        await second.next(op=10)
        await second.send(6, body)
        assert await second.next(op=9) is False
        # It may identify on the same WebSocket.
        await second.send(2, {"token": TOKEN, "intents": INTENTS})
        assert (await second.next(event="READY"))["session_id"] != session

    talk(server, run, "", "")


def test_it_asks_to_reconnect_and_for_a_heartbeat(server: Discord) -> None:
    async def run(socket: RawGateway) -> None:
        await socket.identify()
        server.ask_heartbeat()
        await socket.next(op=1)
        server.ask_reconnect()
        await socket.next(op=7)
        server.invalidate(is_resumable=True)
        assert await socket.next(op=9) is True

    talk(server, run)


async def _badly(socket: RawGateway, how: str) -> None:
    await socket.next(op=10)
    identify: dict[str, Any] = {"token": TOKEN, "intents": INTENTS}
    match how:
        case "no json":
            await socket.send_text("{")
        case "no op":
            await socket.send_text("[]")
        case "unknown op":
            await socket.send(77)
        case "too early":
            await socket.send(8, {"guild_id": GUILD})
        case "token":
            await socket.send(2, identify | {"token": "made up"})
        case "twice":
            await socket.send(2, identify)
            await socket.send(2, identify)
        case "shard":
            await socket.send(2, identify | {"shard": [2, 2]})
        case "intents":
            await socket.send(2, identify | {"intents": 1 << 40})
        case "privileged":
            await socket.send(2, identify | {"intents": MESSAGE_CONTENT})
        case "much":
            for _ in range(121):
                await socket.send(1, None)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("no json", 4002), ("no op", 4002), ("unknown op", 4001), ("too early", 4003), ("token", 4004),
        ("twice", 4005), ("shard", 4010), ("intents", 4013), ("privileged", 4014), ("much", 4008),
    ],
)  # fmt: skip
def test_it_closes_with_the_code_for_it(server: Discord, how: str, code: int) -> None:
    async def run(socket: RawGateway) -> None:
        await _badly(socket, how)
        assert await socket.closing_code() == code

    talk(server, run)


def test_shards_hear_of_their_own_guilds(server: Discord) -> None:
    server.require_shards(APP, 2)
    other = str(int(GUILD) + (1 << 22))
    server.add_guild(other, "Other", ANA, (APP,))
    mine = (int(GUILD) >> 22) % 2

    async def run(refused: RawGateway, first: RawGateway, second: RawGateway) -> None:
        await refused.next(op=10)
        await refused.send(2, {"token": TOKEN, "intents": INTENTS})
        assert await refused.closing_code() == 4011
        seen = [(await socket.identify(shard=[shard, 2]))["guilds"] for shard, socket in ((0, first), (1, second))]
        assert [one["id"] for one in seen[mine]] == [GUILD]
        assert [one["id"] for one in seen[1 - mine]] == [other]
        server.say(GENERAL, ANA, f"<@{APP}>")
        await (first, second)[mine].next(event="MESSAGE_CREATE")

    talk(server, run, "", "", "")


def test_two_sessions_of_one_shard_are_both_told(server: Discord) -> None:
    async def run(first: RawGateway, second: RawGateway) -> None:
        await first.identify()
        await second.identify()
        server.start_interaction(APP, "component", ANA, GENERAL, {"custom_id": "x", "component_type": 2, "id": 1})
        ids = [(await socket.next(event="INTERACTION_CREATE"))["id"] for socket in (first, second)]
        assert ids[0] == ids[1]

    talk(server, run, "", "")


def test_only_what_was_asked_for_is_told(server: Discord) -> None:
    async def run(socket: RawGateway) -> None:
        await socket.identify(GUILDS)
        server.say(GENERAL, ANA, f"<@{APP}>")
        server.begin_thread(GENERAL, ANA, "about it")
        assert (await socket.next())["id"] == GUILD
        assert (await socket.next())["name"] == "about it"

    talk(server, run)


def test_channels_it_cannot_see_are_not_told_of(server: Discord) -> None:
    async def run(socket: RawGateway) -> None:
        await socket.identify()
        server.overwrite(GENERAL, GUILD, deny=("view_channel",))
        server.say(GENERAL, ANA, f"<@{APP}>")
        server.overwrite(GENERAL, GUILD)
        await socket.next(event="GUILD_CREATE")
        assert (await socket.next())["id"] == GENERAL

    talk(server, run)


def test_a_malformed_dispatch_and_a_frame_that_is_no_json(server: Discord) -> None:
    async def run(socket: RawGateway) -> None:
        await socket.identify()
        server.tell("MESSAGE_CREATE", {"id": None})
        assert await socket.next(event="MESSAGE_CREATE") == {"id": None}
        server.send_text("{")
        with pytest.raises(ValueError, match="Expecting"):
            await socket.next()

    talk(server, run)


def test_connections_that_go_wrong(server: Discord) -> None:
    # aiohttp asks once more by itself.
    server.fault("gateway", lost_request(), times=2)
    server.fault("gateway", server_error(502))
    with pytest.raises(Exception, match=r"disconnected|reset"):
        talk(server, RawGateway.identify)
    with pytest.raises(Exception, match="502"):
        talk(server, RawGateway.identify)
    server.refuse_gateway()
    with pytest.raises(Exception, match="503"):
        talk(server, RawGateway.identify)


@pytest.mark.parametrize("fault", [half_open(), no_hello()], ids=lambda fault: fault.name)
def test_a_connection_through_which_nothing_comes(server: Discord, fault: Any) -> None:
    server.fault("gateway", fault)

    async def run(socket: RawGateway) -> None:
        if fault.name == "half_open":
            await socket.identify()
            await socket.next(event="GUILD_CREATE")
            await asyncio.sleep(0.1)
            server.say(GENERAL, ANA, f"<@{APP}>")
            await socket.send(1, 1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.next(), 0.1)

    talk(server, run)


def test_an_outage_of_a_guild(server: Discord) -> None:
    async def run(socket: RawGateway) -> None:
        await socket.identify()
        server.set_available(GUILD, False)
        assert await socket.next(event="GUILD_DELETE") == {"id": GUILD, "unavailable": True}
        server.set_available(GUILD, True)
        assert (await socket.next(event="GUILD_CREATE"))["unavailable"] is False

    talk(server, run)
