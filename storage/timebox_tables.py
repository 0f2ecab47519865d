"""Tables of timeboxes and decisions."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from core.timebox_records import Call, TimeboxState
from storage.columns import id_column, metadata, reference, team_column
from storage.types import Choice, Day, UtcDateTime

timeboxes = Table(
    "timeboxes",
    metadata,
    id_column(),
    team_column(),
    reference("task_id", "tasks"),
    reference("project_id", "projects"),
    # As the task's, so that what is due for somebody is found without it.
    reference("owner_id", "members", nullable=True),
    Column("state", Choice(TimeboxState), nullable=False),
    Column("box_length", String(10)),
    Column("box_until", Day),
    Column("box_runs", Integer),
    Column("started_at", UtcDateTime, nullable=False),
    Column("counts_from", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("warns_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("asked_at", UtcDateTime),
    Column("nags", Integer, nullable=False, server_default=text("0")),
    Column("rounds", Integer, nullable=False, server_default=text("0")),
    # An extension that somebody else has to agree to.
    reference("plea_by", "members", nullable=True),
    Column("plea_name", String(100)),
    Column("plea_length", String(10)),
    Column("plea_until", Day),
    Column("plea_why", Text),
    Column("closed_at", UtcDateTime),
    Index(None, "task_id"),
)
# A partial index serves only a query that repeats its condition to the letter.
_IS_OPEN = text("state IN ('running', 'ended')")
IS_OPEN_TIMEBOX = text("timeboxes.state IN ('running', 'ended')")
Index(
    "uq_timeboxes_open_task_id",
    timeboxes.c.task_id,
    unique=True,
    sqlite_where=_IS_OPEN,
    postgresql_where=_IS_OPEN,
)
for _name in ("team_id", "project_id", "owner_id"):
    Index(
        f"ix_timeboxes_open_{_name}",
        timeboxes.c[_name],
        timeboxes.c.ends_at,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    )
IS_DUE_TIMEBOX = text("due_at IS NOT NULL")
Index("ix_timeboxes_due", timeboxes.c.due_at, sqlite_where=IS_DUE_TIMEBOX, postgresql_where=IS_DUE_TIMEBOX)
Index(
    "ix_timeboxes_due_team_id",
    timeboxes.c.team_id,
    timeboxes.c.due_at,
    sqlite_where=IS_DUE_TIMEBOX,
    postgresql_where=IS_DUE_TIMEBOX,
)

extensions = Table(
    "extensions",
    metadata,
    id_column(),
    team_column(),
    reference("timebox_id", "timeboxes"),
    Column("length", String(20), nullable=False),
    Column("why", Text, nullable=False),
    reference("member_id", "members", nullable=True),
    reference("agreed_by", "members", nullable=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "timebox_id"),
)

decisions = Table(
    "decisions",
    metadata,
    id_column(),
    team_column(),
    reference("task_id", "tasks"),
    reference("timebox_id", "timeboxes", nullable=True),
    Column("call", Choice(Call), nullable=False),
    Column("why", Text, nullable=False),
    Column("learned", Text, nullable=False),
    Column("best_run", Text, nullable=False),
    reference("member_id", "members", nullable=True),
    Column("actor", String(100)),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "task_id", "id"),
)

# Who decides for whom.
delegates = Table(
    "delegates",
    metadata,
    Column("member_id", ForeignKey("members.id"), primary_key=True),
    Column("delegate_id", ForeignKey("members.id"), primary_key=True),
    team_column(),
    Column("created_at", UtcDateTime, nullable=False),
)
