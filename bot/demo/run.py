"""`labkeeper demo`: a server on a board of its own, which is gone when it is stopped."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bot.app import App, load_notifications
from bot.demo.play import play_demo
from bot.demo.whereabouts import Announce, announced
from bot.platforms.web.people import PERSONAS, local_zone
from bot.run import run_server
from bot.server import Part
from bot.settings import LocalChat, Settings

# Of the operator's own set-up: the demo is nobody's workspace, and touches no board of theirs.
_LEFT_OUT = (
    "slack_bot_token", "slack_client_id", "slack_client_secret", "slack_app_token", "slack_signing_secret",
    "discord_token", "github_token", "secret_key", "public_url",
)  # fmt: skip


def run_demo(settings: Settings) -> None:
    """Returns when it was told to stop. Raises `UserError` when it cannot start."""
    with TemporaryDirectory(prefix="labkeeper-demo-") as folder:
        url = f"sqlite:///{Path(folder) / 'labkeeper.db'}"
        own = {name: None for name in _LEFT_OUT if name in Settings.model_fields}
        chat = LocalChat.LOOPBACK if settings.labkeeper_local_chat is LocalChat.OFF else settings.labkeeper_local_chat
        demo = settings.model_copy(update={**own, "database_url": url, "labkeeper_local_chat": chat})
        with announced(url) as announce:
            run_server(demo, frozenset(Part), lambda app, address: _prepare(app, address, announce))


def _prepare(app: App, address: str, announce: Announce) -> None:
    app.pinned = play_demo(
        app.store, catalogue=app.catalogue, ports=app.ports, notifications=load_notifications(), people=PERSONAS,
        zone=local_zone(), now=app.clock.now(),
    )  # fmt: skip
    announce(urlsplit(address).port or 0)
    print(
        "This is a demo: its board is thrown away when you stop it (Ctrl-C).\n"
        "In a second shell, let GitHub report something:  labkeeper simulate push",
        file=sys.stderr, flush=True,
    )  # fmt: skip
