"""Engines: SQLite with one writing and several reading connections, PostgreSQL with a pool."""

import sqlite3
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool, StaticPool

from core.errors import UserError
from storage.errors import as_raised

READERS = 4
# Units that write at once on PostgreSQL: one interpreter gives no more to do, and more mostly waited for one another.
WRITERS = 4
# Those wait for one another more often: for a repository, for the list of teams.
PATIENT_WRITERS = 8
BUSY_TIMEOUT = timedelta(seconds=2)
# How long a migration waits for another one to end.
MIGRATION_PATIENCE = timedelta(minutes=1)
# A command's own deadline: a unit that is given longer says so to PostgreSQL itself.
STATEMENT_TIMEOUT = timedelta(seconds=2)


class BadDatabaseUrl(UserError):
    """The address cannot be used, whatever is behind it."""


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def sqlite_path(url: str) -> str:
    """The file behind an SQLite address. Raises `BadDatabaseUrl`."""
    parsed = parse_url(url)
    if not parsed.database or parsed.database == ":memory:":
        raise BadDatabaseUrl(
            "An SQLite database needs a file: memory is lost with the process.", "Write sqlite:///labkeeper.db."
        )
    return parsed.database


def sqlite_writer(url: str, *, checkpoints: bool, patience: timedelta = BUSY_TIMEOUT) -> Engine:
    """The one connection that writes. Only the server's checkpoints: two that do at once can corrupt a WAL."""
    path = sqlite_path(url)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
        connection.execute(f"PRAGMA busy_timeout = {milliseconds(patience)}")
        _use_wal(connection, patience)
        connection.execute("PRAGMA synchronous = FULL")
        # What a savepoint may have to undo is more than SQLite keeps in memory by itself: no file for it at each unit.
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA wal_autocheckpoint = {1000 if checkpoints else 0}")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    # The driver's own transactions begin late and lose updates; ours take the write lock at once.
    event.listen(engine, "begin", _begin_immediate)
    return engine


def sqlite_reader(url: str) -> Engine:
    path = sqlite_path(url)

    def connect() -> sqlite3.Connection:
        uri = f"file:{quote(path)}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout = {milliseconds(BUSY_TIMEOUT)}")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=READERS + 1, max_overflow=0)
    event.listen(engine, "begin", _begin_deferred)
    return engine


def open_engine(url: str) -> Engine:
    """A plain engine for migrations and copies, without time limits."""
    if is_sqlite(url):
        return sqlite_writer(url, checkpoints=False, patience=MIGRATION_PATIENCE)
    return create_engine(parse_url(url).set(drivername="postgresql+psycopg"), connect_args={"connect_timeout": 3})


def parse_url(url: str) -> URL:
    """Raises `BadDatabaseUrl`."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # The address may hold a password: it is not repeated here.
        raise BadDatabaseUrl(
            "DATABASE_URL cannot be read.", "Write sqlite:///labkeeper.db or postgresql://user@host:5432/database."
        ) from None


def _use_wal(connection: sqlite3.Connection, patience: timedelta) -> None:
    """SQLite does not wait here for another process that makes the same new file: it is asked again."""
    end = time.monotonic() + patience.total_seconds()
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_immediate(connection: Connection) -> None:
    _begin(connection, "BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    _begin(connection, "BEGIN")


def _begin(connection: Connection, words: str) -> None:
    """By the driver itself: SQLAlchemy would take ten times as long for it."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(words)
    except sqlite3.Error as error:
        raise as_raised(connection, None, error, words, ()) from error


def milliseconds(length: timedelta) -> int:
    return int(length / timedelta(milliseconds=1))
