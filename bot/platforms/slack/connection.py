"""Slack, put together: what the server mounts and what the worker speaks through."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Self

from slack_bolt.async_app import AsyncApp
from starlette.routing import BaseRoute

from bot.catalogue import Catalogue
from bot.context import Ports
from bot.jobs import Performer
from bot.platforms.slack.adapter import dispatch, make_bolt, slack_routes
from bot.platforms.slack.channel_names import ChannelNames
from bot.platforms.slack.chat import SlackChat, make_client
from bot.platforms.slack.conversations import Conversations
from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.events import Events
from bot.platforms.slack.home import Home
from bot.platforms.slack.install import Installer
from bot.platforms.slack.install_routes import INSTALL, REDIRECT, install_routes
from bot.platforms.slack.installed import InstalledWorkspaces
from bot.platforms.slack.mentions import Mentions
from bot.platforms.slack.modals import Modals
from bot.platforms.slack.people import People
from bot.platforms.slack.private import Private
from bot.platforms.slack.reactions import Reactions
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.renewal import AppCredentials, Renewal
from bot.platforms.slack.shortcuts import Shortcuts
from bot.platforms.slack.socket import SocketMode
from bot.platforms.slack.socket_link import Pace
from bot.platforms.slack.surfaces import Surfaces
from bot.platforms.slack.token_workspace import TokenWorkspace
from bot.platforms.slack.unfurls import Unfurls
from bot.platforms.slack.views import SlackViews
from bot.platforms.slack.workspace_events import WorkspaceEvents
from bot.platforms.slack.workspaces import Workspaces
from bot.scheduler import Tick
from bot.settings import Settings
from core.clock import Clock
from core.ports import Store, Vault

_RENEWED_EVERY = timedelta(minutes=1)


@dataclass
class SlackConnection:
    """The workspace of SLACK_BOT_TOKEN, and with SLACK_CLIENT_ID all that install the app: over HTTP, through `routes`,
    or through `socket`, which the part that is called chat runs, or both.

    `renewal` keeps their tokens valid; a worker runs it.
    """

    workspaces: Workspaces
    chat: SlackChat
    routes: list[BaseRoute]
    private: Private
    home: Home
    reactions: Reactions
    renewal: Renewal | None = None
    socket: SocketMode | None = None
    platform: str = PLATFORM
    ticks: tuple[Tick, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.ticks = (Tick("renew", _RENEWED_EVERY, self.renewal.once),) if self.renewal else ()

    @classmethod
    def open(
        cls, settings: Settings, store: Store, clock: Clock, catalogue: Catalogue, ports: Ports,
        wake: Callable[[], None], *, real: Clock | None = None, pace: Pace | None = None,
    ) -> Self:  # fmt: skip
        """`ports` must have this chat among its chats by the time somebody speaks. `real` is the clock that Slack's
        signatures and tokens go by, `pace` that of the connections of Socket Mode."""
        root, real = settings.labkeeper_command, real or Clock()
        renewal = make_renewal(settings, store, ports.vault, real)
        workspaces = make_workspaces(settings, store, ports.vault, real, renewal)
        chat = SlackChat(workspaces, root=root)
        private = Private(chat)
        views, conversations = SlackViews(workspaces), Conversations(workspaces)
        people, names = People(workspaces, store, clock), ChannelNames(conversations, store)
        reception = Reception(store, clock, catalogue, people, names, root, ports, wake)
        modals, home = Modals(reception, views, private), Home(reception, views, private)
        surfaces, shortcuts = Surfaces(reception, modals, private, home), Shortcuts(reception, modals, private)
        reactions = Reactions(reception, conversations, private)
        events = Events(
            workspaces, WorkspaceEvents(store, clock, workspaces, wake), Mentions(reception, private), home,
            Unfurls(reception, conversations, private), reactions,
        )  # fmt: skip
        bolt = make_bolt(workspaces, surfaces, shortcuts, events)
        routes: list[BaseRoute] = []
        if settings.slack_signing_secret is not None:
            secret = settings.slack_signing_secret.get_secret_value()
            routes += slack_routes(bolt, signing_secret=secret, now=Clock().now)
        if renewal is not None and settings.public_url is not None:
            installer = make_installer(settings, renewal, workspaces, wake)
            routes += install_routes(installer, root=root, public_url=settings.public_url)
        socket = make_socket(settings, bolt, pace or Pace())
        return cls(workspaces, chat, routes, private, home, reactions, renewal, socket)

    @property
    def works(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        return (self.socket.run,) if self.socket is not None else ()

    async def begin(self) -> None:
        await self.workspaces.learn()

    def leave(self) -> None:
        """Nothing here is answered for ever."""

    async def finish(self) -> None:
        await self.private.finish()

    @property
    def performers(self) -> dict[str, Performer]:
        return self.reactions.performers

    @property
    def state(self) -> str:
        """For `/readyz`: connected, or what keeps it from being."""
        own = self.workspaces.own
        if own is not None and own.team_id is None:
            return own.problem or "not asked yet"
        if self.socket is not None:
            return self.socket.state
        return "connected" if own else "open for installation"


def make_socket(settings: Settings, bolt: AsyncApp, pace: Pace) -> SocketMode | None:
    if settings.slack_app_token is None:
        return None
    token = settings.slack_app_token.get_secret_value()
    return SocketMode(make_client(None, settings.slack_api_url), token, partial(dispatch, bolt), pace)


def make_renewal(settings: Settings, store: Store, vault: Vault, real: Clock) -> Renewal | None:
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        return None
    app = AppCredentials(settings.slack_client_id, settings.slack_client_secret.get_secret_value())
    client = make_client(None, settings.slack_api_url)
    return Renewal(store, vault, real, client, app, _address(settings, INSTALL))


def make_workspaces(settings: Settings, store: Store, vault: Vault, real: Clock, renewal: Renewal | None) -> Workspaces:
    api_url, own, installed = settings.slack_api_url, None, None
    if settings.slack_bot_token is not None:
        own = TokenWorkspace(make_client(settings.slack_bot_token.get_secret_value(), api_url))
    if renewal is not None:
        installed = InstalledWorkspaces(store, vault, real, renewal, lambda token: make_client(token, api_url))
    address = _address(settings, INSTALL) if installed else None
    return Workspaces(own, installed, root=settings.labkeeper_command, install_address=address)


def make_installer(settings: Settings, renewal: Renewal, workspaces: Workspaces, wake: Callable[[], None]) -> Installer:
    return Installer(
        renewal.store, renewal.vault, renewal.clock, renewal.client, renewal.app, workspaces,
        redirect_uri=_address(settings, REDIRECT),
        authorize_url=f"{settings.slack_api_url.removesuffix('api/')}oauth/v2/authorize", wake=wake,
    )  # fmt: skip


def _address(settings: Settings, path: str) -> str:
    return f"{(settings.public_url or '').rstrip('/')}{path}"
