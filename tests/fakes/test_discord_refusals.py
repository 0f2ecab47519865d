"""What the fake refuses for lack of a right, a place or time, with Discord's own codes."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.discord.discord import Discord
from tests.fakes.discord.http_client import Http
from tests.fakes.discord.records import EPHEMERAL
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import (
    ANA,
    APP,
    ATTIC,
    BEN,
    BOARD,
    FAY,
    GENERAL,
    GUILD,
    OTHER_BOT,
    RANDOM,
    TASKS,
    add_small_guild,
)  # fmt: skip
from tests.fakes.slack.clock import Clock

TEXT = {"content": "a"}
BUTTON: dict[str, Any] = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}


@pytest.fixture
def server() -> Iterator[Discord]:
    with DiscordServer(Clock(frozen_at=1_795_000_000.0)) as server:
        add_small_guild(server)
        yield server


@pytest.fixture
def http(server: Discord) -> Iterator[Http]:
    client = Http(server)
    yield client
    client.close()


def test_where_the_bot_may_write(server: Discord, http: Http) -> None:
    for channel, expected in [
        ("1", (404, 10003)), (BOARD, (403, 50001)), (ATTIC, (403, 50013)), (TASKS, (400, 50008)),
    ]:  # fmt: skip
        assert http.refusal("POST", f"/channels/{channel}/messages", TEXT) == expected
    server.overwrite(ATTIC, APP)
    assert http("POST", f"/channels/{ATTIC}/messages", TEXT).is_success
    server.overwrite(ATTIC, GUILD, deny=("embed_links",))
    assert http.refusal("POST", f"/channels/{ATTIC}/messages", {"embeds": [{"title": "a"}]}) == (403, 50013)
    server.remove_channel(ATTIC)
    assert http.refusal("POST", f"/channels/{ATTIC}/messages", TEXT) == (404, 10003)
    server.remove_bot(GUILD, APP)
    assert http.refusal("POST", f"/channels/{GENERAL}/messages", TEXT) == (403, 50001)
    assert http.refusal("GET", f"/guilds/{GUILD}") == (403, 50001)


def test_a_token_that_is_not_known(server: Discord, http: Http) -> None:
    assert http("GET", "/users/@me").is_success
    http.token = "made up"
    assert http.refusal("GET", "/users/@me") == (401, 0)
    http.token = ""
    assert http.refusal("GET", f"/channels/{GENERAL}") == (401, 0)


def test_direct_messages(server: Discord, http: Http) -> None:
    def write_to(user: str) -> Any:
        channel = http("POST", "/users/@me/channels", {"recipient_id": user}).json()["id"]
        return http("POST", f"/channels/{channel}/messages", TEXT)

    assert write_to(BEN).is_success
    server.let_write(BEN, False)
    assert write_to(BEN).json()["code"] == 50007
    assert write_to(FAY).json()["code"] == 50007
    assert http.refusal("POST", "/users/@me/channels", {"recipient_id": OTHER_BOT}) == (403, 50007)
    assert http.refusal("POST", "/users/@me/channels", {"recipient_id": "1"}) == (404, 10013)


def test_messages_of_others_and_gone_ones(server: Discord, http: Http) -> None:
    said = server.say(GENERAL, ANA, "mine")
    own = http("POST", f"/channels/{GENERAL}/messages", TEXT).json()["id"]
    path = f"/channels/{GENERAL}/messages"
    assert http.refusal("PATCH", f"{path}/{said.id}", TEXT) == (403, 50005)
    assert http.refusal("DELETE", f"{path}/{said.id}") == (403, 50013)
    server.delete_message(GENERAL, own, by=ANA)
    assert http.refusal("PATCH", f"{path}/{own}", TEXT) == (404, 10008)
    assert http.refusal("GET", f"{path}/{own}") == (404, 10008)
    assert http.refusal("POST", f"{path}/{own}/threads", {"name": "t"}) == (404, 10008)


def test_threads(server: Discord, http: Http) -> None:
    own = http("POST", f"/channels/{GENERAL}/messages", TEXT).json()["id"]
    begin = f"/channels/{GENERAL}/messages/{own}/threads"
    assert http("POST", begin, {"name": "t"}).json()["id"] == own
    assert http.refusal("POST", begin, {"name": "t"}) == (400, 160004)
    assert http.problems("POST", begin.replace(own, _another(http)), {"name": "x" * 101})
    reply = http("POST", f"/channels/{own}/messages", TEXT).json()["id"]
    server.archive(own)
    assert http.refusal("PATCH", f"/channels/{own}/messages/{reply}", TEXT) == (400, 50083)
    assert http("POST", f"/channels/{own}/messages", TEXT).is_success
    assert not server.channel_record(own).is_archived
    server.archive(own, is_archived=True, is_locked=True)
    assert http.refusal("POST", f"/channels/{own}/messages", TEXT) == (403, 160005)
    server.overwrite(RANDOM, GUILD, deny=("create_public_threads", "send_messages_in_threads"))
    said = server.say(RANDOM, ANA, "a")
    assert http.refusal("POST", f"/channels/{RANDOM}/messages/{said.id}/threads", {"name": "t"}) == (403, 50013)


def _another(http: Http) -> str:
    return str(http("POST", f"/channels/{GENERAL}/messages", TEXT).json()["id"])


def test_posts_of_a_forum(server: Discord, http: Http) -> None:
    path = f"/channels/{TASKS}/threads"
    assert "required" in http.problems("POST", path, {"name": "t"})
    assert "Unknown tag" in http.problems("POST", path, {"name": "t", "message": TEXT, "applied_tags": ["7"]})
    assert http.refusal("POST", path, {"name": "t", "message": {}}) == (400, 50006)
    assert server.channels(parent=TASKS) == []
    server.add_channel("1400000000000000099", "strict", GUILD, "forum", requires_tag=True)
    strict = "/channels/1400000000000000099/threads"
    assert http.refusal("POST", strict, {"name": "t", "message": TEXT}) == (400, 40067)
    made = http("POST", path, {"name": "t", "message": TEXT}).json()
    assert made["id"] == made["message"]["id"] == server.messages(made["id"])[0].id


def test_an_interaction_has_three_seconds_and_one_answer(server: Discord, http: Http) -> None:
    def begin() -> tuple[str, str, str]:
        body = {"custom_id": "go", "component_type": 2, "id": 1}
        one = server.start_interaction(APP, "component", ANA, GENERAL, body, server.say(GENERAL, ANA, "a").id)
        return one.id, f"/interactions/{one.id}/{one.token}/callback", f"/webhooks/{APP}/{one.token}"

    http.token = ""
    say = {"type": 4, "data": TEXT}
    number, path, webhook = begin()
    assert http.refusal("POST", webhook, TEXT) == (404, 10015)
    server.advance(3)
    assert http("POST", path, say).status_code == 204
    assert http.refusal("POST", path, say) == (400, 40060)
    assert server.interaction(number).refusals == 1
    server.advance(890)
    assert http("POST", webhook, TEXT).is_success
    server.advance(10)
    assert http.refusal("POST", webhook, TEXT) == (401, 50027)

    number, path, webhook = begin()
    server.advance(3.1)
    assert http.refusal("POST", path, say) == (404, 10062)
    assert http.refusal("POST", path.replace(number, "7"), say) == (404, 10062)
    assert [one.where for one in server.violations("late")] == [number]


def test_kinds_of_answers_are_for_their_kinds_of_interactions(server: Discord, http: Http) -> None:
    def answer(kind: Any, body: Any, answered: Any) -> int:
        one = server.start_interaction(APP, kind, ANA, GENERAL, body)
        return http("POST", f"/interactions/{one.id}/{one.token}/callback", answered).status_code

    form = {"type": 9, "data": {"title": "T", "custom_id": "f", "components": [
        {"type": 18, "label": "L", "component": {"type": 4, "custom_id": "w", "style": 1}}
    ]}}  # fmt: skip
    typed = {"options": [], "focused_type": 3}
    assert answer("command", {}, form) == 204
    assert answer("modal", {}, form) == 400
    assert answer("command", {}, {"type": 7, "data": TEXT}) == 400
    assert answer("autocomplete", typed, {"type": 4, "data": TEXT}) == 400
    assert answer("autocomplete", typed, {"type": 8, "data": {"choices": [{"name": "a", "value": "a"}]}}) == 204
    assert answer("autocomplete", typed, {"type": 8, "data": {"choices": [{"name": "a", "value": "a"}] * 26}}) == 400


def test_a_refused_answer_may_be_given_again(server: Discord, http: Http) -> None:
    one = server.start_interaction(APP, "command", ANA, GENERAL, {})
    path = f"/interactions/{one.id}/{one.token}/callback"
    assert http.problems("POST", path, {"type": 4, "data": {"content": "x" * 2_001}})
    assert http("POST", path, {"type": 4, "data": TEXT}).status_code == 204


def test_a_defer_keeps_its_privacy(server: Discord, http: Http) -> None:
    one = server.start_interaction(APP, "command", ANA, GENERAL, {})
    deferred = {"type": 5, "data": {"flags": EPHEMERAL}}
    answer = http("POST", f"/interactions/{one.id}/{one.token}/callback?with_response=true", deferred).json()
    assert answer["interaction"]["response_message_ephemeral"] is True
    assert answer["resource"]["message"]["flags"] & 128
    http("POST", f"/webhooks/{APP}/{one.token}", TEXT)
    (seen,) = server.private_messages(ANA)
    assert (seen.content, seen.is_loading, seen.edits) == ("a", False, 0)
    assert server.messages(GENERAL) == []


def test_history(server: Discord, http: Http) -> None:
    said = [http("POST", f"/channels/{GENERAL}/messages", {"content": f"{n}"}).json()["id"] for n in range(6)]
    other = server.say(GENERAL, ANA, "secret").id

    def read(query: str) -> list[str]:
        return [one["id"] for one in http("GET", f"/channels/{GENERAL}/messages?{query}").json()]

    assert read("limit=3") == [other, said[5], said[4]]
    assert read(f"before={said[2]}&limit=5") == [said[1], said[0]]
    assert read(f"after={said[2]}&limit=2") == [said[4], said[3]]
    assert http("GET", f"/channels/{GENERAL}/messages?limit=1").json()[0]["content"] == ""
    server.overwrite(GENERAL, GUILD, deny=("read_message_history",))
    assert read("limit=3") == []
    server.overwrite(GENERAL, GUILD)
    assert http.refusal("GET", f"/channels/{GENERAL}/messages?limit=101") == (400, 50035)


def test_a_nonce_is_remembered_for_minutes(server: Discord, http: Http) -> None:
    def post(channel: str = GENERAL, **more: Any) -> str:
        return str(http("POST", f"/channels/{channel}/messages", {**TEXT, "nonce": "d-7", **more}).json()["id"])

    first = post(enforce_nonce=True)
    assert post(enforce_nonce=True, content="other") == first
    assert post() != first
    assert post(RANDOM, enforce_nonce=True) != first
    assert server.messages(GENERAL)[0].content == "a"
    server.advance(301)
    assert post(enforce_nonce=True) != first


def test_whom_a_message_notifies(server: Discord, http: Http) -> None:
    def pings(text: str, **more: Any) -> tuple[str, ...]:
        number = http("POST", f"/channels/{GENERAL}/messages", {"content": text, **more}).json()["id"]
        return server.message(GENERAL, number).pings

    text = f"<@{ANA}> <@!{BEN}> @everyone `<@{FAY}>`"
    assert pings(text) == (ANA, BEN)
    assert pings(text, allowed_mentions={"parse": []}) == ()
    assert pings(text, allowed_mentions={"users": [BEN]}) == (BEN,)
    server.add_role("1600000000000000001", GUILD, "loud", "mention_everyone")
    server.set_roles(GUILD, APP, "1600000000000000001")
    assert pings(text) == (ANA, BEN, "everyone")
    assert pings(text, allowed_mentions={"parse": ["users"]}) == (ANA, BEN)
    components = [{"type": 10, "content": f"<@{ANA}>"}]
    number = http("POST", f"/channels/{GENERAL}/messages", {"flags": 1 << 15, "components": components}).json()["id"]
    assert server.message(GENERAL, number).pings == (ANA,)
    embeds = [{"description": f"<@{ANA}>"}]
    number = http("POST", f"/channels/{GENERAL}/messages", {"embeds": embeds}).json()["id"]
    assert server.message(GENERAL, number).pings == ()


def test_people_see_only_the_commands_they_may_use(server: Discord, http: Http) -> None:
    declared = {"name": "lab-admin", "description": "d", "type": 1, "default_member_permissions": 1 << 5}
    http("PUT", f"/applications/{APP}/commands", [declared])
    with pytest.raises(LookupError, match="no /lab-admin"):
        server.person(BEN).begin_command("lab-admin", GENERAL)
    assert server.person(ANA).begin_command("lab-admin", GENERAL).user == ANA
    server.add_role("1600000000000000002", GUILD, "ops", "manage_guild")
    server.set_roles(GUILD, BEN, "1600000000000000002")
    assert server.person(BEN).begin_command("lab-admin", GENERAL).user == BEN
