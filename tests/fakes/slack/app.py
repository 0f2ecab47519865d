"""The HTTP side: Web API, response_url, uploads, and control from another process."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.fakes.slack.arguments import Arguments, multipart, read_arguments
from tests.fakes.slack.calls import MethodCall, workspace_of_token
from tests.fakes.slack.codec import decode, encode
from tests.fakes.slack.connections import Connections
from tests.fakes.slack.control import OPERATIONS, Control
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.methods import METHODS, SCOPES
from tests.fakes.slack.methods.app_level import APP_METHODS, AppCall
from tests.fakes.slack.methods.files import receive
from tests.fakes.slack.records import Call, Workspace
from tests.fakes.slack.response_urls import interaction_of_url, respond

_NOT_FOUND = 404
_RESPONSE_STATUS = {"expired_url": _NOT_FOUND, "used_url": _NOT_FOUND}


class SlackApp:
    def __init__(self, control: Control, connections: Connections) -> None:
        self._control = control
        self._world = control.world
        self._connections = connections

    def starlette(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/oauth/v2/authorize", self._ask, methods=["GET"]),
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/commands/{rest:path}", self._response_url, methods=["POST"]),
                Route("/actions/{rest:path}", self._response_url, methods=["POST"]),
                Route("/app/{rest:path}", self._response_url, methods=["POST"]),
                Route("/upload/v1/{key}", self._upload, methods=["POST"]),
                Route("/_control/{operation}", self._operate, methods=["POST"]),
            ]
        )

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        try:
            values = await read_arguments(request)
        except SlackError as error:
            return JSONResponse(error.body())
        token = _bearer(request) or str(values.pop("token", ""))
        return await self._answer(request, method, values, lambda: self._call(method, token, values))

    def _call(self, method: str, token: str, values: dict[str, Any]) -> Response:
        with self._world.lock:
            headers: dict[str, str] = {}
            try:
                if method in APP_METHODS:
                    scheme, _, basic = token.partition(" ")
                    basic = basic if scheme == "Basic" else ""
                    call = AppCall(self._world, self._control.sockets, token, Arguments(values), basic)
                    return JSONResponse({"ok": True, **APP_METHODS[method](call)})
                workspace = workspace_of_token(self._world, token)
                headers["x-oauth-scopes"] = ",".join(workspace.scopes)
                if wait := self._control.rates.spend(method, workspace.id, str(values.get("channel", ""))):
                    return self._limited(wait)
                body = {"ok": True, **self._run(method, token, workspace, values)}
            except SlackError as error:
                body = error.body()
            return JSONResponse(body, headers=headers)

    def _run(self, method: str, token: str, workspace: Workspace, values: dict[str, Any]) -> dict[str, Any]:
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        faults = self._control.faults
        call = MethodCall(
            self._world, workspace, Arguments(values), self._control.base_url, faults.history_delay, token
        )
        if method in SCOPES:
            call.require_scope(SCOPES[method])
        return dict(METHODS[method](call))

    async def _response_url(self, request: Request) -> Response:
        body = await request.body()
        values = _response_body(body)
        return await self._answer(request, "response_url", values or {}, lambda: self._respond(request, values))

    def _respond(self, request: Request, values: dict[str, Any] | None) -> Response:
        with self._world.lock:
            try:
                interaction = interaction_of_url(self._world, request.url.path)
                if values is None:
                    raise SlackError("invalid_payload")
                respond(self._world, interaction, values)
            except SlackError as error:
                return JSONResponse(error.body(), status_code=_RESPONSE_STATUS.get(error.code, 400))
            return JSONResponse({"ok": True})

    async def _upload(self, request: Request) -> Response:
        content = await request.body()
        kind = request.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            content = next(iter(multipart(kind, content).values()), b"")
        return await self._answer(request, "upload", {}, lambda: self._receive(request.path_params["key"], content))

    def _receive(self, key: str, content: bytes) -> Response:
        with self._world.lock:
            try:
                receive(self._world, key, content)
            except SlackError as error:
                return PlainTextResponse(error.code, status_code=400)
            return PlainTextResponse(f"OK - {len(content)}")

    async def _answer(
        self, request: Request, method: str, values: dict[str, Any], run: Callable[[], Response]
    ) -> Response:
        """Carries the call out and answers it, unless a fault was asked for."""
        channel = str(values.get("channel", ""))
        with self._world.lock:
            fault = self._control.faults.take(method, channel)
        if fault is None:
            return self._noted(request, method, values, "", run())
        done = run() if fault.is_carried_out else None
        if fault.hang:
            await self._hang(fault.hang)
        if fault.is_cut:
            self._noted(request, method, values, fault.name, Response())
            return await self._cut(request)
        if fault.error:
            return self._noted(request, method, values, fault.name, _faulty(fault))
        if done is None and await request.is_disconnected():
            return self._noted(request, method, values, fault.name, Response(status_code=499))
        return self._noted(request, method, values, fault.name, done or run())

    def _noted(self, request: Request, method: str, values: dict[str, Any], fault: str, response: Response) -> Response:
        error = ""
        if response.media_type == "application/json":
            error = json.loads(bytes(response.body)).get("error", "")
        with self._world.lock:
            team = self._team_of(_bearer(request))
            status, channel = response.status_code, str(values.get("channel", ""))
            self._world.put(Call(method, team, channel, self._world.clock.now(), status, error, values, fault))
        return response

    def _team_of(self, token: str) -> str:
        if grant := self._world.grants.get(token):
            return grant.team
        return next((one.id for one in self._world.workspaces.values() if token and one.bot_token == token), "")

    async def _ask(self, request: Request) -> Response:
        """The page of an app that wants to be installed; the header names the visit for the person's next step."""
        try:
            asked = self._control.ask_for_installation(dict(request.query_params))
        except ValueError as error:
            return PlainTextResponse(f"Something went wrong: {error}", status_code=400)
        words = f"{asked.app} asks for permission to access a workspace: {', '.join(asked.scopes)}"
        return PlainTextResponse(words, headers={"X-Authorization": asked.id})

    async def _hang(self, seconds: float) -> None:
        released = self._control.faults.begin_hanging()
        self._world.note_change()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(released.wait(), seconds)
        self._control.faults.end_hanging(released)
        self._world.note_change()

    async def _cut(self, request: Request) -> Response:
        self._connections.close(request.client)
        while (await request.receive())["type"] != "http.disconnect":
            pass
        return Response()

    def _limited(self, wait: int) -> Response:
        return JSONResponse(SlackError("ratelimited").body(), status_code=429, headers={"Retry-After": str(wait)})

    async def _operate(self, request: Request) -> Response:
        name = request.path_params["operation"]
        if name not in OPERATIONS:
            return JSONResponse({"error": f"no operation {name}"}, status_code=_NOT_FOUND)
        arguments = decode(await request.json())
        try:
            value = await run_in_threadpool(getattr(self._control, name), *arguments["args"], **arguments["kwargs"])
        except (LookupError, ValueError, TypeError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, status_code=400)
        return JSONResponse({"value": encode(value)})


def _faulty(fault: Fault) -> Response:
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
    return JSONResponse(SlackError(fault.error).body(), status_code=fault.status, headers=headers)


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()


def _response_body(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
