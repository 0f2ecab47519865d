"""Bringing a database to the schema this version needs."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from core.errors import Unavailable
from storage.engine import is_sqlite, open_engine, sqlite_path, sqlite_reader
from storage.errors import unavailable

# The newest revision in `migrations/versions`, kept here so that a start need not load Alembic; a test compares them.
HEAD = "0020"


def current_revision(url: str) -> str | None:
    """The schema the database has; None for an empty one. Raises `Unavailable`."""
    if is_sqlite(url) and not Path(sqlite_path(url)).exists():
        return None
    engine = sqlite_reader(url) if is_sqlite(url) else open_engine(url)
    try:
        with engine.connect() as connection:
            return _revision(connection)
    except SQLAlchemyError as error:
        raise unavailable(error) or Unavailable(
            "The database cannot be opened.", str(error.__cause__ or error)
        ) from error
    finally:
        engine.dispose()


def migrate(url: str, now: datetime) -> tuple[str | None, str]:
    """Brings the schema to `HEAD`; the revisions before and after.

    An SQLite file that holds something is copied beside itself first. Raises `Unavailable` when the database was made
    by a newer version.
    """
    before = current_revision(url)
    if before == HEAD:
        return before, HEAD
    if before is not None and before > HEAD:
        raise Unavailable(
            f"The database has schema {before}, which is newer than this version's {HEAD}.",
            "Install that version again.",
        )
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            _upgrade(connection, url, now)
    except DBAPIError as error:
        raise unavailable(error) or error from error
    finally:
        engine.dispose()
    return before, HEAD


def copy_sqlite(path: str, target: str) -> None:
    """A consistent copy of a database that may be in use, with everything its write-ahead log holds."""
    partial = f"{target}.partial"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as copy:
        source.backup(copy)
    shutil.move(partial, target)


def _upgrade(connection: Connection, url: str, now: datetime) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    # Several processes may start at once: the first migrates, the others find it done. SQLite's lock is held already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(2)"))
    before = _revision(connection)
    if before == HEAD:
        return
    if is_sqlite(url) and before is not None:
        copy_sqlite(sqlite_path(url), f"{sqlite_path(url)}.before-{HEAD}-{now:%Y%m%dT%H%M%S}")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Unavailable(
            f"The database has schema {before}, from which no way leads to this version's {HEAD}.",
            "Nothing was changed. Is it a database of Labkeeper?",
        ) from error


def _revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
