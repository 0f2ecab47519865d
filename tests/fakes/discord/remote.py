"""A fake in another process, with the same operations."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.fakes.discord.codec import decode, encode
from tests.fakes.discord.control import OPERATIONS
from tests.fakes.discord.discord import Discord
from tests.fakes.slack.signing import http_client

_ROOT = Path(__file__).parents[3]


class RemoteError(LookupError):
    """The operation failed over there."""


class RemoteDiscord(Discord):
    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._client = http_client(60)

    def close(self) -> None:
        self._client.close()

    def _operate(self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        body = encode({"args": args, "kwargs": kwargs})
        response = self._client.post(f"{self.base_url}/_control/{operation}", json=body)
        if response.is_error:
            raise RemoteError(response.text)
        return decode(response.json()["value"])


def _remote(operation: str) -> Callable[..., Any]:
    def operate(self: RemoteDiscord, *args: Any, **kwargs: Any) -> Any:
        return self._operate(operation, args, kwargs)

    operate.__name__ = operation
    return operate


for _operation in OPERATIONS:
    setattr(RemoteDiscord, _operation, _remote(_operation))


class DiscordProcess:
    """`with DiscordProcess() as discord:` until the block ends."""

    def __init__(self, port: int = 0) -> None:
        command = [sys.executable, "-m", "tests.fakes.discord", "--port", str(port)]
        self._process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        address = self._process.stdout.readline().strip()
        if not address:
            raise RuntimeError("the Discord server did not start")
        self.discord = RemoteDiscord(address)

    def __enter__(self) -> RemoteDiscord:
        return self.discord

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discord.close()
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
