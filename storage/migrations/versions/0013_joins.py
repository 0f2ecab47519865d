"""teams that join, and members who are one person"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # A copy of the table, as Alembic makes it, would stand between it and those who refer to it.
        op.execute(
            "ALTER TABLE members ADD COLUMN merged_into INTEGER"
            " CONSTRAINT fk_members_merged_into REFERENCES members (id)"
        )
    else:
        op.add_column("members", sa.Column("merged_into", ID, nullable=True))
        op.create_foreign_key("fk_members_merged_into", "members", "members", ["merged_into"], ["id"])
    op.create_table(
        "joins",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("joined_id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_joins_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_joins"),
    )
    op.create_index("ix_joins_team_id_id", "joins", ["team_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
