"""The program's processes as a test holds them: each is started again whenever it dies."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.orders import LIVES_ON, Order, Start

ROOT = Path(__file__).parents[2]
# Seconds. An ordered point is passed much sooner; this only bounds a failure.
PATIENCE = 45.0


class Life:
    """One process, from its start to its end. `told` are the lines it said of itself."""

    def __init__(self, port: int, start: Start) -> None:
        self.order = start.order
        self.told: list[str] = []
        self._changed = threading.Condition()
        self._has_ended = False
        self._connection = socket.create_connection(("127.0.0.1", port))
        self._connection.sendall(f"{start.to_json()}\n".encode())
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, words: str, *, within: float = PATIENCE) -> None:
        """Until the process told something that begins so."""
        with self._changed:
            self._changed.wait_for(lambda: self._find(words) is not None or self._has_ended, within)
            assert self._find(words) is not None, f"“{words}” was not told: {self.told}"

    def wait_for_end(self, *, within: float = PATIENCE) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._has_ended, within)

    def kill(self) -> None:
        self.wait_for("process ")
        with suppress(ProcessLookupError):
            os.kill(int((self._find("process ") or "").split()[1]), signal.SIGKILL)
        self.wait_for_end()

    @property
    def died_as_ordered(self) -> bool:
        return f"{'held' if self.order.holds else 'died'} {self.order}" in self.told

    def _find(self, words: str) -> str | None:
        return next((line for line in self.told if line.startswith(words)), None)

    def _listen(self) -> None:
        with suppress(OSError), self._connection.makefile() as lines:
            for line in lines:
                with self._changed:
                    self.told.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()
        self._connection.close()


class Launcher:
    """Has the program loaded, and starts processes of it. It runs where no `.env` of somebody's lies."""

    def __init__(self, directory: Path, *also: str) -> None:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.victim", *also],
            cwd=directory, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout
        self._port = int(self._process.stdout.readline())

    def start(self, start: Start) -> Life:
        return Life(self._port, start)

    def close(self) -> None:
        self._process.communicate()


@dataclass
class Lane:
    """One process of the installation. It dies as ordered, one order after the other, and is started again at once.

    After all of them it lives with its `last` order.
    """

    name: str
    start: Callable[[Order], Life]
    orders: list[Order]
    last: Order = LIVES_ON
    lives: list[Life] = field(default_factory=list, init=False)
    problems: list[str] = field(default_factory=list, init=False)
    is_over: threading.Event = field(default_factory=threading.Event, init=False)

    def begin(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self._live_and_die()
        except (OSError, AssertionError) as error:
            self.problems.append(f"{self.name} could not be started: {error}")
        finally:
            self.is_over.set()

    def _live_and_die(self) -> None:
        for order in self.orders:
            life = self.start(order)
            self.lives.append(life)
            if not life.wait_for_end():
                self.problems.append(f"{self.name} never came to its end: {order}")
                life.kill()
            elif not life.died_as_ordered:
                self.problems.append(f"{self.name} ended by itself and not {order}: {life.told}")
        self.lives.append(self.start(self.last))

    def end(self) -> None:
        """Kills what lives."""
        if self.lives:
            self.lives[-1].kill()

    @property
    def kills(self) -> list[str]:
        return [str(life.order) for life in self.lives if life.died_as_ordered]

    def told(self, words: str) -> int:
        return sum(line == words for life in self.lives for line in life.told)


def lasting_port() -> int:
    """One below those that outgoing connections get: such a connection might take it between two lives."""
    while True:
        port = random.randrange(20_000, 30_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
