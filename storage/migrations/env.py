"""Runs migrations on the connection that `storage.migrate` passes in."""

from alembic import context

from storage.columns import metadata
from storage.finding_tables import is_full_text

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_name=lambda name, kind, _: kind != "table" or not is_full_text(name),
)
context.run_migrations()
