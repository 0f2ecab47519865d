"""The people of the fake, against a small app that checks signatures with slack_sdk."""

from collections.abc import Callable
from typing import TypeAlias

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.fakes.slack.client import Client
from tests.fakes.slack.examples import actions, button, mrkdwn, option, plain, section
from tests.fakes.slack.person import NoSuchButton, SlackPerson
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.signing import FORM, AppUnderTest
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_app import SECRET, SmallApp

CARD = [section(), actions(button(1), button(2, text=plain("Later")))]


Respond: TypeAlias = Callable[..., httpx.Response]


@pytest.fixture
def respond(http: httpx.Client) -> Respond:
    return lambda url, **body: http.post(url, json=body)


def test_a_command_is_signed_and_its_answer_is_seen_by_one_person(
    slack: Slack, app: AppUnderTest, ana: SlackPerson, small_app: SmallApp
) -> None:
    small_app.reply = lambda: JSONResponse({"text": "T", "blocks": [section(text=mrkdwn("Created for <@U1>"))]})
    answer = ana.command("task new Fix & <b>", channel="C1")
    assert (answer.status, answer.text, answer.problems) == (200, "Created for @ana", ())
    assert ana.sees() == [answer.ephemeral]
    assert slack.person("U2", app).sees() == []
    (received,) = small_app.received
    assert (received["command"], received["text"]) == ("/lab", "task new Fix &amp; &lt;b&gt;")
    assert (received["team_id"], received["channel_id"], received["user_id"]) == ("T001", "C1", "U1")
    assert received["response_url"].startswith(slack.base_url)
    assert received["trigger_id"].count(".") == 2


def test_names_and_addresses_in_a_command_become_entities(ana: SlackPerson, small_app: SmallApp) -> None:
    ana.command("@ben see #random, https://x.example/a?b=1&c=2 or ana@example.com", channel="C1")
    ana.command("@ben <raw>", channel="C1", escapes=False)
    assert [received["text"] for received in small_app.received] == [
        "<@U2|ben> see <#C2|random>, <https://x.example/a?b=1&amp;c=2> or ana@example.com",
        "@ben <raw>",
    ]


def test_plain_text_and_empty_acknowledgements(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    small_app.reply = lambda: PlainTextResponse("On it")
    assert ana.command("a", channel="C1").text == "On it"
    small_app.reply = Response
    assert ana.command("a", channel="C1").ephemeral is None
    small_app.reply = lambda: JSONResponse({"text": "for all", "response_type": "in_channel"})
    assert ana.command("a", channel="C2").message == slack.channel("C2").messages[0]


def test_an_answer_slack_would_not_show(ana: SlackPerson, small_app: SmallApp) -> None:
    small_app.reply = lambda: JSONResponse({"text": "a", "blocks": [section(text=mrkdwn("x" * 3001))]})
    answer = ana.command("a", channel="C1")
    assert answer.is_ok
    assert answer.problems[0] == "invalid_blocks"
    assert ana.sees() == []


def test_another_secret_or_changed_bytes_are_refused(slack: Slack, ana: SlackPerson, app: AppUnderTest) -> None:
    _, request = ana.prepare_command("a", "C1")
    assert app.send(request).status == 200
    assert app.send(type(request)(request.url, request.headers, request.body + b" ")).status == 401
    assert app.send(app.sign(request.body, FORM, at=1_600_000_000)).status == 401
    stranger = slack.app(app.url, "another secret", app.client)
    assert slack.person("U1", stranger).command("a", channel="C1").status == 401


def test_an_app_that_is_not_there(slack: Slack) -> None:
    with SlackServer() as gone:
        url = gone.base_url
    answer = slack.person("U1", slack.app(url, SECRET)).command("a", channel="C1")
    assert (answer.status, answer.is_ok) == (0, False)
    assert answer.error


def test_pressing_a_button_of_a_message(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    root = Client(slack).chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    answer = ana.press(slack.message("C1", root), "Later")
    (received,) = small_app.received
    (action,) = received["actions"]
    assert (action["action_id"], action["value"], action["block_id"]) == ("task.done.2", "2", "act")
    assert received["message"]["ts"] == received["container"]["message_ts"] == root
    assert not received["container"]["is_ephemeral"]
    assert answer.interaction is not None
    assert received["response_url"] == answer.interaction.response_url


def test_a_button_that_is_not_there_or_no_more(slack: Slack, ana: SlackPerson) -> None:
    client = Client(slack)
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    seen = slack.message("C1", ts)
    with pytest.raises(NoSuchButton, match=r"there is: Done \(task.done.1=1\), Later"):
        ana.press(seen, "Delete")
    client.chat_update(channel="C1", ts=ts, text="done")
    with pytest.raises(NoSuchButton, match="nothing"):
        ana.press(seen, "Done")
    assert ana.press(seen, "Done", is_stale=True).is_ok
    client.chat_delete(channel="C1", ts=ts)
    with pytest.raises(NoSuchButton, match="gone"):
        ana.press(seen, "Done")


def test_choosing_from_a_menu(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    menu = {"type": "static_select", "action_id": "task.move", "options": [option(1), option(2)]}
    ts = Client(slack).chat_postMessage(channel="C1", text="card", blocks=[section(accessory=menu)])["ts"]
    ana.choose(slack.message("C1", ts), "task.move", "2")
    assert small_app.received[0]["actions"][0]["selected_option"] == option(2)


def test_a_button_of_an_ephemeral_answer(slack: Slack, ana: SlackPerson, small_app: SmallApp, respond: Respond) -> None:
    small_app.reply = lambda: JSONResponse({"text": "card", "blocks": CARD})
    seen = ana.command("task show 1", channel="C1").ephemeral
    assert seen is not None
    answer = ana.press(seen, "Done")
    received = small_app.received[1]
    assert received["container"]["is_ephemeral"]
    assert "message" not in received
    assert answer.interaction is not None
    respond(answer.interaction.response_url, text="changed", replace_original=True)
    assert [(one.text, one.blocks, one.edits) for one in ana.sees()] == [("changed", [], 1)]
    respond(answer.interaction.response_url, delete_original=True)
    assert ana.sees() == []


def test_what_a_response_url_does_by_itself(slack: Slack, ana: SlackPerson, respond: Respond) -> None:
    ts = Client(slack).chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    interaction = ana.press(slack.message("C1", ts), "Done").interaction
    assert interaction is not None
    assert respond(interaction.response_url, text="only you").json() == {"ok": True}
    assert [one.text for one in ana.sees("C1")] == ["only you"]
    respond(interaction.response_url, text="to all", response_type="in_channel", replace_original=False)
    respond(interaction.response_url, text="instead", response_type="in_channel")
    assert slack.channel("C1").texts == ["instead", "to all"]


def test_a_response_url_is_used_up_after_five_posts(ana: SlackPerson, http: httpx.Client, respond: Respond) -> None:
    interaction = ana.command("a", channel="C2").interaction
    assert interaction is not None
    assert respond(interaction.response_url).json()["error"] == "no_text"
    assert respond(interaction.response_url, blocks=[{"type": "a"}]).json()["error"] == "invalid_blocks"
    assert http.post(interaction.response_url, content=b"{").json()["error"] == "invalid_payload"
    assert all(respond(interaction.response_url, text="a").status_code == 200 for _ in range(5))
    answer = respond(interaction.response_url, text="a")
    assert (answer.status_code, answer.json()["error"]) == (404, "used_url")
    assert len(ana.sees()) == 5


def test_a_response_url_expires_after_thirty_minutes(slack: Slack, ana: SlackPerson, respond: Respond) -> None:
    interaction = ana.command("a", channel="C1").interaction
    assert interaction is not None
    slack.advance(30 * 60)
    assert respond(interaction.response_url, text="a").status_code == 200
    slack.advance(1)
    answer = respond(interaction.response_url, text="a")
    assert (answer.status_code, answer.json()["error"]) == (404, "expired_url")
    assert respond(f"{interaction.response_url}x", text="a").status_code == 404


def test_a_mention_arrives_as_an_event(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    message, answers = ana.says("C1", "<@UBOTT001> help", events=("app_mention",))
    assert [answer.status for answer in answers] == [200]
    (received,) = small_app.received
    event = received["event"]
    assert (received["type"], event["type"], event["ts"]) == ("event_callback", "app_mention", message.ts)
    _, answers = ana.says("C2", "<@UBOTT001> help")
    assert answers == [], "the bot is not in that channel"


def test_an_event_is_sent_again_until_it_is_acknowledged(slack: Slack, app: AppUnderTest, small_app: SmallApp) -> None:
    replies = iter([500, 503, 200])
    small_app.reply = lambda: Response(status_code=next(replies))
    answers = slack.events(app).archives("C1", "U1")
    assert [answer.status for answer in answers] == [500, 503, 200]
    assert small_app.retries == [None, "1", "2"]
    assert len({received["event_id"] for received in small_app.received}) == 1
    assert slack.channel("C1").record.is_archived


def test_what_happens_in_a_workspace(slack: Slack, app: AppUnderTest, small_app: SmallApp) -> None:
    events, client = slack.events(app), Client(slack)
    events.removes_bot("G1")
    assert client.refusal("chat.postMessage", channel="G1", text="a")["error"] == "channel_not_found"
    events.invites_bot("C2", "U1")
    assert client.chat_postMessage(channel="C2", text="a")["ok"]
    events.unarchives("C3", "U1")
    assert client.chat_postMessage(channel="C3", text="a")["ok"]
    events.renames("C3", "cellar")
    events.deletes("C3")
    assert client.refusal("chat.postMessage", channel="C3", text="a")["error"] == "channel_not_found"
    slack.person("U1", app).deletes(slack.channel("C2").messages[0])
    events.uninstalls()
    events.revokes_tokens()
    assert client.refusal("auth.test")["error"] == "account_inactive"
    assert [received["event"]["type"] for received in small_app.received] == [
        "member_left_channel",
        "member_joined_channel",
        "channel_unarchive",
        "channel_rename",
        "channel_deleted",
        "message",
        "app_uninstalled",
        "tokens_revoked",
    ]
    assert small_app.received[0]["event"]["user"] == "UBOTT001"
    assert small_app.received[-1]["event"]["tokens"]["bot"] == ["UBOTT001"]


def test_the_challenge_of_the_events_api(slack: Slack, app: AppUnderTest, small_app: SmallApp) -> None:
    assert slack.events(app).challenge("abc").is_ok
    assert small_app.received == [{"token": "verification_token", "challenge": "abc", "type": "url_verification"}]
