"""destinations, watches and receipts: what delivery to a chat needs"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("marker", sa.String(60), nullable=True))
    op.create_index(
        "ix_deliveries_parked",
        "deliveries",
        ["channel_id", "id"],
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.add_column("messages", sa.Column("reposts", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("workspaces", sa.Column("removed_at", TIME, nullable=True))
    _destinations()
    _watches()
    op.create_table(
        "receipts",
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_receipts_team_id"),
        sa.PrimaryKeyConstraint("source", "key", name="pk_receipts"),
    )
    op.create_index("ix_receipts_received_at", "receipts", ["received_at"])
    if op.get_bind().dialect.name == "postgresql":
        _tell_of_events()


def _tell_of_events() -> None:
    """A worker elsewhere hears of new events at once, and no unit of work pays a round trip for it."""
    op.execute(
        "CREATE FUNCTION labkeeper_tell() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_notify('labkeeper_events', ''); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER tell_of_events AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION labkeeper_tell()"
    )


def _destinations() -> None:
    op.create_table(
        "destinations",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("next_allowed_at", TIME, nullable=True),
        sa.Column("lease", sa.String(40), nullable=True),
        sa.Column("leased_until", TIME, nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_destinations_channel_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_destinations_team_id"),
        sa.PrimaryKeyConstraint("channel_id", name="pk_destinations"),
    )
    op.create_index(
        "ix_destinations_due",
        "destinations",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("track", sa.String(20), nullable=True),
        sa.Column("kind", sa.String(20), nullable=True),
        sa.Column("label", sa.String(60), nullable=True),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_watches_channel_id"),
        sa.ForeignKeyConstraint(["created_by"], ["members.id"], name="fk_watches_created_by"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_watches_project_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_watches_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_watches"),
    )
    op.create_index("ix_watches_channel_id", "watches", ["channel_id"])
    op.create_index("ix_watches_project_id", "watches", ["project_id"])


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
