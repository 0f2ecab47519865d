"""PostgreSQL's engine: psycopg 3 on threads, in a module of its own because loading it takes a tenth of a second."""

import math
import select
import time
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from storage.engine import PATIENT_WRITERS, READERS, STATEMENT_TIMEOUT, WRITERS, milliseconds, parse_url
from storage.pipeline import send_what_waits

# A connection that was used just now needs no round trip to see whether it still stands.
LONG_REST = timedelta(seconds=1)
# psycopg's own default.
_PREPARED_AFTER = 5


def writer(url: str) -> Engine:
    """In autocommit: a unit sends BEGIN and COMMIT itself, together with its statements."""
    # Those of the threads that write, and one for what is told to other processes.
    # psycopg itself prepares nothing there: what it does away with at a rollback would be the pipeline's too.
    engine = _engine(url, connections=WRITERS + PATIENT_WRITERS + 1, prepared_after=None)
    for kind in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine, kind, _send_what_waits)
    return engine


def reader(url: str) -> Engine:
    """Without transactions: at READ COMMITTED each statement has a snapshot of its own anyway."""
    return _engine(url, "-c default_transaction_read_only=on", connections=READERS)


def _engine(url: str, *options: str, connections: int, prepared_after: int | None = _PREPARED_AFTER) -> Engine:
    """Limits are set once per connection, so that no unit pays a round trip for them."""
    timeout = f"-c statement_timeout={milliseconds(STATEMENT_TIMEOUT)}"
    words = " ".join((timeout, "-c timezone=UTC", *options))
    engine = create_engine(
        parse_url(url).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        pool_size=connections,
        max_overflow=0,
        pool_timeout=2,
        connect_args={
            "options": words, "connect_timeout": 3, "application_name": "labkeeper",
            "prepare_threshold": prepared_after,
        },
    )  # fmt: skip
    event.listen(engine, "checkin", _begin_rest)
    event.listen(engine, "checkout", _look_before_use)
    return engine


def _send_what_waits(*call: Any) -> None:
    """SQLAlchemy's own way of executing goes beside the pipeline; the last argument is the context of the call."""
    if call[-1] is not None:
        send_what_waits(call[-1].root_connection)


def _begin_rest(driver: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _look_before_use(driver: Any, record: Any, proxy: Any) -> None:
    """A server that ends a session says so into the connection; only a network that breaks is silent."""
    rest = time.monotonic() - record.info.get("rests_since", -math.inf)
    if rest < LONG_REST.total_seconds() and not _has_something_to_read(driver):
        return
    try:
        driver.execute("SELECT 1")
        driver.rollback()
    except psycopg.Error as error:
        raise InvalidatePoolError from error


def _has_something_to_read(driver: Any) -> bool:
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return bool(poll.poll(0))
