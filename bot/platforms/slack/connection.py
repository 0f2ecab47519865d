"""Slack, put together: what the server mounts and what the worker speaks through."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from starlette.routing import BaseRoute

from bot.catalogue import Catalogue
from bot.context import Ports
from bot.jobs import Performer
from bot.platforms.slack.adapter import slack_routes
from bot.platforms.slack.chat import SlackChat, make_client
from bot.platforms.slack.conversations import Conversations
from bot.platforms.slack.entities import PLATFORM
from bot.platforms.slack.events import Events
from bot.platforms.slack.home import Home
from bot.platforms.slack.installation import Installation
from bot.platforms.slack.mentions import Mentions
from bot.platforms.slack.modals import Modals
from bot.platforms.slack.people import People
from bot.platforms.slack.private import Private
from bot.platforms.slack.reactions import Reactions
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.shortcuts import Shortcuts
from bot.platforms.slack.surfaces import Surfaces
from bot.platforms.slack.unfurls import Unfurls
from bot.platforms.slack.views import SlackViews
from bot.platforms.slack.workspace_events import WorkspaceEvents
from bot.settings import Settings
from core.clock import Clock
from core.ports import Store


@dataclass
class SlackConnection:
    """One workspace over HTTP."""

    installation: Installation
    chat: SlackChat
    routes: list[BaseRoute]
    private: Private
    home: Home
    reactions: Reactions
    platform: str = PLATFORM

    @classmethod
    def open(
        cls, settings: Settings, store: Store, clock: Clock, catalogue: Catalogue, ports: Ports,
        wake: Callable[[], None],
    ) -> Self:  # fmt: skip
        """`ports` must have this chat among its chats by the time somebody speaks."""
        assert settings.slack_bot_token is not None
        assert settings.slack_signing_secret is not None
        token, root = settings.slack_bot_token.get_secret_value(), settings.labkeeper_command
        client = make_client(token, settings.slack_api_url)
        installation = Installation(client, token=token, root=root)
        chat = SlackChat(client, root=root)
        private = Private(chat)
        reception = Reception(store, clock, catalogue, People(client, store, clock), root, ports, wake)
        views, conversations = SlackViews(client), Conversations(client)
        modals, home = Modals(reception, views, private), Home(reception, views, private)
        surfaces, shortcuts = Surfaces(reception, modals, private, home), Shortcuts(reception, modals, private)
        reactions = Reactions(reception, conversations, private)
        workspace_events = WorkspaceEvents(store, clock, installation, wake)
        events = Events(
            installation, workspace_events, Mentions(reception, private), home,
            Unfurls(reception, conversations, private), reactions,
        )  # fmt: skip
        secret = settings.slack_signing_secret.get_secret_value()
        routes = slack_routes(installation, surfaces, shortcuts, events, signing_secret=secret, now=Clock().now)
        return cls(installation, chat, list(routes), private, home, reactions)

    @property
    def performers(self) -> dict[str, Performer]:
        return self.reactions.performers

    @property
    def state(self) -> str:
        """For `/readyz`: connected, or what keeps it from being."""
        if self.installation.team_id is not None:
            return "connected"
        return self.installation.problem or "not asked yet"
