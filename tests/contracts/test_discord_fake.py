"""The fake Discord against Discord's own description of its API, where that is at hand: what it answers has the shape
that is described, and what the description refuses, the fake's own limits refuse."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.discord.command_checks import commands_problems
from tests.fakes.discord.component_checks import form
from tests.fakes.discord.discord import Discord
from tests.fakes.discord.http_client import Http
from tests.fakes.discord.message_checks import message_problems
from tests.fakes.discord.records import COMPONENTS_V2
from tests.fakes.discord.routes import ROUTES, Route
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import ANA, APP, BEN, GENERAL, GUILD, TASKS, add_small_guild
from tests.fakes.discord.specification import UNDESCRIBED, Specification
from tests.fakes.test_discord_limits import COMMANDS, FORMS, MESSAGES, V2, button, command, option, row, words

# What the description leaves to Discord's words: the fake refuses it, the description does not.
MISSED = {
    "content": "it says 4,000: Discord refuses bots more than 2,000",
    "all embeds": "it cannot add up",
    "text of all": "it cannot add up",
    "nested components": "it cannot count what is nested",
    "with accessories": "it cannot count what is nested",
    "in all": "it cannot add up",
    "rows": "it says 40, which is for components V2",
    "fields": "it says 40, which is for messages",
}


@pytest.fixture(scope="module")
def specification() -> Specification:
    found = Specification.find()
    if found is None:
        pytest.skip("no description of Discord: neither ../shared nor LABKEEPER_SPECS has specs/discord")
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[Discord]:
    with DiscordServer() as server:
        add_small_guild(server)
        yield server


@pytest.fixture(scope="module")
def http(server: Discord) -> Iterator[Http]:
    client = Http(server)
    yield client
    client.close()


def _name(route: Route) -> str:
    """Without addresses of functions: every process must find the same tests."""
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", [one for one in ROUTES if (one.method, one.path) not in UNDESCRIBED], ids=_name)
def test_every_route_is_described(specification: Specification, route: Route) -> None:
    assert specification.answer(route.method, route.path) is not None


def test_answers_have_the_described_shapes(specification: Specification, server: Discord, http: Http) -> None:
    said = server.say(GENERAL, ANA, "hello")
    made = http("POST", f"/channels/{GENERAL}/messages", {"content": "a", "components": [row(button())]}).json()
    direct = http("POST", "/users/@me/channels", {"recipient_id": BEN}).json()
    commands = f"/applications/{APP}/guilds/{GUILD}/commands"
    for method, path, body in [
        ("GET", "/users/@me", None),
        ("GET", "/applications/@me", None),
        ("GET", "/gateway", None),
        ("GET", "/gateway/bot", None),
        ("GET", f"/users/{ANA}", None),
        ("GET", f"/guilds/{GUILD}/members/{ANA}", None),
        ("GET", f"/guilds/{GUILD}/members/search?query=a&limit=5", None),
        ("GET", f"/guilds/{GUILD}/channels", None),
        ("GET", f"/guilds/{GUILD}/roles", None),
        ("GET", f"/channels/{TASKS}", None),
        ("GET", f"/channels/{direct['id']}", None),
        ("POST", f"/channels/{direct['id']}/messages", {"content": "a"}),
        ("POST", f"/channels/{GENERAL}/messages", {"embeds": [{"fields": [{"name": "a", "value": "b"}]}]}),
        ("POST", f"/channels/{GENERAL}/messages", {"flags": COMPONENTS_V2, "components": [words(), row(button())]}),
        ("POST", f"/channels/{GENERAL}/messages", {"content": "a", "message_reference": {"message_id": said.id}}),
        ("PATCH", f"/channels/{GENERAL}/messages/{made['id']}", {"content": "b"}),
        ("GET", f"/channels/{GENERAL}/messages?limit=3", None),
        ("POST", f"/channels/{GENERAL}/messages/{made['id']}/threads", {"name": "t"}),
        ("GET", f"/channels/{GENERAL}/messages/{made['id']}", None),
        ("GET", f"/guilds/{GUILD}/threads/active", None),
        ("POST", f"/channels/{TASKS}/threads", {"name": "t", "message": {"content": "a"}}),
        ("PUT", commands, [command(option(choices=[{"name": "a", "value": "b"}]))]),
        ("GET", commands, None),
        ("GET", f"/channels/{GENERAL}/messages/pins", None),
    ]:  # fmt: skip
        check(specification, http, method, path, body)


def test_answers_to_interactions_have_them_too(specification: Specification, server: Discord, http: Http) -> None:
    one = server.start_interaction(APP, "command", ANA, GENERAL, {})
    callback = f"/interactions/{one.id}/{one.token}/callback?with_response=true"
    check(specification, http, "POST", callback, {"type": 4, "data": {"flags": 64, "content": "a"}})
    check(specification, http, "PATCH", f"/webhooks/{APP}/{one.token}/messages/@original", {"content": "a"})
    check(specification, http, "POST", f"/webhooks/{APP}/{one.token}?wait=true", {"content": "b"})


def check(specification: Specification, http: Http, method: str, path: str, body: Any) -> None:
    answer = http(method, path, body)
    assert answer.is_success, answer.text
    described = specification.shape_problems(method, path, answer.status_code, answer.json())
    assert described == [], f"{method} {path}: {described}"


def _limits() -> Iterator[tuple[str, str, str, Callable[[int], Any], int]]:
    """Name, method and path, what makes a body, and the limit."""
    messages = "/channels/{channel}/messages"
    yield from ((name, "POST", messages, made, most) for name, (most, made) in MESSAGES.items())
    for name, (most, made) in V2.items():
        yield name, "POST", messages, lambda n, made=made: {"flags": COMPONENTS_V2, **made(n)}, most
    for name, (most, made) in COMMANDS.items():
        path = "/applications/{app}/commands"
        yield name, "PUT", path, lambda n, made=made: [made(n)], most
    for name, (most, made) in FORMS.items():
        path = "/interactions/{interaction}/{token}/callback"
        yield name, "POST", path, lambda n, made=made: {"type": 9, "data": made(n)}, most


LIMITS = list(_limits())


@pytest.mark.parametrize(
    ("name", "method", "path", "made", "most"), LIMITS, ids=[f"{one[2]} {one[0]}" for one in LIMITS]
)
def test_the_description_has_no_limit_that_the_fake_has_not(
    specification: Specification, name: str, method: str, path: str, made: Callable[[int], Any], most: int
) -> None:
    """What is refused beyond its limit by us is allowed by the description at it, and usually refused beyond."""
    assert specification.problems(method, path, {}, made(most)) == []
    if name not in MISSED:
        assert specification.problems(method, path, {}, made(most + 1)) != []


def test_nothing_is_said_to_be_missed_that_is_not(specification: Specification) -> None:
    for name, method, path, made, most in LIMITS:
        if name in MISSED:
            assert specification.problems(method, path, {}, made(most + 1)) == [], name


def mutations(value: Any) -> Iterator[Any]:
    """Each field of another type, empty, or too long, one at a time."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        for changed in (*_others(inner), *mutations(inner)):
            copy = dict(value) if isinstance(value, dict) else list(value)
            copy[key] = changed
            yield copy


def _others(value: Any) -> Iterator[Any]:
    if not isinstance(value, int):
        yield from (one for one in (7, "x" * 5_000, [7], {"a": 7}) if type(one) is not type(value))


BODIES: dict[str, tuple[str, str, Any, Callable[[Any], Iterator[str]]]] = {
    "message": (
        "POST", "/channels/{channel}/messages", {"content": "a", "components": [row(button())], "embeds": [
            {"title": "a", "fields": [{"name": "a", "value": "b"}]}
        ]}, lambda body: message_problems(body, flags=0),
    ),
    "components": (
        "POST", "/channels/{channel}/messages", {"flags": COMPONENTS_V2, "components": [
            {"type": 17, "components": [words(), row(button())]},
        ]}, lambda body: message_problems(body, flags=COMPONENTS_V2),
    ),
    "form": (
        "POST", "/interactions/{interaction}/{token}/callback",
        {"type": 9, "data": {"title": "T", "custom_id": "f", "components": [
            {"type": 18, "label": "L", "component": {"type": 4, "custom_id": "w", "style": 1}},
        ]}}, lambda body: form(body["data"]),
    ),
    "commands": ("PUT", "/applications/{app}/commands", [command(option())], lambda body: commands_problems(body)),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_what_the_description_refuses_the_fake_refuses_on_its_own(specification: Specification, name: str) -> None:
    """Of the fields that it knows, changed one at a time."""
    method, path, body, problems = BODIES[name]
    assert list(problems(body)) == []
    unnoticed = []
    for changed in mutations(body):
        if not specification.problems(method, path, {}, changed):
            continue
        with contextlib.suppress(TypeError, AttributeError, KeyError):
            if not list(problems(changed)):
                unnoticed.append(changed)
    assert unnoticed == []
