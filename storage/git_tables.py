"""The tables of what Git hosts report."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from core.git import PullRequestState, Result
from core.hooks import HookProvider
from storage.columns import id_column, metadata, reference, team_column
from storage.types import Choice, UtcDateTime

hooks = Table(
    "hooks",
    metadata,
    id_column(),
    team_column(),
    Column("public_id", String(40), nullable=False, unique=True),
    Column("provider", Choice(HookProvider), nullable=False),
    reference("project_id", "projects"),
    Column("repository", Text, nullable=False),
    # Sealed; empty once it is revoked.
    Column("secret", Text, nullable=False),
    Column("old_secret", Text, nullable=False),
    Column("old_until", UtcDateTime),
    reference("created_by", "members", nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("used_at", UtcDateTime),
)
_IN_USE = hooks.c.revoked_at.is_(None)
Index("ix_hooks_in_use_team_id", hooks.c.team_id, sqlite_where=_IN_USE, postgresql_where=_IN_USE)

repositories = Table(
    "repositories",
    metadata,
    id_column(),
    team_column(),
    Column("host", String(20), nullable=False),
    Column("external_id", String(60), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("default_branch", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "host", "external_id"),
)

# Which projects a repository's hooks report to.
project_repositories = Table(
    "project_repositories",
    metadata,
    Column("project_id", ForeignKey("projects.id"), primary_key=True),
    Column("repository_id", ForeignKey("repositories.id"), primary_key=True),
    team_column(),
    Index(None, "repository_id"),
)

commits = Table(
    "commits",
    metadata,
    id_column(),
    team_column(),
    reference("repository_id", "repositories"),
    Column("sha", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("author", Text, nullable=False),
    # Where it was first seen.
    Column("branch", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("reached_at", UtcDateTime),
    UniqueConstraint("repository_id", "sha"),
    Index(None, "repository_id", "fingerprint"),
    Index(None, "repository_id", "reached_at"),
)
_IS_AWAY = commits.c.reached_at.is_(None)
Index(
    "ix_commits_away_branch", commits.c.repository_id, commits.c.branch,
    sqlite_where=_IS_AWAY, postgresql_where=_IS_AWAY,
)  # fmt: skip

commit_tasks = Table(
    "commit_tasks",
    metadata,
    Column("commit_id", ForeignKey("commits.id"), primary_key=True),
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    team_column(),
    Column("closes", Boolean, nullable=False, server_default=false()),
    Index(None, "task_id"),
)

# What commits said of a task, so that a rebased or squashed copy does not say it again.
commit_actions = Table(
    "commit_actions",
    metadata,
    Column("repository_id", ForeignKey("repositories.id"), primary_key=True),
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    team_column(),
    Column("branch", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "task_id"),
)

pull_requests = Table(
    "pull_requests",
    metadata,
    id_column(),
    team_column(),
    reference("repository_id", "repositories"),
    Column("number", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("state", Choice(PullRequestState), nullable=False),
    Column("head_branch", Text, nullable=False),
    Column("head_sha", String(64), nullable=False),
    Column("merge_sha", String(64), nullable=False),
    Column("author", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("repository_id", "number"),
    Index(None, "repository_id", "head_sha"),
    Index(None, "repository_id", "merge_sha"),
)

IS_OPEN_PULL_REQUEST = text("state IN ('open', 'draft')")
Index(
    "ix_pull_requests_open", pull_requests.c.repository_id, pull_requests.c.head_branch,
    sqlite_where=IS_OPEN_PULL_REQUEST, postgresql_where=IS_OPEN_PULL_REQUEST,
)  # fmt: skip

pull_request_tasks = Table(
    "pull_request_tasks",
    metadata,
    Column("pull_request_id", ForeignKey("pull_requests.id"), primary_key=True),
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    team_column(),
    # In which the task was told of it.
    Column("state", Choice(PullRequestState), nullable=False),
    Index(None, "task_id"),
)

checks = Table(
    "checks",
    metadata,
    id_column(),
    team_column(),
    reference("repository_id", "repositories"),
    Column("sha", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("result", Choice(Result), nullable=False),
    Column("url", Text, nullable=False),
    Column("branch", Text, nullable=False),
    # `order` is a word of SQL.
    Column("run_order", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # A task was told of it; the others are forgotten.
    Column("is_told", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("repository_id", "sha", "name"),
)
IS_UNTOLD_CHECK = text("NOT is_told")
Index("ix_checks_untold", checks.c.at, sqlite_where=IS_UNTOLD_CHECK, postgresql_where=IS_UNTOLD_CHECK)

deployments = Table(
    "deployments",
    metadata,
    id_column(),
    team_column(),
    reference("repository_id", "repositories"),
    Column("external_id", String(60), nullable=False),
    Column("environment", Text, nullable=False),
    Column("is_production", Boolean, nullable=False),
    Column("sha", String(64), nullable=False),
    Column("ref", Text, nullable=False),
    Column("result", Choice(Result), nullable=False),
    Column("status_order", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    reference("member_id", "members", nullable=True),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    # It succeeded once, whatever became of it: `inactive` only says that a newer one took its place.
    Column("has_succeeded", Boolean, nullable=False, server_default=false()),
    Column("is_rollback", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("repository_id", "external_id"),
    Index(None, "team_id", "started_at"),
    Index(None, "team_id", "environment", "started_at"),
)
_SUCCEEDED = text("has_succeeded")
Index(
    "ix_deployments_succeeded", deployments.c.repository_id, deployments.c.environment, deployments.c.finished_at,
    sqlite_where=_SUCCEEDED, postgresql_where=_SUCCEEDED,
)  # fmt: skip

# A line in a thread that is edited in place: where it stands. An empty message: somebody deleted it, so it is over.
lines = Table(
    "lines",
    metadata,
    Column("channel_id", ForeignKey("channels.id"), primary_key=True),
    Column("subject", String(60), primary_key=True),
    team_column(),
    Column("message", String(100), nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
    Index(None, "team_id", "subject"),
)
