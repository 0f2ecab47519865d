"""projects' calendars and days, members' leave and quiet hours"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.add_column("members", sa.Column("quiet_from", sa.String(5), nullable=True))
    op.add_column("members", sa.Column("quiet_until", sa.String(5), nullable=True))
    _calendars()
    _calendar_days()
    _leave()
    # A timebox whose end is yet to be worked out has its note before it only where a time for that stands there.
    op.execute("UPDATE timeboxes SET warns_at = due_at WHERE state = 'running' AND ends_at IS NULL")


def _calendars() -> None:
    op.create_table(
        "calendars",
        sa.Column("project_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("opens", sa.String(5), nullable=False),
        sa.Column("closes", sa.String(5), nullable=False),
        sa.Column("country", sa.String(10), nullable=True),
        sa.Column("part", sa.String(40), nullable=True),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_calendars_project_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_calendars_team_id"),
        sa.PrimaryKeyConstraint("project_id", name="pk_calendars"),
    )


def _calendar_days() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("project_id", ID, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_calendar_days_project_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_calendar_days_team_id"),
        sa.PrimaryKeyConstraint("project_id", "day", "kind", name="pk_calendar_days"),
    )


def _leave() -> None:
    op.create_table(
        "leave",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_leave_member_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_leave_team_id"),
        sa.PrimaryKeyConstraint("member_id", "last_day", name="pk_leave"),
    )


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
