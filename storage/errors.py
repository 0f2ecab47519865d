"""Database errors, told as what happened to the person's request."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.errors import Unavailable

_NOTHING = "Nothing was changed. Try again in a moment."
# Serialization failure, deadlock: PostgreSQL rolled one unit back so that the others go on. And what a server does not
# know of a connection, or knows already: somebody stands between it and us.
_RETRIED = {"40001", "40P01", "26000", "42P05"}
_FULL = ("database or disk is full", "No space left on device", "disk I/O error")
_BUSY = ("database is locked", "statement timeout", "lock timeout", "canceling statement")


def is_transient(error: SQLAlchemyError) -> bool:
    """Whether the same unit, run again at once, is likely to succeed."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RETRIED


def unavailable(error: SQLAlchemyError) -> Unavailable | None:
    """The refusal for an outage; None for what is a mistake of ours."""
    if isinstance(error, PoolTimeout):
        return Unavailable("The database is busy.", _NOTHING)
    if not isinstance(error, DBAPIError):
        return None
    words = str(error.orig)
    if any(sign in words for sign in _FULL) or getattr(error.orig, "sqlstate", None) == "53100":
        return Unavailable("The database's disk is full.", "Nothing was changed. An operator must make room first.")
    if any(sign in words for sign in _BUSY):
        return Unavailable("The database is busy.", _NOTHING)
    sqlstate = getattr(error.orig, "sqlstate", None) or ""
    if error.connection_invalidated or sqlstate.startswith(("08", "57P", "53")) or _is_lost(error):
        return Unavailable("The database cannot be reached.", _NOTHING)
    return None


def as_raised(connection: Connection, cursor: Any, error: Any, text: str, parameters: Any) -> BaseException:
    """The driver's error as SQLAlchemy would raise it; a connection that is lost is not used again."""
    driver = connection.connection.driver_connection
    is_lost = connection.dialect.is_disconnect(error, driver, cursor)
    if is_lost:
        connection.invalidate(error)
    dbapi_error = connection.dialect.loaded_dbapi.Error
    raised: BaseException = DBAPIError.instance(
        text, parameters, error, dbapi_error, connection_invalidated=is_lost, dialect=connection.dialect
    )
    return raised


def uncertain() -> Unavailable:
    """The answer to a commit was lost on its way."""
    return Unavailable(
        "The database went away while this was saved: it may or may not have been kept.",
        "Look before you repeat it.",
    )


def too_late() -> Unavailable:
    return Unavailable("This took too long and was given up.", _NOTHING)


def _is_lost(error: DBAPIError) -> bool:
    # Whatever a PostgreSQL server answers has a code: an operational error without one is the want of an answer.
    if isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") is None:
        return True
    return "unable to open" in str(error.orig)
