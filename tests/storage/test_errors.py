"""Every failure of a database is told in words; a mistake of ours is not hidden behind them."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.errors import Unavailable
from storage.errors import is_transient, unavailable

BUSY, FULL, GONE = "The database is busy.", "The database's disk is full.", "The database cannot be reached."


def sqlite_error(words):
    return OperationalError("SELECT 1", {}, sqlite3.OperationalError(words))


def postgres_error(code):
    error = psycopg.errors.lookup(code)("what the server said")
    kind = OperationalError if isinstance(error, psycopg.OperationalError) else DBAPIError
    return kind("SELECT 1", {}, error)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite_error("database is locked"), BUSY),
        (sqlite_error("database or disk is full"), FULL),
        (sqlite_error("disk I/O error"), FULL),
        (sqlite_error("unable to open database file"), GONE),
        (PoolTimeout("QueuePool limit"), BUSY),
        (OperationalError("SELECT 1", {}, psycopg.errors.QueryCanceled("canceling statement due to timeout")), BUSY),
        (postgres_error("53100"), FULL),
        (postgres_error("53300"), GONE),
        (postgres_error("57P01"), GONE),
        (postgres_error("57P03"), GONE),
        (postgres_error("08006"), GONE),
        (OperationalError("SELECT 1", {}, psycopg.OperationalError("connection is bad: no such file")), GONE),
        (OperationalError("SELECT 1", {}, psycopg.OperationalError("failed to resolve host 'db'")), GONE),
        (OperationalError("SELECT 1", {}, psycopg.errors.ConnectionTimeout("connection timeout expired")), GONE),
    ],
)
def test_an_outage_is_told_in_words(error, words):
    told = unavailable(error)
    assert isinstance(told, Unavailable)
    assert told.message == words
    assert "Nothing was changed" in told.hint


@pytest.mark.parametrize(
    "error",
    [
        sqlite_error("no such table: nonsense"),
        OperationalError("SELECT 1", {}, sqlite3.OperationalError("near 'x': syntax error")),
        IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed")),
        IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation("duplicate key")),
        ProgrammingError("SELECT", {}, psycopg.errors.UndefinedTable("no such table")),
        InvalidRequestError("used wrongly"),
    ],
)
def test_a_mistake_of_ours_is_no_outage(error):
    assert unavailable(error) is None


@pytest.mark.parametrize(("code", "again"), [("40001", True), ("40P01", True), ("23505", False), ("57014", False)])
def test_only_what_is_likely_to_succeed_at_once_is_tried_again(code, again):
    assert is_transient(postgres_error(code)) is again


def test_sqlite_is_never_tried_again():
    assert not is_transient(sqlite_error("database is locked"))
    assert not is_transient(PoolTimeout("QueuePool limit"))
