"""The WebSockets of Socket Mode, on a loop and port of their own. They begin with the first `apps.connections.open`."""

import asyncio
import json
import secrets
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from aiohttp import WSMessage, WSMsgType, web

from tests.fakes.slack.faults import Fault, Faults
from tests.fakes.slack.records import Envelope, SocketConnection
from tests.fakes.slack.serving import listening_socket
from tests.fakes.slack.world import World

T = TypeVar("T")

_ENDS = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)

MAX_CONNECTIONS = 10
_PING_EVERY = 5.0
_TICK = 0.2
_TICKET_LIFETIME = 30.0


class Link:
    """A connection and its WebSocket."""

    def __init__(self, record: SocketConnection, channel: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self.record = record
        self.channel = channel
        self.transport = transport


class Sockets:
    """`acknowledge` is told of every frame of an app; `tick` is called a few times a second on the sockets' thread.
    Everything public may be called from any other thread."""

    def __init__(
        self, world: World, faults: Faults, acknowledge: Callable[[str, Any], None], tick: Callable[[], object]
    ) -> None:
        self._world = world
        self._faults = faults
        self._acknowledge = acknowledge
        self._tick = tick
        self._links: dict[str, Link] = {}
        self._closed: list[SocketConnection] = []
        self._tickets: dict[str, tuple[str, float]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._runner: web.AppRunner | None = None
        self._port = 0

    def address(self, app: str) -> str:
        """For one connection, within half a minute."""
        ticket = secrets.token_urlsafe(12)
        self._tickets[ticket] = (app, self._world.clock.now())
        self._start()
        return f"ws://127.0.0.1:{self._port}/link/?ticket={ticket}&app_id={app}"

    def records(self, app: str, *, with_closed: bool) -> list[SocketConnection]:
        with self._world.lock:
            known = [*(self._closed if with_closed else ()), *(link.record for link in self._links.values())]
            return sorted((one for one in known if app in (one.app, "")), key=lambda one: int(one.id))

    def send(self, envelope: Envelope) -> Envelope:
        """To the connection that got the fewest so far, of those this envelope has not been sent to if there are any.
        Without a connection it stays where it is."""
        with self._world.lock:
            links = [link for link in self._links.values() if link.record.app == envelope.app]
            fresh = [link for link in links if link.record.id not in envelope.connections]
            if not links:
                return envelope
            link = min(fresh or links, key=lambda one: one.record.envelopes)
            self._change(link, envelopes=link.record.envelopes + 1)
            sent = replace(envelope, connections=(*envelope.connections, link.record.id))
            self._world.put(sent)
        self._soon(self._send(link, _frame(envelope)))
        return sent

    def say(self, connection: str, frame: dict[str, Any], *, then_closes: bool) -> None:
        for link in self._named(connection):
            self._wait(self._say(link, frame, then_closes))

    def drop(self, connection: str) -> None:
        """Closes the connection without a word."""
        for link in self._named(connection):
            self._loop.call_soon_threadsafe(link.transport.abort)

    def freeze(self, connection: str) -> None:
        for link in self._named(connection):
            self._change(link, is_frozen=True)

    def listen(self, accepts: bool) -> None:
        """Whether anybody listens on the port at all; what is open stays open."""
        self._start()
        self._wait(self._listen() if accepts else self._deafen())

    def close(self) -> None:
        if self._thread:
            for link in list(self._links.values()):
                self._loop.call_soon_threadsafe(link.transport.abort)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    def _start(self) -> None:
        if self._thread is None:
            listener = listening_socket()
            self._port = listener.getsockname()[1]
            self._thread = threading.Thread(target=self._run, args=(listener,), daemon=True)
            self._thread.start()

    def _run(self, listener: socket.socket) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen(listener))
        ticking = self._loop.create_task(self._keep_ticking())
        self._loop.run_forever()
        ticking.cancel()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._deafen())

    async def _listen(self, listener: socket.socket | None = None) -> None:
        app = web.Application()
        app.router.add_get("/link/", self._link)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handle_signals=False)
        await runner.setup()
        await web.SockSite(runner, listener or listening_socket(self._port)).start()
        self._runner = runner

    async def _deafen(self) -> None:
        if self._runner:
            for site in list(self._runner.sites):
                await site.stop()

    async def _link(self, request: web.Request) -> web.StreamResponse:
        app, at = self._tickets.pop(request.query.get("ticket", ""), ("", 0.0))
        if not app or self._world.clock.now() - at > _TICKET_LIFETIME:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=401)
        with self._world.lock:
            fault = self._faults.take("websocket", "") or Fault("")
        if fault.hang:
            await asyncio.sleep(fault.hang)
        transport = request.transport
        if fault.is_cut or not isinstance(transport, asyncio.Transport):
            if transport:
                transport.abort()
            return web.Response()
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error}, status=fault.status)
        channel = web.WebSocketResponse(autoping=False, autoclose=False)
        await channel.prepare(request)
        await self._talk(self._join(app, channel, transport, is_frozen=fault.name in ("half_open", "no_hello")), fault)
        return channel

    def _join(self, app: str, channel: web.WebSocketResponse, transport: asyncio.Transport, *, is_frozen: bool) -> Link:
        with self._world.lock:
            number = len(self._links) + len(self._closed) + 1
            record = SocketConnection(f"{number}", app, self._world.clock.now(), is_frozen=is_frozen)
            link = self._links[record.id] = Link(record, channel, transport)
        return link

    async def _talk(self, link: Link, fault: Fault) -> None:
        pinging = asyncio.create_task(self._keep_pinging(link))
        try:
            if len(self.records(link.record.app, with_closed=False)) > MAX_CONNECTIONS:
                await self._say(link, disconnect_frame("too_many_websockets"), True)
            elif fault.name != "no_hello":
                await self._send(link, self._hello(link))
            self._world.note_change()
            while (message := await link.channel.receive()).type not in _ENDS:
                if not link.record.is_frozen:
                    await self._take(link, message)
            # aiohttp tells nobody of the transport's end.
            while link.record.is_frozen and not link.transport.is_closing():  # noqa: ASYNC110
                await asyncio.sleep(_TICK)
            await link.channel.close()
        finally:
            pinging.cancel()
            self._leave(link)

    async def _take(self, link: Link, message: WSMessage) -> None:
        if message.type is WSMsgType.TEXT:
            self._acknowledge(link.record.id, message.data)
        elif message.type is WSMsgType.PING:
            self._change(link, pings=link.record.pings + 1)
            await link.channel.pong(message.data)
        elif message.type is WSMsgType.PONG:
            self._change(link, pongs=link.record.pongs + 1)

    async def _keep_pinging(self, link: Link) -> None:
        while not link.channel.closed:
            if not link.record.is_frozen:
                await link.channel.ping(b"Ping from applink-1")
            await asyncio.sleep(_PING_EVERY)

    async def _keep_ticking(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self._tick()

    def _hello(self, link: Link) -> dict[str, Any]:
        count = len(self.records(link.record.app, with_closed=False))
        debug = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}
        info = {"app_id": link.record.app}
        return {"type": "hello", "num_connections": count, "debug_info": debug, "connection_info": info}

    async def _say(self, link: Link, frame: dict[str, Any], then_closes: bool) -> None:
        await self._send(link, frame)
        if then_closes and not link.channel.closed:
            await link.channel.close()

    async def _send(self, link: Link, frame: dict[str, Any]) -> None:
        if not link.channel.closed:
            try:
                await link.channel.send_str(json.dumps(frame))
            except ConnectionError:
                link.transport.abort()

    def _leave(self, link: Link) -> None:
        with self._world.lock:
            self._links.pop(link.record.id, None)
            self._closed.append(replace(link.record, is_open=False))
            self._world.note_change()

    def _change(self, link: Link, **changes: Any) -> None:
        with self._world.lock:
            link.record = replace(link.record, **changes)
            self._world.note_change()

    def _named(self, connection: str) -> list[Link]:
        """That one, or all."""
        with self._world.lock:
            return [self._links[connection]] if connection else list(self._links.values())

    def _soon(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def _wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(5)


def disconnect_frame(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}


def _frame(envelope: Envelope) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "envelope_id": envelope.id,
        "type": envelope.kind,
        "accepts_response_payload": envelope.accepts_response_payload,
        "payload": envelope.payload,
    }
    if envelope.kind == "events_api":
        frame |= {"retry_attempt": envelope.retry, "retry_reason": envelope.retry_reason}
    return frame
