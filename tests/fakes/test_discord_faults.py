"""What goes wrong on request, and what discord.py makes of it."""

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import discord
import httpx
import pytest

from tests.fakes.discord.discord import Discord
from tests.fakes.discord.faults import (
    banned,
    hanging,
    lost_answer,
    lost_request,
    rate_limited,
    refusal,
    server_error,
)  # fmt: skip
from tests.fakes.discord.http_client import Http
from tests.fakes.discord.rates import BUCKETS, GLOBAL
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_app import Running, running
from tests.fakes.discord.small_guild import BEN, GENERAL, RANDOM, add_small_guild

TEXT = {"content": "a"}
PATH = f"/channels/{GENERAL}/messages"


@pytest.fixture
def server() -> Iterator[Discord]:
    with DiscordServer() as server:
        add_small_guild(server)
        yield server


@pytest.fixture
def http(server: Discord) -> Iterator[Http]:
    client = Http(server)
    yield client
    client.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Discord, Running]]:
    with DiscordServer() as server:
        add_small_guild(server)
        with running(server) as app:
            yield server, app


def _post(app: Running, **more: Any) -> Any:
    async def post() -> Any:
        return await app.client.get_channel(int(GENERAL)).send("a", **more)

    return app.run(post())


def test_a_429_of_one_route_and_a_global_one(server: Discord, http: Http) -> None:
    server.fault("messages.create", rate_limited(0.25), place=GENERAL)
    assert http("POST", f"/channels/{RANDOM}/messages", TEXT).is_success
    answer = http("POST", PATH, TEXT)
    assert (answer.status_code, answer.json()["retry_after"], answer.json()["global"]) == (429, 0.25, False)
    assert answer.headers["Via"]
    assert answer.headers["X-RateLimit-Scope"] == "user"
    assert (answer.headers["X-RateLimit-Remaining"], answer.headers["X-RateLimit-Reset-After"]) == ("0", "0.250")
    server.fault("*", rate_limited(0.1, is_global=True))
    answer = http("GET", "/users/@me")
    assert (answer.json()["global"], answer.headers["X-RateLimit-Global"]) == (True, "true")
    assert "X-RateLimit-Bucket" not in answer.headers
    assert [call.fault for call in server.calls() if call.fault] == ["rate_limited"] * 2


def test_discord_py_waits_for_a_429_and_posts_once(shared: tuple[Discord, Running]) -> None:
    server, app = shared
    server.fault("messages.create", rate_limited(0.05), times=2)
    server.fault("messages.create", rate_limited(0.05, is_global=True))
    before = len(server.messages(GENERAL))
    _post(app)
    assert len(server.messages(GENERAL)) == before + 1


def test_discord_py_takes_a_ban_for_what_it_is(shared: tuple[Discord, Running]) -> None:
    server, app = shared
    server.fault("messages.create", banned())
    with pytest.raises(discord.HTTPException, match="1015"):
        _post(app)


def test_what_was_posted_but_not_answered_is_found_by_its_nonce(shared: tuple[Discord, Running]) -> None:
    server, app = shared
    before = len(server.messages(GENERAL))
    server.fault("messages.create", lost_answer())
    with pytest.raises(aiohttp.ClientError, match=r"disconnect|reset"):
        _post(app, nonce="d-1")
    assert _post(app, nonce="d-1").id == int(server.messages(GENERAL)[-1].id)
    assert len(server.messages(GENERAL)) == before + 1
    server.fault("messages.create", lost_request())
    with pytest.raises(aiohttp.ClientError, match=r"disconnect|reset"):
        _post(app)


def test_errors_of_the_server_and_refusals(server: Discord, http: Http) -> None:
    server.fault("messages.create", server_error(503))
    server.fault("messages.create", refusal(50001))
    assert http("POST", PATH, TEXT).status_code == 503
    assert http.refusal("POST", PATH, TEXT) == (403, 50001)
    assert http("POST", PATH, TEXT).is_success
    assert len(server.messages(GENERAL)) == 1


def test_lost_answers_and_lost_requests(server: Discord, http: Http) -> None:
    server.fault("messages.create", lost_answer())
    server.fault("messages.create", lost_request(), skip=1)
    with pytest.raises(httpx.TransportError):
        http("POST", PATH, TEXT)
    assert len(server.messages(GENERAL)) == 1
    http("POST", PATH, TEXT)
    with pytest.raises(httpx.TransportError):
        http("POST", PATH, TEXT)
    assert [call.fault for call in server.calls("messages.create")] == ["lost_answer", "", "lost_request"]
    assert len(server.messages(GENERAL)) == 2


def test_a_hanging_call_takes_effect_only_if_its_client_waits(server: Discord, http: Http) -> None:
    server.fault("messages.create", hanging(30), times=2)
    answers: list[Any] = []
    waiting = threading.Thread(target=lambda: answers.append(http("POST", PATH, TEXT)))
    waiting.start()
    server.wait_until(lambda: server.hanging_calls() == 1)
    assert server.messages(GENERAL) == []
    server.release_hanging()
    waiting.join()
    assert answers[0].is_success
    with pytest.raises(httpx.TimeoutException):
        http("POST", PATH, TEXT, timeout=0.05)
    server.release_hanging()
    server.wait_until(lambda: len(server.calls("messages.create")) == 2)
    assert [call.status for call in server.calls("messages.create")] == [200, 499]
    assert len(server.messages(GENERAL)) == 1


def test_rates_are_counted_and_refused_when_told(server: Discord, http: Http) -> None:
    most, seconds = BUCKETS["messages.create"]
    for _ in range(most + 1):
        answer = http("POST", PATH, TEXT)
    assert answer.is_success
    assert [one.where for one in server.violations("rate")] == [f"messages.create {GENERAL}"]
    server.enforce_rates()
    assert http("POST", PATH, TEXT).status_code == 429
    assert http("POST", f"/channels/{RANDOM}/messages", TEXT).headers["X-RateLimit-Remaining"] == str(most - 1)
    server.advance(seconds)
    answer = http("POST", PATH, TEXT)
    assert (answer.status_code, answer.headers["X-RateLimit-Limit"]) == (200, str(most))
    for _ in range(GLOBAL[0]):
        answer = http("GET", "/users/@me")
    assert answer.status_code == 429
    assert answer.json()["global"] is True
    interaction = server.start_interaction("1100000000000000001", "command", BEN, GENERAL, {})
    callback = f"/interactions/{interaction.id}/{interaction.token}/callback"
    assert http("POST", callback, {"type": 4, "data": TEXT}).status_code == 204


def test_discord_py_keeps_to_the_rates_it_is_told_of(shared: tuple[Discord, Running]) -> None:
    server, app = shared
    server.enforce_rates()
    server.advance(60)
    refused = len([call for call in server.calls() if call.status == 429])

    async def post() -> float:
        channel = app.client.get_channel(int(RANDOM))
        began = time.monotonic()
        await asyncio.gather(*(channel.typing() for _ in range(3)))
        return time.monotonic() - began

    app.run(post())
    assert len([call for call in server.calls() if call.status == 429]) == refused
    server.enforce_rates(False)
