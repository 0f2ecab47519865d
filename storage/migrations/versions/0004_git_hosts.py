"""what Git hosts report: hooks, repositories, commits, pull requests, checks, deployments"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("events", sa.Column("actor", sa.String(100), nullable=True))
    op.add_column("notes", sa.Column("actor", sa.String(100), nullable=True))
    op.add_column("watches", sa.Column("only", JSON, nullable=True))
    op.add_column("watches", sa.Column("not_these", JSON, nullable=True))
    op.add_column("deliveries", sa.Column("subject", sa.String(60), nullable=True))
    op.create_index(
        "ix_jobs_finished",
        "jobs",
        ["finished_at"],
        sqlite_where=sa.text("finished_at IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    _hooks()
    _repositories()
    _project_repositories()
    _commits()
    _commit_tasks()
    _commit_actions()
    _pull_requests()
    _pull_request_tasks()
    _checks()
    _deployments()
    _lines()


def _hooks() -> None:
    op.create_table(
        "hooks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text(), nullable=False),
        sa.Column("old_until", TIME, nullable=True),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.Column("used_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["members.id"], name="fk_hooks_created_by"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_hooks_project_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_hooks_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hooks"),
        sa.UniqueConstraint("public_id", name="uq_hooks_public_id"),
    )
    op.create_index(
        "ix_hooks_in_use_team_id",
        "hooks",
        ["team_id"],
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def _repositories() -> None:
    op.create_table(
        "repositories",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("host", sa.String(20), nullable=False),
        sa.Column("external_id", sa.String(60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("default_branch", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_repositories_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_repositories"),
        sa.UniqueConstraint("team_id", "host", "external_id", name="uq_repositories_team_id_host_external_id"),
    )


def _project_repositories() -> None:
    op.create_table(
        "project_repositories",
        sa.Column("project_id", ID, nullable=False),
        sa.Column("repository_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_project_repositories_project_id"),
        sa.ForeignKeyConstraint(["repository_id"], ["repositories.id"], name="fk_project_repositories_repository_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_project_repositories_team_id"),
        sa.PrimaryKeyConstraint("project_id", "repository_id", name="pk_project_repositories"),
    )
    op.create_index("ix_project_repositories_repository_id", "project_repositories", ["repository_id"])


def _commits() -> None:
    op.create_table(
        "commits",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("repository_id", ID, nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("reached_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["repository_id"], ["repositories.id"], name="fk_commits_repository_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_commits_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_commits"),
        sa.UniqueConstraint("repository_id", "sha", name="uq_commits_repository_id_sha"),
    )
    op.create_index(
        "ix_commits_away_branch",
        "commits",
        ["repository_id", "branch"],
        sqlite_where=sa.text("reached_at IS NULL"),
        postgresql_where=sa.text("reached_at IS NULL"),
    )
    op.create_index("ix_commits_repository_id_fingerprint", "commits", ["repository_id", "fingerprint"])
    op.create_index("ix_commits_repository_id_reached_at", "commits", ["repository_id", "reached_at"])


def _commit_tasks() -> None:
    op.create_table(
        "commit_tasks",
        sa.Column("commit_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("closes", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["commit_id"], ["commits.id"], name="fk_commit_tasks_commit_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_commit_tasks_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_commit_tasks_team_id"),
        sa.PrimaryKeyConstraint("commit_id", "task_id", name="pk_commit_tasks"),
    )
    op.create_index("ix_commit_tasks_task_id", "commit_tasks", ["task_id"])


def _commit_actions() -> None:
    op.create_table(
        "commit_actions",
        sa.Column("repository_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["repository_id"], ["repositories.id"], name="fk_commit_actions_repository_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_commit_actions_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_commit_actions_team_id"),
        sa.PrimaryKeyConstraint("repository_id", "task_id", "fingerprint", name="pk_commit_actions"),
    )
    op.create_index("ix_commit_actions_task_id", "commit_actions", ["task_id"])


def _pull_requests() -> None:
    op.create_table(
        "pull_requests",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("repository_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("head_branch", sa.Text(), nullable=False),
        sa.Column("head_sha", sa.String(64), nullable=False),
        sa.Column("merge_sha", sa.String(64), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["repository_id"], ["repositories.id"], name="fk_pull_requests_repository_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_pull_requests_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pull_requests"),
        sa.UniqueConstraint("repository_id", "number", name="uq_pull_requests_repository_id_number"),
    )
    op.create_index("ix_pull_requests_repository_id_head_sha", "pull_requests", ["repository_id", "head_sha"])
    op.create_index("ix_pull_requests_repository_id_merge_sha", "pull_requests", ["repository_id", "merge_sha"])


def _pull_request_tasks() -> None:
    op.create_table(
        "pull_request_tasks",
        sa.Column("pull_request_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["pull_request_id"], ["pull_requests.id"], name="fk_pull_request_tasks_pull_request_id"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_pull_request_tasks_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_pull_request_tasks_team_id"),
        sa.PrimaryKeyConstraint("pull_request_id", "task_id", name="pk_pull_request_tasks"),
    )
    op.create_index("ix_pull_request_tasks_task_id", "pull_request_tasks", ["task_id"])


def _checks() -> None:
    op.create_table(
        "checks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("repository_id", ID, nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("run_order", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["repository_id"], ["repositories.id"], name="fk_checks_repository_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_checks_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_checks"),
        sa.UniqueConstraint("repository_id", "sha", "name", name="uq_checks_repository_id_sha_name"),
    )


def _deployments() -> None:
    op.create_table(
        "deployments",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("repository_id", ID, nullable=False),
        sa.Column("external_id", sa.String(60), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("is_production", sa.Boolean(), nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("status_order", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("has_succeeded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_rollback", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_deployments_member_id"),
        sa.ForeignKeyConstraint(["repository_id"], ["repositories.id"], name="fk_deployments_repository_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_deployments_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deployments"),
        sa.UniqueConstraint("repository_id", "external_id", name="uq_deployments_repository_id_external_id"),
    )
    op.create_index(
        "ix_deployments_succeeded",
        "deployments",
        ["repository_id", "environment", "finished_at"],
        sqlite_where=sa.text("has_succeeded"),
        postgresql_where=sa.text("has_succeeded"),
    )
    op.create_index(
        "ix_deployments_team_id_environment_started_at", "deployments", ["team_id", "environment", "started_at"]
    )
    op.create_index("ix_deployments_team_id_started_at", "deployments", ["team_id", "started_at"])


def _lines() -> None:
    op.create_table(
        "lines",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("message", sa.String(100), nullable=False),
        sa.Column("posted_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_lines_channel_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_lines_team_id"),
        sa.PrimaryKeyConstraint("channel_id", "subject", name="pk_lines"),
    )


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
