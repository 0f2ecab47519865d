"""The board's pages as one site: who may come in, what every page is given, and how a refusal reads.

A page is a function of a `Look`; `BoardSite.route` mounts it behind the visit that a signed link began.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.board_access import BOARD, VISIT, BoardAccess, NoEntry, Visitor
from bot.platforms.web.pages import page
from bot.platforms.web.routes import page_route
from core.clock import Clock
from core.errors import InvalidInput, NotFound, Unavailable, UserError
from core.ports import Store, UnitOfWork

T = TypeVar("T")
log = structlog.get_logger()

COOKIE = "labkeeper_board"
# In the order of the navigation: what is below BOARD, and what it is called. Others put their pages among them.
SECTIONS = [("", "Board"), ("/blocked", "Blocked"), ("/timeboxes", "Timeboxes"), ("/findings", "Findings")]
_STATUS: dict[type[UserError], int] = {NotFound: 404, InvalidInput: 400, Unavailable: 503}


@dataclass(frozen=True)
class Look:
    """One visitor's look at one page; `now` is the board's time."""

    site: "BoardSite"
    request: Request
    visitor: Visitor
    now: datetime

    def asked(self, name: str) -> str:
        """A word of the address behind its `?`."""
        return self.request.query_params.get(name, "").strip()

    async def read(self, query: Callable[..., T], **arguments: Any) -> T:
        """Runs `query(work, …)` in a reading unit of the visitor's team."""
        read: Callable[[UnitOfWork], T] = lambda work: query(work, **arguments)  # noqa: E731
        return await asyncio.wrap_future(self.site.store.read(read, team=self.visitor.team))

    def page(self, template: str, *, section: str, status: int = 200, **values: Any) -> HTMLResponse:
        """`section` is that of SECTIONS which is shown as the present one; values as the template wants them."""
        return page(
            template, status=status, section=section, sections=SECTIONS, visitor=self.visitor, now=self.now,
            root=self.site.root, project=values.pop("project", ""), address=address, **values,
        )  # fmt: skip


Show: TypeAlias = Callable[[Look], Awaitable[Response]]


@dataclass(frozen=True)
class BoardSite:
    """`root` is the first word of the chat's commands."""

    store: Store
    access: BoardAccess
    clock: Clock
    root: str = "lab"

    def route(self, path: str, show: Show) -> Route:
        """A page at `path` below BOARD for whoever has a visit; everybody else reads how to begin one."""

        async def endpoint(request: Request) -> Response:
            try:
                visitor = self.access.visitor(request.cookies.get(COOKIE, ""))
            except NoEntry:
                return self.closed()
            look = Look(self, request, visitor, self.clock.now())
            try:
                return await show(look)
            except UserError as error:
                log.info("page refused", path=request.url.path, reason=error.message)
                status = _STATUS.get(type(error), 409)
                return look.page("board_refusal.html", section="none", status=status, error=error)

        return page_route(f"{BOARD}{path}", endpoint)

    def entry(self) -> Route:
        """Where a signed link leads: the visit is kept in a cookie, and nothing of the link in the address."""

        async def endpoint(request: Request) -> Response:
            try:
                visitor, path = self.access.enter(request.path_params["pass"])
            except NoEntry as error:
                log.info("link refused", reason=str(error))
                return self.closed(is_link=True)
            response = RedirectResponse(path, 303)
            begin_visit(response, self.access, visitor)
            return response

        return page_route(f"{BOARD}/open/{{pass}}", endpoint)

    def closed(self, *, is_link: bool = False) -> HTMLResponse:
        return page("board_closed.html", status=403, is_link=is_link, root=self.root)


def begin_visit(response: Response, access: BoardAccess, visitor: Visitor) -> None:
    """With this answer. Raises `Unavailable` where the operator has set no key."""
    response.set_cookie(
        COOKIE, access.keep(visitor), max_age=int(VISIT.total_seconds()), path=BOARD, httponly=True, samesite="lax",
        secure=access.is_secure,
    )  # fmt: skip


def address(path: str, **asked: str) -> str:
    """Of a page below BOARD, with what is asked of it; what is empty is left out."""
    query = urlencode({name: text for name, text in asked.items() if text})
    return f"{BOARD}{path}" + (f"?{query}" if query else "")
