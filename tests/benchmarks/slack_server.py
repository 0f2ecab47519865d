"""The server of the Slack benchmark, a process of its own: Labkeeper, and beside it a bare slack-bolt echo."""

import argparse
import asyncio
from typing import Any

import uvloop
from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App, make_intake, make_worker
from bot.platforms.http import make_http_app
from bot.platforms.slack.connection import SlackConnection
from bot.platforms.webhooks import webhook_routes
from bot.server import address_of, listen, serve
from bot.settings import Settings
from bot.ticks import worker_ticks

SECRET = "the-benchmark-signs"
TOKEN = "xoxb-benchmark"


def echo_route() -> Route:
    """The least that slack-bolt itself can do: verify, parse, find the listener, answer."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T001", bot_token=TOKEN, bot_id="B1", bot_user_id="U9")

    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    async def echo(ack: Any, body: dict[str, Any]) -> None:
        await ack({"response_type": "ephemeral", "text": body["text"]})

    bolt.command("/lab")(echo)
    handler = AsyncSlackRequestHandler(bolt)

    async def receive(request: Request) -> Response:
        return await handler.handle(request)

    return Route("/echo", receive, methods=["POST"])


async def main(url: str, api_url: str, token: str) -> None:
    settings = Settings(
        database_url=url, slack_bot_token=SecretStr(token), slack_signing_secret=SecretStr(SECRET),
        slack_api_url=api_url, secret_key=SecretStr("the key of the benchmark alone"), _env_file=None,
    )  # fmt: skip
    app = App.open_server(settings)
    slack = SlackConnection.open(settings, app.store, app.clock, app.catalogue, app.ports, lambda: app.wake())
    await slack.workspaces.learn()
    app.ports.chats["slack"] = slack.chat
    worker = make_worker(app, slack.performers)
    app.wake = worker.wake
    listener = listen("127.0.0.1", 0)
    print(address_of(listener), flush=True)
    http = make_http_app(lambda: ("", ""), {}, [*slack.routes, *webhook_routes(make_intake(app)), echo_route()])
    await serve(http, listener, worker_ticks(app.store, app.clock, worker.wake), [worker.run])
    app.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("api_url")
    parser.add_argument("token")
    arguments = parser.parse_args()
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main(arguments.url, arguments.api_url, arguments.token))
