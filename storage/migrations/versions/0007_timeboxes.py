"""timeboxes, extensions, decisions, delegates; what extensions cost in a project"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
OPEN = sa.text("state IN ('running', 'ended')")
DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("projects", sa.Column("policy", sa.String(200), nullable=True))
    _timeboxes()
    _extensions()
    _decisions()
    _delegates()
    op.create_index("ix_lines_team_id_subject", "lines", ["team_id", "subject"])
    # Research that is under way has a timebox that runs since its start; the calendar is asked at the first tick, and
    # nobody was warned yet.
    op.execute(
        "INSERT INTO timeboxes (team_id, task_id, project_id, owner_id, state, box_length, box_until, box_runs,"
        " started_at, counts_from, warns_at, due_at)"
        " SELECT team_id, id, project_id, owner_id, 'running', box_length, box_until, box_runs,"
        " started_at, started_at, started_at, started_at FROM tasks"
        " WHERE track = 'research' AND closed_at IS NULL AND state <> 'todo' AND started_at IS NOT NULL"
        " AND (box_length IS NOT NULL OR box_until IS NOT NULL)"
    )


def _timeboxes() -> None:
    op.create_table(
        "timeboxes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("box_length", sa.String(10), nullable=True),
        sa.Column("box_until", sa.String(10), nullable=True),
        sa.Column("box_runs", sa.Integer(), nullable=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("counts_from", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=True),
        sa.Column("warns_at", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("asked_at", TIME, nullable=True),
        sa.Column("nags", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rounds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("plea_by", ID, nullable=True),
        sa.Column("plea_name", sa.String(100), nullable=True),
        sa.Column("plea_length", sa.String(10), nullable=True),
        sa.Column("plea_until", sa.String(10), nullable=True),
        sa.Column("plea_why", sa.Text(), nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_timeboxes_team_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_timeboxes_task_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_timeboxes_project_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_timeboxes_owner_id"),
        sa.ForeignKeyConstraint(["plea_by"], ["members.id"], name="fk_timeboxes_plea_by"),
        sa.PrimaryKeyConstraint("id", name="pk_timeboxes"),
    )
    op.create_index("ix_timeboxes_task_id", "timeboxes", ["task_id"])
    op.create_index(
        "uq_timeboxes_open_task_id", "timeboxes", ["task_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    for name in ("team_id", "project_id", "owner_id"):
        op.create_index(
            f"ix_timeboxes_open_{name}", "timeboxes", [name, "ends_at"], sqlite_where=OPEN, postgresql_where=OPEN
        )
    op.create_index("ix_timeboxes_due", "timeboxes", ["due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index(
        "ix_timeboxes_due_team_id", "timeboxes", ["team_id", "due_at"], sqlite_where=DUE, postgresql_where=DUE
    )


def _extensions() -> None:
    op.create_table(
        "extensions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("timebox_id", ID, nullable=False),
        sa.Column("length", sa.String(20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("agreed_by", ID, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_extensions_team_id"),
        sa.ForeignKeyConstraint(["timebox_id"], ["timeboxes.id"], name="fk_extensions_timebox_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_extensions_member_id"),
        sa.ForeignKeyConstraint(["agreed_by"], ["members.id"], name="fk_extensions_agreed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_extensions"),
    )
    op.create_index("ix_extensions_timebox_id", "extensions", ["timebox_id"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("timebox_id", ID, nullable=True),
        sa.Column("call", sa.String(20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("best_run", sa.Text(), nullable=False),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("actor", sa.String(100), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_decisions_team_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_decisions_task_id"),
        sa.ForeignKeyConstraint(["timebox_id"], ["timeboxes.id"], name="fk_decisions_timebox_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_decisions_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_task_id_id", "decisions", ["task_id", "id"])


def _delegates() -> None:
    op.create_table(
        "delegates",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("delegate_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_delegates_member_id"),
        sa.ForeignKeyConstraint(["delegate_id"], ["members.id"], name="fk_delegates_delegate_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_delegates_team_id"),
        sa.PrimaryKeyConstraint("member_id", "delegate_id", name="pk_delegates"),
    )


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
