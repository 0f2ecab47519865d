"""Pictures that cards show. Their address is the SHA-256 of what is there: nobody guesses it who has not seen it."""

import asyncio
import re

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.platforms.web.routes import page_route
from core.ports import Store

_NAME = re.compile(r"[0-9a-f]{64}")


def picture_route(store: Store) -> Route:
    async def picture(request: Request) -> Response:
        name = request.path_params["name"]
        png = None
        if _NAME.fullmatch(name):
            png = await asyncio.wrap_future(store.read_directory(lambda teams: teams.picture(name)))
        if png is None:
            return PlainTextResponse("There is no such picture.", 404)
        # What has this name can never be anything else.
        return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=31536000, immutable"})

    return page_route("/pictures/{name}", picture)
