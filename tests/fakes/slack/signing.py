"""Requests to the app under test, signed as Slack signs them; a test may also send its own bytes and stamps."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from tests.fakes.slack.records import Ephemeral, Interaction, Message, Shown

ACKNOWLEDGE_WITHIN = 3.0
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is 0 when no answer came, and `error` says why. `text` is what the person then reads."""

    request: SignedRequest
    status: int
    body: bytes
    seconds: float
    error: str = ""
    interaction: Interaction | None = None
    shown: Shown = field(default_factory=Shown)
    text: str = ""

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_late(self) -> bool:
        """Slack tells the person that the app did not respond."""
        return self.seconds > ACKNOWLEDGE_WITHIN

    @property
    def decoded(self) -> Any:
        """The body as JSON, or as text if it is none."""
        text = self.body.decode("utf-8", "replace")
        try:
            return json.loads(text)
        except ValueError:
            return text

    @property
    def ephemeral(self) -> Ephemeral | None:
        return self.shown.ephemeral

    @property
    def message(self) -> Message | None:
        return self.shown.message

    @property
    def problems(self) -> tuple[str, ...]:
        """Why Slack would show an error instead of the answer."""
        return self.shown.problems


def http_client(timeout: float = 30.0) -> httpx.Client:
    """For loopback addresses: loading certificates would cost 0.1 s."""
    return httpx.Client(timeout=timeout, verify=False, trust_env=False)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


class Receiver(Protocol):
    """The app under test, however Slack reaches it."""

    def sign(
        self, body: bytes, content_type: str, *, at: float | None = None, headers: Mapping[str, str] | None = None
    ) -> SignedRequest: ...

    def send(self, request: SignedRequest) -> Answer: ...


@dataclass(frozen=True, slots=True)
class AppUnderTest:
    """Where Slack sends its requests. `client` may be another httpx client, such as Starlette's TestClient."""

    url: str
    signing_secret: str
    client: httpx.Client

    def sign(
        self, body: bytes, content_type: str, *, at: float | None = None, headers: Mapping[str, str] | None = None
    ) -> SignedRequest:
        timestamp = str(int(time.time() if at is None else at))
        signed = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.signing_secret, timestamp, body),
            **(headers or {}),
        }
        return SignedRequest(self.url, signed, body)

    def send(self, request: SignedRequest) -> Answer:
        """Also sends a request again, byte by byte."""
        began = time.monotonic()
        try:
            response = self.client.post(request.url, content=request.body, headers=request.headers)
        except httpx.HTTPError as error:
            return Answer(request, 0, b"", time.monotonic() - began, f"{type(error).__name__}: {error}")
        return Answer(request, response.status_code, response.content, time.monotonic() - began)
