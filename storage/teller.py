"""Tells other processes of new events (PostgreSQL), after the units that committed them.

NOTIFY inside a unit would hold a lock of the whole server until its commit is over, and so let one unit through at a
time. What was committed and not told, because the process died in between, is found by looking once a second.
"""

import threading
from contextlib import suppress

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storage.listener import CHANNEL

# Seconds in which what else was committed waits to be told together.
_PAUSE = 0.05


class Teller:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._news, self._closing = threading.Event(), threading.Event()
        self._has_news = False
        self._thread = threading.Thread(target=self._run, name="postgresql-teller", daemon=True)
        self._thread.start()

    def tell(self) -> None:
        self._has_news = True
        self._news.set()

    def close(self) -> None:
        """Tells what was not told yet."""
        self._closing.set()
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            self._news.wait()
            is_last = self._closing.is_set()
            self._news.clear()
            if self._has_news:
                self._has_news = False
                with suppress(SQLAlchemyError), self._engine.connect() as connection:
                    connection.exec_driver_sql(f"NOTIFY {CHANNEL}")
            self._closing.wait(_PAUSE)
