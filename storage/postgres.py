"""PostgreSQL's engine: psycopg 3 on threads, in a module of its own because loading it takes a tenth of a second."""

import math
import select
import time
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from storage.engine import CONNECTIONS, READERS, STATEMENT_TIMEOUT, milliseconds, parse_url

# A connection that was used just now needs no round trip to see whether it still stands.
LONG_REST = timedelta(seconds=1)


def writer(url: str) -> Engine:
    return _engine(url, connections=CONNECTIONS)


def reader(url: str) -> Engine:
    """Without transactions: at READ COMMITTED each statement has a snapshot of its own anyway."""
    engine = _engine(url, "-c default_transaction_read_only=on", connections=READERS)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _engine(url: str, *options: str, connections: int) -> Engine:
    """Limits are set once per connection, so that no unit pays a round trip for them."""
    timeout = f"-c statement_timeout={milliseconds(STATEMENT_TIMEOUT)}"
    words = " ".join((timeout, "-c timezone=UTC", *options))
    engine = create_engine(
        parse_url(url).set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=2,
        connect_args={"options": words, "connect_timeout": 3, "application_name": "labkeeper"},
    )
    event.listen(engine, "checkin", _begin_rest)
    event.listen(engine, "checkout", _look_before_use)
    return engine


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
