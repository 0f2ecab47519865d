"""What comes through a WebSocket: each envelope is dispatched as a request over HTTP is, and acknowledged after it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from slack_bolt.response import BoltResponse

from bot.platforms.slack.payload import check_payload
from bot.telemetry import ENVELOPES

log = structlog.get_logger()

_KINDS = frozenset({"events_api", "interactive", "slash_commands"})

Dispatch = Callable[[dict[str, Any]], Awaitable[BoltResponse]]


class Sender(Protocol):
    async def send(self, frame: dict[str, Any]) -> bool:
        """Whether it went out."""
        ...


@dataclass
class Envelopes:
    """Those in hand, with the connections each came through: Slack may send one again, and through another.

    `senders` are those that are open. What was not done is not acknowledged, and Slack sends it again.
    """

    dispatch: Dispatch
    senders: Callable[[], Iterable[Sender]]
    _in_hand: dict[str, list[Sender]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def take(self, sender: Sender, frame: dict[str, Any]) -> None:
        """Begins with it, unless it is in hand already."""
        identifier, kind = frame.get("envelope_id"), frame.get("type")
        if not isinstance(identifier, str) or kind not in _KINDS:
            _count("other", "not understood")
        elif identifier in self._in_hand:
            self._in_hand[identifier].append(sender)
            _count(kind, "repeated")
        else:
            self._in_hand[identifier] = [sender]
            task = asyncio.create_task(self._work(identifier, kind, frame))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finish(self, *, within: float) -> None:
        """Waits for those in hand, so many seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)

    async def _work(self, identifier: str, kind: str, frame: dict[str, Any]) -> None:
        try:
            response = await self.dispatch(check_payload(frame.get("payload")))
            outcome = "done" if response.status == 200 else "failed"
        except ValueError:
            outcome = "not understood"
        except Exception:
            log.exception("an envelope from Slack failed", type=kind)
            outcome = "failed"
        finally:
            senders = self._in_hand.pop(identifier)
        if outcome == "done":
            takes_answer = frame.get("accepts_response_payload") is True and bool(response.body)
            answer = {"payload": json.loads(response.body)} if takes_answer else {}
            is_heard = await self._acknowledge(senders, {"envelope_id": identifier, **answer})
            outcome = "acknowledged" if is_heard else "unheard"
        _count(kind, outcome)

    async def _acknowledge(self, senders: list[Sender], frame: dict[str, Any]) -> bool:
        if any([await sender.send(frame) for sender in senders]):
            return True
        # The connection that it came through is gone.
        for sender in self.senders():
            if await sender.send(frame):
                return True
        return False


def _count(kind: str, outcome: str) -> None:
    ENVELOPES.labels(type=kind, outcome=outcome).inc()
