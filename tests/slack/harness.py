"""Labkeeper connected to the Slack test server, in this process: real HTTP both ways, real databases."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import uvicorn
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import load_catalogue, load_notifications
from bot.closed_channels import ClosedChannels
from bot.completion import PushCompletion
from bot.context import Ports
from bot.delivery import LEASE, Deliverer
from bot.expiry import expire_timeboxes
from bot.intake import Intake
from bot.jobs import JobRunner
from bot.platforms.http import make_http_app
from bot.platforms.slack.connection import SlackConnection
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.socket import SocketMode
from bot.platforms.slack.socket_link import Pace
from bot.platforms.webhooks import webhook_routes
from bot.redelivery import Redelivery
from bot.reopening import Reopening
from bot.requests import PromisedRequests
from bot.sending import begin
from bot.settings import Settings
from bot.telling import Telling
from bot.ticks import channel_ticks
from bot.vault import Vault
from bot.webhooks.github import GITHUB
from bot.worker import Worker
from core.clock import Clock
from core.deliveries import Destination, Post
from core.ids import ChannelRef, TaskKey, TeamId
from core.journal import Actor
from core.ports import Host, UnitOfWork
from core.projects import create_project
from core.tasks import Task
from storage.database import Database, open_database
from storage.engine import is_sqlite
from tests.drivers import PORTS, VAULT
from tests.fakes.slack.channel_view import ChannelView
from tests.fakes.slack.connections import Connections
from tests.fakes.slack.events import SlackEvents
from tests.fakes.slack.person import SlackPerson
from tests.fakes.slack.records import Ephemeral, Message
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.serving import address_of, listening_socket, server_config
from tests.fakes.slack.signing import Answer, AppUnderTest, Receiver
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_team import add_small_team
from tests.slack.socketing import through_socket
from tests.storage.probes import rows

T = TypeVar("T")

CATALOGUE = load_catalogue()
SECRET = "shh-this-signs"
TEAM = "T001"
ANA, BEN, GUS = "U1", "U2", "U3"


@dataclass
class MovableClock:
    """A clock that is moved by a test."""

    moved: timedelta = timedelta()

    def now(self) -> datetime:
        return Clock(self.moved).now()


@dataclass
class SlackBoard:
    """The server's parts on a loop of their own thread. Whoever is not named is Ana, an administrator, in #general.

    `receiver` is how Slack reaches it: `app`, over HTTP, or Socket Mode.
    """

    slack: Slack
    database: Database
    database_url: str
    worker: Worker
    connection: SlackConnection
    app: AppUnderTest
    receiver: Receiver
    loop: asyncio.AbstractEventLoop
    clock: MovableClock = field(default_factory=MovableClock)
    ports: Ports = PORTS

    @property
    def connection_address(self) -> str:
        return self.ports.local_url

    redelivery: Redelivery | None = None
    stop_socket: Callable[[], object] = lambda: None

    @property
    def own_client(self) -> AsyncWebClient:
        """That of SLACK_BOT_TOKEN."""
        assert self.connection.workspaces.own is not None
        return self.connection.workspaces.own.client

    def lab(self, text: str, *, by: str = ANA, channel: str = "C1", command: str = "/lab") -> str:
        """What the person reads, which Slack takes and shows."""
        answer = self.person(by).command(text, channel, command)
        check_shown(answer)
        return answer.text

    def admin(self, text: str, *, by: str = ANA, channel: str = "C1") -> str:
        return self.lab(text, by=by, channel=channel, command="/lab-admin")

    def reply_to(self, act: Callable[[], Answer], *, by: str = ANA, channel: str = "C1") -> Ephemeral:
        """What the person reads after pressing a button: it comes a moment after the press was taken."""
        before = len(self.slack.ephemerals(by, channel))
        answer = act()
        assert answer.status == 200, answer
        return self.slack.wait_until(lambda: self.slack.ephemerals(by, channel)[before:])[0]

    def press(self, seen: Message | Ephemeral, label: str, *, by: str = ANA) -> str:
        person = self.person(by)
        return person.reads(self.reply_to(lambda: person.press(seen, label), by=by, channel=seen.channel))

    def person(self, user: str = ANA, team: str = TEAM) -> SlackPerson:
        return self.slack.person(user, self.receiver, team)

    @property
    def events(self) -> SlackEvents:
        return self.slack.events(self.receiver)

    def channel(self, channel: str = "C1") -> ChannelView:
        return self.slack.channel(channel)

    def transcript(self, channel: str = "C1") -> str:
        """The channel as people see it, after everything was said."""
        self.settle()
        return self.channel(channel).transcript()

    def settle(self) -> None:
        """Works round after round, until one found nothing to say at this moment."""
        self.run(self._settle())

    def later(self, seconds: float) -> None:
        """Moves the clocks of the board and of Slack."""
        self.clock.moved += timedelta(seconds=seconds)
        self.slack.advance(seconds)

    def look_at_closed_channels(self) -> None:
        """As a worker does when it starts, and every hour."""
        for tick in channel_ticks(ClosedChannels(self.database, self.clock, self.ports.chats, self.worker.wake)):
            self.run(tick.run())
        self.settle()

    def wait_for_answers(self) -> None:
        """Until all is said that follows requests after they were acknowledged."""
        self.run(self.connection.private.finish())

    def settle_later(self, seconds: float) -> None:
        self.later(seconds)
        self.settle()

    def go_to(self, at: datetime) -> None:
        """Moves the clocks there, and does and says what fell due by then."""
        self.later((at - self.clock.now()).total_seconds())
        self.run(expire_timeboxes(self.database, self.clock))
        self.settle()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return run_on(self.loop, coroutine)

    def fan_out(self) -> None:
        for team in self.database.teams_to_fan_out().result():
            self.run(self.worker._fan_out(team))

    def stop_in_the_middle(self, *, is_posted: bool) -> Post:
        """Marks the next message as being sent, and perhaps sends it; then nothing more, as after a crash."""
        destination, deliverer = self.claim(), self.worker.deliverer
        sending = self.write(lambda work: begin(work, destination, deliverer._times()))
        assert sending is not None
        if is_posted:
            self.run(self.connection.chat.post(sending.post))
        return sending.post

    def say_one(self) -> bool:
        """Says the next message and ends there; whether more was to follow."""
        return self.run(self.worker.deliverer._say_one(self.claim()))

    def claim(self) -> Destination:
        """The one channel that something is to be said in."""
        self.fan_out()
        (destination,) = self.database.claim_destinations(now=self.clock.now(), lease=LEASE, limit=9).result()
        return destination

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The worker runs by itself, as in the server; without the look it takes once a second."""
        working = asyncio.run_coroutine_threadsafe(self.worker.run(), self.loop)
        try:
            yield
        finally:
            working.cancel()
            self.run(self.worker.deliverer.finish())

    @property
    def team(self) -> TeamId:
        found = self.database.read_directory(lambda teams: teams.team_of_workspace("slack", TEAM)).result()
        assert found is not None
        return found.id

    def read(self, query: Callable[[UnitOfWork], T]) -> T:
        return self.database.read(query, team=self.team).result()

    def write(self, run: Callable[[UnitOfWork], T]) -> T:
        return self.database.write(run, team=self.team).result()

    def make_project(self, key: str, channel: str | None) -> None:
        """As from the terminal: without a channel it has no home."""
        operator, ref = Actor(None, "operator", True, "terminal", ""), channel_ref(channel) if channel else None
        name = self.slack.channel_record(channel).name if channel else ""
        self.write(
            lambda work: create_project(
                work, actor=operator, key=key, name=None, zone="UTC", channel=ref, channel_name=name,
                now=self.clock.now(),
            )
        )  # fmt: skip

    def task(self, key: str = "CHURN-1") -> Task:
        task = self.read(lambda work: work.tasks.get(TaskKey.parse(key)))
        assert task is not None
        return task

    def audit(self) -> list[str]:
        """Oldest first."""
        return [line.summary for line in reversed(self.read(lambda work: work.audit.list(limit=500)))]

    def deliveries(self, channel: str = "C1") -> list[tuple[str, str, str]]:
        """Kind, state and error of all there ever were, in their order."""
        return self.rows(
            "SELECT d.kind, d.state, d.error FROM deliveries d JOIN channels c ON c.id = d.channel_id"
            f" WHERE c.external_id = '{channel}' ORDER BY d.id"
        )

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return rows(self.database_url, statement)

    @property
    def socket(self) -> SocketMode:
        assert self.connection.socket is not None
        return self.connection.socket

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def posts(self, channel: str = "") -> list[Any]:
        """The calls that posted or tried to."""
        return [call for call in self.slack.calls("chat.postMessage") if channel in ("", call.channel)]

    async def _settle(self) -> None:
        busy = True
        while busy:
            for team in await asyncio.wrap_future(self.database.teams_to_fan_out()):
                await self.worker._fan_out(team)
            busy = await self.worker.deliverer.start_due() > 0
            await self.worker.deliverer.finish()
            busy = await self.worker.jobs.start_due() > 0 or busy
            await self.worker.jobs.finish()


def check_shown(answer: Answer) -> None:
    """The answer came in time, and Slack shows it to nobody but the person."""
    assert (answer.status, answer.problems, answer.is_late) == (200, (), False), answer
    assert answer.message is None
    assert answer.text


def channel_ref(channel: str) -> ChannelRef:
    return ChannelRef("slack", TEAM, channel)


@contextmanager
def slack_board(url: str, **settings: Any) -> Iterator[SlackBoard]:
    with SlackServer() as slack:
        add_small_team(slack)
        # What the manifest asks for must be enough.
        slack.set_scopes(TEAM, tuple(SCOPES))
        with connected(slack, url, **settings) as board:
            yield board


@contextmanager
def connected(
    slack: Slack,
    url: str,
    *,
    spacing: timedelta = timedelta(),
    settling: timedelta = timedelta(seconds=12),
    clock: MovableClock | None = None,
    hosts: dict[str, Host] | None = None,
    port: int = 0,
    vault: Vault = VAULT,
    pace: Pace | None = None,
    **settings: Any,
) -> Iterator[SlackBoard]:
    """Another process of Labkeeper, as after a restart, against the same Slack and database."""
    database = open_database(url, is_server=True)
    if is_sqlite(url):
        database.free_leases().result()
    clock = clock or MovableClock()
    ports = Ports(vault, {}, public_url=settings.get("public_url"), hosts=hosts or {})
    deliverer = Deliverer(database, ports.chats, clock, spacing=spacing, settling=settling)
    promised = PromisedRequests(database, clock, CATALOGUE, ports)
    redelivery = Redelivery(database, clock, ports.hosts)
    completion, telling = PushCompletion(database, clock, ports.hosts), Telling(database, clock)
    performers = promised.performers | completion.performers | telling.performers | redelivery.performers
    performers |= Reopening(database, clock).performers
    worker = Worker(database, clock, load_notifications(), deliverer, JobRunner(database, clock, performers))
    connection = SlackConnection.open(
        settings_for(slack, url, **settings), database, clock, CATALOGUE, ports, worker.wake, real=clock, pace=pace
    )  # fmt: skip
    ports.chats["slack"] = connection.chat
    performers |= connection.performers
    intake = Intake(database, clock, vault, {GITHUB.name: GITHUB}, worker.wake, frozenset(ports.hosts))
    with _loop() as loop:
        run_on(loop, connection.workspaces.learn())
        http = make_http_app(lambda: ("", ""), {}, [*connection.routes, *webhook_routes(intake)])
        with _served(loop, http, port) as address:
            object.__setattr__(ports, "local_url", address)
            app = slack.app(f"{address}/slack/events", SECRET)
            board = SlackBoard(slack, database, url, worker, connection, app, app, loop, clock, ports, redelivery)
            with through_socket(board) if connection.socket else nullcontext():
                yield board
    database.close()


def settings_for(slack: Slack, url: str, **settings: Any) -> Settings:
    """Those of a server in this Slack; nothing comes from a file."""
    given = {
        "slack_bot_token": SecretStr(slack.workspace(TEAM).bot_token),
        "slack_signing_secret": SecretStr(SECRET),
        "slack_api_url": slack.api_url,
    }
    return Settings(_env_file=None, database_url=url, **(given | settings))


def run_on(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result(timeout=60)


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        run_on(loop, _cancel_the_rest())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def _served(loop: asyncio.AbstractEventLoop, http: Any, port: int) -> Iterator[str]:
    """It ends at once: uvicorn's own end takes a tenth of a second and waits for whoever hangs."""
    listener, connections = listening_socket(port), Connections()
    serving = asyncio.run_coroutine_threadsafe(
        uvicorn.Server(server_config(http, connections)).serve([listener]), loop
    )  # fmt: skip
    try:
        yield address_of(listener)
    finally:
        serving.cancel()
        loop.call_soon_threadsafe(connections.abort_all)
        listener.close()


async def _cancel_the_rest() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
