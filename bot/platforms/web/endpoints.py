"""The local chat over HTTP: the page, what it asks for, and what it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.menus import menu_of
from bot.platforms.body import read_body
from bot.platforms.literal import literal
from bot.platforms.web.completing import Completing
from bot.platforms.web.dialogs import Dialog, is_texts
from bot.platforms.web.feed import Feed
from bot.platforms.web.messages import Messages, quote
from bot.platforms.web.people import CHANNEL_NAMES, persona_of
from bot.platforms.web.request import WebRequest, number_of, text_of
from bot.platforms.web.screen import Screen
from bot.platforms.web.surfaces import Surfaces, Told
from core.deliveries import DeliveryError
from core.errors import InvalidInput, NotFound, Unavailable, UserError
from core.local_chat import LocalMessage, take_away

log = structlog.get_logger()

# Bytes of a request: what somebody says at most, four bytes a character.
_LIMIT = 300_000
# Seconds between two signs of life on a stream where nothing happens.
_SIGN_OF_LIFE = 15.0

Deed: TypeAlias = Callable[[WebRequest, dict[str, Any]], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Endpoints:
    surfaces: Surfaces
    messages: Messages
    screen: Screen
    completing: Completing
    feed: Feed
    address: str

    async def say(self, request: WebRequest, body: dict[str, Any]) -> dict[str, Any]:
        text = text_of(body, "text")
        try:
            return self._told(await self.surfaces.say(request, text))
        except UserError as error:
            if isinstance(error, Unavailable):
                raise
            return self._told(await self.surfaces.refuse(request, error, line=literal(text) if len(text) < 500 else ""))

    async def press(self, request: WebRequest, body: dict[str, Any]) -> dict[str, Any]:
        message = await self._message(request, body)
        try:
            told = await self.surfaces.press(request, message, text_of(body, "action"), text_of(body, "value"))
        except UserError as error:
            if isinstance(error, Unavailable):
                raise
            told = await self.surfaces.refuse(request, error)
        return self._told(told)

    async def menu(self, request: WebRequest, body: dict[str, Any]) -> dict[str, Any]:
        message, menu = await self._message(request, body), menu_of(text_of(body, "menu"))
        if menu is None:
            raise InvalidInput("This entry is from another version.", "Load the page anew.")
        address = f"{self.address}/?channel={message.channel}&message={message.thread or message.id}"
        return {"dialog": self._dialog(self.surfaces.dialogs.from_menu(request, menu, quote(message, address)))}

    async def submit(self, request: WebRequest, body: dict[str, Any]) -> dict[str, Any]:
        values = body.get("values", {})
        if not is_texts(values):
            raise InvalidInput("A form has a text for each of its fields.")
        done = await self.surfaces.dialogs.submit(request, self.surfaces.dialogs.origin(body), values)
        shown = self._told(Told(done.messages, done.dialog))
        return {**shown, "problems": dict(done.problems)} if done.problems else shown

    async def suggest(self, request: WebRequest, body: dict[str, Any]) -> dict[str, Any]:
        origin = self.surfaces.dialogs.origin(body)
        found = await self.surfaces.dialogs.suggest(request, origin, text_of(body, "field"), text_of(body, "typed"))
        return {"choices": [{"value": choice.value, "label": choice.label} for choice in found]}

    async def complete(self, request: WebRequest, body: dict[str, Any]) -> dict[str, Any]:
        offers = await self.completing.complete(request, text_of(body, "text"))
        return {"offers": [{"line": one.line, "label": one.label, "hint": one.hint} for one in offers]}

    async def page(self, request: WebRequest, body: dict[str, Any]) -> dict[str, Any]:
        before, after = (number_of(body, name) if body.get(name) else None for name in ("before", "after"))
        return await self.screen.messages(request, before=before, after=after)

    async def read(self, request: WebRequest, body: dict[str, Any]) -> dict[str, Any]:
        return await self.screen.read(request, number_of(body, "message"))

    async def dismiss(self, request: WebRequest, body: dict[str, Any]) -> dict[str, Any]:
        message, now = number_of(body, "message"), self.surfaces.chat.clock.now()
        await self.surfaces.chat.write(lambda work: take_away(work, message, reader=request.subject, now=now))
        return {}

    async def events(self, request: Request) -> Response:
        """Server-sent events: every change after the stamp that the page saw last."""
        subject = persona_of(request.query_params.get("as", "")).subject
        seen = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
        stamp = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else 0
        headers = {"X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(subject, stamp), media_type="text/event-stream", headers=headers)

    async def _stream(self, subject: str, stamp: int) -> AsyncIterator[str]:
        team, loop = await self.surfaces.reception.people.team(), asyncio.get_running_loop()
        alive_at = loop.time()
        yield f"retry: 1000\nid: {stamp}\n\n"
        async for changed in self.feed.follow(team.id, stamp):
            shown = [self.messages.as_json(one) for one in changed if one.is_for(subject, CHANNEL_NAMES)]
            if changed:
                yield f"id: {changed[-1].stamp}\nevent: messages\ndata: {json.dumps(shown)}\n\n"
            elif loop.time() - alive_at > _SIGN_OF_LIFE:
                yield ": still here\n\n"
            else:
                continue
            alive_at = loop.time()

    async def _message(self, request: WebRequest, body: dict[str, Any]) -> LocalMessage:
        number = number_of(body, "message")
        found: LocalMessage | None = await self.surfaces.reception.read(lambda work: work.local_messages.get(number))
        if found is None or found.deleted_at is not None or not found.is_for(request.subject, CHANNEL_NAMES):
            raise NotFound("This message is gone.", "Load the page anew.")
        return found

    def _told(self, told: Told) -> dict[str, Any]:
        shown: dict[str, Any] = {"messages": [self.messages.as_json(one) for one in told.messages]}
        return {**shown, "dialog": self._dialog(told.dialog)} if told.dialog else shown

    def _dialog(self, dialog: Dialog) -> dict[str, Any]:
        return self.screen.dialog(dialog)


def deed(act: Deed) -> Callable[[Request], Awaitable[Response]]:
    """What a page asks for, as JSON both ways; what is wrong with it, in words for the person."""

    async def answer(request: Request) -> Response:
        try:
            body = await _read(request)
            return JSONResponse(await act(WebRequest.read(body), body))
        except UserError as error:
            status = 503 if isinstance(error, Unavailable) else 404 if isinstance(error, NotFound) else 400
            return JSONResponse({"problem": f"{error.message} {error.hint}".strip()}, status)
        except DeliveryError as error:
            log.warning("the chat could not keep a message", reason=str(error))
            return JSONResponse({"problem": "The database did not answer. Try again in a moment."}, 503)

    return answer


async def _read(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise InvalidInput("The chat takes JSON.")
    raw = await read_body(request, limit=_LIMIT)
    if raw is None:
        raise InvalidInput("That is too much at once.", "Say it in several messages.")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidInput("That is not JSON.") from None
    if not isinstance(body, dict):
        raise InvalidInput("The chat takes a JSON object.")
    return body
