"""What the database must let its role do, besides reading and writing tables."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage.engine import is_sqlite, open_engine
from storage.errors import unavailable

# Every commit of PostgreSQL calls it, to wait for the disk; see `storage/pipeline.py`.
NEEDED = "pg_logical_emit_message"
_MAY = text("SELECT bool_and(has_function_privilege(oid, 'execute')) FROM pg_proc WHERE proname = :name")


def lacking_rights(url: str) -> tuple[str, ...]:
    """The functions that this role may not call. Raises `Unavailable`."""
    if is_sqlite(url):
        return ()
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return () if connection.execute(_MAY, {"name": NEEDED}).scalar() else (NEEDED,)
    except SQLAlchemyError as error:
        raise unavailable(error) or error from error
    finally:
        engine.dispose()
