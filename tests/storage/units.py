"""Units of work as tests need them: one that waits before its end, one that takes too long."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

from tests.drivers import BoardDriver
from tests.storage.probes import PATIENCE


class Held:
    """A unit of work that has done its part and waits before its commit until it is let go."""

    def __init__(
        self, board: BoardDriver, run: Callable[[Any], Any], *, then: Callable[[Any], Any] | None = None
    ) -> None:
        self._done, self._go = threading.Event(), threading.Event()

        def operation(work: Any) -> Any:
            result = run(work)
            self._done.set()
            assert self._go.wait(PATIENCE)
            return then(work) if then else result

        self.future: Future[Any] = board.store.write(operation, team=board.team, within=timedelta(seconds=PATIENCE))
        assert self._done.wait(PATIENCE)

    def end(self) -> None:
        """Lets it go; how it ended is for `future` to say."""
        self._go.set()

    def let_go(self) -> Any:
        self.end()
        return self.future.result(PATIENCE)


def pass_the_deadline(seconds: float) -> None:
    """Computes for longer than that, as an operation that takes too long does."""
    end = time.monotonic() + seconds
    while time.monotonic() <= end:
        pass
