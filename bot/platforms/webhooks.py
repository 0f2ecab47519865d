"""`POST /webhooks/{provider}/{hook}`: what other programs report."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.intake import Intake, Reply
from bot.platforms.body import read_body
from bot.webhook import read_headers
from core.errors import Unavailable


def webhook_routes(intake: Intake) -> list[Route]:
    async def receive(request: Request) -> Response:
        try:
            hook = await intake.find(request.path_params["provider"], request.path_params["hook"])
        except Unavailable:
            return _answer(Reply.UNAVAILABLE)
        if hook is None:
            return _answer(Reply.UNKNOWN)
        if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            return JSONResponse({"status": "send it uncompressed"}, 415)
        body = await read_body(request, limit=intake.providers[hook.provider].body_limit)
        if body is None:
            return JSONResponse({"status": "too large"}, 413)
        return _answer(await intake.receive(hook, read_headers(request.headers.raw), body))

    return [Route("/webhooks/{provider}/{hook}", receive, methods=["POST"])]


def _answer(reply: Reply) -> Response:
    status, words = reply.value
    return JSONResponse({"status": words}, status)
