"""The local chat, put together: what the server mounts and what the worker speaks through."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bot.catalogue import Catalogue
from bot.context import Ports
from bot.jobs import Performer
from bot.platforms.web.chat import WebChat
from bot.platforms.web.completing import Completing
from bot.platforms.web.endpoints import Endpoints, deed
from bot.platforms.web.feed import Feed
from bot.platforms.web.messages import Messages
from bot.platforms.web.people import LocalPeople
from bot.platforms.web.reception import Reception
from bot.platforms.web.routes import page_route
from bot.platforms.web.screen import Screen
from bot.platforms.web.security import SameOrigin
from bot.platforms.web.surfaces import Surfaces
from bot.scheduler import Tick
from core.cards import Card
from core.clock import Clock
from core.local_chat import PLATFORM
from core.ports import Store


@dataclass
class WebConnection:
    chat: WebChat
    feed: Feed
    routes: list[BaseRoute]
    platform: str = PLATFORM
    ticks: tuple[Tick, ...] = ()
    works: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
    performers: Mapping[str, Performer] = field(default_factory=dict)
    state: str = "open, in the browser"

    @classmethod
    def open(
        cls, *, root: str, store: Store, clock: Clock, catalogue: Catalogue, ports: Ports, wake: Callable[[], None],
        pinned: Card | None = None,
    ) -> Self:  # fmt: skip
        """`ports` must have this chat among its chats by the time somebody speaks."""
        ports.picture_chats.add(PLATFORM)
        people, feed, messages = LocalPeople(store, clock), Feed(store), Messages(root)
        chat = WebChat(store, clock, people, feed)
        reception = Reception(store, clock, catalogue, people, root, ports, wake)
        screen = Screen(reception, chat, messages, pinned)
        address = (ports.public_url or ports.local_url).rstrip("/")
        endpoints = Endpoints(
            Surfaces(reception, chat), messages, screen, Completing(reception), feed, address
        )  # fmt: skip
        return cls(chat, feed, chat_routes(endpoints, screen, hosts=_hosts(ports.public_url)))

    async def begin(self) -> None:
        return

    def leave(self) -> None:
        self.feed.close()

    async def finish(self) -> None:
        return


def chat_routes(endpoints: Endpoints, screen: Screen, *, hosts: frozenset[str]) -> list[BaseRoute]:
    guards = [Middleware(SameOrigin, hosts=hosts)]
    deeds = ("say", "press", "menu", "submit", "suggest", "complete", "page", "read", "dismiss")
    return [
        page_route("/", screen.open, guards=guards),
        page_route("/pictures/{id}", screen.picture, guards=guards),
        page_route("/chat/events", endpoints.events, guards=guards),
        *(
            page_route(f"/chat/{name}", deed(getattr(endpoints, name)), methods=["POST"], guards=guards)
            for name in deeds
        ),
    ]


def _hosts(public_url: str | None) -> frozenset[str]:
    """With its port where the address has one."""
    found = urlsplit(public_url).netloc.casefold() if public_url else ""
    return frozenset([found] if found else [])
