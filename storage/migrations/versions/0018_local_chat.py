"""the local chat's messages"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    json = sa.Text() if op.get_bind().dialect.name == "sqlite" else sa.dialects.postgresql.JSONB()
    op.create_table(
        "local_messages",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("only_for", sa.String(80), nullable=False),
        sa.Column("thread_id", ID, nullable=True),
        sa.Column("in_channel", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("card", json, nullable=True),
        sa.Column("marker", sa.String(200), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("edited_at", TIME, nullable=True),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.Column("replies", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("replied_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_local_messages_team_id"),
        sa.ForeignKeyConstraint(["thread_id"], ["local_messages.id"], name="fk_local_messages_thread_id"),
        sa.PrimaryKeyConstraint("id", name="pk_local_messages"),
        sa.UniqueConstraint("team_id", "stamp", name="uq_local_messages_team_id_stamp"),
        sa.UniqueConstraint("team_id", "marker", name="uq_local_messages_team_id_marker"),
    )
    channel = ["team_id", "channel", "in_channel", "id"]
    op.create_index("ix_local_messages_team_id_channel_in_channel_id", "local_messages", channel)
    op.create_index("ix_local_messages_thread_id_id", "local_messages", ["thread_id", "id"])
    op.create_table(
        "local_reads",
        sa.Column("team_id", ID, nullable=False),
        sa.Column("reader", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_local_reads_team_id"),
        sa.PrimaryKeyConstraint("team_id", "reader", "channel", name="pk_local_reads"),
    )


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
