"""Socket Mode: connections, what goes wrong with them, and envelopes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest

from tests.fakes.slack.client import Client
from tests.fakes.slack.faults import half_open, lost_request, no_hello, server_error
from tests.fakes.slack.records import Envelope
from tests.fakes.slack.slack import Slack

DEADLINE = 5


class Socket:
    """One connection of an app that does what the test says."""

    def __init__(self, channel: aiohttp.ClientWebSocketResponse) -> None:
        self.channel = channel

    async def frame(self) -> dict[str, Any]:
        """The next frame, pings answered."""
        while True:
            message = await asyncio.wait_for(self.channel.receive(), DEADLINE)
            if message.type is aiohttp.WSMsgType.TEXT:
                return dict(json.loads(message.data))
            if message.type is aiohttp.WSMsgType.PING:
                with suppress(ConnectionError):
                    await self.channel.pong(message.data)
            else:
                return {"type": message.type.name}

    async def acknowledge(self, frame: dict[str, Any], **payload: Any) -> None:
        answer = {"envelope_id": frame["envelope_id"], **({"payload": payload} if payload else {})}
        await self.channel.send_str(json.dumps(answer))

    async def pong(self, within: float = DEADLINE) -> bool:
        """Whether a ping is answered within so many seconds."""
        await self.channel.ping(b"mine")
        try:
            async with asyncio.timeout(within):
                while (message := await self.channel.receive()).type is not aiohttp.WSMsgType.PONG:
                    if message.type is not aiohttp.WSMsgType.PING:
                        return False
        except TimeoutError:
            return False
        return bool(message.data == b"mine")


def address(slack: Slack) -> str:
    return str(Client(slack, "xapp-A001").apps_connections_open(app_token="xapp-A001")["url"])


@asynccontextmanager
async def connected(slack: Slack, *, greeted: bool = True) -> AsyncIterator[Socket]:
    url = await asyncio.to_thread(address, slack)
    async with aiohttp.ClientSession() as session, session.ws_connect(url, autoping=False) as channel:
        socket = Socket(channel)
        if greeted:
            assert (await socket.frame())["type"] == "hello"
        yield socket


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scenario())


def event(event_id: str = "Ev1") -> dict[str, Any]:
    return {"type": "event_callback", "event_id": event_id, "event": {"type": "app_mention"}}


def send(slack: Slack, event_id: str = "Ev1", patience: float = DEADLINE) -> asyncio.Task[Envelope]:
    return asyncio.create_task(
        asyncio.to_thread(slack.send_envelope, "A001", "events_api", event(event_id), patience=patience)
    )


def test_only_an_app_level_token_opens_a_connection(slack: Slack, client: Client) -> None:
    def refusal(token: str) -> str:
        return str(Client(slack, token).refusal("apps.connections.open")["error"])

    assert refusal("xoxb-T001") == "not_allowed_token_type"
    assert refusal("xapp-A999") == "invalid_auth"
    assert refusal("") == "not_authed"


def test_a_ticket_is_good_for_one_connection(slack: Slack) -> None:
    async def scenario() -> None:
        url, late = await asyncio.to_thread(address, slack), await asyncio.to_thread(address, slack)
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(url):
                pass
            slack.advance(31)
            for used in (url, late):
                with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
                    await session.ws_connect(used)

    run(scenario)


def test_a_connection_is_greeted_pinged_and_answered(slack: Slack) -> None:
    async def scenario() -> None:
        url = await asyncio.to_thread(address, slack)
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as channel:
            hello = json.loads((await channel.receive()).data)
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            assert hello["connection_info"] == {"app_id": "A001"}
            answering = asyncio.create_task(channel.receive())
            await asyncio.to_thread(slack.wait_until, lambda: slack.connections()[0].pongs)
            await channel.ping()
            await asyncio.to_thread(slack.wait_until, lambda: slack.connections()[0].pings)
            answering.cancel()
        await asyncio.to_thread(slack.wait_until, lambda: not slack.connections())
        assert [connection.is_open for connection in slack.connections(with_closed=True)] == [False]

    run(scenario)


def test_envelopes_go_to_one_connection_each_and_are_acknowledged_once(slack: Slack) -> None:
    async def scenario() -> None:
        async with connected(slack) as first, connected(slack) as second:
            for number, socket in enumerate((first, second, first)):
                sending = send(slack, f"Ev{number}")
                frame = await socket.frame()
                assert (frame["type"], frame["accepts_response_payload"]) == ("events_api", False)
                assert (frame["payload"]["event_id"], frame["retry_attempt"]) == (f"Ev{number}", 0)
                await socket.acknowledge(frame)
                assert (await sending).acknowledgements == 1
        assert [envelope.connections for envelope in slack.envelopes()] == [("1",), ("2",), ("1",)]

    run(scenario)


def test_an_acknowledgement_may_carry_an_answer_only_where_slack_takes_one(slack: Slack) -> None:
    async def scenario() -> None:
        async with connected(slack) as socket:
            sending = send(slack)
            await socket.acknowledge(await socket.frame(), text="a")
            await sending
            await socket.acknowledge({"envelope_id": "nobody's"})
            await asyncio.to_thread(slack.wait_until, lambda: slack.violations("unknown_envelope"))
        assert len(slack.violations("unasked_payload")) == 1

    run(scenario)


def test_an_event_that_is_not_acknowledged_comes_again_with_time(slack: Slack) -> None:
    async def scenario() -> None:
        async with connected(slack) as first, connected(slack) as second:
            assert (await send(slack, patience=0.1)).acknowledgements == 0
            assert (await first.frame())["retry_attempt"] == 0
            slack.advance(5)
            assert (await second.frame())["retry_attempt"] == 1
            slack.advance(60)
            frame = await first.frame()
            assert (frame["retry_attempt"], frame["retry_reason"]) == (2, "timeout")
            await first.acknowledge(frame)
            await asyncio.to_thread(slack.wait_until, lambda: slack.envelopes()[-1].acknowledgements)
            slack.advance(1000)
            assert slack.send_due_envelopes() == []

    run(scenario)


def test_the_same_envelope_comes_again_on_request(slack: Slack) -> None:
    async def scenario() -> None:
        async with connected(slack) as first, connected(slack) as second:
            sending = send(slack)
            frame = await first.frame()
            await first.acknowledge(frame)
            envelope = await sending
            slack.resend_envelope(envelope.id)
            assert await second.frame() == frame
            await second.acknowledge(frame)
            await asyncio.to_thread(slack.wait_until, lambda: slack.envelopes()[0].acknowledgements == 2)

    run(scenario)


def test_an_event_waits_for_a_connection(slack: Slack) -> None:
    async def scenario() -> None:
        assert (await send(slack, "Ev0", patience=0.1)).connections == ()
        sending = send(slack)
        async with connected(slack) as socket:
            await socket.acknowledge(await socket.frame())
            assert (await sending).acknowledgements == 1

    run(scenario)


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "too_many_websockets"])
def test_slack_says_why_it_closes(slack: Slack, reason: Any) -> None:
    async def scenario() -> None:
        async with connected(slack) as socket:
            closing = asyncio.create_task(asyncio.to_thread(slack.disconnect, reason))
            frame = await socket.frame()
            assert (frame["type"], frame["reason"]) == ("disconnect", reason)
            assert (await socket.frame())["type"] in ("CLOSE", "CLOSING", "CLOSED")
            await closing

    run(scenario)


def test_a_warning_leaves_the_connection_open(slack: Slack) -> None:
    async def scenario() -> None:
        async with connected(slack) as socket:
            await asyncio.to_thread(slack.disconnect, "warning", "1")
            assert (await socket.frame())["reason"] == "warning"
            assert await socket.pong()

    run(scenario)


def test_the_eleventh_connection_is_one_too_many(slack: Slack) -> None:
    async def scenario() -> None:
        sessions = [connected(slack) for _ in range(10)]
        for session in sessions:
            await session.__aenter__()
        async with connected(slack, greeted=False) as socket:
            assert (await socket.frame())["reason"] == "too_many_websockets"
        for session in sessions:
            await session.__aexit__(None, None, None)

    run(scenario)


def test_a_connection_may_go_without_a_word(slack: Slack) -> None:
    async def scenario() -> None:
        async with connected(slack) as socket:
            slack.drop_connection()
            assert (await socket.frame())["type"] in ("CLOSED", "ERROR", "CLOSING")
            await asyncio.to_thread(slack.wait_until, lambda: not slack.connections())

    run(scenario)


@pytest.mark.parametrize("how", ["later", "from the start"])
def test_a_half_open_connection_answers_nothing(slack: Slack, how: str) -> None:
    async def scenario() -> None:
        if how == "from the start":
            slack.fault("websocket", half_open())
        async with connected(slack) as socket:
            if how == "later":
                assert await socket.pong()
                slack.freeze_connection("1")
            assert not await socket.pong(within=0.5)
            assert slack.connections()[0].is_frozen

    run(scenario)


def test_an_envelope_in_a_half_open_connection_is_lost_and_comes_again_elsewhere(slack: Slack) -> None:
    async def scenario() -> None:
        async with connected(slack) as frozen, connected(slack) as sound:
            slack.freeze_connection("1")
            sending = send(slack, patience=0.5)
            await frozen.acknowledge(await frozen.frame())
            assert (await sending).acknowledgements == 0
            slack.advance(5)
            assert (await sound.frame())["retry_attempt"] == 1
            slack.drop_connection("1")  # or the client waits ten seconds for a last word

    run(scenario)


def test_connections_that_are_not_made(slack: Slack) -> None:
    async def scenario() -> None:
        slack.fault("websocket", server_error(503))
        slack.fault("websocket", lost_request())
        slack.fault("websocket", no_hello())
        with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
            async with connected(slack):
                pass
        with pytest.raises(aiohttp.ClientError):
            async with connected(slack):
                pass
        async with connected(slack, greeted=False) as socket:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.frame(), 0.3)
        await asyncio.to_thread(slack.refuse_connections)
        with pytest.raises(aiohttp.ClientConnectorError):
            async with connected(slack):
                pass
        await asyncio.to_thread(slack.refuse_connections, False)
        async with connected(slack):
            pass

    run(scenario)
