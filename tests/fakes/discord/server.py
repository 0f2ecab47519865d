"""The fake on a thread of the test process."""

import asyncio
import threading
from types import TracebackType

from aiohttp import web

from tests.fakes.discord.app import DiscordApp
from tests.fakes.discord.discord import Discord
from tests.fakes.discord.world import World
from tests.fakes.slack.clock import Clock
from tests.fakes.slack.serving import address_of, listening_socket


class DiscordServer:
    """`with DiscordServer() as discord:` listens on a free port until the block ends; it waits for nobody then.

    `is_checking`: holds requests against Discord's own description, where that is at hand.
    """

    def __init__(self, clock: Clock | None = None, port: int = 0, *, is_checking: bool = True) -> None:
        self._is_checking = is_checking
        self._listener = listening_socket(port)
        self.discord = Discord(World(clock or Clock()), address_of(self._listener))
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Discord:
        self._thread.start()
        return self.discord

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def run(self) -> None:
        """In this thread, until it is interrupted."""
        self._run()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self.discord.gateway.loop = self._loop
        app = DiscordApp(self.discord, is_checking=self._is_checking).application()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.0, handle_signals=False)
        await runner.setup()
        await web.SockSite(runner, self._listener).start()
        await self._stop.wait()
        self.discord.gateway.loop = None
        self.discord.release_hanging()
        # One turn of the loop in which those go on.
        await asyncio.sleep(0)
        for protocol in list(runner.server.connections if runner.server else ()):
            if protocol.transport:
                protocol.transport.abort()
        await runner.cleanup()
