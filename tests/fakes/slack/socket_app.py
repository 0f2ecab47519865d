"""The app under test at the other end of Socket Mode, with the same API as one behind an address."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.fakes.slack.records import EnvelopeKind
from tests.fakes.slack.signing import ACKNOWLEDGE_WITHIN, JSON, Answer, SignedRequest

if TYPE_CHECKING:
    from tests.fakes.slack.slack import Slack

_WITH_ANSWERS = ("view_submission", "block_suggestion")


@dataclass(frozen=True, slots=True)
class SocketApp:
    """`patience` is how many seconds each envelope waits for a connection and an acknowledgement."""

    slack: "Slack"
    app: str = "A001"
    patience: float = ACKNOWLEDGE_WITHIN

    def sign(
        self, body: bytes, content_type: str, *, at: float | None = None, headers: Mapping[str, str] | None = None
    ) -> SignedRequest:
        """Nothing is signed here: the connection itself is trusted."""
        return SignedRequest("", {"Content-Type": content_type, **(headers or {})}, body)

    def send(self, request: SignedRequest) -> Answer:
        """An acknowledgement counts as 200, its payload as the body. Sent again, it is another envelope."""
        kind, payload, accepts = _envelope(request)
        retry, reason = request.headers.get("X-Slack-Retry-Num", "0"), request.headers.get("X-Slack-Retry-Reason", "")
        began = time.monotonic()
        envelope = self.slack.send_envelope(
            self.app, kind, payload, accepts, int(retry), reason.removeprefix("http_"), self.patience
        )  # fmt: skip
        seconds = time.monotonic() - began
        if not envelope.acknowledgements:
            return Answer(request, 0, b"", seconds, "not acknowledged" if envelope.connections else "no connection")
        body = b"" if envelope.answer is None else json.dumps(envelope.answer).encode()
        return Answer(request, 200, body, seconds)


def _envelope(request: SignedRequest) -> tuple[EnvelopeKind, dict[str, Any], bool]:
    """What came over HTTP as a form or as JSON."""
    if request.headers["Content-Type"] == JSON:
        return "events_api", json.loads(request.body), False
    form: dict[str, Any] = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    if "payload" not in form:
        return "slash_commands", form, True
    payload: dict[str, Any] = json.loads(form["payload"])
    return "interactive", payload, payload["type"] in _WITH_ANSWERS
