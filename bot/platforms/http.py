"""The HTTP side of the server: health, readiness, metrics, and what the platforms mount."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from core.errors import UserError

# A database that does not answer for so long is not ready, whatever it does afterwards.
READY_WITHIN = 3.0

_NO_CHAT: Mapping[str, Callable[[], str]] = MappingProxyType({})

SchemaCheck = Callable[[], tuple[str | None, str]]


def make_http_app(
    schema: SchemaCheck, chats: Mapping[str, Callable[[], str]] = _NO_CHAT, routes: Sequence[BaseRoute] = ()
) -> Starlette:
    """`schema` gives the database's schema and the one that is needed; it may block, and raise `UserError`.

    `chats` gives each chat's state in words; `routes` are the platforms' own.
    """

    async def ready(request: Request) -> Response:
        database, problem = await _look_at(schema)
        status = 200 if problem is None else 503
        words = {"status": "ready"} if problem is None else {"status": "not ready", "problem": problem}
        return JSONResponse(
            {**words, "database": database, "chat": {name: state() for name, state in chats.items()}}, status
        )

    return Starlette(
        routes=[
            Route("/healthz", _healthy),
            Route("/readyz", ready),
            Route("/metrics", _metrics),
            *routes,
            Route("/", _front),
        ]
    )


async def _look_at(schema: SchemaCheck) -> tuple[str, str | None]:
    try:
        found, needed = await asyncio.wait_for(asyncio.to_thread(schema), READY_WITHIN)
    except TimeoutError:
        return "unreachable", "The database did not answer in time."
    except UserError as error:
        return "unreachable", error.message
    if found != needed:
        return f"schema {found or 'none'}", f"The database has schema {found or 'none'}; this version needs {needed}."
    return f"schema {found}", None


async def _front(request: Request) -> Response:
    return PlainTextResponse(
        "Labkeeper keeps an ML team's board inside its chat.\n"
        "This server is up. Talk to it from a second shell: labkeeper lab help\n"
    )


async def _healthy(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _metrics(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
