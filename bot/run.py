"""Putting the parts of a server together and running them."""

import sys

import uvloop

from bot.app import App, schema_of
from bot.platforms.http import make_http_app
from bot.server import Part, address_of, listen, serve
from bot.settings import Settings
from bot.ticks import worker_ticks


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
            _greet(address_of(listener))
        ticks = worker_ticks(app.store, app.clock) if Part.WORKER in parts else ()
        http = make_http_app(lambda: schema_of(settings)) if listener else None
        uvloop.run(serve(http, listener, ticks))
    finally:
        app.close()


def _greet(address: str) -> None:
    print(
        f"Labkeeper is starting on {address} (health at /healthz, readiness at /readyz, metrics at /metrics).\n"
        "No chat is connected: this version speaks in the terminal.\n"
        "Say something in a second shell:  labkeeper lab help\n"
        "Read on in README.md, or ask:     labkeeper check",
        file=sys.stderr,
        flush=True,
    )
