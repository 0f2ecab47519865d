"""Hears PostgreSQL's notifications of new events, on a connection and a thread of its own."""

import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import make_url

CHANNEL = "labkeeper_events"
_PATIENCE = 1.0  # seconds between two looks at whether to stop, and before a lost connection is made anew
# Seconds in which what else is told waits to be heard together: each hearing takes time from the units themselves.
_PAUSE = 0.05


class Listener:
    """Starts at once. A lost connection is made again; what was missed meanwhile is found by looking once a second."""

    def __init__(self, url: str, wake: Callable[[], None]) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postgresql-listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=3) as connection:
                    connection.execute(f"LISTEN {CHANNEL}".encode())
                    self._hear(connection)
            except psycopg.Error:
                self._stopping.wait(_PATIENCE)

    def _hear(self, connection: psycopg.Connection) -> None:
        while not self._stopping.is_set():
            if list(connection.notifies(timeout=_PATIENCE, stop_after=1)):
                self._wake()
                self._stopping.wait(_PAUSE)
