"""Labkeeper as processes that die where they are told to: `python -m tests.crash.victim`.

It loads the program once, prints the port it listens on, and forks one process for each connection, which then is
`python -m bot run` but for the second of loading. The connection brings the `Start`, hears what happens in the process,
and ends when the process does.
"""

import asyncio
import gc
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any, TypeVar

import bot.app
import bot.delivery
import bot.intake
import bot.platforms.slack.connection
import bot.run
from bot.__main__ import main as labkeeper
from bot.context import Context
from bot.intake import Intake, Reply
from bot.platforms.slack import chat
from bot.platforms.slack.chat import SlackChat
from bot.webhook import Incoming
from core.deliveries import DeliveryState, Post
from core.hooks import Hook
from tests.crash.orders import Start, Variant
from tests.crash.points import Points, install, install_in_discord

T = TypeVar("T")

# All lengths of delivery are a quarter of the real ones. What is never said twice depends on their order alone: an
# interrupted call is left alone for longer than a call may take, and both are longer than a lease.
SCALE = 4


def main() -> None:
    # These would be loaded at each start.
    bot.app.load_catalogue()
    bot.app.load_notifications()
    if "discord" in sys.argv:
        import_module("bot.platforms.discord.connection")
    # What is loaded stays: no process looks for garbage among it.
    gc.collect()
    gc.freeze()
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    # Nobody waits for the processes here; whoever started them sees their connections end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            _run(connection)
        connection.close()


def _run(connection: socket.socket) -> None:
    start = Start.from_json(connection.makefile().readline())
    log = os.open(start.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(start.environment)

    def tell(words: str) -> None:
        connection.sendall(f"{words}\n".encode())

    tell(f"process {os.getpid()}")
    points = Points(start.order, tell)
    install(points)
    if "DISCORD_TOKEN" in start.environment:
        install_in_discord(points)
        _shorten_in_discord()
    _shorten()
    _tell_looks(tell)
    _VARIANTS[start.order.variant]()
    threading.Thread(target=_end_with, args=[connection], daemon=True).start()
    if start.order.seconds is not None:
        timer = threading.Timer(start.order.seconds, points.die)
        timer.daemon = True
        timer.start()
    sys.argv = ["labkeeper", *start.arguments]
    labkeeper()


def _end_with(connection: socket.socket) -> None:
    """When the test is gone, so is this process."""
    connection.recv(1)
    os.kill(os.getpid(), signal.SIGKILL)


def _shorten() -> None:
    deliverer = bot.app.Deliverer
    bot.app.Deliverer = partial(deliverer, spacing=deliverer.spacing / SCALE, settling=deliverer.settling / SCALE)
    bot.delivery.LEASE = bot.delivery.LEASE / SCALE
    chat.TIMEOUT = chat.TIMEOUT // SCALE
    assert bot.delivery.LEASE < timedelta(seconds=chat.TIMEOUT) < deliverer.settling / SCALE


def _shorten_in_discord() -> None:
    """A connection is another's soon after its process died."""
    from bot.platforms.discord import api, connection
    from bot.platforms.discord.shards import Pace

    api.TIMEOUT = api.TIMEOUT / SCALE
    connection.Pace = partial(Pace, lease=0.8, renewing=0.2, first_pause=0.1, longest_pause=0.5, patience=5.0)


def _tell_looks(tell: Callable[[str], None]) -> None:
    """The counter ends with the process; what it counts is told outside."""
    counter = chat.LOOKS

    class Told:
        def labels(self, *, outcome: str) -> Any:
            tell(f"looked {outcome}")
            return counter.labels(outcome=outcome)

    chat.LOOKS = Told()


def _answer_early() -> None:
    """The value of a command is handed on when its operation is done, before its unit is committed."""
    do = Context.do

    async def do_early(self: Context, operation: Callable[..., T], **arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        early: asyncio.Future[T] = loop.create_future()

        def run(*args: Any, **given: Any) -> T:
            result = operation(*args, **given)
            loop.call_soon_threadsafe(lambda: early.done() or early.set_result(result))
            return result

        committed = asyncio.ensure_future(do(self, run, **arguments))
        await asyncio.wait([early, committed], return_when=asyncio.FIRST_COMPLETED)
        return early.result() if early.done() else committed.result()

    Context.do = do_early
    _answer_webhooks_early()


def _answer_webhooks_early() -> None:
    take, commit = bot.intake.take, Intake._commit

    async def commit_early(self: Intake, hook: Hook, incoming: Incoming) -> Reply:
        loop = asyncio.get_running_loop()
        early: asyncio.Future[Reply] = loop.create_future()

        def take_and_tell(*args: Any, **given: Any) -> Reply:
            reply = take(*args, **given)
            loop.call_soon_threadsafe(lambda: early.done() or early.set_result(reply))
            return reply

        bot.intake.take = take_and_tell
        committed = asyncio.ensure_future(commit(self, hook, incoming))
        await asyncio.wait([early, committed], return_when=asyncio.FIRST_COMPLETED)
        return early.result() if early.done() else committed.result()

    Intake._commit = commit_early


def _look_nowhere() -> None:
    async def find(self: SlackChat, post: Post, *, since: object) -> None:
        return None

    SlackChat.find = find


def _take_for_done() -> None:
    begin = bot.delivery.begin

    def begin_after(work: Any, destination: Any, times: Any) -> Any:
        for one in work.deliveries.pending(destination.channel_id, limit=100):
            if one.state is DeliveryState.SENDING:
                work.deliveries.mark(replace(one, state=DeliveryState.SENT), times.now)
        return begin(work, destination, times)

    bot.delivery.begin = begin_after


_VARIANTS: dict[Variant, Callable[[], None]] = {
    Variant.NONE: lambda: None,
    Variant.EARLY_ANSWER: _answer_early,
    Variant.BLIND: _look_nowhere,
    Variant.CARELESS: _take_for_done,
}


if __name__ == "__main__":
    main()
