"""People and an app written with slack-bolt: the same over HTTP and over Socket Mode."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from tests.fakes.slack.examples import option
from tests.fakes.slack.serving import ServerThread
from tests.fakes.slack.signing import Receiver
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.view_examples import TASK_FORM

SECRET = "signing secret"


def bolt_app(slack: Slack) -> AsyncApp:
    client = AsyncWebClient("xoxb-T001", base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)

    @app.command("/lab")
    async def command(ack: Any, body: Any, client: Any) -> None:
        if body["text"]:
            await ack(text=f"Created: {body['text']}", response_type="ephemeral")
            return
        await client.views_open(trigger_id=body["trigger_id"], view=TASK_FORM)
        await ack()

    @app.options("parent.value")
    async def options(ack: Any, payload: Any) -> None:
        await ack(options=[option(1)] if payload["value"] == "chu" else [])

    @app.view("task new")
    async def submission(ack: Any, view: Any) -> None:
        title = view["state"]["values"]["title"]["title.value"]["value"]
        if title == "a":
            await ack(response_action="errors", errors={"title": "Say more."})
        else:
            await ack()

    @app.event("app_mention")
    async def mention(event: Any, say: Any) -> None:
        await say(f"Hello <@{event['user']}>", thread_ts=event["ts"])

    return app


@contextmanager
def over_http(slack: Slack) -> Iterator[Receiver]:
    handler = AsyncSlackRequestHandler(bolt_app(slack))
    with ServerThread(Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])) as url:
        yield slack.app(f"{url}/slack/events", SECRET)


@contextmanager
def over_sockets(slack: Slack) -> Iterator[Receiver]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    connecting = asyncio.run_coroutine_threadsafe(connect(slack), loop)
    handler = connecting.result(5)
    try:
        yield slack.socket_app()
    finally:
        asyncio.run_coroutine_threadsafe(handler.close_async(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def connect(slack: Slack) -> AsyncSocketModeHandler:
    handler = AsyncSocketModeHandler(bolt_app(slack), "xapp-A001")
    await handler.connect_async()
    return handler


@pytest.fixture(params=[over_http, over_sockets])
def app(slack: Slack, request: pytest.FixtureRequest) -> Iterator[Receiver]:
    with request.param(slack) as app:
        yield app


def test_a_command_is_answered(slack: Slack, app: Receiver) -> None:
    assert slack.person("U1", app).command("task new Churn", channel="C1").text == "Created: task new Churn"


def test_a_form_is_opened_filled_in_and_corrected(slack: Slack, app: Receiver) -> None:
    ana = slack.person("U1", app)
    assert ana.command("", channel="C1").is_ok
    form = ana.form
    assert form.type_in("Part of", "chu").labels == ["Option 1"]
    form.submit({"Title": "a", "Project": "1", "Part of": "Option 1"})
    assert form.errors == {"Title": "Say more."}
    assert form.submit({"Title": "better"}).problems == ()
    assert not form.is_open


def test_a_mention_is_answered_in_its_thread(slack: Slack, app: Receiver) -> None:
    ana = slack.person("U1", app)
    message, (answer,) = ana.says("C1", "<@UBOTT001> hi", events=("app_mention",))
    assert answer.is_ok
    slack.wait_until(lambda: slack.channel("C1").replies(message))
    assert slack.channel("C1").texts[-1] == "Hello @ana"
