"""Facts that are kept because digests ask for a period of them: what was worked on, what went out, what ran."""

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint, text

from core.tasks import State, Track
from storage.columns import id_column, metadata, reference, team_column
from storage.git_tables import deployments
from storage.tables import blockers, links, task_metrics, tasks
from storage.timebox_tables import timeboxes
from storage.types import Choice, UtcDateTime

# A task in doing or review, from when to when. Without an end it still is.
task_spans = Table(
    "task_spans",
    metadata,
    id_column(),
    team_column(),
    reference("task_id", "tasks"),
    reference("project_id", "projects"),
    Column("track", Choice(Track), nullable=False),
    Column("state", Choice(State), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "task_id"),
)
# A partial index serves only a query that repeats its condition to the letter.
IS_OPEN_SPAN = text("task_spans.ended_at IS NULL")
IS_ENDED_SPAN = text("task_spans.ended_at IS NOT NULL")
_IS_OPEN = text("ended_at IS NULL")
_IS_ENDED = text("ended_at IS NOT NULL")
Index("uq_task_spans_open_task_id", task_spans.c.task_id, unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
Index("ix_task_spans_open_team_id", task_spans.c.team_id, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
Index(
    "ix_task_spans_ended", task_spans.c.team_id, task_spans.c.ended_at,
    sqlite_where=_IS_ENDED, postgresql_where=_IS_ENDED,
)  # fmt: skip

# Which tasks a deployment carried.
deployment_tasks = Table(
    "deployment_tasks",
    metadata,
    Column("deployment_id", ForeignKey("deployments.id"), primary_key=True),
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    team_column(),
    Index(None, "task_id"),
)

# What ran in production in a repository's environment, from when to when: a model's version, or the deployment alone
# (`model` is empty).
running_versions = Table(
    "running_versions",
    metadata,
    id_column(),
    team_column(),
    reference("repository_id", "repositories"),
    Column("environment", Text, nullable=False),
    Column("model", String(64), nullable=False),
    Column("version", String(140), nullable=False),
    # Of the task whose version it is.
    reference("project_id", "projects", nullable=True),
    reference("deployment_id", "deployments"),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Index(None, "repository_id", "environment", "since"),
)
IS_RUNNING = text("running_versions.until IS NULL")
IS_REPLACED = text("running_versions.until IS NOT NULL")
_RUNS, _RAN = text("until IS NULL"), text("until IS NOT NULL")
Index("ix_running_versions_open", running_versions.c.team_id, sqlite_where=_RUNS, postgresql_where=_RUNS)
Index(
    "ix_running_versions_replaced", running_versions.c.team_id, running_versions.c.until,
    sqlite_where=_RAN, postgresql_where=_RAN,
)  # fmt: skip

# What words mean, for those who read the monthly report.
glossary_terms = Table(
    "glossary_terms",
    metadata,
    id_column(),
    team_column(),
    Column("term_key", String(120), nullable=False),
    Column("term", String(80), nullable=False),
    Column("meaning", Text, nullable=False),
    reference("updated_by", "members", nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "term_key"),
)

# What a team says of its model versions beside the tasks that belong to them: the day by which one is wanted.
model_versions = Table(
    "model_versions",
    metadata,
    id_column(),
    team_column(),
    Column("version", String(140), nullable=False),
    Column("target", Date),
    reference("updated_by", "members", nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "version"),
)

# How periods find what happened in them: beside their tables they would be among what every command needs.
# A partial index serves only a query that repeats its condition to the letter.
HAS_VERSION = text("tasks.version IS NOT NULL")
HAS_OPEN_VERSION = text("tasks.closed_at IS NULL AND tasks.version IS NOT NULL")
IS_OPEN_DEPLOY = text("tasks.closed_at IS NULL AND tasks.kind = 'deploy'")
IS_ALERT = text("tasks.kind = 'alert'")
IS_OPEN_BLOCKER = text("blockers.closed_at IS NULL")
IS_CLOSED_BLOCKER = text("blockers.closed_at IS NOT NULL")
IS_CLOSED_TIMEBOX = text("timeboxes.closed_at IS NOT NULL")
IS_RUN = text("links.kind = 'run'")
IS_PRODUCTION = text("deployments.is_production")
for _name, _columns, _condition in (
    ("ix_tasks_version", (tasks.c.team_id, tasks.c.version), HAS_VERSION),
    ("ix_tasks_open_deploys", (tasks.c.team_id,), IS_OPEN_DEPLOY),
    ("ix_tasks_alerts", (tasks.c.team_id, tasks.c.created_at), IS_ALERT),
    ("ix_blockers_closed_team_id", (blockers.c.team_id, blockers.c.closed_at), IS_CLOSED_BLOCKER),
    ("ix_timeboxes_closed_team_id", (timeboxes.c.team_id, timeboxes.c.closed_at), IS_CLOSED_TIMEBOX),
    ("ix_links_runs", (links.c.team_id, links.c.added_at), IS_RUN),
    ("ix_deployments_production", (deployments.c.team_id, deployments.c.finished_at), IS_PRODUCTION),
):
    # An index does not say of which table its columns are.
    _where = text(_condition.text.replace(f"{_columns[0].table.name}.", ""))
    Index(_name, *_columns, sqlite_where=_where, postgresql_where=_where)
Index(None, task_metrics.c.team_id, task_metrics.c.updated_at)
