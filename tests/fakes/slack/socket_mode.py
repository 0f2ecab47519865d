"""Socket Mode as a test arranges and sees it: connections, what goes wrong with them, and envelopes."""

import json
import time
import uuid
from dataclasses import replace
from typing import Any, Literal

from tests.fakes.slack.records import Envelope, EnvelopeKind, SocketConnection
from tests.fakes.slack.sockets import Sockets, disconnect_frame
from tests.fakes.slack.world import World

# When an event is sent again after an attempt that was not acknowledged, in seconds; Slack tries three times more. The
# first is longer than anybody waits for an acknowledgement, so that whoever waits may try again first.
RETRY_AFTER = (5.0, 60.0, 300.0)
Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]


class SocketMode:
    world: World
    sockets: Sockets

    def connections(self, app: str = "", with_closed: bool = False) -> list[SocketConnection]:
        """Oldest first."""
        return self.sockets.records(app, with_closed=with_closed)

    def envelopes(self, kind: str = "") -> list[Envelope]:
        with self.world.lock:
            return [envelope for envelope in self.world.envelopes.values() if kind in (envelope.kind, "")]

    def disconnect(self, reason: Reason, connection: str = "", then_closes: bool | None = None) -> None:
        """Tells one connection, or all. A warning leaves it open for now; anything else closes it."""
        closes = reason != "warning" if then_closes is None else then_closes
        self.sockets.say(connection, disconnect_frame(reason), then_closes=closes)

    def drop_connection(self, connection: str = "") -> None:
        """One, or all, without a word."""
        self.sockets.drop(connection)

    def freeze_connection(self, connection: str = "") -> None:
        """One, or all: from now on half-open. Envelopes still go there, and nothing that the app sends is read."""
        self.sockets.freeze(connection)

    def say_over_socket(self, frame: dict[str, Any], connection: str = "") -> None:
        """Any frame, to one or to all."""
        self.sockets.say(connection, frame, then_closes=False)

    def refuse_connections(self, refuses: bool = True) -> None:
        """Nobody listens on the port of the WebSockets; what is open stays open."""
        self.sockets.listen(not refuses)

    def send_envelope(
        self,
        app: str,
        kind: EnvelopeKind,
        payload: dict[str, Any],
        accepts_response_payload: bool = False,
        retry: int = 0,
        retry_reason: str = "",
        patience: float = 3.0,
    ) -> Envelope:
        """Waits up to `patience` seconds for a connection and then for the acknowledgement, and returns what became of
        it."""
        envelope = self._put(app, kind, payload, accepts_response_payload, retry, retry_reason)
        deadline = time.monotonic() + patience
        self._wait(lambda: bool(self.sockets.records(app, with_closed=False)), deadline)
        self.sockets.send(envelope)
        self._wait(lambda: bool(self.world.envelopes[envelope.id].acknowledgements), deadline)
        return self.world.envelopes[envelope.id]

    def resend_envelope(self, envelope: str) -> Envelope:
        """The very same once more, whether or not it was acknowledged, through another connection if there is one."""
        return self.sockets.send(self.world.envelopes[envelope])

    def send_due_envelopes(self) -> list[Envelope]:
        """What Slack's clock says is to be tried again."""
        with self.world.lock:
            newest = {one.event_id: one for one in self.world.envelopes.values() if one.kind == "events_api"}
            done = {one.event_id for one in self.world.envelopes.values() if one.acknowledgements}
            now = self.world.clock.now()
            due = [
                one
                for event, one in newest.items()
                if event not in done and one.retry < len(RETRY_AFTER) and now - one.at >= RETRY_AFTER[one.retry]
            ]
            again = [self._put(one.app, one.kind, one.payload, False, one.retry + 1, "timeout") for one in due]
        return [self.sockets.send(envelope) for envelope in again]

    def acknowledge_envelope(self, connection: str, frame: str) -> None:
        """What an app sent through a connection."""
        with self.world.lock:
            answer = _decoded(frame)
            known = self.world.envelopes.get(str(answer.get("envelope_id")))
            if known is None:
                self.world.violate("unknown_envelope", connection, frame[:200])
                return
            payload = answer.get("payload")
            if payload and not known.accepts_response_payload:
                self.world.violate("unasked_payload", connection, frame[:200])
            first = payload if not known.acknowledgements else known.answer
            self.world.put(replace(known, acknowledgements=known.acknowledgements + 1, answer=first))

    def _put(
        self, app: str, kind: EnvelopeKind, payload: dict[str, Any], accepts: bool, retry: int, reason: str
    ) -> Envelope:
        identifier = str(uuid.uuid4())
        envelope = Envelope(identifier, app, kind, payload, accepts, self.world.clock.now(), retry, reason)
        self.world.put(envelope)
        return envelope

    def _wait(self, condition: Any, deadline: float) -> None:
        while True:
            version = self.world.version
            if condition() or (left := deadline - time.monotonic()) <= 0:
                return
            self.world.wait_change(version, left)


def _decoded(frame: str) -> dict[str, Any]:
    try:
        value = json.loads(frame)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
