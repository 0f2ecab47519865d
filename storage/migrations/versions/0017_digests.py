"""digest schedules, their runs with what they said, and pictures"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
JSON = sa.Text().with_variant(JSONB(), "postgresql")
IS_KEPT = sa.text("removed_at IS NULL")
IS_ACTIVE = sa.text("looks_at IS NOT NULL")


def upgrade() -> None:
    _schedules()
    _runs()
    _texts()
    op.create_table(
        "images",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_images_team_id"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_images_channel_id"),
        sa.PrimaryKeyConstraint("id", name="pk_images"),
        sa.UniqueConstraint("sha256", "channel_id", name="uq_images_sha256_channel_id"),
    )


def _schedules() -> None:
    op.create_table(
        "digest_schedules",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=True),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("shows_all", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("done_until", TIME, nullable=False),
        sa.Column("looks_at", TIME, nullable=True),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_digest_schedules_team_id"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_digest_schedules_channel_id"),
        sa.ForeignKeyConstraint(["created_by"], ["members.id"], name="fk_digest_schedules_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_digest_schedules"),
    )
    op.create_index(
        "uq_digest_schedules_kept_channel_id_kind", "digest_schedules", ["channel_id", "kind"], unique=True,
        sqlite_where=IS_KEPT, postgresql_where=IS_KEPT,
    )  # fmt: skip
    op.create_index(
        "ix_digest_schedules_due", "digest_schedules", ["looks_at"], sqlite_where=IS_ACTIVE, postgresql_where=IS_ACTIVE
    )


def _runs() -> None:
    op.create_table(
        "digest_runs",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("schedule_id", ID, nullable=True),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("as_of", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.Column("shows_all", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_digest_runs_team_id"),
        sa.ForeignKeyConstraint(["schedule_id"], ["digest_schedules.id"], name="fk_digest_runs_schedule_id"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_digest_runs_channel_id"),
        sa.ForeignKeyConstraint(["created_by"], ["members.id"], name="fk_digest_runs_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_digest_runs"),
        sa.UniqueConstraint("schedule_id", "period", name="uq_digest_runs_schedule_id_period"),
    )
    for first in ("team_id", "channel_id"):
        op.create_index(f"ix_digest_runs_{first}_created_at_id", "digest_runs", [first, "created_at", "id"])


def _texts() -> None:
    op.create_table(
        "digest_texts",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("gist", sa.String(64), nullable=False),
        sa.Column("correction", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["digest_runs.id"], name="fk_digest_texts_run_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_digest_texts_team_id"),
        sa.ForeignKeyConstraint(["created_by"], ["members.id"], name="fk_digest_texts_created_by"),
        sa.PrimaryKeyConstraint("run_id", "revision", name="pk_digest_texts"),
    )


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
