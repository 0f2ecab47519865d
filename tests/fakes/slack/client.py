"""slack_sdk's AsyncWebClient for tests that do one thing after the other."""

import asyncio
from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack.slack import Slack


class Client:
    """`client.chat_postMessage(channel=…)` gives the answer's fields, each call on a loop of its own."""

    def __init__(self, slack: Slack, token: str = "xoxb-T001", timeout: int = 5) -> None:
        self.web = AsyncWebClient(token, base_url=slack.api_url, timeout=timeout, retry_handlers=[])

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.web, name)

        def call(**arguments: Any) -> Any:
            return asyncio.run(method(**arguments)).data

        return call

    def refusal(self, name: str, **arguments: Any) -> dict[str, Any]:
        """The answer of a call that must fail, by the Web API's own name of the method."""
        try:
            asyncio.run(self.web.api_call(name, json=arguments))
        except SlackApiError as error:
            return dict(error.response.data)
        raise AssertionError(f"{name} was not refused")
