"""The HTTP side: the API, the gateway's address, and control from another process."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.discord.calls import Call
from tests.fakes.discord.codec import decode, encode
from tests.fakes.discord.control import OPERATIONS, Control
from tests.fakes.discord.errors import DiscordError, invalid
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.posting import Upload
from tests.fakes.discord.records import Call as CallRecord
from tests.fakes.discord.routes import PREFIX, Route, find
from tests.fakes.discord.specification import Specification

_JSON = "application/json"


@dataclass(frozen=True)
class Asked:
    """A request, read."""

    route: Route
    path: dict[str, str]
    request: web.Request
    body: Any
    uploads: tuple[Upload, ...]

    @property
    def place(self) -> str:
        return next((self.path[name] for name in ("channel", "interaction", "token", "guild") if name in self.path), "")


class DiscordApp:
    def __init__(self, control: Control, *, is_checking: bool = True) -> None:
        self._control = control
        self._world = control.world
        self._specification = Specification.find() if is_checking else None

    def application(self) -> web.Application:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_get("/", self._control.gateway.connect)
        app.router.add_route("*", f"{PREFIX}/{{rest:.*}}", self._api)
        app.router.add_post("/_control/{operation}", self._operate)
        app.router.add_get("/attachments/{channel}/{message}/{name}", self._attachment)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix(PREFIX)
        found = find(request.method, path)
        if found is None:
            self._world.violate("specification", f"{request.method} {path}", "the fake has no such route")
            return _answer(404, {"message": "404: Not Found", "code": 0})
        try:
            body, uploads = await _read(request)
        except DiscordError as error:
            return _answer(error.status, error.body)
        asked = Asked(*found, request, body, uploads)
        with self._world.lock:
            fault = self._control.faults.take(asked.route.name, asked.place)
        return await self._respond(asked, fault) if fault else self._run(asked)

    async def _respond(self, asked: Asked, fault: Fault) -> web.StreamResponse:
        done = self._run(asked, fault.name) if fault.is_carried_out else None
        if fault.hang:
            await self._hang(fault.hang)
        if fault.is_cut:
            if done is None:
                self._note(asked, 0, 0, fault.name)
            assert asked.request.transport
            asked.request.transport.abort()
            return web.Response()
        if fault.status >= 400:
            self._note(asked, fault.status, 0, fault.name)
            return _faulty(fault)
        if fault.code:
            error = DiscordError(fault.code)
            self._note(asked, error.status, error.code, fault.name)
            return _answer(error.status, error.body)
        transport = asked.request.transport
        if done is None and (transport is None or transport.is_closing()):
            self._note(asked, 499, 0, fault.name)
            return web.Response(status=499)
        return done or self._run(asked, fault.name)

    def _run(self, asked: Asked, fault: str = "") -> web.Response:
        with self._world.lock:
            app = self._world.application_of(_token(asked.request))
            wait, is_global, headers = self._control.rates.spend(asked.route.name, asked.place)
            if wait:
                self._note(asked, 429, 0, fault)
                return _limited(wait, is_global, headers)
            try:
                if asked.route.needs_token and app is None:
                    raise DiscordError(0)
                self._check(asked)
                status, body = asked.route.run(self._call(asked, app))
            except DiscordError as error:
                self._note(asked, error.status, error.code, fault)
                return _answer(error.status, error.body, headers)
            except (TypeError, AttributeError) as error:
                # A field of another type than anybody checks.
                self._world.violate("malformed", asked.route.name, repr(error))
                raise
            self._note(asked, status, 0, fault)
            return _answer(status, body, headers)

    def _call(self, asked: Asked, app: Any) -> Call:
        control = self._control
        query = dict(asked.request.query)
        return Call(
            self._world, app, asked.path, query, asked.body, control.base_url, control.gateway.dispatch, asked.uploads
        )

    def _check(self, asked: Asked) -> None:
        """Against the official description, where it is at hand."""
        if self._specification is None:
            return
        query = dict(asked.request.query)
        problems = self._specification.problems(asked.route.method, asked.route.path, query, asked.body)
        for problem in problems:
            self._world.violate("specification", asked.route.name, problem)
        if problems:
            raise invalid(*(f"specification: {problem}" for problem in problems))

    def _note(self, asked: Asked, status: int, code: int, fault: str) -> None:
        method, path, now = asked.route.method, asked.request.path.removeprefix(PREFIX), self._world.clock.now()
        self._world.put(
            CallRecord(asked.route.name, method, path, asked.place, now, status, code, asked.body, fault)
        )  # fmt: skip

    async def _hang(self, seconds: float) -> None:
        released = self._control.faults.begin_hanging()
        self._world.note_change()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(released.wait(), seconds)
        self._control.faults.end_hanging(released)
        self._world.note_change()

    async def _attachment(self, request: web.Request) -> web.Response:
        with self._world.lock:
            file = self._world.files.get((request.match_info["message"], request.match_info["name"]))
        return web.Response(body=self._control.file_content(file)) if file else web.Response(status=404)

    async def _operate(self, request: web.Request) -> web.Response:
        name = request.match_info["operation"]
        if name not in OPERATIONS:
            return _answer(404, {"error": f"no operation {name}"})
        arguments = decode(await request.json())
        operation = getattr(self._control, name)
        try:
            value = await asyncio.to_thread(operation, *arguments["args"], **arguments["kwargs"])
        except (LookupError, ValueError, TypeError) as error:
            return _answer(400, {"error": f"{type(error).__name__}: {error}"})
        return _answer(200, {"value": encode(value)})


async def _read(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    """The body, or the `payload_json` of a form and its files."""
    if request.content_type == "multipart/form-data":
        parts = await request.post()
        body = json.loads(str(parts["payload_json"])) if "payload_json" in parts else {}
        described = {str(one.get("id")): one for one in body.get("attachments") or ()}
        uploads = []
        for name, part in parts.items():
            if isinstance(part, web.FileField):
                about = described.get(name.removeprefix("files[").removesuffix("]"), {})
                uploads.append(Upload(part.filename, part.file.read(), about.get("description") or ""))
        return body, tuple(uploads)
    raw = await request.read()
    if not raw:
        return None, ()
    if request.content_type != _JSON:
        raise invalid("_: Expected \"Content-Type\" header to be one of {'application/json'}.")
    try:
        return json.loads(raw), ()
    except ValueError:
        raise DiscordError(50109) from None


def _token(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind == "Bot" else ""


def _answer(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """Exactly `application/json`: with a charset discord.py takes it for text."""
    if body is None:
        return web.Response(status=status, headers=headers)
    content = json.dumps(body).encode()
    return web.Response(status=status, body=content, headers={**(headers or {}), "Content-Type": _JSON})


def _limited(wait: float, is_global: bool, headers: dict[str, str]) -> web.Response:
    """`Via` tells Discord's own limits from those of the network before it."""
    body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": is_global}
    own = {"Retry-After": str(max(1, round(wait))), "Via": "1.1 google"}
    own["X-RateLimit-Scope"] = "global" if is_global else "user"
    if is_global:
        own["X-RateLimit-Global"] = "true"
    else:
        own |= headers | {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": f"{wait:.3f}"}
    return _answer(429, body, own)


def _faulty(fault: Fault) -> web.Response:
    if fault.name == "rate_limited":
        return _limited(fault.retry_after, fault.is_global, {"X-RateLimit-Limit": "5", "X-RateLimit-Bucket": "asked"})
    if fault.name == "banned":
        return web.Response(status=429, text="error code: 1015", headers={"Retry-After": "600"})
    return _answer(fault.status, {"message": f"{fault.status}: Server Error", "code": 0})
