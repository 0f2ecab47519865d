"""The composition root: what the parts are made of, and how they are put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Self

from bot import commands, notifications, webhooks
from bot.catalogue import Catalogue
from bot.command import Command
from bot.completion import PushCompletion
from bot.context import Ports
from bot.delivery import Deliverer
from bot.discovery import collect
from bot.hosts.github import GitHubHost
from bot.hosts.github_client import GitHubClient
from bot.intake import Intake
from bot.jobs import JobRunner, Performer
from bot.notification import Notification
from bot.outbox import Notifications
from bot.redelivery import Redelivery
from bot.reopening import Reopening
from bot.requests import PromisedRequests
from bot.settings import Settings
from bot.telling import Telling
from bot.vault import Vault
from bot.webhook import Provider
from bot.worker import Worker
from core.cards import Card
from core.clock import Clock
from core.errors import Unavailable
from core.hooks import Hook, HookProvider
from core.local_chat import PLATFORM as LOCAL_CHAT
from core.ports import Host, Store
from storage.database import Database, open_database
from storage.engine import is_sqlite, sqlite_path
from storage.migrate import HEAD, current_revision, migrate
from storage.rights import lacking_rights
from storage.server_lock import ServerLock

# Seconds would be long where messages are rows of our own.
PACES = {LOCAL_CHAT: timedelta(seconds=0.25)}


def load_catalogue() -> Catalogue:
    return Catalogue.of(collect(commands, Command))


@dataclass
class App:
    """Everything a process needs, opened; `close` finishes what is in hand."""

    settings: Settings
    clock: Clock
    catalogue: Catalogue
    database: Database
    ports: Ports
    lock: ServerLock | None = None
    wake: Callable[[], None] = lambda: None
    # What stands above the messages of the local chat.
    pinned: Card | None = None

    @property
    def store(self) -> Store:
        return self.database

    @classmethod
    def open_server(cls, settings: Settings) -> Self:
        """Migrates an SQLite database by itself. Raises `UserError` when the database cannot be used."""
        clock = Clock(settings.now_offset)
        lock = ServerLock.take(sqlite_path(settings.database_url)) if is_sqlite(settings.database_url) else None
        if lock is not None:
            migrate(settings.database_url, clock.now())
        _require_schema(settings.database_url)
        database = open_database(settings.database_url, is_server=True)
        if lock is not None:
            # Nobody else can hold a lease of a database that is ours alone: those of a crashed process end now.
            database.free_leases().result()
        return cls(settings, clock, load_catalogue(), database, make_ports(settings), lock)

    @classmethod
    def open_terminal(cls, settings: Settings) -> Self:
        """Beside a running server or alone. Makes an SQLite database that is not there yet, and migrates no other."""
        clock = Clock(settings.now_offset)
        if is_sqlite(settings.database_url) and current_revision(settings.database_url) is None:
            migrate(settings.database_url, clock.now())
        _require_schema(settings.database_url)
        database = open_database(settings.database_url, is_server=False)
        return cls(settings, clock, load_catalogue(), database, make_ports(settings))

    def close(self) -> None:
        self.database.close()
        if self.lock is not None:
            self.lock.release()


def load_notifications() -> Notifications:
    return {notification.event: notification for notification in collect(notifications, Notification)}


def make_ports(settings: Settings) -> Ports:
    """Without any chat: whatever connects to one adds it."""
    local_url = f"http://{settings.host}:{settings.port}"
    return Ports(make_vault(settings), {}, settings.public_url, local_url, make_hosts(settings))


def make_vault(settings: Settings) -> Vault:
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    return Vault.of(secret, _key_file(settings) if settings.is_sqlite else None)


def _key_file(settings: Settings) -> Path:
    return Path(f"{sqlite_path(settings.database_url)}.key")


def make_hosts(settings: Settings) -> dict[str, Host]:
    client = make_github_client(settings)
    return {HookProvider.GITHUB: GitHubHost(client)} if client else {}


def make_github_client(settings: Settings) -> GitHubClient | None:
    token = settings.github_token.get_secret_value() if settings.github_token else ""
    return GitHubClient(token, settings.github_api_url) if token else None


def make_intake(app: App) -> Intake:
    providers = {provider.name: provider for provider in collect(webhooks, Provider)}
    return Intake(app.store, app.clock, app.ports.vault, providers, lambda: app.wake(), frozenset(app.ports.hosts))


def make_worker(app: App, chats: Mapping[str, Performer] = MappingProxyType({})) -> Worker:
    """`chats` do the jobs that only a chat knows."""
    # Leases and limits are on real time, whatever the board's clock says.
    deliverer = Deliverer(
        app.store, app.ports.chats, Clock(), spacings=PACES, public_url=app.ports.public_url, ahead=app.clock.offset
    )  # fmt: skip
    promised = PromisedRequests(app.store, app.clock, app.catalogue, app.ports, lambda: app.wake())
    completion = PushCompletion(app.store, app.clock, app.ports.hosts)
    telling, reopening = Telling(app.store, app.clock), Reopening(app.store, app.clock)
    performers = promised.performers | completion.performers | telling.performers | make_redelivery(app).performers
    jobs = JobRunner(app.store, Clock(), performers | reopening.performers | dict(chats))
    return Worker(app.store, app.clock, load_notifications(), deliverer, jobs)


def make_redelivery(app: App) -> Redelivery:
    return Redelivery(app.store, Clock(), app.ports.hosts, lambda: app.wake())


def reported_repositories(settings: Settings, host: str) -> tuple[str, ...]:
    """Of all teams. Raises `UserError`."""
    _require_schema(settings.database_url)
    database = open_database(settings.database_url, is_server=False)
    try:
        teams = database.read_directory(lambda teams: teams.teams()).result()
        found = [
            database.read(lambda work: work.repositories.of_host(host, limit=100), team=team.id).result()
            for team in teams
        ]  # fmt: skip
        return tuple(dict.fromkeys(name for names in found for name in names))
    finally:
        database.close()


def hooks_in_use(settings: Settings) -> tuple[Hook, ...]:
    """Of all teams, a hundred at most. Raises `UserError`."""
    _require_schema(settings.database_url)
    database = open_database(settings.database_url, is_server=False)
    try:
        return database.read_directory(lambda teams: teams.hooks(after=0, limit=100)).result()
    finally:
        database.close()


def kept_vault(settings: Settings) -> Vault | None:
    """With the keys there are; none is made."""
    if settings.secret_key is None and not (settings.is_sqlite and _key_file(settings).exists()):
        return None
    return make_vault(settings)


def bring_up_to_date(settings: Settings) -> tuple[str | None, str]:
    """The schema before and after."""
    return migrate(settings.database_url, Clock(settings.now_offset).now())


def schema_of(settings: Settings) -> tuple[str | None, str]:
    """The schema the database has and the one this version needs. Raises `Unavailable`."""
    return current_revision(settings.database_url), HEAD


def rights_lacking(settings: Settings) -> tuple[str, ...]:
    """Functions of the database that its role may not call. Raises `Unavailable`."""
    return lacking_rights(settings.database_url)


def _require_schema(url: str) -> None:
    found = current_revision(url)
    if found != HEAD:
        has = f"has schema {found}" if found else "is empty"
        raise Unavailable(f"The database {has}; this version needs {HEAD}.", "Run: labkeeper migrate")
