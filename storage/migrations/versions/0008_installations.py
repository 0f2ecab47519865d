"""where the bot was installed, and codes for one use"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _installations()
    _one_time_codes()


def _installations() -> None:
    op.create_table(
        "installations",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("workspace", sa.String(100), nullable=False),
        sa.Column("enterprise", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("refresh_token", sa.Text(), nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("bot_user", sa.String(100), nullable=False),
        sa.Column("bot_id", sa.String(100), nullable=False),
        sa.Column("installed_by", sa.String(100), nullable=False),
        sa.Column("installed_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("leased_until", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_installations"),
        sa.UniqueConstraint("platform", "workspace", name="uq_installations_platform_workspace"),
    )
    op.create_index(
        "ix_installations_renewable_expires_at",
        "installations",
        ["platform", "expires_at"],
        sqlite_where=sa.text("refresh_token != ''"),
        postgresql_where=sa.text("refresh_token != ''"),
    )


def _one_time_codes() -> None:
    op.create_table(
        "one_time_codes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("bound_hash", sa.String(64), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_codes"),
        sa.UniqueConstraint("purpose", "code_hash", name="uq_one_time_codes_purpose_code_hash"),
    )
    op.create_index("ix_one_time_codes_expires_at", "one_time_codes", ["expires_at"])


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
