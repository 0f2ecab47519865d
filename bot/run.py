"""Putting the parts of a server together and running them."""

import socket
import sys
from typing import TYPE_CHECKING, Any

import uvloop

from bot.app import App, make_intake, make_redelivery, make_worker, schema_of
from bot.platforms.http import make_http_app
from bot.platforms.webhooks import webhook_routes
from bot.reseal import Resealing
from bot.scheduler import Tick
from bot.server import Part, address_of, listen, serve
from bot.settings import Settings
from bot.ticks import repair_ticks, secret_ticks, worker_ticks
from core.clock import Clock

if TYPE_CHECKING:
    from bot.platforms.slack.connection import SlackConnection


class UnknownPart(ValueError):
    """A word behind `--only` that names no part."""


def parse_parts(text: str | None) -> frozenset[Part]:
    """All parts for None. Raises `UnknownPart`."""
    if text is None:
        return frozenset(Part)
    words = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in words if word not in list(Part)]
    if unknown or not words:
        raise UnknownPart(f"“{text}” must be some of: {', '.join(Part)}")
    return frozenset(Part(word) for word in words)


def run_server(settings: Settings, parts: frozenset[Part]) -> None:
    """Returns when it was told to stop. Raises `UserError` when it cannot start."""
    listener = listen(settings.host, settings.port) if Part.WEB in parts else None
    app = App.open_server(settings)
    try:
        if listener is not None:
            _greet(address_of(listener), settings)
        if parts == {Part.CHAT}:
            print(_chat_greeting(settings), file=sys.stderr, flush=True)
        uvloop.run(_run(app, parts, listener))
    finally:
        app.close()


async def _run(app: App, parts: frozenset[Part], listener: socket.socket | None) -> None:
    slack = _connect_slack(app) if app.settings.has_slack else None
    if slack is not None:
        app.ports.chats[slack.platform] = slack.chat
    worker = make_worker(app, slack.performers if slack else {}) if Part.WORKER in parts else None
    if worker is not None:
        app.wake = worker.wake
    state = {slack.platform: lambda: slack.state} if slack else {}
    routes = [*webhook_routes(make_intake(app)), *(slack.routes if slack else []), *(_pages(app) if listener else [])]
    http = make_http_app(lambda: schema_of(app.settings), state, routes) if listener else None
    if slack is not None:
        await slack.workspaces.learn()
    ticks = _worker_ticks(app, slack) if worker else ()
    works = [worker.run] if worker else []
    if slack is not None and slack.socket is not None and Part.CHAT in parts:
        works.append(slack.socket.run)
    deaf = app.store.on_events(worker.wake_from_thread) if worker else None
    try:
        await serve(http, listener, ticks, works)
    finally:
        if deaf is not None:
            deaf()
        if slack is not None:
            await slack.private.finish()


def _worker_ticks(app: App, slack: "SlackConnection | None") -> tuple[Tick, ...]:
    return (
        *worker_ticks(app.store, app.clock, app.wake),
        *repair_ticks(make_redelivery(app)),
        *secret_ticks(Resealing(app.store, app.ports.vault), Clock()),
        *(slack.ticks if slack else ()),
    )


def _connect_slack(app: App) -> "SlackConnection":
    # Loaded when used: it is most of the start-up time.
    from bot.platforms.slack.connection import SlackConnection

    return SlackConnection.open(app.settings, app.store, app.clock, app.catalogue, app.ports, lambda: app.wake())


def _pages(app: App) -> list[Any]:
    # Loaded when used: a worker shows no pages.
    from bot.platforms.web.routes import front_route, shared_routes

    chats = [name.capitalize() for name in app.ports.chats]
    return [*shared_routes(), front_route(chats=chats, root=app.settings.labkeeper_command)]


def _greet(address: str, settings: Settings) -> None:
    if not settings.has_slack:
        chat = (
            "No chat is connected. README.md says how to connect Slack; without it:\n"
            "Say something in a second shell:  labkeeper lab help\n"
        )
    elif settings.slack_comes_by_socket:
        chat = f"Slack comes through Socket Mode; nothing needs to reach this address.\n{_invitation(settings)}"
    else:
        chat = f"Slack sends its requests to {settings.public_url or address}/slack/events.\n{_invitation(settings)}"
    print(
        f"Labkeeper is starting on {address} (health at /healthz, readiness at /readyz, metrics at /metrics).\n"
        f"{chat}What is missing, and what it costs:  labkeeper check",
        file=sys.stderr,
        flush=True,
    )


def _chat_greeting(settings: Settings) -> str:
    if settings.slack_app_token is not None:
        return "This process keeps the connections to Slack's Socket Mode."
    return (
        "No chat needs a connection of its own: Slack comes over HTTP, to the part that is called web, unless"
        " SLACK_APP_TOKEN is set. This process waits."
    )


def _invitation(settings: Settings) -> str:
    if not settings.installs_slack:
        return ""
    return f"Workspaces install Labkeeper at {(settings.public_url or '').rstrip('/')}/slack/install.\n"
