"""Runs the parts of a server in one process until it is told to stop."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import structlog
import uvicorn

from bot.scheduler import Tick, start_ticks
from core.clock import Clock
from core.errors import Conflict

log = structlog.get_logger()

# Starlette is the platforms' affair; here an application is anything uvicorn can call.
AsgiApp = Any


class Part(StrEnum):
    """What a process may be asked to run alone."""

    WEB = "web"
    CHAT = "chat"
    WORKER = "worker"


def listen(host: str, port: int) -> socket.socket:
    """Raises `Conflict` when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or asyncio leaves Nagle's algorithm on, and every second answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
        return listener
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise Conflict(f"{host}:{port} cannot be used: {reason}.", "Choose another one with PORT or HOST.") from error


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve(
    app: AsgiApp,
    listener: socket.socket | None,
    ticks: tuple[Tick, ...],
    works: Iterable[Callable[[], Coroutine[Any, Any, None]]] = (),
    leaving: Callable[[], None] = lambda: None,
) -> None:
    """Answers on `listener`, if there is one, runs `ticks`, and `works` until they are cancelled.

    `leaving` ends what would be answered for ever. Returns after SIGINT or SIGTERM, with all finished.
    """
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    ticking = start_ticks(ticks, now=Clock().now())
    server = _HttpServer(app) if listener else None
    running = asyncio.create_task(server.serve([listener])) if server and listener else None
    working = [asyncio.create_task(work()) for work in works]
    try:
        if server and running and listener:
            await server.is_up.wait()
        log.info("ready", address=address_of(listener) if listener else None, ticks=[tick.name for tick in ticks])
        _settle_interpreter()
        await _until_any(stop, running)
    finally:
        leaving()
        await ticking.stop()
        if server and running:
            server.should_exit = True
            await running
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        log.info("stopped")


class _HttpServer(uvicorn.Server):
    """uvicorn without signal handlers of its own: the process runs more than HTTP."""

    def __init__(self, app: AsgiApp) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", http="httptools", ws="none")
        )
        self.is_up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


async def _until_any(stop: asyncio.Event, running: asyncio.Task[None] | None) -> None:
    waits = [asyncio.create_task(stop.wait()), *([running] if running else [])]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)


def _settle_interpreter() -> None:
    # One full collection over these libraries stops the loop for about 0.1 s; what is loaded by now stays anyway, and
    # the garbage among it, a thousand objects, is not worth that time.
    gc.freeze()
    gc.set_threshold(700, 10, 1_000)
    gc.enable()
    # The loop answers people while threads write: after a millisecond it is its turn again, not after five.
    sys.setswitchinterval(0.001)
