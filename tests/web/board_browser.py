"""Somebody who looks at the board's pages: over HTTP, with a cookie, following links as a browser would."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser

import httpx

from bot.board_access import BoardAccess, Visitor
from bot.platforms.http import make_http_app
from bot.platforms.web.board_pages import board_routes
from bot.platforms.web.board_site import BoardSite
from bot.platforms.web.pictures import picture_route
from bot.platforms.web.report_pages import report_routes
from bot.platforms.web.routes import shared_routes
from core.clock import Clock
from core.ids import TeamId
from core.ports import Store
from tests.conftest import NOW
from tests.drivers import VAULT, BoardDriver

ORIGIN = "https://lab.example.com"


class BoardClock(Clock):
    """Stands still, unless it is moved."""

    def now(self):
        return NOW + self.offset


def access(later: timedelta = timedelta()) -> BoardAccess:
    return BoardAccess(VAULT, ORIGIN, Clock(later))


@dataclass
class Browser:
    """One person's: `cookies` are what it keeps."""

    store: Store
    team: TeamId
    member_id: int
    name: str = "ana"
    now: timedelta = timedelta()
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    @classmethod
    def of(cls, board: BoardDriver) -> "Browser":
        browser = cls(board.store, board.team, board.ana.member_id or 0)
        assert browser.open_link().status_code == 200
        return browser

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.team, self.member_id, self.name)

    def open_link(self, path: str = "/board", *, later: timedelta = timedelta()) -> httpx.Response:
        return self.get(access().link(self.visitor, path=path).removeprefix(ORIGIN), later=later)

    def get(self, path: str, *, follow: bool = True, later: timedelta = timedelta()) -> httpx.Response:
        site = BoardSite(self.store, access(later), BoardClock(self.now), "lab")
        app = make_http_app(
            lambda: ("", ""),
            {},
            [*shared_routes(), *board_routes(site), *report_routes(site), picture_route(self.store)],
        )

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(
                transport=transport, base_url=ORIGIN, cookies=self.cookies, follow_redirects=follow
            ) as client:
                answer = await client.get(path)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())

    def see(self, path: str) -> str:
        """The words of a page that is there, in which nothing acts."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        page = read_page(answer.text)
        assert page.wrong == [], (path, page.wrong)
        return page.words


@dataclass
class Page(HTMLParser):
    """What of a page can be read, where its links lead, and what in it acts that should not."""

    text: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: text or "" for name, text in attrs}
        self.wrong += [f"<{tag} {name}>" for name in given if name.startswith("on") or name == "style"]
        self.wrong += [f"<{tag}>" for _ in [0] if tag in ("iframe", "object", "embed", "base", "svg", "style")]
        for name in ("href", "src", "action", "formaction"):
            if name in given and not given[name].startswith(("/", "https://", "http://")):
                self.wrong.append(f"{name} {given[name]}")
        if tag in ("script", "img", "link") and not (given.get("src") or given.get("href", "")).startswith("/static/"):
            self.wrong.append(f"<{tag}> from elsewhere")
        if tag not in ("meta", "link", "img", "input", "br", "hr"):
            self.open.append(tag)
        if tag == "a":
            self.links.append((given.get("href", ""), ""))
        if tag in ("p", "li", "td", "th", "div", "h1", "h2", "h3", "h4", "dt", "dd", "option", "pre", "a"):
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if "a" in self.open:
            address, words = self.links[-1]
            self.links[-1] = (address, words + data)

    def address(self, words: str) -> str:
        """Where the link with these words leads."""
        found = [address for address, said in self.links if " ".join(said.split()) == words]
        assert len(found) == 1, (words, found, self.links)
        return found[0]

    def __hash__(self) -> int:
        return id(self)


def read_page(markup: str) -> Page:
    page = Page()
    page.feed(markup)
    page.close()
    page.wrong += [f"<{tag}> stays open" for tag in page.open]
    return page
