"""Millions of rows into a board that nobody uses meanwhile: without its indexes, which are made again behind them, and
without the checks of references that these statements keep anyway."""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

import psycopg

from storage.engine import is_sqlite

# For as long as it takes: what is lost if the machine dies is a benchmark.
_SQLITE = (
    "locking_mode = EXCLUSIVE",
    "journal_mode = OFF",
    "synchronous = OFF",
    "cache_size = -1000000",
    "threads = 2",
)
_POSTGRES = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "'16GB'", "autovacuum": "off"}
_OURS = (
    "SET session_replication_role = replica", "SET synchronous_commit = off", "SET maintenance_work_mem = '1GB'",
    "SET work_mem = '256MB'",
)  # fmt: skip
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index AS i
JOIN pg_class AS t ON t.oid = i.indrelid WHERE t.relname = ANY(%s)
AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid)
"""
# Enough for plans to be those of a board that was analyzed whole.
_LOOKED_AT = 20_000


def fill_at_once(url: str, statements: Iterable[str], tables: Iterable[str]) -> float:
    """Runs them in one transaction; the seconds it took."""
    started = time.perf_counter()
    if is_sqlite(url):
        _fill_sqlite(url.removeprefix("sqlite:///"), statements, list(tables))
    else:
        _fill_postgres(url, statements, list(tables))
    return time.perf_counter() - started


def _fill_sqlite(path: str, statements: Iterable[str], tables: list[str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in _SQLITE:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        marks = ", ".join("?" * len(tables))
        indexes = connection.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",
            tables,
        ).fetchall()
        connection.execute("BEGIN")
        for statement in (*(f"DROP INDEX {name}" for name, _ in indexes), *statements, *(sql for _, sql in indexes)):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA analysis_limit = {_LOOKED_AT}").fetchall()
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()


def _fill_postgres(url: str, statements: Iterable[str], tables: list[str]) -> None:
    with _careless(url), psycopg.connect(url) as connection:
        for setting in _OURS:
            connection.execute(setting)
        indexes = connection.execute(_INDEXES, (tables,)).fetchall()
        for statement in (*(f"DROP INDEX {name}" for name, _ in indexes), *statements, *(sql for _, sql in indexes)):
            connection.execute(statement)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("VACUUM ANALYZE")
        server.execute("CHECKPOINT")


@contextmanager
def _careless(url: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as server:
        for name, value in _POSTGRES.items():
            server.execute(f"ALTER SYSTEM SET {name} = {value}")
        server.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            for name in _POSTGRES:
                server.execute(f"ALTER SYSTEM RESET {name}")
            server.execute("SELECT pg_reload_conf()")
