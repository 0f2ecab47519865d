"""slack-bolt, the library apps are written with, takes the fake for Slack."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.slack.examples import actions, button, section
from tests.fakes.slack.serving import ServerThread
from tests.fakes.slack.signing import AppUnderTest
from tests.fakes.slack.slack import Slack

pytest.importorskip("slack_bolt")

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

SECRET = "signing secret"
CARD = [section(), actions(button())]


def bolt_app(slack: Slack) -> Starlette:
    client = AsyncWebClient("xoxb-T001", base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)

    @app.command("/lab")
    async def command(ack: Any, body: Any, client: Any) -> None:
        await client.chat_postMessage(channel=body["channel_id"], text="card", blocks=CARD)
        await ack(text=f"Created: {body['text']}", response_type="ephemeral")

    @app.action("task.done.1")
    async def action(ack: Any, body: Any, respond: Any, client: Any) -> None:
        await ack()
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="done")
        await respond("You did it", replace_original=False)

    @app.event("app_mention")
    async def mention(event: Any, say: Any) -> None:
        await say(f"Hello <@{event['user']}>", thread_ts=event["ts"])

    handler = AsyncSlackRequestHandler(app)
    return Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])


@pytest.fixture
def app(slack: Slack) -> Iterator[AppUnderTest]:
    with ServerThread(bolt_app(slack)) as url:
        yield slack.app(f"{url}/slack/events", SECRET)


def test_a_command_a_button_and_a_mention(slack: Slack, app: AppUnderTest) -> None:
    ana = slack.person("U1", app)
    assert ana.command("task new Churn", channel="C1").text == "Created: task new Churn"
    (card,) = slack.channel("C1").messages
    assert ana.press(card, "Done").is_ok
    assert slack.channel("C1").texts == ["done"]
    assert [ana.reads(seen) for seen in ana.sees()] == ["Created: task new Churn", "You did it"]
    message, answers = ana.says("C1", "<@UBOTT001> hi", events=("app_mention",))
    assert answers[0].is_ok
    slack.wait_until(lambda: slack.channel("C1").replies(message))
    assert slack.channel("C1").texts[-1] == "Hello @ana"


def test_a_forged_request(slack: Slack, app: AppUnderTest) -> None:
    forger = slack.app(app.url, "another secret")
    assert slack.person("U1", forger).command("task new Churn", channel="C1").status == 401
    assert slack.calls("chat.postMessage") == []
