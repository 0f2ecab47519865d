"""What goes wrong on request. A fault is taken by the next requests of its route, as often as it was asked for."""

import asyncio
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """`hang` and `retry_after` are in seconds. A request that `is_carried_out` takes effect although its client does
    not hear so; any other does only if nothing is answered in its place and the client has waited."""

    name: str
    status: int = 200
    code: int = 0
    retry_after: float = 0.0
    is_global: bool = False
    hang: float = 0.0
    is_carried_out: bool = False
    is_cut: bool = False


def rate_limited(retry_after: float = 1.0, *, is_global: bool = False) -> Fault:
    return Fault("rate_limited", status=429, retry_after=retry_after, is_global=is_global)


def banned() -> Fault:
    """A 429 of Cloudflare's: no JSON and no `Via`, as after ten thousand refused requests."""
    return Fault("banned", status=429)


def server_error(status: int = 500) -> Fault:
    return Fault("server_error", status=status)


def refusal(code: int) -> Fault:
    return Fault("refusal", code=code)


def hanging(seconds: float, *, is_carried_out: bool = False) -> Fault:
    return Fault("hanging", hang=seconds, is_carried_out=is_carried_out)


def lost_answer() -> Fault:
    """It is done, then the connection is closed without an answer."""
    return Fault("lost_answer", is_carried_out=True, is_cut=True)


def lost_request() -> Fault:
    """The connection is closed and nothing happened."""
    return Fault("lost_request", is_cut=True)


def half_open() -> Fault:
    """Of `gateway`: greeted and identified; from then on nothing comes and nothing is answered."""
    return Fault("half_open")


def no_hello() -> Fault:
    """Of `gateway`: the WebSocket is made, and nothing ever comes through it."""
    return Fault("no_hello")


@dataclass(frozen=True, slots=True)
class _Order:
    route: str
    place: str
    fault: Fault
    skip: int
    left: int


class Faults:
    """Routes are the names of `routes.ROUTES`, `gateway`, or `*`. The caller holds the world's lock."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []
        self._hanging: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    def add(self, route: str, fault: Fault, *, times: int, place: str, skip: int) -> None:
        self._orders.append(_Order(route, place, fault, skip, times))

    def clear(self) -> None:
        self._orders.clear()

    def take(self, route: str, place: str) -> Fault | None:
        for index, order in enumerate(self._orders):
            if order.route not in (route, "*") or order.place not in (place, "") or not order.left:
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
