"""One WebSocket of Socket Mode, from its greeting to its end.

slack_sdk has a client for this, which cannot do what is needed here: it closes a connection before it opens the next,
also where Slack only warns; after a WebSocket that was refused it tries the same ticket again and again, and a ticket
is good once; its log has that ticket in it; and what is in hand when it is closed is dropped.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.failures import NO_ANSWER
from bot.platforms.slack.payload import read_json
from bot.platforms.slack.socket_ending import Ended, ended_because, refused_by

_TEXT, _PING, _PONG = aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG
_FRAMES = (_TEXT, _PING, _PONG, aiohttp.WSMsgType.BINARY)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. `silence` is how long a ping may go unanswered; `apart` how far from each other connections end."""

    # Whoever needs longer for it answers nobody within three seconds either.
    opening: float = 3.0
    silence: float = 6.0
    # aiohttp waits ten for the last word of whoever says nothing any more.
    closing: float = 1.0
    first_pause: float = 0.1
    # Slack takes about 50 openings a minute, and says how long to wait after more.
    longest_pause: float = 2.0
    crowded_pause: float = 20.0
    slow_pause: float = 60.0
    # Slack closes a connection some seconds after it warned; what it sends until then is taken.
    retiring: float = 15.0
    # Half of the five hours that Slack keeps one.
    apart: float = 9_000.0
    finishing: float = 8.0


class Link:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, pace: Pace) -> None:
        self._socket, self._pace = socket, pace
        self._is_answered = True
        self.opened_at = asyncio.get_running_loop().time()
        self.leaving = asyncio.Event()
        self.reason = ""

    @classmethod
    async def open(cls, client: AsyncWebClient, token: str, session: aiohttp.ClientSession, pace: Pace) -> Self:
        """Greeted by Slack. Raises `Ended`."""
        try:
            async with asyncio.timeout(pace.opening):
                answer = await client.apps_connections_open(app_token=token)
                wait = aiohttp.ClientWSTimeout(ws_close=pace.closing)
                link = cls(await session.ws_connect(str(answer["url"]), autoping=False, timeout=wait), pace)
                try:
                    await link._be_greeted()
                except BaseException:
                    await link.close()
                    raise
        except SlackApiError as error:
            raise refused_by(error) from None
        except (*NO_ANSWER, KeyError) as error:
            # The address of a WebSocket has its ticket in it, so what aiohttp says is not repeated.
            status = getattr(error, "status", "")
            words = f"Slack's Socket Mode cannot be reached ({type(error).__name__}{status and f' {status}'})"
            raise Ended("unreachable", words) from None
        return link

    def leave(self, reason: str) -> None:
        """Another one is needed; whatever comes until the end is still taken."""
        self.reason = self.reason or reason
        self.leaving.set()

    async def receive(self, take: Callable[[dict[str, Any]], None]) -> None:
        """Each envelope, until the connection ends."""
        watching = asyncio.create_task(self._watch())
        try:
            while (message := await self._socket.receive()).type in _FRAMES:
                await self._hear(message, take)
        except ConnectionError:
            pass
        finally:
            watching.cancel()
            self.leave("closed")

    async def send(self, frame: dict[str, Any]) -> bool:
        """Whether it went out."""
        try:
            await self._socket.send_str(json.dumps(frame))
        except ConnectionError:
            return False
        return True

    async def close(self) -> None:
        # A writer that nobody reads from waits without an end.
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(2 * self._pace.closing):
                await self._socket.close()

    async def _be_greeted(self) -> None:
        while (message := await self._socket.receive()).type in _FRAMES:
            frame = _read(message.data) if message.type is _TEXT else {}
            if frame.get("type") == "hello":
                return
            if frame.get("type") == "disconnect":
                raise ended_because(str(frame.get("reason")))
        raise aiohttp.ClientError("closed before a greeting")

    async def _hear(self, message: aiohttp.WSMessage, take: Callable[[dict[str, Any]], None]) -> None:
        if message.type is _PONG:
            self._is_answered = True
        elif message.type is _PING:
            await self._socket.pong(message.data)
        elif message.type is _TEXT:
            frame = _read(message.data)
            if frame.get("type") == "disconnect":
                self.leave(str(frame.get("reason")))
            elif frame.get("type") != "hello":
                take(frame)

    async def _watch(self) -> None:
        """Closes a connection whose other end says nothing: the network does not tell. Envelopes are no answer: they
        say nothing of where the acknowledgements go."""
        with suppress(TimeoutError, ConnectionError):
            while self._is_answered:
                self._is_answered = False
                async with asyncio.timeout(self._pace.silence):
                    await self._socket.ping()
                await asyncio.sleep(self._pace.silence)
        self.leave("silent")
        await self.close()


def _read(text: str) -> dict[str, Any]:
    """Nothing where it is none of Slack's frames."""
    try:
        frame = read_json(text)
    except ValueError:
        return {}
    return frame if isinstance(frame, dict) else {}
