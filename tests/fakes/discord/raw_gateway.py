"""The gateway without a library: frame by frame, plain or compressed."""

import asyncio
import json
import zlib
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp

from tests.fakes.discord.discord import Discord
from tests.fakes.discord.sessions import DIRECT_MESSAGES, GUILD_MESSAGES, GUILDS
from tests.fakes.discord.small_guild import TOKEN

INTENTS = GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES


class RawGateway:
    """One WebSocket. `closed_with` is set once the other side closed it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._inflator = zlib.decompressobj()
        self.frames = 0
        self.sequence = 0

    async def next(self, op: int = -1, event: str = "") -> Any:
        """The body of the next frame of that kind. Raises ConnectionError with the code when it is closed."""
        async with asyncio.timeout(3):
            while True:
                message = await self._socket.receive()
                if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    raise ConnectionError(self._socket.close_code)
                frame = json.loads(self._text(message.data))
                self.frames += 1
                self.sequence = frame["s"] or self.sequence
                if op in (-1, frame["op"]) and event in ("", frame["t"]):
                    return frame["d"]

    async def send(self, op: int, body: Any = None) -> None:
        await self._socket.send_str(json.dumps({"op": op, "d": body}))

    async def send_text(self, text: str) -> None:
        await self._socket.send_str(text)

    async def identify(self, intents: int = INTENTS, token: str = TOKEN, **more: Any) -> Any:
        await self.next(op=10)
        await self.send(2, {"token": token, "intents": intents, "properties": {}, **more})
        return await self.next(event="READY")

    async def closing_code(self) -> Any:
        try:
            while True:
                await self.next()
        except ConnectionError as error:
            return error.args[0]

    async def close(self, code: int = 4000) -> None:
        await self._socket.close(code=code)

    def _text(self, received: str | bytes) -> str:
        if isinstance(received, str):
            return received
        assert received.endswith(b"\x00\x00\xff\xff"), "a frame ends where the stream was flushed"
        return self._inflator.decompress(received).decode()


def talk(server: Discord, run: Callable[..., Coroutine[Any, Any, Any]], *queries: str) -> Any:
    """Runs it with a WebSocket for each query, `""` for a plain one."""

    async def main() -> Any:
        async with aiohttp.ClientSession() as http:
            address = f"{server.gateway_url}?v=10&encoding=json"
            sockets = [await http.ws_connect(f"{address}{query}", autoclose=False) for query in queries or ("",)]
            return await run(*map(RawGateway, sockets))

    return asyncio.run(main())
