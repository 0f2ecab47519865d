"""The store: runs functions in transactions, on threads of its own."""

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from core.deliveries import Destination
from core.ids import TeamId
from core.jobs import Job
from core.ports import UnitOfWork
from core.teams import Directory
from storage.calendars import teams_with_old_holidays
from storage.checks import forget_checks
from storage.deliveries import forget_deliveries
from storage.destinations import claim_destinations, free_destinations
from storage.digests import forget_previews, teams_with_due_digests
from storage.directory import SqlDirectory
from storage.engine import PATIENT_WRITERS, READERS, STATEMENT_TIMEOUT, WRITERS, is_sqlite, sqlite_reader, sqlite_writer
from storage.errors import is_transient, too_late, unavailable, uncertain
from storage.jobs import claim_jobs, count_due_jobs, forget_jobs
from storage.leases import free_leases
from storage.log import teams_to_fan_out
from storage.pipeline import Pipeline
from storage.sqlite_reading import SqliteReaders
from storage.timeboxes import teams_with_due_timeboxes
from storage.unit_of_work import SqlUnitOfWork
from storage.watches import forget_receipts
from storage.writer import Writer

T = TypeVar("T")

# A person waits for the answer, and Slack for three seconds.
DEADLINE = timedelta(seconds=2)
_ATTEMPTS = 3
# Seconds: whoever waited for what was just let go has it before it is asked for again, or the two meet once more.
_BREATH = 0.02
# Seconds that a unit may have taken before what it sends with its commit is held to what is left of its deadline.
_SLACK = 0.1


class _Runner(Protocol):
    """Runs a function of a connection in a transaction."""

    def write(self, run: Callable[[Connection], T], seconds: float) -> Future[T]: ...
    def write_patiently(self, run: Callable[[Connection], T], seconds: float) -> Future[T]: ...
    def read(self, run: Callable[[Connection], T]) -> Future[T]: ...
    def glance(self, run: Callable[[Connection], T]) -> Future[T]: ...
    def maintain(self) -> Future[None]: ...
    def on_events(self, wake: Callable[[], None]) -> Callable[[], None]: ...
    def close(self) -> None: ...


class Database:
    """A `core.ports.Store`. Every failure of the database itself is raised as `Unavailable`."""

    def __init__(self, runner: _Runner) -> None:
        self._runner = runner

    def write(
        self, operation: Callable[[UnitOfWork], T], *, team: TeamId, within: timedelta | None = None
    ) -> Future[T]:
        seconds = (within or DEADLINE).total_seconds()
        return self._runner.write(lambda connection: operation(SqlUnitOfWork(connection, team)), seconds)

    def read(self, query: Callable[[UnitOfWork], T], *, team: TeamId) -> Future[T]:
        return self._runner.read(lambda connection: query(SqlUnitOfWork(connection, team)))

    def glance(self, query: Callable[[UnitOfWork], T], *, team: TeamId) -> Future[T]:
        return self._runner.glance(lambda connection: query(SqlUnitOfWork(connection, team)))

    def write_directory(self, operation: Callable[[Directory], T], *, within: timedelta | None = None) -> Future[T]:
        def run(connection: Connection) -> T:
            directory = SqlDirectory(connection)
            directory.lock()
            return operation(directory)

        return self._runner.write_patiently(run, (within or DEADLINE).total_seconds())

    def read_directory(self, query: Callable[[Directory], T]) -> Future[T]:
        return self._runner.read(lambda connection: query(SqlDirectory(connection)))

    def claim_jobs(self, *, now: datetime, lease: timedelta, limit: int) -> Future[tuple[Job, ...]]:
        return self._unbound(lambda connection: claim_jobs(connection, now=now, lease=lease, limit=limit))

    def claim_destinations(self, *, now: datetime, lease: timedelta, limit: int) -> Future[tuple[Destination, ...]]:
        return self._unbound(lambda connection: claim_destinations(connection, now=now, lease=lease, limit=limit))

    def free_leases(self) -> Future[None]:
        return self._unbound(_free)

    def teams_to_fan_out(self) -> Future[tuple[TeamId, ...]]:
        return self._runner.glance(teams_to_fan_out)

    def forget_receipts(self, *, before: datetime) -> Future[int]:
        return self._unbound(lambda connection: forget_receipts(connection, before=before))

    def forget_jobs(self, *, before: datetime) -> Future[int]:
        return self._unbound(lambda connection: forget_jobs(connection, before=before))

    def forget_deliveries(self, *, before: datetime) -> Future[int]:
        return self._unbound(lambda connection: forget_deliveries(connection, before=before))

    def forget_checks(self, *, before: datetime) -> Future[int]:
        return self._unbound(lambda connection: forget_checks(connection, before=before))

    def forget_previews(self, *, before: datetime) -> Future[int]:
        return self._unbound(lambda connection: forget_previews(connection, before=before))

    def on_events(self, wake: Callable[[], None]) -> Callable[[], None]:
        return self._runner.on_events(wake)

    def teams_with_due_timeboxes(self, *, now: datetime) -> Future[tuple[TeamId, ...]]:
        return self._runner.glance(lambda connection: teams_with_due_timeboxes(connection, now=now))

    def teams_with_due_digests(self, *, now: datetime) -> Future[tuple[TeamId, ...]]:
        return self._runner.read(lambda connection: teams_with_due_digests(connection, now=now))

    def teams_with_old_holidays(self, *, edition: str) -> Future[tuple[TeamId, ...]]:
        return self._runner.read(lambda connection: teams_with_old_holidays(connection, edition=edition))

    def count_due_jobs(self, *, now: datetime) -> Future[int]:
        return self._runner.glance(lambda connection: count_due_jobs(connection, now=now))

    def maintain(self) -> Future[None]:
        return self._runner.maintain()

    def _unbound(self, run: Callable[[Connection], T]) -> Future[T]:
        """Writes across teams: only claims and upkeep do."""
        return self._runner.write(run, DEADLINE.total_seconds())

    def close(self) -> None:
        """Finishes what is queued and lets go of the connections."""
        self._runner.close()


def open_database(url: str, *, is_server: bool) -> Database:
    """On SQLite, the server's writer alone checkpoints; the terminal beside it does not."""
    if is_sqlite(url):
        return Database(_SqliteRunner(sqlite_writer(url, checkpoints=is_server), sqlite_reader(url)))
    return Database(_PostgresRunner(url))


class _SqliteRunner:
    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._writer, self._readers = Writer(writing), SqliteReaders(reading)

    def write(self, run: Callable[[Connection], T], seconds: float) -> Future[T]:
        return self._writer.submit(run, seconds=seconds)

    def write_patiently(self, run: Callable[[Connection], T], seconds: float) -> Future[T]:
        return self.write(run, seconds)

    def read(self, run: Callable[[Connection], T]) -> Future[T]:
        return self._readers.submit(run)

    def glance(self, run: Callable[[Connection], T]) -> Future[T]:
        return self._readers.glance(run)

    def maintain(self) -> Future[None]:
        """What the terminal writes beside a quiet server is checkpointed here, and nowhere else."""
        return self._writer.submit_between(_checkpoint, seconds=DEADLINE.total_seconds())

    def on_events(self, wake: Callable[[], None]) -> Callable[[], None]:
        """SQLite tells nobody: the worker looks once a second."""
        return lambda: None

    def close(self) -> None:
        self._writer.close()
        self._readers.close()
        self._writing.dispose()


class _PostgresRunner:
    def __init__(self, url: str) -> None:
        # Loaded when used: an SQLite process starts sooner without it.
        from storage.postgres import reader, writer
        from storage.teller import Teller

        self._url = url
        self._writing, self._reading = writer(url), reader(url)
        self._teller = Teller(self._writing)
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="postgresql-writer")
        # What may take longer, as a push of two thousand commits, or wait for it, is not to keep people waiting.
        self._patient_writers = ThreadPoolExecutor(PATIENT_WRITERS, thread_name_prefix="postgresql-patient-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="postgresql-reader")

    def write(self, run: Callable[[Connection], T], seconds: float) -> Future[T]:
        if seconds > DEADLINE.total_seconds():
            return self.write_patiently(run, seconds)
        return self._writers.submit(self._write, run, time.monotonic() + seconds, seconds)

    def write_patiently(self, run: Callable[[Connection], T], seconds: float) -> Future[T]:
        return self._patient_writers.submit(self._write, run, time.monotonic() + seconds, seconds)

    def read(self, run: Callable[[Connection], T]) -> Future[T]:
        return self._readers.submit(_read, self._reading, run)

    def glance(self, run: Callable[[Connection], T]) -> Future[T]:
        """A server may be far away: nobody waits for it on a thread of their own."""
        return self.read(run)

    def maintain(self) -> Future[None]:
        """Autovacuum does it."""
        future: Future[None] = Future()
        future.set_result(None)
        return future

    def on_events(self, wake: Callable[[], None]) -> Callable[[], None]:
        from storage.listener import Listener

        return Listener(self._url, wake).stop

    def close(self) -> None:
        self._writers.shutdown()
        self._patient_writers.shutdown()
        self._readers.shutdown()
        self._teller.close()
        self._reading.dispose()
        self._writing.dispose()

    def _write(self, run: Callable[[Connection], T], deadline: float, seconds: float) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            if time.monotonic() > deadline:
                raise too_late()
            try:
                with self._writing.connect() as connection:
                    pipeline = Pipeline(connection)
                    result = _commit(connection, pipeline, run, deadline, seconds)
                if pipeline.has_news:
                    self._teller.tell()
                return result
            except SQLAlchemyError as error:
                if attempt == _ATTEMPTS or not is_transient(error):
                    raise unavailable(error) or error from error
                time.sleep(_BREATH)
        raise too_late()


def _free(connection: Connection) -> None:
    free_destinations(connection)
    free_leases(connection)


def _checkpoint(driver: sqlite3.Connection) -> None:
    driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    driver.execute("PRAGMA optimize").fetchall()


def _commit(
    connection: Connection, pipeline: Pipeline, run: Callable[[Connection], T], deadline: float, seconds: float
) -> T:
    transaction = connection.begin()
    try:
        if seconds > STATEMENT_TIMEOUT.total_seconds():
            pipeline.limit(seconds)
        result = run(connection)
        remaining = deadline - time.monotonic()
        if remaining < 0:
            raise too_late()
        if remaining < STATEMENT_TIMEOUT.total_seconds() - _SLACK:
            pipeline.limit(remaining)
    except BaseException:
        transaction.rollback()
        raise
    try:
        pipeline.commit()
        transaction.commit()
    except DBAPIError as error:
        if is_transient(error) or not error.connection_invalidated:
            raise
        raise uncertain() from error
    return result


def _read(engine: Engine, run: Callable[[Connection], T]) -> T:
    try:
        with engine.connect() as connection:
            return run(connection)
    except SQLAlchemyError as error:
        raise unavailable(error) or error from error
