"""The API without a library, for tests of what it refuses."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.fakes.discord.discord import Discord
from tests.fakes.discord.small_guild import TOKEN
from tests.fakes.slack.signing import http_client


@dataclass
class Http:
    server: Discord
    token: str = TOKEN

    def __post_init__(self) -> None:
        self._client = http_client()

    def close(self) -> None:
        self._client.close()

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bot {self.token}"} if self.token else {}
        return self._client.request(method, f"{self.server.api_url}{path}", json=body, headers=headers, **more)

    def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, int]:
        """Status and code."""
        answer = self(method, path, body)
        assert answer.is_error, answer.text
        return answer.status_code, answer.json()["code"]

    def problems(self, method: str, path: str, body: Any) -> str:
        """What is wrong with a body."""
        answer = self(method, path, body)
        assert answer.json().get("code") == 50035, answer.text
        return str(answer.json()["errors"])
