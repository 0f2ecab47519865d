"""An ASGI app on a thread of the test process: it listens at once and ends at once."""

import asyncio
import socket
import threading
from collections.abc import Callable
from types import TracebackType

import uvicorn
from starlette.types import ASGIApp

from tests.fakes.slack.connections import Connections


def listening_socket(port: int = 0) -> socket.socket:
    """Accepts connections from now on, so that nobody has to wait for the server."""
    # Named TCP, or asyncio leaves Nagle's algorithm on and every second answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(512)
    return listener


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def server_config(app: ASGIApp, connections: Connections) -> uvicorn.Config:
    """Without lifespan: startup and shutdown of the app are the caller's."""
    return uvicorn.Config(
        app, http=connections.protocol(), ws="none", lifespan="off", log_level="error", access_log=False
    )


class ServerThread:
    """`with ServerThread(app) as url:`. `before_end` is called when it stops, before its connections are closed."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        listener: socket.socket | None = None,
        connections: Connections | None = None,
        before_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._listener = listener or listening_socket()
        self.url = address_of(self._listener)
        self._connections = connections or Connections()
        self._config = server_config(app, self._connections)
        self._before_end = before_end
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=self.url, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return self.url

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = uvicorn.Server(self._config)
        serving = asyncio.create_task(server.serve([self._listener]))
        await self._stop.wait()
        # uvicorn's own shutdown takes at least 0.1 s and waits for hanging calls.
        serving.cancel()
        for listening in getattr(server, "servers", ()):
            listening.close()
        self._listener.close()
        self._before_end()
        self._connections.abort_all()
        if tasks := server.server_state.tasks:
            await asyncio.wait(tasks, timeout=1)
