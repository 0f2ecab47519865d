"""The extremes of a metric that are kept as it is recorded are those that the migration finds in the log."""

from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from storage.engine import open_engine
from tests.core.histories import History
from tests.storage.probes import rows

MIGRATION = import_module("storage.migrations.versions.0020_targets")
KEPT = "SELECT name, value, lowest, highest FROM task_metrics ORDER BY task_id, name"


def test_the_migration_finds_what_would_have_been_kept(board, database_url):
    history = History(board)
    first, second = history.new(), history.new()
    for value in (0.5, -2.0, 7.25, 1.0):
        history.measure(first, "auc", value)
        history.measure(second, "loss", value / 10)
    history.measure(second, "auc", 3.0)
    kept = rows(database_url, KEPT)
    assert kept == [("auc", 1.0, -2.0, 7.25), ("auc", 3.0, 3.0, 3.0), ("loss", 0.1, -0.2, 0.725)]
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE task_metrics SET highest = value, lowest = value"))
        with Operations.context(MigrationContext.configure(connection)):
            MIGRATION.fill_extremes()
    engine.dispose()
    assert rows(database_url, KEPT) == kept
