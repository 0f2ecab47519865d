"""What storage's tests look at and act with from outside: other connections, other threads."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from core.errors import UserError
from storage.columns import metadata
from storage.engine import is_sqlite, sqlite_path

PATIENCE = 20


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    """What a connection of its own reads, without the code under test."""
    if is_sqlite(url):
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            return connection.execute(statement).fetchall()
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


def execute(url: str, statement: str) -> None:
    if is_sqlite(url):
        with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as connection:
            connection.execute(statement)
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())


def everything(url: str, *, team: int) -> dict[str, list[str]]:
    """Every row that a team has, to compare before and after."""
    owned = [name for name, table in metadata.tables.items() if "team_id" in table.c]
    with closing(sqlite3.connect(sqlite_path(url)) if is_sqlite(url) else psycopg.connect(url)) as connection:
        return {
            name: sorted(repr(row) for row in connection.execute(f"SELECT * FROM {name} WHERE team_id = {team}"))
            for name in owned
        }


def at_once(*runs: Callable[[], Any]) -> list[Any]:
    """The results of all, begun at the same moment on threads of their own; refusals stand in their place."""
    start = threading.Barrier(len(runs))

    def run_one(run: Callable[[], Any]) -> Any:
        start.wait(PATIENCE)
        try:
            return run()
        except UserError as error:
            return error

    with ThreadPoolExecutor(len(runs)) as threads:
        return list(threads.map(run_one, runs))


def refusals(results: list[Any]) -> list[UserError]:
    return [result for result in results if isinstance(result, UserError)]


def wait_until(is_so: Callable[[], bool]) -> None:
    """Asks again and again; fails when it does not come true."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it never came true"


def wait_for_lock_or_end(url: str, future: Future[Any]) -> None:
    """Until some PostgreSQL session of this database waits for another's lock, or `future` is over already."""
    database = url.split("?")[0].rsplit("/", 1)[1]
    waiting = f"SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '{database}'"
    wait_until(lambda: future.done() or bool(rows(url, waiting)))


@contextmanager
def sqlite_locked(url: str) -> Iterator[None]:
    """Another connection holds SQLite's write lock meanwhile."""
    with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
