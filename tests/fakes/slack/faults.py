"""What goes wrong on request. A fault is taken by the next calls of its method, as often as it was asked for."""

import asyncio
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """`hang` is in seconds. A call that `is_carried_out` takes effect although its client does not hear so (or late);
    any other takes effect only if nothing is answered in its place and the client has waited."""

    name: str
    status: int = 200
    error: str = ""
    retry_after: int = 0
    hang: float = 0.0
    is_carried_out: bool = False
    is_cut: bool = False


def rate_limited(retry_after: int = 1) -> Fault:
    return Fault("rate_limited", status=429, error="ratelimited", retry_after=retry_after)


def server_error(status: int = 500) -> Fault:
    return Fault("server_error", status=status, error="internal_error")


def refusal(error: str) -> Fault:
    return Fault("refusal", error=error)


def hanging(seconds: float, *, is_carried_out: bool = False) -> Fault:
    return Fault("hanging", hang=seconds, is_carried_out=is_carried_out)


def lost_answer() -> Fault:
    """The message is stored, then the connection is closed without an answer."""
    return Fault("lost_answer", is_carried_out=True, is_cut=True)


def lost_request() -> Fault:
    """The connection is closed and nothing happened."""
    return Fault("lost_request", is_cut=True)


def half_open() -> Fault:
    """Of `websocket`: the connection is made and greeted; from then on nothing is answered, no ping either."""
    return Fault("half_open")


def no_hello() -> Fault:
    """Of `websocket`: the connection is made, and nothing ever comes through it."""
    return Fault("no_hello")


@dataclass(frozen=True, slots=True)
class _Order:
    method: str
    channel: str
    fault: Fault
    skip: int
    left: int


class Faults:
    """Methods are Web API names, `response_url`, `upload`, `websocket` or `*`. The caller holds the world's lock."""

    def __init__(self) -> None:
        self.history_delay = 0.0
        self._orders: list[_Order] = []
        self._hanging: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    def add(self, method: str, fault: Fault, *, times: int, channel: str, skip: int) -> None:
        self._orders.append(_Order(method, channel, fault, skip, times))

    def clear(self) -> None:
        self._orders.clear()

    def take(self, method: str, channel: str) -> Fault | None:
        for index, order in enumerate(self._orders):
            if order.method not in (method, "*") or order.channel not in (channel, "") or not order.left:
                continue
            if order.skip:
                self._orders[index] = replace(order, skip=order.skip - 1)
                continue
            self._orders[index] = replace(order, left=order.left - 1)
            return order.fault
        return None

    @property
    def hanging_calls(self) -> int:
        return len(self._hanging)

    def begin_hanging(self) -> asyncio.Event:
        released = asyncio.Event()
        self._hanging[released] = asyncio.get_running_loop()
        return released

    def end_hanging(self, released: asyncio.Event) -> None:
        self._hanging.pop(released, None)

    def release(self) -> None:
        for released, loop in list(self._hanging.items()):
            loop.call_soon_threadsafe(released.set)
