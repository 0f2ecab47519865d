"""Labkeeper connected to the Discord test server, in this process: a real gateway and HTTP, real databases."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import SecretStr

from bot.app import load_catalogue, load_notifications
from bot.completion import PushCompletion
from bot.context import Ports
from bot.delivery import LEASE, Deliverer
from bot.expiry import expire_timeboxes
from bot.grammar import choose_command, parse_values
from bot.intake import Intake
from bot.jobs import JobRunner
from bot.platforms.discord.connection import DiscordConnection
from bot.platforms.discord.shards import Pace
from bot.platforms.http import make_http_app
from bot.platforms.webhooks import webhook_routes
from bot.redelivery import Redelivery
from bot.reopening import Reopening
from bot.requests import PromisedRequests
from bot.sending import begin
from bot.settings import Settings
from bot.telling import Telling
from bot.values import ChannelWord
from bot.vault import Vault
from bot.webhooks.github import GITHUB
from bot.worker import Worker
from core.board import NewTask, create_task
from core.deliveries import Destination, Post
from core.ids import ChannelRef, TaskKey, TeamId
from core.journal import Actor
from core.members import Member
from core.ports import Host, UnitOfWork
from core.tasks import Kind, Task
from storage.database import Database, open_database
from storage.engine import is_sqlite
from tests.drivers import VAULT
from tests.fakes.discord.channel_view import ChannelView
from tests.fakes.discord.discord import Discord
from tests.fakes.discord.person import Answer, DiscordPerson
from tests.fakes.discord.records import Message
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import ANA, BEN, GENERAL, GUILD, TOKEN, add_small_guild
from tests.slack.harness import MovableClock, _loop, _served, run_on
from tests.storage.probes import rows

T = TypeVar("T")

CATALOGUE = load_catalogue()
# What a test need not wait for.
FAST = Pace(lease=3.0, renewing=0.2, patience=5.0, first_pause=0.05, longest_pause=0.2, slowly=0.3, apart=0.05)


@dataclass
class DiscordBoard:
    """The server's parts on a loop of their own thread. Whoever is not named is Ana, the guild's owner, in #general."""

    discord: Discord
    database: Database
    database_url: str
    worker: Worker
    connection: DiscordConnection
    loop: asyncio.AbstractEventLoop
    ports: Ports
    clock: MovableClock = field(default_factory=MovableClock)
    address: str = ""

    def person(self, user: str = ANA) -> DiscordPerson:
        return self.discord.person(user)

    def say(self, text: str, *, by: str = ANA, channel: str = GENERAL, root: str = "lab") -> Answer:
        """A line as it is typed in any chat, with what stands behind each option as Discord's client sends it."""
        line, options = spoken(self.discord, root, text)
        return self.person(by).command(line, channel, **options)

    def lab(self, text: str, *, by: str = ANA, channel: str = GENERAL, root: str = "lab") -> str:
        """What the person reads, alone."""
        answer = self.say(text, by=by, channel=channel, root=root)
        if answer.kind == "deferred":
            self.settle()
            answer = answer.finished()
        assert answer.is_private, answer
        return answer.text

    def admin(self, text: str, *, by: str = ANA, channel: str = GENERAL) -> str:
        return self.lab(text, by=by, channel=channel, root="lab-admin")

    def press(self, seen: Message, label: str, *, by: str = ANA) -> str:
        answer = self.person(by).press(seen, label)
        assert answer.is_private, answer
        return answer.text

    def posts(self, message: dict[str, Any], channel: str = GENERAL) -> Message:
        """What the bot posts without any of our renderers, as an older one did."""
        path = "/channels/{channel_id}/messages"
        answer = self.run(self.connection.api.call("POST", path, json=message, channel_id=channel))
        return self.discord.message(channel, str(answer["id"]))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """For a process that was no chat: it is connected to the gateway."""
        running = asyncio.run_coroutine_threadsafe(self.connection.shards.run(), self.loop)
        try:
            wait_until_ready(self)
            yield
        finally:
            running.cancel()

    def channel(self, channel: str = GENERAL) -> ChannelView:
        return self.discord.channel(channel)

    def transcript(self, channel: str = GENERAL) -> str:
        """The channel as people see it, after everything was said."""
        self.settle()
        return self.channel(channel).transcript()

    def settle(self) -> None:
        self.run(self._settle())

    def later(self, seconds: float) -> None:
        """Moves the clocks of the board and of Discord."""
        self.clock.moved += timedelta(seconds=seconds)
        self.discord.advance(seconds)

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

    def stop_in_the_middle(self, *, is_posted: bool) -> Post:
        """Marks the next message as being sent, and perhaps sends it; then nothing more, as after a crash."""
        destination, deliverer = self.claim(), self.worker.deliverer
        sending = self.write(lambda work: begin(work, destination, deliverer._times()))
        assert sending is not None
        if is_posted:
            self.run(self.connection.chat.post(sending.post))
        return sending.post

    def claim(self) -> Destination:
        """The one channel that something is to be said in."""
        for team in self.database.teams_to_fan_out().result():
            self.run(self.worker._fan_out(team))
        (destination,) = self.database.claim_destinations(now=self.clock.now(), lease=LEASE, limit=9).result()
        return destination

    @property
    def team(self) -> TeamId:
        found = self.database.read_directory(lambda teams: teams.team_of_workspace("discord", GUILD)).result()
        assert found is not None
        return found.id

    def read(self, query: Callable[[UnitOfWork], T]) -> T:
        return self.database.read(query, team=self.team).result()

    def write(self, run: Callable[[UnitOfWork], T]) -> T:
        return self.database.write(run, team=self.team).result()

    def task(self, key: str = "CHURN-1") -> Task:
        task = self.read(lambda work: work.tasks.get(TaskKey.parse(key)))
        assert task is not None
        return task

    def make_task(self, title: str, *, by: Member) -> None:
        """As from elsewhere, when this chat takes nothing."""
        actor = Actor(by.id, by.name, True, "terminal", "")
        wanted = NewTask(title=title, project="CHURN", kind=Kind.FEATURE)
        self.write(
            lambda work: create_task(
                work, actor=actor, new=wanted, channel=None, today=self.clock.now().date(), now=self.clock.now()
            )
        )

    def box_end(self, key: str = "CHURN-1") -> datetime:
        """When the prompt falls due."""
        box = self.read(lambda work: work.timeboxes.open_of(self.task(key).id))
        assert box is not None
        assert box.ends_at is not None
        return box.ends_at + timedelta(seconds=1)

    def audit(self) -> list[str]:
        """Oldest first."""
        return [line.summary for line in reversed(self.read(lambda work: work.audit.list(limit=500)))]

    def deliveries(self, channel: str = GENERAL) -> list[tuple[str, str, str]]:
        """Kind, state and error of all there ever were, in their order."""
        return self.rows(
            "SELECT d.kind, d.state, d.error FROM deliveries d JOIN channels c ON c.id = d.channel_id"
            f" WHERE c.external_id = '{channel}' ORDER BY d.id"
        )

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return rows(self.database_url, statement)

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    async def _settle(self) -> None:
        busy = True
        while busy:
            for team in await asyncio.wrap_future(self.database.teams_to_fan_out()):
                await self.worker._fan_out(team)
            busy = await self.worker.deliverer.start_due() > 0
            await self.worker.deliverer.finish()
            busy = await self.worker.jobs.start_due() > 0 or busy
            await self.worker.jobs.finish()


def spoken(discord: Discord, root: str, text: str) -> tuple[str, dict[str, Any]]:
    """The path of the command and its options."""
    command, rest = choose_command(CATALOGUE, root, text)
    kinds = {option.name: option for option in command.options}
    channels = {f"#{channel.name}": channel.id for channel in discord.channels()}
    people = {f"@{user.name}": f"<@{user.id}>" for user in discord.users()}
    options: dict[str, Any] = {}
    for name, value in parse_values(command, rest).items():
        option = kinds[name]
        if option.kind is ChannelWord:
            options[name] = channels[value]
        elif option.kind is int and not option.can_clear:
            options[name] = int(value)
        else:
            options[name] = people.get(value, value)
    return f"{root} {command.name}", options


def channel_ref(channel: str = GENERAL) -> ChannelRef:
    return ChannelRef("discord", GUILD, channel)


@contextmanager
def discord_board(url: str, **settings: Any) -> Iterator[DiscordBoard]:
    with DiscordServer() as discord:
        add_small_guild(discord)
        with connected(discord, url, **settings) as board:
            yield board


@contextmanager
def connected(
    discord: Discord,
    url: str,
    *,
    spacing: timedelta = timedelta(),
    settling: timedelta = timedelta(seconds=12),
    clock: MovableClock | None = None,
    hosts: dict[str, Host] | None = None,
    vault: Vault = VAULT,
    pace: Pace = FAST,
    is_chat: bool = True,
    **settings: Any,
) -> Iterator[DiscordBoard]:
    """Another process of Labkeeper, as after a restart, against the same Discord and database. One that is no chat has
    no connection to the gateway."""
    database = open_database(url, is_server=True)
    if is_sqlite(url):
        database.free_leases().result()
    clock = clock or MovableClock()
    ports = Ports(vault, {}, public_url=settings.get("public_url"), hosts=hosts or {})
    deliverer = Deliverer(database, ports.chats, clock, spacing=spacing, settling=settling)
    performers = PromisedRequests(database, clock, CATALOGUE, ports).performers
    performers |= PushCompletion(database, clock, ports.hosts).performers | Telling(database, clock).performers
    performers |= Redelivery(database, clock, ports.hosts).performers | Reopening(database, clock).performers
    worker = Worker(database, clock, load_notifications(), deliverer, JobRunner(database, clock, performers))
    given = settings_for(discord, url, **settings)
    connection = DiscordConnection.open(
        given, database, clock, CATALOGUE, ports, worker.wake, real=clock, pace=pace
    )  # fmt: skip
    ports.chats["discord"] = connection.chat
    intake = Intake(database, clock, vault, {GITHUB.name: GITHUB}, worker.wake, frozenset(ports.hosts))
    with _loop() as loop, _served(loop, make_http_app(lambda: ("", ""), {}, webhook_routes(intake)), 0) as address:
        object.__setattr__(ports, "local_url", address)
        board = DiscordBoard(discord, database, url, worker, connection, loop, ports, clock, address)
        try:
            with board.listening() if is_chat else nullcontext():
                yield board
        finally:
            board.run(_after_a_turn(connection))
    database.close()


def wait_until_ready(board: DiscordBoard) -> None:
    """Until it knows its guilds; the library says so a second later, when no more of them came."""
    shards = board.connection.shards

    def is_ready() -> bool:
        guilds = [guild for gateway in shards._gateways.values() for guild in gateway.guilds]
        return bool(guilds) and not any(guild.unavailable for guild in guilds) and shards.syncing.is_done

    board.run(_until(is_ready))


async def _until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the library tells nobody
            await asyncio.sleep(0.005)


async def _after_a_turn(connection: DiscordConnection) -> None:
    await asyncio.sleep(0)
    await connection.finish()


def settings_for(discord: Discord, url: str, **settings: Any) -> Settings:
    """Those of a server in this Discord; nothing comes from a file."""
    given = {
        "discord_token": SecretStr(TOKEN), "discord_api_url": discord.api_url,
        "discord_gateway_url": discord.gateway_url,
    }  # fmt: skip
    return Settings(_env_file=None, database_url=url, **(given | settings))


__all__ = ["ANA", "BEN", "GENERAL", "GUILD", "DiscordBoard", "connected", "discord_board"]
