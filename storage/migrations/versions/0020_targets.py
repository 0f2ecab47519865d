"""by when a model version is wanted; the extremes of each task's metrics; pictures that were only shown once"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
FLOAT = sa.Float(precision=53)
BATCH = 1_000


def upgrade() -> None:
    _model_versions()
    _extremes()
    is_preview = sa.text("is_preview")
    op.add_column("images", sa.Column("is_preview", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_images_previews", "images", ["created_at"], sqlite_where=is_preview, postgresql_where=is_preview
    )


def _model_versions() -> None:
    op.create_table(
        "model_versions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("version", sa.String(140), nullable=False),
        sa.Column("target", sa.Date(), nullable=True),
        sa.Column("updated_by", ID, nullable=True),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_model_versions_team_id"),
        sa.ForeignKeyConstraint(["updated_by"], ["members.id"], name="fk_model_versions_updated_by"),
        sa.PrimaryKeyConstraint("id", name="pk_model_versions"),
        sa.UniqueConstraint("team_id", "version", name="uq_model_versions_team_id_version"),
    )


def _extremes() -> None:
    op.add_column("task_metrics", sa.Column("highest", FLOAT, nullable=True))
    op.add_column("task_metrics", sa.Column("lowest", FLOAT, nullable=True))
    op.execute("UPDATE task_metrics SET highest = value, lowest = value")
    fill_extremes()


def fill_extremes() -> None:
    """From the log: all that was recorded before this."""
    told = sa.text("SELECT task_id, body FROM events WHERE type = 'MetricRecorded' AND task_id IS NOT NULL")
    found: dict[tuple[int, str], list[float]] = {}
    for row in op.get_bind().execute(told):
        body: dict[str, Any] = json.loads(row.body) if isinstance(row.body, str) else row.body
        key, value = (row.task_id, body["name"]), float(body["value"])
        low, high = found.get(key, (value, value))
        found[key] = [min(low, value), max(high, value)]
    rows = [
        {"task": task, "which": name, "low": low, "high": high} for (task, name), (low, high) in found.items()
    ]  # fmt: skip
    widen = sa.text(
        "UPDATE task_metrics SET highest = CASE WHEN highest < :high THEN :high ELSE highest END,"
        " lowest = CASE WHEN lowest > :low THEN :low ELSE lowest END WHERE task_id = :task AND name = :which"
    ).bindparams(sa.bindparam("high", type_=FLOAT), sa.bindparam("low", type_=FLOAT))
    for start in range(0, len(rows), BATCH):
        op.get_bind().execute(widen, rows[start : start + BATCH])


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
