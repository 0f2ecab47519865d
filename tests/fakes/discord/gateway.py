"""The gateway: WebSockets that greet, identify, resume and tell. https://discord.com/developers/docs/events/gateway"""

import asyncio
import json
import zlib
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.faults import Fault, Faults
from tests.fakes.discord.records import Session
from tests.fakes.discord.sessions import PRIVILEGED, Sessions
from tests.fakes.discord.shapes import guild_json, member_json, user_json
from tests.fakes.discord.world import World

HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = 1, 2, 3, 6, 7, 8, 9, 10, 11
MOST_EVENTS, WITHIN = 120, 60.0
_ALL_INTENTS = (1 << 26) - 1
_ENDS = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)
_TICK = 0.05
# Codes after which a session is over: authentication, sequence, time.
_OVER = (4004, 4007, 4009)


class Link:
    """A WebSocket. What is put in `outbox` goes out in order; `code` closes it."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport, *, is_compressed: bool) -> None:
        self.socket = socket
        self.transport = transport
        self.session = ""
        self.outbox: asyncio.Queue[str | int] = asyncio.Queue()
        self.is_frozen = False
        self.closed_with = 0
        self.received: deque[float] = deque()
        self._compressor = zlib.compressobj() if is_compressed else None

    @property
    def is_compressed(self) -> bool:
        return self._compressor is not None

    async def send(self) -> None:
        while True:
            frame = await self.outbox.get()
            if self.is_frozen or self.socket.closed:
                continue
            try:
                if isinstance(frame, int):
                    self.closed_with = frame
                    await self.socket.close(code=frame)
                elif self._compressor:
                    packed = self._compressor.compress(frame.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(packed)
                else:
                    await self.socket.send_str(frame)
            except ConnectionError:
                self.transport.abort()

    def say(self, op: int, body: Any = None) -> None:
        self.outbox.put_nowait(json.dumps({"op": op, "d": body, "s": None, "t": None}))


class Gateway:
    """Everything public but `connect` may be called from any thread."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.url = ""
        self.heartbeat_ms = 41_250
        self.is_refusing = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self.sessions = Sessions(world)
        self._world = world
        self._faults = faults
        self._links: dict[str, Link] = {}
        self._open: set[Link] = set()

    def dispatch(self, event: str, body: Any, guild: str = "", channel: str = "", app: str = "") -> None:
        with self._world.lock:
            for session, seen in self.sessions.hearing(event, body, guild, channel, app):
                self._put(session.id, self.sessions.tell(session.id, event, seen))
            self._world.note_change()

    def say(self, session: str, op: int, body: Any = None) -> None:
        """To that session, or to all that are connected."""
        self.send_text(session, json.dumps({"op": op, "d": body, "s": None, "t": None}))

    def send_text(self, session: str, text: str) -> None:
        with self._world.lock:
            for name in self._named(session):
                self._put(name, text)

    def close(self, session: str, code: int) -> None:
        with self._world.lock:
            for name in self._named(session):
                self._put(name, code)

    def drop(self, session: str = "") -> None:
        """Without a word."""
        with self._world.lock:
            links = [self._links[name] for name in self._named(session)] if session else list(self._open)
        for link in links:
            self._soon(link.transport.abort)

    def freeze(self, session: str) -> None:
        with self._world.lock:
            for name in self._named(session):
                self._links[name].is_frozen = True

    def forget(self, session: str) -> None:
        """It can be resumed no more."""
        with self._world.lock:
            for name in [session] if session else list(self.sessions.records):
                self.sessions.change(self.sessions.records[name], is_over=True)

    def _named(self, session: str) -> list[str]:
        return [session] if session else list(self._links)

    def _put(self, session: str, frame: str | int) -> None:
        if link := self._links.get(session):
            self._soon(link.outbox.put_nowait, frame)

    def _soon(self, call: Any, *arguments: Any) -> None:
        if self.loop and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(call, *arguments)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        with self._world.lock:
            fault = self._faults.take("gateway", "") or Fault("")
        transport = request.transport
        assert isinstance(transport, asyncio.Transport)
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.is_cut:
            transport.abort()
            return web.Response()
        if self.is_refusing or fault.status >= 400:
            return web.Response(status=fault.status if fault.status >= 400 else 503)
        socket = web.WebSocketResponse(autoclose=False, max_msg_size=0)
        await socket.prepare(request)
        link = Link(socket, transport, is_compressed=request.query.get("compress") == "zlib-stream")
        self._open.add(link)
        sending = asyncio.create_task(link.send())
        try:
            await self._talk(link, fault)
        finally:
            sending.cancel()
            self._leave(link)
        return socket

    async def _talk(self, link: Link, fault: Fault) -> None:
        if fault.name == "no_hello":
            link.is_frozen = True
        link.say(HELLO, {"heartbeat_interval": self.heartbeat_ms, "_trace": ["[]"]})
        while (message := await link.socket.receive()).type not in _ENDS:
            if message.type is WSMsgType.TEXT and not link.is_frozen:
                self._take(link, message.data)
                if link.session and fault.name == "half_open":
                    await asyncio.sleep(_TICK)
                    link.is_frozen = True
        # aiohttp tells nobody of the transport's end.
        while link.is_frozen and not link.transport.is_closing():  # noqa: ASYNC110
            await asyncio.sleep(_TICK)

    def _take(self, link: Link, text: str) -> None:
        try:
            frame = json.loads(text)
            op, body = frame["op"], frame.get("d")
        except (ValueError, TypeError, KeyError):
            return self._end(link, 4002)
        with self._world.lock:
            if self._is_too_much(link, op):
                return self._end(link, 4008)
            if op == HEARTBEAT:
                link.say(ACK)
                if link.session:
                    known = self.sessions.records[link.session]
                    self.sessions.change(known, heartbeats=known.heartbeats + 1)
            elif op in (IDENTIFY, RESUME):
                self._sign_in(link, op, body)
            elif op not in (PRESENCE, MEMBERS, 4, 31):
                self._end(link, 4001)
            elif not link.session:
                self._end(link, 4003)
            elif op == MEMBERS:
                self._send_members(link, body)
        return None

    def _is_too_much(self, link: Link, op: int) -> bool:
        now = self._world.clock.now()
        link.received.append(now)
        while link.received[0] <= now - WITHIN:
            link.received.popleft()
        return len(link.received) > MOST_EVENTS

    def _end(self, link: Link, code: int) -> None:
        self._world.violate("gateway", link.session, f"closed with {code}")
        link.outbox.put_nowait(code)

    def _sign_in(self, link: Link, op: int, body: Any) -> None:
        application = self._world.application_of(str(body.get("token", "")))
        if link.session:
            return self._end(link, 4005)
        if application is None:
            return self._end(link, 4004)
        if op == RESUME:
            return self._resume(link, application.id, body)
        shard, shards = body.get("shard") or (0, 1)
        intents = body.get("intents", 0)
        if not 0 <= shard < shards:
            return self._end(link, 4010)
        if shards < application.shards:
            return self._end(link, 4011)
        if not 0 <= intents <= _ALL_INTENTS:
            return self._end(link, 4013)
        if intents & PRIVILEGED & ~application.privileged:
            return self._end(link, 4014)
        session = self.sessions.begin(application.id, shard, shards, intents, is_compressed=link.is_compressed)
        self._join(link, session)
        return self._greet(session)

    def _greet(self, session: Session) -> None:
        application = self._world.applications[session.app]
        guilds = [
            one for one in self._world.guilds_of(application.bot)
            if (int(one.id) >> 22) % session.shards == session.shard
        ]  # fmt: skip
        ready = {
            "v": 10,
            "user": user_json(self._world.users[application.bot]) | {"verified": True, "mfa_enabled": False},
            "guilds": [{"id": one.id, "unavailable": True} for one in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "session_type": "normal",
            "shard": [session.shard, session.shards],
            "application": {"id": application.id, "flags": 0},
            "private_channels": [],
            "relationships": [],
            "user_settings": {},
        }
        self._put(session.id, self.sessions.tell(session.id, "READY", ready))
        for guild in guilds:
            if guild.is_available:
                body = guild_json(self._world, guild, viewer=application.bot)
                self._put(session.id, self.sessions.tell(session.id, "GUILD_CREATE", body))

    def _resume(self, link: Link, app: str, body: dict[str, Any]) -> None:
        sequence = body.get("seq")
        session = self.sessions.resumable(str(body.get("session_id")), app, sequence)
        if session is None or sequence is None:
            link.say(INVALID, False)
            return
        if other := self._links.get(session.id):
            other.session = ""
            other.outbox.put_nowait(4000)
        self._join(link, self.sessions.change(session, is_connected=True, resumes=session.resumes + 1))
        for frame in self.sessions.since(session.id, sequence):
            self._put(session.id, frame)
        self._put(session.id, self.sessions.tell(session.id, "RESUMED", {"_trace": ["[]"]}))

    def _join(self, link: Link, session: Session) -> None:
        link.session = session.id
        self._links[session.id] = link

    def _send_members(self, link: Link, body: dict[str, Any]) -> None:
        guild, start = str(body["guild_id"]), str(body.get("query") or "").lower()
        wanted = {str(user) for user in body.get("user_ids") or ()}
        found = [
            one for one in self._world.members_of(guild)
            if one.user in wanted or (not wanted and self._world.users[one.user].name.lower().startswith(start))
        ]  # fmt: skip
        chunk = {
            "guild_id": guild,
            "members": [member_json(self._world, one) for one in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
            "nonce": body.get("nonce"),
        }
        self._put(link.session, self.sessions.tell(link.session, "GUILD_MEMBERS_CHUNK", chunk))

    def _leave(self, link: Link) -> None:
        """A clean close of the app ends the session, and some of Discord's; else it may be resumed."""
        own = link.closed_with
        is_over = own in _OVER if own else link.socket.close_code in (1000, 1001)
        self._open.discard(link)
        with self._world.lock:
            if link.session and self._links.get(link.session) is link:
                del self._links[link.session]
                self.sessions.drop(link.session, is_over=is_over)
