"""The local chat as the server runs it, in this process: real HTTP, a real database, and people in a real browser."""

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
import uvicorn

from bot.app import App, load_catalogue, make_worker
from bot.context import Ports
from bot.expiry import expire_timeboxes
from bot.platforms.http import make_http_app
from bot.platforms.web.chat import WebChat
from bot.platforms.web.connection import WebConnection
from bot.platforms.web.routes import shared_routes
from bot.settings import Settings
from core.clock import Clock
from core.ids import TeamId
from core.local_chat import NewMessage
from core.ports import UnitOfWork
from storage.database import open_database
from storage.engine import is_sqlite
from tests.drivers import VAULT
from tests.fakes.slack.connections import Connections
from tests.fakes.slack.serving import address_of, listening_socket, server_config

T = TypeVar("T")

CATALOGUE = load_catalogue()
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


class MovableClock(Clock):
    """The board's clock, which a test moves on."""

    def __init__(self) -> None:
        super().__init__()
        self.moved = timedelta()

    def now(self) -> datetime:
        return super().now() + self.moved


@dataclass
class Storm:
    """`count` is how many were said by now."""

    count: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)

    async def blow(self, chat: WebChat, *, channel: str, each_second: int) -> None:
        loop = asyncio.get_running_loop()
        began, under_way = loop.time(), set[asyncio.Task[Any]]()
        while not self.is_over.is_set():
            # No more wait in line than are done within the time that each has, however busy the machine is.
            while self.count < (loop.time() - began) * each_second and len(under_way) < 50:
                text = f"storm {self.count}"
                new = NewMessage(channel=channel, author="ben", text=text, marker=f"{began} {text}")
                task = asyncio.ensure_future(chat.say(new))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
                self.count += 1
            await asyncio.sleep(0.01)
        await asyncio.gather(*under_way)

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 30
        while self.count < count:
            assert time.monotonic() < deadline
            time.sleep(0.02)


@dataclass
class LocalBoard:
    app: App
    connection: WebConnection
    address: str
    loop: asyncio.AbstractEventLoop
    clock: MovableClock
    connections: Connections
    client: httpx.Client = field(default_factory=httpx.Client)
    _keys: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))

    def ask(self, deed: str, *, by: str = "mira", channel: str = "ml-board", **body: Any) -> httpx.Response:
        """As the page asks; `key` is a new one each time."""
        asked = {"as": by, "channel": channel, "key": f"k{next(self._keys)}"} | body
        return self.client.post(f"{self.address}/chat/{deed}", json=asked, headers={"Origin": self.address})

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        answer = self.ask("say", text=text, **more)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def page(self, **more: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("page", **more).json()["messages"]
        return found

    def go_to(self, at: datetime) -> None:
        """Moves the clock there, and does what fell due by then."""
        self.clock.moved += at - self.clock.now()
        self.run(expire_timeboxes(self.app.store, self.clock))
        self.loop.call_soon_threadsafe(self.app.wake)

    def settle(self) -> None:
        """Until nothing is left to be told or done."""
        self.run(self._settle())

    async def _settle(self) -> None:
        worker, busy = self.app.worker, True  # type: ignore[attr-defined]
        while busy:
            for team in await asyncio.wrap_future(self.app.store.teams_to_fan_out()):
                await worker._fan_out(team)
            busy = await worker.deliverer.start_due() > 0
            await worker.deliverer.finish()
            busy = await worker.jobs.start_due() > 0 or busy
            await worker.jobs.finish()

    def burst(self, texts: list[str], *, channel: str = "ml-board") -> None:
        """Somebody's messages, each in a unit of its own, as fast as they are taken."""

        async def all_of_them() -> None:
            chat = self.connection.chat
            news = [NewMessage(channel=channel, author="ben", text=text, marker=f"burst:{text}") for text in texts]
            # No more wait in line than are done within the time that each has.
            for some in range(0, len(news), 20):
                await asyncio.gather(*(chat.say(new) for new in news[some : some + 20]))

        self.run(all_of_them())

    @contextmanager
    def steady(self, *, channel: str, each_second: int = 200) -> Iterator["Storm"]:
        """Somebody's messages without an end, each in a unit of its own, until this is left."""
        storm = Storm()
        blowing = asyncio.run_coroutine_threadsafe(
            storm.blow(self.connection.chat, channel=channel, each_second=each_second), self.loop
        )  # fmt: skip
        try:
            yield storm
        finally:
            storm.is_over.set()
            blowing.result(timeout=60)

    def cut(self) -> None:
        """Ends every connection there is."""
        self.loop.call_soon_threadsafe(self.connections.abort_all)

    @property
    def team(self) -> TeamId:
        found = self.run(self.connection.chat.people.team())
        return found.id

    def read(self, query: Callable[[UnitOfWork], T]) -> T:
        return self.app.store.read(query, team=self.team).result()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=60)


@contextmanager
def local_board(url: str, **settings: Any) -> Iterator[LocalBoard]:
    """A process of Labkeeper, as after a start on this database; `settle` works, or `at_work` by itself."""
    given = Settings(_env_file=None, database_url=url, **settings)
    database, clock, ports = open_database(url, is_server=True), MovableClock(), Ports(VAULT, {})
    if is_sqlite(url):
        database.free_leases().result()
    app = App(given, clock, CATALOGUE, database, ports)
    connection = WebConnection.open(
        root="lab", store=database, clock=clock, catalogue=CATALOGUE, ports=ports, wake=lambda: app.wake()
    )  # fmt: skip
    ports.chats[connection.platform] = connection.chat
    worker = make_worker(app)
    worker.deliverer.spacings = {}
    worker.deliverer.spacing, worker.deliverer.clock, worker.jobs.clock = timedelta(), clock, clock
    app.wake = worker.wake
    app.worker = worker  # type: ignore[attr-defined]
    http = make_http_app(lambda: ("", ""), {}, [*shared_routes(), *connection.routes])
    with _loop() as loop, _served(loop, http) as (address, connections):
        object.__setattr__(ports, "local_url", address)
        board = LocalBoard(app, connection, address, loop, clock, connections)
        yield board
        board.client.close()
        loop.call_soon_threadsafe(connection.leave)
    database.close()


@contextmanager
def at_work(board: LocalBoard) -> Iterator[None]:
    """The worker runs by itself, as in the server; without the look it takes once a second."""
    worker = board.app.worker  # type: ignore[attr-defined]
    working = asyncio.run_coroutine_threadsafe(worker.run(), board.loop)
    try:
        yield
    finally:
        working.cancel()
        board.run(worker.deliverer.finish())


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        asyncio.run_coroutine_threadsafe(_cancel_the_rest(), loop).result(timeout=60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def _served(loop: asyncio.AbstractEventLoop, http: Any) -> Iterator[tuple[str, Connections]]:
    listener, connections = listening_socket(), Connections()
    serving = asyncio.run_coroutine_threadsafe(
        uvicorn.Server(server_config(http, connections)).serve([listener]), loop
    )  # fmt: skip
    try:
        yield address_of(listener), connections
    finally:
        serving.cancel()
        loop.call_soon_threadsafe(connections.abort_all)
        listener.close()


async def _cancel_the_rest() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def find_browser() -> str | None:
    """The machine's own Chromium, or that of LABKEEPER_CHROMIUM."""
    named = os.environ.get("LABKEEPER_CHROMIUM", "")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)
