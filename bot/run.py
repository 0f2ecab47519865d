"""Putting the parts of a server together and running them."""

import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import uvloop

from bot.app import App, make_intake, make_redelivery, make_worker, schema_of
from bot.closed_channels import ClosedChannels
from bot.platforms.http import make_http_app
from bot.platforms.webhooks import webhook_routes
from bot.reseal import Resealing
from bot.scheduler import Tick
from bot.server import Part, address_of, listen, serve
from bot.settings import Settings
from bot.ticks import channel_ticks, digest_ticks, repair_ticks, secret_ticks, worker_ticks
from core.clock import Clock

if TYPE_CHECKING:
    from bot.platforms.connection import ChatConnection


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


def run_server(
    settings: Settings, parts: frozenset[Part], prepare: Callable[[App, str], None] = lambda app, address: None
) -> None:
    """Returns when it was told to stop. Raises `UserError` when it cannot start.

    `prepare` is given the app, before anything runs, and the address it will be reached at.
    """
    listener = listen(settings.host, settings.port) if Part.WEB in parts else None
    app = App.open_server(settings)
    try:
        if listener is not None:
            # The system may have chosen the port.
            app.ports = replace(app.ports, local_url=address_of(listener))
            prepare(app, address_of(listener))
            _greet(address_of(listener), settings)
        if parts == {Part.CHAT}:
            print(_chat_greeting(settings), file=sys.stderr, flush=True)
        uvloop.run(_run(app, parts, listener))
    finally:
        app.close()


async def _run(app: App, parts: frozenset[Part], listener: socket.socket | None) -> None:
    chats = [connect(app) for is_wanted, connect in _CHATS if is_wanted(app.settings)]
    app.ports.chats.update({chat.platform: chat.chat for chat in chats})
    performers = {kind: do for chat in chats for kind, do in chat.performers.items()}
    worker = make_worker(app, performers) if Part.WORKER in parts else None
    if worker is not None:
        app.wake = worker.wake
    state = {chat.platform: _state_of(chat) for chat in chats}
    routes = [*webhook_routes(make_intake(app)), *(route for chat in chats for route in chat.routes)]
    routes += _pages(app) if listener else []
    http = make_http_app(lambda: schema_of(app.settings), state, routes) if listener else None
    for chat in chats:
        await chat.begin()
    ticks = _worker_ticks(app, chats) if worker else ()
    works = [worker.run] if worker else []
    if Part.CHAT in parts:
        works += [work for chat in chats for work in chat.works]
    deaf = app.store.on_events(worker.wake_from_thread) if worker else None
    try:
        await serve(http, listener, ticks, works, leaving=lambda: _leave(chats))
    finally:
        if deaf is not None:
            deaf()
        for chat in chats:
            await chat.finish()


def _leave(chats: Sequence["ChatConnection"]) -> None:
    for chat in chats:
        chat.leave()


def _state_of(chat: "ChatConnection") -> Callable[[], str]:
    return lambda: chat.state


def _worker_ticks(app: App, chats: Sequence["ChatConnection"]) -> tuple[Tick, ...]:
    return (
        *worker_ticks(app.store, app.clock, app.wake),
        *digest_ticks(app.store, app.clock, app.ports.digests, app.wake),
        *repair_ticks(make_redelivery(app)),
        *channel_ticks(ClosedChannels(app.store, app.clock, app.ports.chats, app.wake)),
        *secret_ticks(Resealing(app.store, app.ports.vault), Clock()),
        *(tick for chat in chats for tick in chat.ticks),
    )


def _connect_slack(app: App) -> "ChatConnection":
    # Loaded when used: it is most of the start-up time.
    from bot.platforms.slack.connection import SlackConnection

    return SlackConnection.open(app.settings, app.store, app.clock, app.catalogue, app.ports, lambda: app.wake())


def _connect_web(app: App) -> "ChatConnection":
    from bot.platforms.web.connection import WebConnection

    return WebConnection.open(
        root=app.settings.labkeeper_command, store=app.store, clock=app.clock, catalogue=app.catalogue,
        ports=app.ports, wake=lambda: app.wake(), pinned=app.pinned,
    )  # fmt: skip


def _pages(app: App) -> list[Any]:
    # Loaded when used: a worker shows no pages.
    from bot.platforms.web.board_pages import board_routes
    from bot.platforms.web.board_site import BoardSite
    from bot.platforms.web.pictures import picture_route
    from bot.platforms.web.report_pages import report_routes
    from bot.platforms.web.routes import front_route, shared_routes

    site = BoardSite(app.store, app.ports.board, app.clock, app.settings.labkeeper_command)
    routes = [*shared_routes(), picture_route(app.store), *board_routes(site), *report_routes(site)]
    if app.settings.local_chat_is_open:
        return routes
    chats = [name.capitalize() for name in app.ports.chats]
    return [*routes, front_route(chats=chats, root=app.settings.labkeeper_command)]


def _connect_discord(app: App) -> "ChatConnection":
    from bot.platforms.discord.connection import DiscordConnection

    return DiscordConnection.open(app.settings, app.store, app.clock, app.catalogue, app.ports, lambda: app.wake())


# Which settings ask for a chat, and what connects to it.
_CHATS: tuple[tuple[Callable[[Settings], bool], Callable[[App], "ChatConnection"]], ...] = (
    (lambda settings: settings.has_slack, _connect_slack),
    (lambda settings: settings.has_discord, _connect_discord),
    (lambda settings: settings.local_chat_is_open, _connect_web),
)


def _greet(address: str, settings: Settings) -> None:
    print(
        f"Labkeeper is starting on {address} (health at /healthz, readiness at /readyz, metrics at /metrics).\n"
        f"{_chats_greeting(address, settings)}What is missing, and what it costs:  labkeeper check",
        file=sys.stderr,
        flush=True,
    )


def _chats_greeting(address: str, settings: Settings) -> str:
    lines = ""
    if settings.has_slack:
        comes = (
            "comes through Socket Mode; nothing needs to reach this address."
            if settings.slack_comes_by_socket
            else f"sends its requests to {settings.public_url or address}/slack/events."
        )
        lines += f"Slack {comes}\n{_invitation(settings)}"
    if settings.has_discord:
        lines += "Discord comes through its gateway; nothing needs to reach this address.\n"
    if settings.local_chat_is_open:
        return (
            f"Open {address}/ in a browser: that is a chat to try all of it.\n"
            "README.md says how to connect Slack or Discord.\n"
        )
    return lines or (
        "No chat is connected, and the one in the browser is closed: it has no passwords (LABKEEPER_LOCAL_CHAT).\n"
        "Say something in a second shell:  labkeeper lab help\n"
    )


def _chat_greeting(settings: Settings) -> str:
    kept = [
        *(["Slack's Socket Mode"] if settings.slack_app_token is not None else []),
        *(["Discord's gateway"] if settings.has_discord else []),
    ]
    if kept:
        return f"This process keeps the connections to {' and '.join(kept)}."
    return (
        "No chat needs a connection of its own: Slack comes over HTTP, to the part that is called web, unless"
        " SLACK_APP_TOKEN is set. This process waits."
    )


def _invitation(settings: Settings) -> str:
    if not settings.installs_slack:
        return ""
    return f"Workspaces install Labkeeper at {(settings.public_url or '').rstrip('/')}/slack/install.\n"
