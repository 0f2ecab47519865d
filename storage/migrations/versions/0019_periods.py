"""what digests ask of a period: spans of work, what deployments carried, what ran in production; the glossary"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
INDEXES = (
    ("ix_tasks_version", "tasks", ("team_id", "version"), "version IS NOT NULL"),
    ("ix_tasks_open_deploys", "tasks", ("team_id",), "closed_at IS NULL AND kind = 'deploy'"),
    ("ix_tasks_alerts", "tasks", ("team_id", "created_at"), "kind = 'alert'"),
    ("ix_blockers_closed_team_id", "blockers", ("team_id", "closed_at"), "closed_at IS NOT NULL"),
    ("ix_timeboxes_closed_team_id", "timeboxes", ("team_id", "closed_at"), "closed_at IS NOT NULL"),
    ("ix_links_runs", "links", ("team_id", "added_at"), "kind = 'run'"),
    ("ix_deployments_production", "deployments", ("team_id", "finished_at"), "is_production"),
    ("ix_task_metrics_team_id_updated_at", "task_metrics", ("team_id", "updated_at"), None),
)
ACTIVE = ("doing", "review")


def upgrade() -> None:
    _spans()
    _deployments()
    _glossary()
    for name, table, columns, condition in INDEXES:
        where = sa.text(condition) if condition else None
        op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)
    _fill_spans()
    _fill_deployments()


def _spans() -> None:
    op.create_table(
        "task_spans",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("track", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_task_spans_team_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_spans_task_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_task_spans_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_task_spans"),
    )
    is_open, is_ended = sa.text("ended_at IS NULL"), sa.text("ended_at IS NOT NULL")
    op.create_index("ix_task_spans_task_id", "task_spans", ["task_id"])
    op.create_index(
        "uq_task_spans_open_task_id", "task_spans", ["task_id"], unique=True, sqlite_where=is_open,
        postgresql_where=is_open,
    )  # fmt: skip
    op.create_index(
        "ix_task_spans_open_team_id", "task_spans", ["team_id"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index(
        "ix_task_spans_ended", "task_spans", ["team_id", "ended_at"], sqlite_where=is_ended, postgresql_where=is_ended
    )


def _deployments() -> None:
    op.create_table(
        "deployment_tasks",
        sa.Column("deployment_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name="fk_deployment_tasks_deployment_id"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_deployment_tasks_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_deployment_tasks_team_id"),
        sa.PrimaryKeyConstraint("deployment_id", "task_id", name="pk_deployment_tasks"),
    )  # fmt: skip
    op.create_index("ix_deployment_tasks_task_id", "deployment_tasks", ["task_id"])
    op.create_table(
        "running_versions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("repository_id", ID, nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("version", sa.String(140), nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("deployment_id", ID, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_running_versions_team_id"),
        sa.ForeignKeyConstraint(["repository_id"], ["repositories.id"], name="fk_running_versions_repository_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_running_versions_project_id"),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name="fk_running_versions_deployment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_running_versions"),
    )
    runs, ran = sa.text("until IS NULL"), sa.text("until IS NOT NULL")
    op.create_index(
        "ix_running_versions_repository_id_environment_since", "running_versions",
        ["repository_id", "environment", "since"],
    )  # fmt: skip
    op.create_index(
        "ix_running_versions_open", "running_versions", ["team_id"], sqlite_where=runs, postgresql_where=runs
    )
    op.create_index(
        "ix_running_versions_replaced", "running_versions", ["team_id", "until"], sqlite_where=ran,
        postgresql_where=ran,
    )  # fmt: skip


def _glossary() -> None:
    op.create_table(
        "glossary_terms",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("term_key", sa.String(120), nullable=False),
        sa.Column("term", sa.String(80), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("updated_by", ID, nullable=True),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_glossary_terms_team_id"),
        sa.ForeignKeyConstraint(["updated_by"], ["members.id"], name="fk_glossary_terms_updated_by"),
        sa.PrimaryKeyConstraint("id", name="pk_glossary_terms"),
        sa.UniqueConstraint("team_id", "term_key", name="uq_glossary_terms_team_id_term_key"),
    )


def _fill_spans() -> None:
    """From the log: what each task was moved through, on which track. A task that was put on another before this
    counts by each from then on."""
    add = sa.text(
        "INSERT INTO task_spans (team_id, task_id, project_id, track, state, started_at, ended_at)"
        " VALUES (:team_id, :task_id, :project_id, :track, :state, :started_at, :ended_at)"
    ).bindparams(sa.bindparam("started_at", type_=TIME), sa.bindparam("ended_at", type_=TIME))
    told = sa.text(
        "SELECT e.team_id, e.task_id, t.project_id, t.track, e.type, e.body, e.at FROM events AS e"
        " JOIN tasks AS t ON t.id = e.task_id"
        " WHERE e.type IN ('TaskCreated', 'TaskMoved', 'TaskChanged', 'TaskDecided') ORDER BY e.task_id, e.id"
    )
    for batch in _batches(_spans_of(_rows(told))):
        op.get_bind().execute(add, batch)


def _rows(query: Any) -> Iterator[Any]:
    # Read whole: on PostgreSQL the same connection inserts meanwhile.
    yield from op.get_bind().execute(query).fetchall()


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 1_000:
            yield batch
            batch = []
    if batch:
        yield batch


def _spans_of(told: Iterator[Any]) -> Iterator[dict[str, Any]]:
    task, track, span = None, "", None
    for row in told:
        body = json.loads(row.body) if isinstance(row.body, str) else row.body
        if row.task_id != task:
            if span:
                yield span
            task, track, span = row.task_id, body.get("track", row.track), None
        state = span["state"] if span else None
        if row.type == "TaskMoved":
            state = body["after"]
        elif row.type == "TaskDecided":
            state = "done"
        for change in body.get("changes", ()) if row.type == "TaskChanged" else ():
            track = change["after"] if change["field"] == "track" else track
        if span and (state, track) != (span["state"], span["track"]):
            yield span | {"ended_at": row.at}
            span = None
        if span is None and state in ACTIVE:
            span = {
                "team_id": row.team_id, "task_id": task, "project_id": row.project_id, "track": track, "state": state,
                "started_at": row.at, "ended_at": None,
            }  # fmt: skip
    if span:
        yield span


def _fill_deployments() -> None:
    add = sa.text(
        "INSERT INTO deployment_tasks (deployment_id, task_id, team_id) VALUES (:deployment_id, :task_id, :team_id)"
    )
    told = sa.text(
        "SELECT team_id, task_id, body FROM events WHERE type = 'DeploymentChanged' AND task_id IS NOT NULL ORDER BY id"
    )
    carried: dict[int, dict[int, int]] = {}
    for row in _rows(told):
        body = json.loads(row.body) if isinstance(row.body, str) else row.body
        if body["result"] in ("success", "failure"):
            carried.setdefault(body["deployment"], {})[row.task_id] = row.team_id
    rows = (
        {"deployment_id": deployment, "task_id": task, "team_id": team}
        for deployment, tasks in carried.items()
        for task, team in tasks.items()
    )
    for batch in _batches(rows):
        op.get_bind().execute(add, batch)
    _fill_running(carried)


def _fill_running(carried: dict[int, dict[int, int]]) -> None:
    """Each success in production in its order; a rollback brings back what ran with its commit."""
    versions = {
        row.id: row
        for row in _rows(sa.text("SELECT id, project_id, version, kind FROM tasks WHERE version IS NOT NULL"))
    }
    done = _rows(
        sa.text(
            "SELECT id, team_id, repository_id, environment, sha, finished_at, is_rollback FROM deployments"
            " WHERE is_production AND has_succeeded AND finished_at IS NOT NULL ORDER BY finished_at, id"
        )
    )
    running: dict[tuple[int, str], dict[str, dict[str, Any]]] = {}
    by_commit: dict[tuple[int, str, str], dict[str, dict[str, Any]]] = {}
    rows: list[dict[str, Any]] = []
    for row in done:
        place = (row.repository_id, row.environment)
        now = running.setdefault(place, {})
        new = dict(by_commit.get((*place, row.sha), {})) if row.is_rollback else {}
        named = [versions[task] for task in carried.get(row.id, ()) if task in versions and not row.is_rollback]
        # The last word has a deploy task, else the newest.
        for task in sorted(named, key=lambda task: (task.kind == "deploy", task.id)):
            new[task.version.partition("@")[0]] = {"version": task.version, "project_id": task.project_id}
        new[""] = {"version": "", "project_id": None}
        for model, what in new.items():
            old = now.get(model)
            if old and model and old["version"] == what["version"]:
                continue
            if old:
                old["until"] = row.finished_at
            now[model] = {
                "team_id": row.team_id, "repository_id": row.repository_id, "environment": row.environment,
                "model": model, "version": what["version"], "project_id": what["project_id"], "deployment_id": row.id,
                "since": row.finished_at, "until": None,
            }  # fmt: skip
            rows.append(now[model])
        if row.is_rollback:
            for model in [model for model in now if model not in new]:
                now.pop(model)["until"] = row.finished_at
        by_commit[(*place, row.sha)] = {m: {k: w[k] for k in ("version", "project_id")} for m, w in now.items() if m}
    add = sa.text(
        "INSERT INTO running_versions (team_id, repository_id, environment, model, version, project_id, deployment_id,"
        " since, until) VALUES (:team_id, :repository_id, :environment, :model, :version, :project_id,"
        " :deployment_id, :since, :until)"
    ).bindparams(sa.bindparam("since", type_=TIME), sa.bindparam("until", type_=TIME))
    for batch in _batches(iter(rows)):
        op.get_bind().execute(add, batch)


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
