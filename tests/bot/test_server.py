"""The server in this process: its addresses, its parts, its HTTP."""

import asyncio
import socket
import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.app import App
from bot.platforms.http import make_http_app
from bot.run import UnknownPart, _worker_ticks, parse_parts
from bot.server import Part, address_of, listen
from bot.settings import Settings
from core.errors import Conflict, Unavailable
from tests.drivers import refusal


def get(path: str, schema: Any = lambda: ("0001", "0001"), answered: threading.Event | None = None) -> httpx.Response:
    """The answer; `answered` is set when it is there."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(make_http_app(schema))
        async with httpx.AsyncClient(transport=transport, base_url="http://labkeeper") as client:
            answer = await client.get(path)
        if answered is not None:
            answered.set()
        return answer

    return asyncio.run(ask())


def test_a_worker_looks_at_closed_channels_when_it_starts_and_every_hour(sqlite_url: str) -> None:
    app = App.open_server(Settings(_env_file=None, database_url=sqlite_url))
    try:
        assert ("closed channels", timedelta(hours=1)) in {(tick.name, tick.every) for tick in _worker_ticks(app, ())}
    finally:
        app.close()


def test_a_server_is_ready_when_its_database_is() -> None:
    assert get("/readyz").status_code == 200
    assert get("/readyz").json() == {"status": "ready", "database": "schema 0001", "chat": {}}


@pytest.mark.parametrize("found", [None, "0000", "0002", "0005"])
def test_another_schema_is_not_ready(found: str | None) -> None:
    answer = get("/readyz", lambda: (found, "0001"))
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "problem": f"The database has schema {found or 'none'}; this version needs 0001.",
        "database": f"schema {found or 'none'}",
        "chat": {},
    }


def test_a_database_that_cannot_be_reached_is_not_ready() -> None:
    def fail() -> tuple[str | None, str]:
        raise Unavailable("The database cannot be reached.", "A hint with a password")

    answer = get("/readyz", fail)
    assert (answer.status_code, answer.json()["problem"]) == (503, "The database cannot be reached.")
    assert "password" not in answer.text


def test_a_database_that_does_not_answer_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.http.READY_WITHIN", 0.01)
    answered = threading.Event()

    def hang() -> tuple[str | None, str]:
        answered.wait(30)
        return "0001", "0001"

    answer = get("/readyz", hang, answered)
    assert (answer.status_code, answer.json()["problem"]) == (503, "The database did not answer in time.")


def test_a_server_is_alive_whatever_its_database_does() -> None:
    def never() -> tuple[str | None, str]:
        raise AssertionError("it was asked")

    assert get("/healthz", never).json() == {"status": "ok"}
    assert get("/metrics", never).headers["content-type"].startswith("text/plain; version=")
    assert "labkeeper_commands_total" in get("/metrics", never).text
    assert get("/", never).status_code == 200


def test_parts_are_named_with_commas_and_all_are_meant_by_none() -> None:
    assert parse_parts(None) == {Part.WEB, Part.CHAT, Part.WORKER}
    assert parse_parts("web") == {Part.WEB}
    assert parse_parts(" web, worker ,") == {Part.WEB, Part.WORKER}
    for text in ("", " , ", "banana", "web,banana", "Web"):
        with pytest.raises(UnknownPart, match="web, chat, worker"):
            parse_parts(text)


def test_a_port_that_is_taken_is_a_refusal() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with refusal(Conflict, f"127.0.0.1:{port} cannot be used", "PORT or HOST"):
            listen("127.0.0.1", port)
    listen("127.0.0.1", port).close()


def test_a_host_that_is_not_ours_is_a_refusal() -> None:
    with refusal(Conflict, "192.0.2.1:0 cannot be used"):
        listen("192.0.2.1", 0)
    with refusal(Conflict, "no-such-host.invalid:0 cannot be used"):
        listen("no-such-host.invalid", 0)


def test_an_address_can_be_typed_into_a_browser() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
    if socket.has_ipv6:
        with listen("::1", 0) as listener:
            assert address_of(listener) == f"http://[::1]:{listener.getsockname()[1]}"
