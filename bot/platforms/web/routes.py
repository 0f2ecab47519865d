"""How pages are mounted: each with the headers that all of them need."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.platforms.web.assets import asset_route
from bot.platforms.web.pages import page
from bot.platforms.web.security import SecureHeaders

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def page_route(
    path: str, endpoint: Endpoint, *, methods: Sequence[str] = ("GET",), guards: Sequence[Middleware] = ()
) -> Route:
    """A route whose answers have the headers of every page; `guards` are asked before it."""
    return Route(path, endpoint, methods=list(methods), middleware=[Middleware(SecureHeaders), *guards])


def shared_routes() -> list[BaseRoute]:
    """What pages load, whichever there are."""
    asset = asset_route()
    return [page_route(asset.path, asset.endpoint)]


def front_route(*, chats: Sequence[str], root: str) -> Route:
    """The page that says what this is, where the chat is elsewhere or closed."""

    async def front(request: Request) -> Response:
        return page("front.html", chats=" and ".join(chats), root=root)

    return page_route("/", front)
