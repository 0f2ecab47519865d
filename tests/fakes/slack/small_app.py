"""An app that checks signatures with slack_sdk, answers the same to everything and remembers what it got."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


class SmallApp:
    """Answers with `reply` and remembers what it got."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.retries: list[str | None] = []
        self.reply: Callable[[], Response] = Response
        self.verifier = SignatureVerifier(SECRET)
        self.starlette = Starlette(routes=[Route("/slack/events", self._answer, methods=["POST"])])

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        if not self.verifier.is_valid_request(body, dict(request.headers)):
            return PlainTextResponse("", status_code=401)
        self.retries.append(request.headers.get("x-slack-retry-num"))
        if request.headers["content-type"] == "application/json":
            self.received.append(json.loads(body))
        else:
            fields = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
            self.received.append(json.loads(fields["payload"]) if "payload" in fields else fields)
        return self.reply()
