"""A fake in another process, with the same operations."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.fakes.slack.codec import decode, encode
from tests.fakes.slack.control import OPERATIONS
from tests.fakes.slack.signing import http_client
from tests.fakes.slack.slack import Slack

_ROOT = Path(__file__).parents[3]


class RemoteError(LookupError):
    """The operation failed over there."""


class RemoteSlack(Slack):
    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._client = http_client(60)
        self._closing = ExitStack()
        self._closing.callback(self._client.close)

    def _operate(self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        body = encode({"args": args, "kwargs": kwargs})
        response = self._client.post(f"{self.base_url}/_control/{operation}", json=body)
        if response.is_error:
            raise RemoteError(response.text)
        return decode(response.json()["value"])


def _remote(operation: str) -> Callable[..., Any]:
    def operate(self: RemoteSlack, *args: Any, **kwargs: Any) -> Any:
        return self._operate(operation, args, kwargs)

    operate.__name__ = operation
    return operate


for _operation in OPERATIONS:
    setattr(RemoteSlack, _operation, _remote(_operation))


class SlackProcess:
    """`with SlackProcess(directory) as slack:`; `kill` and another SlackProcess on the same directory and port go on
    where it stopped."""

    def __init__(self, state_dir: Path, port: int = 0) -> None:
        command = [sys.executable, "-m", "tests.fakes.slack", "--port", str(port), "--state-dir", str(state_dir)]
        self._process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        address = self._process.stdout.readline().strip()
        if not address:
            raise RuntimeError("the Slack server did not start")
        self.slack = RemoteSlack(address)
        self.port = int(address.rpartition(":")[2])

    def __enter__(self) -> RemoteSlack:
        return self.slack

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        self.slack.close()
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
