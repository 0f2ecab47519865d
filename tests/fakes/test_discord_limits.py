"""What the fake refuses in messages, components, forms and commands: Discord's own limits, at and beyond each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.discord.command_checks import characters, command_problems, commands_problems, is_name
from tests.fakes.discord.component_checks import form
from tests.fakes.discord.discord import Discord
from tests.fakes.discord.http_client import Http
from tests.fakes.discord.message_checks import message_problems
from tests.fakes.discord.records import COMPONENTS_V2
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import APP, GENERAL, GUILD, add_small_guild

Json = dict[str, Any]


def button(**more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go", **more}


def buttons(count: int) -> list[Json]:
    return [button(custom_id=f"go{number}") for number in range(count)]


def row(*inner: Json) -> Json:
    return {"type": 1, "components": list(inner)}


def words(text: str = "a") -> Json:
    return {"type": 10, "content": text}


def container(*inner: Json) -> Json:
    return {"type": 17, "components": list(inner)}


def section(*texts: Json, accessory: Any = None) -> Json:
    return {"type": 9, "components": list(texts), "accessory": accessory or button()}


def menu(**more: Any) -> Json:
    return {"type": 3, "custom_id": "m", "options": [{"label": "a", "value": "a"}], **more}


def options(count: int) -> list[Json]:
    return [{"label": "a", "value": f"{number}"} for number in range(count)]


def embed(**fields: Any) -> Json:
    return {"embeds": [{"title": "a", **fields}]}


def rows(*components: Json) -> Json:
    return {"components": list(components)}


# The last that is taken, and the first that is not, as functions of a size.
MESSAGES: dict[str, tuple[int, Callable[[int], Json]]] = {
    "content": (2_000, lambda n: {"content": "x" * n}),
    "embeds": (10, lambda n: {"embeds": [{"title": "a"}] * n}),
    "all embeds": (6_000, lambda n: {"embeds": [{"description": "x" * 3_000}, {"description": "x" * (n - 3_000)}]}),
    "embed title": (256, lambda n: embed(title="x" * n)),
    "embed description": (4_096, lambda n: embed(description="x" * n)),
    "embed footer": (2_048, lambda n: embed(footer={"text": "x" * n})),
    "embed author": (256, lambda n: embed(author={"name": "x" * n})),
    "embed fields": (25, lambda n: embed(fields=[{"name": "a", "value": "b"}] * n)),
    "field name": (256, lambda n: embed(fields=[{"name": "x" * n, "value": "b"}])),
    "field value": (1_024, lambda n: embed(fields=[{"name": "a", "value": "x" * n}])),
    "rows": (5, lambda n: rows(*(row(button(custom_id=f"{number}")) for number in range(n)))),
    "buttons": (5, lambda n: rows(row(*buttons(n)))),
    "label": (80, lambda n: rows(row(button(label="x" * n)))),
    "custom id": (100, lambda n: rows(row(button(custom_id="x" * n)))),
    "address": (512, lambda n: rows(row({"type": 2, "style": 5, "label": "a", "url": "https://".ljust(n, "a")}))),
    "options": (25, lambda n: rows(row(menu(options=options(n))))),
    "option label": (100, lambda n: rows(row(menu(options=[{"label": "x" * n, "value": "a"}])))),
    "option value": (100, lambda n: rows(row(menu(options=[{"label": "a", "value": "x" * n}])))),
    "option words": (100, lambda n: rows(row(menu(options=[{"label": "a", "value": "a", "description": "x" * n}])))),
    "placeholder": (150, lambda n: rows(row(menu(placeholder="x" * n)))),
    "nonce": (25, lambda n: {"content": "a", "nonce": "x" * n}),
    "mentions": (100, lambda n: {"content": "a", "allowed_mentions": {"users": [f"{one}" for one in range(n)]}}),
}
V2: dict[str, tuple[int, Callable[[int], Json]]] = {
    "components": (40, lambda n: rows(*[words()] * n)),
    "nested components": (40, lambda n: rows(container(*[words()] * (n - 1)))),
    "with accessories": (40, lambda n: rows(section(words()), *[words()] * (n - 3))),
    "text": (4_000, lambda n: rows(words("x" * n))),
    "text of all": (4_000, lambda n: rows(words("x" * 2_000), container(words("x" * (n - 2_000))))),
    "texts of a section": (3, lambda n: rows(section(*[words()] * n))),
    "items": (10, lambda n: rows({"type": 12, "items": [{"media": {"url": "https://x.example/a.png"}}] * n})),
}
BAD_MESSAGES: dict[str, tuple[Json, str]] = {
    "empty embed field": (embed(fields=[{"name": "", "value": "b"}]), "between 1 and 256"),
    "same id twice": (rows(row(button()), row(button())), "duplicated"),
    "same id in a menu": (rows(row(button()), row(menu(custom_id="go"))), "duplicated"),
    "no custom id": (rows(row({"type": 2, "style": 1, "label": "a"})), "must be a string"),
    "nothing on it": (rows(row({"type": 2, "style": 1, "custom_id": "a"})), "label or an emoji"),
    "both": (rows(row(button(style=5, url="https://x.example"))), "cannot both"),
    "no address": (rows(row({"type": 2, "style": 5, "label": "a", "url": "javascript:x"})), "Scheme"),
    "a menu beside": (rows(row(menu(), button())), "stands alone"),
    "an empty row": (rows(row()), "between 1 and 5"),
    "same option twice": (rows(row(menu(options=[{"label": "a", "value": "a"}] * 2))), "already used"),
    "text without the flag": (rows(words()), "must be one of"),
    "a button alone": (rows(button()), "must be one of"),
    "a picture that is not there": (embed(image={"url": "attachment://a.png"}), "not found"),
    "parse and list": ({"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "exclusive"),
    "unknown parse": ({"content": "a", "allowed_mentions": {"parse": ["here"]}}, "must be one of"),
}
BAD_V2: dict[str, tuple[Json, str]] = {
    "content beside": ({"content": "a", **rows(words())}, "cannot be used"),
    "embeds beside": ({**embed(), **rows(words())}, "cannot be used"),
    "empty text": (rows(words("")), "between 1"),
    "empty container": (rows(container()), "required"),
    "container in container": (rows(container(container(words()))), "must be one of"),
    "section without accessory": (rows({"type": 9, "components": [words()]}), "required"),
    "file that is not there": (rows({"type": 13, "file": {"url": "attachment://a.txt"}}), "not found"),
    "spacing": (rows({"type": 14, "spacing": 3}), "must be one of"),
    "same number twice": (rows({**words(), "id": 7}, {**words(), "id": 7}), "duplicated"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_up_to_the_limit_and_no_further(name: str) -> None:
    limit, made = MESSAGES[name]
    assert list(message_problems(made(limit), flags=0)) == []
    assert list(message_problems(made(limit + 1), flags=0)) != []


@pytest.mark.parametrize("name", V2)
def test_components_up_to_the_limit_and_no_further(name: str) -> None:
    limit, made = V2[name]
    assert list(message_problems(made(limit), flags=COMPONENTS_V2)) == []
    assert list(message_problems(made(limit + 1), flags=COMPONENTS_V2)) != []


@pytest.mark.parametrize(("body", "why"), BAD_MESSAGES.values(), ids=BAD_MESSAGES)
def test_what_is_refused_in_a_message(body: Json, why: str) -> None:
    assert why in str(list(message_problems(body, flags=0)))


@pytest.mark.parametrize(("body", "why"), BAD_V2.values(), ids=BAD_V2)
def test_what_is_refused_among_components(body: Json, why: str) -> None:
    assert why in str(list(message_problems(body, flags=COMPONENTS_V2)))


def field(**more: Any) -> Json:
    return {"type": 4, "custom_id": "words", "style": 1, **more}


def labelled(component: Any = None, **more: Any) -> Json:
    return {"type": 18, "label": "Words", "component": component or field(), **more}


def modal(*components: Json, **more: Any) -> Json:
    return {"title": "T", "custom_id": "form", "components": list(components or [labelled()]), **more}


FORMS: dict[str, tuple[int, Callable[[int], Json]]] = {
    "title": (45, lambda n: modal(title="x" * n)),
    "custom id": (100, lambda n: modal(custom_id="x" * n)),
    "fields": (5, lambda n: modal(*(labelled(field(custom_id=f"{number}")) for number in range(n)))),
    "label": (45, lambda n: modal(labelled(label="x" * n))),
    "old label": (45, lambda n: modal(row(field(label="x" * n)))),
    "description": (100, lambda n: modal(labelled(description="x" * n))),
    "placeholder": (100, lambda n: modal(labelled(field(placeholder="x" * n)))),
    "value": (4_000, lambda n: modal(labelled(field(value="x" * n)))),
    "most characters": (4_000, lambda n: modal(labelled(field(max_length=n)))),
    "choices": (25, lambda n: modal(labelled(menu(options=options(n))))),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_up_to_the_limit_and_no_further(name: str) -> None:
    limit, made = FORMS[name]
    assert list(form(made(limit))) == []
    assert list(form(made(limit + 1))) != []


@pytest.mark.parametrize(
    "body",
    [
        modal(title=""), {**modal(), "components": []}, modal(labelled(field(style=3))), modal(row(button())),
        modal(labelled(), labelled()), modal(labelled(field(value="x", min_length=2))), modal(title=None),
    ],
)  # fmt: skip
def test_what_is_refused_in_a_form(body: Json) -> None:
    assert list(form(body)) != []


def command(*inner: Json, **more: Any) -> Json:
    return {"name": "lab", "description": "d", "type": 1, "options": list(inner), **more}


def option(name: str = "a", **more: Any) -> Json:
    return {"type": 3, "name": name, "description": "d", **more}


def named(count: int) -> list[Json]:
    return [option(f"o{number}") for number in range(count)]


COMMANDS: dict[str, tuple[int, Callable[[int], Json]]] = {
    "name": (32, lambda n: command(name="x" * n)),
    "description": (100, lambda n: command(description="x" * n)),
    "options": (25, lambda n: command(*named(n))),
    "choices": (25, lambda n: command(option(choices=[{"name": "a", "value": f"{number}"} for number in range(n)]))),
    "choice": (100, lambda n: command(option(choices=[{"name": "x" * n, "value": "a"}]))),
    "in all": (8_000, lambda n: _long_command(n)),
}


def _long_command(size: int) -> Json:
    """Subcommands of at most 2,526 characters."""
    groups = [
        {"type": 1, "name": f"s{group}", "description": "d", "options": [
            {**option(f"o{number:02}"), "description": "x" * 97} for number in range(25)
        ]}
        for group in range(3)
    ]  # fmt: skip
    made = command(*groups, {"type": 1, "name": "rest", "description": "d", "options": named(5)})
    missing = size - characters(made)
    for one in made["options"][-1]["options"]:
        more = min(missing, 99)
        one["description"] += "x" * more
        missing -= more
    made["options"][-1]["description"] += "x" * missing
    return made


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_up_to_the_limit_and_no_further(name: str) -> None:
    limit, made = COMMANDS[name]
    assert list(command_problems(made(limit))) == []
    assert list(command_problems(made(limit + 1))) != []


SUB, GROUP = {"type": 1, "name": "s", "description": "d"}, {"type": 2, "name": "g", "description": "d"}
BAD_COMMANDS = {
    "order": command(option("a"), option("b", required=True)),
    "capital": command(name="Lab"),
    "space": command(name="l b"),
    "no description": command(description=""),
    "same option": command(option(), option()),
    "mixed": command(SUB, option()),
    "group in group": command({**GROUP, "options": [{**GROUP, "options": [SUB]}]}),
    "empty group": command(GROUP),
    "subcommand in subcommand": command({**SUB, "options": [SUB]}),
    "permissions below": command({**SUB, "default_member_permissions": 8}),
    "choices and completion": command(option(autocomplete=True, choices=[{"name": "a", "value": "a"}])),
    "completion of a person": command(option(type=6, autocomplete=True)),
    "choice of another type": command(option(type=4, choices=[{"name": "a", "value": "a"}])),
    "described menu entry": {"type": 3, "name": "Do it", "description": "d"},
}


@pytest.mark.parametrize("payload", BAD_COMMANDS.values(), ids=BAD_COMMANDS)
def test_what_is_refused_in_a_command(payload: Json) -> None:
    assert list(command_problems(payload)) != []


def test_names_of_commands() -> None:
    assert all(map(is_name, ["lab", "lab-admin", "größe", "ラボ", "o'neil", "a_1"]))
    assert not any(map(is_name, ["", "Lab", "a b", "a.b", "x" * 33, "😀"]))


def test_how_many_commands_there_may_be() -> None:
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        described = {"description": "d"} if kind == 1 else {}
        made = [{"type": kind, "name": f"n{number}", **described} for number in range(most + 1)]
        assert list(commands_problems(made[:-1])) == []
        assert list(commands_problems(made)) != []
    assert "unique" in str(list(commands_problems([command(), command()])))


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


MESSAGES_OF = f"/channels/{GENERAL}/messages"


def test_limits_are_kept_when_posting_and_editing(http: Http) -> None:
    assert "between 0 and 2000" in http.problems("POST", MESSAGES_OF, {"content": "x" * 2_001})
    assert http.refusal("POST", MESSAGES_OF, {"content": " "}) == (400, 50006)
    assert http.refusal("POST", MESSAGES_OF, {}) == (400, 50006)
    made = http("POST", MESSAGES_OF, {"content": "a", "components": [row(button())]}).json()
    own = f"{MESSAGES_OF}/{made['id']}"
    assert "duplicated" in http.problems("PATCH", own, {"components": [row(button()), row(button())]})
    assert http.refusal("PATCH", own, {"content": "", "components": []}) == (400, 50006)
    edited = http("PATCH", own, {"content": "b"}).json()
    assert (edited["content"], edited["components"]) == ("b", made["components"])
    assert http.refusal("POST", MESSAGES_OF, [1])[0] == 400


def test_components_v2_cannot_be_taken_back(http: Http) -> None:
    made = http("POST", MESSAGES_OF, {"flags": COMPONENTS_V2, "components": [words("hello")]}).json()
    own = f"{MESSAGES_OF}/{made['id']}"
    assert "cannot be used" in http.problems("PATCH", own, {"content": "a"})
    assert "cannot be removed" in http.problems("PATCH", own, {"flags": 0})
    assert http("PATCH", own, {"components": [words("bye")]}).json()["components"][0]["content"] == "bye"


def test_commands_are_put_and_counted(server: Discord, http: Http) -> None:
    path = f"/applications/{APP}/guilds/{GUILD}/commands"
    first = http("PUT", path, [command(), command(name="other")]).json()
    again = http("PUT", path, [command(description="changed")]).json()
    assert [one["id"] for one in again] == [first[0]["id"]]
    assert [one.name for one in server.commands(guild=GUILD)] == ["lab"]
    assert "Required options" in http.problems("PUT", path, [BAD_COMMANDS["order"]])
    for number in range(2):
        made = [command(name=f"n{number}-{one}") for one in range(99)]
        answer = http("PUT", path, made)
    assert answer.status_code == 200
    assert http.refusal("PUT", path, [command(name="one"), command(name="more")]) == (400, 30034)
    assert http("PUT", path, made[:3]).status_code == 200
    server.advance(86_400)
    assert http("PUT", path, []).json() == []
