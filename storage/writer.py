"""SQLite's one writing thread, with group commit.

Units that queue while one is being committed share the next transaction, behind one `fsync`. Each after the first is in
a savepoint of its own, so that one can fail without the others; with the first, nothing else would be lost. A unit's
future is resolved only after that commit.
"""

import math
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from core.errors import Unavailable
from storage.errors import too_late, unavailable

T = TypeVar("T")

QUEUE_LIMIT = 1_000
GROUP_LIMIT = 64


@dataclass(frozen=True, slots=True)
class _Unit:
    run: Callable[[Connection], Any]
    future: Future[Any]
    deadline: float


class Writer:
    """Runs functions on the writing connection, one at a time, in the order they came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._between: deque[tuple[Callable[[sqlite3.Connection], None], Future[None]]] = deque()
        # Nothing may be queued behind the end, where nobody would ever answer it.
        self._entrance = threading.Lock()
        self._is_closed = False
        self._patience: int | None = None
        self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
        self._thread.start()

    def submit(self, run: Callable[[Connection], T], *, seconds: float) -> Future[T]:
        """`run` must be over within `seconds`, waiting included, or is rolled back and raises `Unavailable`."""
        future: Future[T] = Future()
        with self._entrance:
            if self._is_closed:
                future.set_exception(Unavailable("Labkeeper is stopping.", "Nothing was changed. Try again later."))
                return future
            if self._queue.qsize() >= QUEUE_LIMIT:
                future.set_exception(
                    Unavailable("Too much is being written at once.", "Nothing was changed. Try again in a moment.")
                )
            else:
                self._queue.put(_Unit(run, future, time.monotonic() + seconds))
        return future

    def submit_between(self, run: Callable[[sqlite3.Connection], None], *, seconds: float) -> Future[None]:
        """Runs something that may not be inside a transaction, such as a checkpoint, after the next one."""
        future: Future[None] = Future()
        self._between.append((run, future))
        self.submit(lambda connection: None, seconds=seconds)
        return future

    def close(self) -> None:
        """Finishes what is queued."""
        with self._entrance:
            self._is_closed = True
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        connection: Connection | None = None
        goes_on = True
        while goes_on and (first := self._queue.get()) is not None:
            if not first.future.set_running_or_notify_cancel():
                continue
            try:
                connection = connection or self._engine.connect()
            except SQLAlchemyError as error:
                first.future.set_exception(_told(error))
                continue
            try:
                goes_on = self._commit_group(connection, first)
                self._run_between(_driver(connection))
            except Exception:
                # It cannot even be rolled back: the next unit gets a connection of its own.
                _give_up(self._engine, connection)
                connection = None
        if connection is not None:
            connection.close()

    def _commit_group(self, connection: Connection, first: _Unit) -> bool:
        group: list[_Unit] = [first]
        # A refusal too may speak of what another unit of the group did: it is told when that is committed.
        outcomes: list[Callable[[], None]] = []
        goes_on = True
        try:
            self._begin(connection, first)
            outcomes.append(partial(first.future.set_result, _run_in_time(connection, first)))
            unit, goes_on = self._next(group)
            while unit is not None:
                outcomes.append(_run_in_savepoint(connection, unit))
                unit, goes_on = self._next(group)
            connection.commit()
        except BaseException as error:
            for lost in group:
                if not lost.future.done():
                    lost.future.set_exception(_told(error))
            _roll_back(connection)
        else:
            for tell in outcomes:
                tell()
        return goes_on

    def _run_between(self, driver: sqlite3.Connection) -> None:
        while self._between:
            run, future = self._between.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                run(driver)
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(None)

    def _begin(self, connection: Connection, first: _Unit) -> None:
        # In steps, so that it is the same for one unit after the other.
        patience = max(1, math.ceil((first.deadline - time.monotonic()) * 10)) * 100
        if patience != self._patience:
            _driver(connection).execute(f"PRAGMA busy_timeout = {patience}")
            self._patience = patience
        connection.begin()

    def _next(self, group: list[_Unit]) -> tuple[_Unit | None, bool]:
        """The next unit of this group, and whether the thread goes on after it."""
        while len(group) < GROUP_LIMIT:
            try:
                unit = self._queue.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                return None, False
            # From here on nobody can cancel it, so that its outcome can always be set.
            if unit.future.set_running_or_notify_cancel():
                group.append(unit)
                return unit, True
        return None, True


def _run_in_time(connection: Connection, unit: _Unit) -> Any:
    if time.monotonic() > unit.deadline:
        raise too_late()
    result = unit.run(connection)
    if time.monotonic() > unit.deadline:
        raise too_late()
    return result


def _run_in_savepoint(connection: Connection, unit: _Unit) -> Callable[[], None]:
    """What tells its outcome. Raises only when the whole transaction is lost."""
    driver = _driver(connection)
    driver.execute("SAVEPOINT unit")
    try:
        result = _run_in_time(connection, unit)
    except BaseException as error:
        # A full disk or an I/O error makes SQLite roll back everything, the other units of the group too.
        if not driver.in_transaction:
            raise
        driver.execute("ROLLBACK TO unit")
        driver.execute("RELEASE unit")
        return partial(unit.future.set_exception, _told(error))
    driver.execute("RELEASE unit")
    return partial(unit.future.set_result, result)


def _roll_back(connection: Connection) -> None:
    connection.rollback()
    # SQLAlchemy takes a commit that failed for the end of the transaction; SQLite leaves it open.
    if _driver(connection).in_transaction:
        _driver(connection).execute("ROLLBACK")


def _give_up(engine: Engine, connection: Connection) -> None:
    with suppress(Exception):
        connection.invalidate()
    with suppress(Exception):
        connection.close()
    engine.dispose()


def _driver(connection: Connection) -> Any:
    """The sqlite3 connection underneath: savepoints and pragmas need no SQL compiler."""
    return connection.connection.driver_connection


def _told(error: BaseException) -> BaseException:
    """The error as the caller gets it: an outage in words, anything else as it was raised."""
    return (unavailable(error) if isinstance(error, SQLAlchemyError) else None) or error
