"""Slack's requests: over HTTP our own verification of the raw bytes; then slack-bolt, then one function a surface."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.platforms.body import read_body
from bot.platforms.slack.events import Events
from bot.platforms.slack.payload import read_payload
from bot.platforms.slack.shortcuts import Shortcuts
from bot.platforms.slack.surfaces import Surfaces
from bot.platforms.slack.verify import is_from_slack
from bot.platforms.slack.workspaces import Workspaces
from bot.telemetry import FORGED

log = structlog.get_logger()

BODY_LIMIT = 1024 * 1024
_ANYTHING = re.compile(r".*", re.DOTALL)

Endpoint = Callable[[Request], Awaitable[Response]]


def slack_routes(bolt: AsyncApp, *, signing_secret: str, now: Callable[[], datetime]) -> list[Route]:
    """`now` is real time: a signature has an age."""

    async def receive(request: Request) -> Response:
        body = await read_body(request, limit=BODY_LIMIT)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not is_from_slack(request.headers.raw, body, secret=signing_secret, now=now()):
            FORGED.labels(source="slack").inc()
            return PlainTextResponse("not signed by Slack", 401)
        try:
            payload = read_payload(body)
        except ValueError:
            # Signed, but not what Slack sends.
            return PlainTextResponse("not understood", 400)
        return to_starlette_response(await dispatch(bolt, payload))

    return [Route("/slack/events", receive, methods=["POST"])]


def make_bolt(workspaces: Workspaces, surfaces: Surfaces, shortcuts: Shortcuts, events: Events) -> AsyncApp:
    """One listener a surface: Bolt tries them one by one."""
    bolt, listeners = _bolt_app(workspaces), Listeners(workspaces, surfaces, shortcuts, events)
    bolt.error(_on_error)
    bolt.command(_ANYTHING)(listeners.command)
    bolt.action(_ANYTHING)(listeners.button)
    bolt.view(_ANYTHING)(listeners.form)
    bolt.options(_ANYTHING)(listeners.search)
    bolt.shortcut(_ANYTHING)(listeners.shortcut)
    bolt.event(_ANYTHING)(listeners.event)
    return bolt


@dataclass(frozen=True)
class Listeners:
    """What Bolt calls, each for one surface; it passes what it has by the names of the parameters."""

    workspaces: Workspaces
    surfaces: Surfaces
    shortcuts: Shortcuts
    events: Events

    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        refusal = await self.workspaces.refusal(str(body.get("team_id", "")))
        answer = refusal if refusal is not None else await self.surfaces.command(body)
        await (ack(answer) if answer is not None else ack())

    async def button(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        if await self._is_served(body):
            await self.surfaces.button(body)
        await ack()

    async def form(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        if await self._is_served(body):
            await ack(**await self.surfaces.form(body))
        else:
            await ack()

    async def search(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        is_served = await self._is_served(body)
        await ack(**(await self.surfaces.modals.suggest(body) if is_served else {"options": []}))

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        if await self._is_served(body):
            await self.shortcuts.open(body)
        await ack()

    async def event(self, body: dict[str, Any]) -> None:
        await self.events.receive(body)

    async def _is_served(self, body: dict[str, Any]) -> bool:
        return await self.workspaces.refusal(_team(body)) is None


def _bolt_app(workspaces: Workspaces) -> AsyncApp:
    async def authorize(team_id: str | None, **_: Any) -> AuthorizeResult:
        return await workspaces.authorized(team_id)

    # The listener runs before the 200 goes out, so nothing is acknowledged that is not committed.
    return AsyncApp(
        # Without a name Bolt looks for one in the source of every caller: 30 ms.
        name="labkeeper",
        client=workspaces.own.client if workspaces.own else None,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        logger=_bolt_logger(),
    )


async def _on_error(error: Exception) -> BoltResponse:
    # Slack sends an event again; a person is told that it did not work.
    log.error("a request from Slack failed", exc_info=error)
    return BoltResponse(status=500)


async def dispatch(bolt: AsyncApp, payload: dict[str, Any]) -> BoltResponse:
    """Over HTTP too it is what would come through a socket, already read: Bolt reads no bytes."""
    return await bolt.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))


def _team(body: dict[str, Any]) -> str:
    return str((body.get("team") or {}).get("id", ""))


def _bolt_logger() -> Any:
    import logging

    logger = logging.getLogger("labkeeper.bolt")
    logger.setLevel(logging.CRITICAL)
    return logger
