"""the first rooms"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
RANK = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
JSON = sa.Text().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
    )
    op.create_table(
        "channels",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("workspace", sa.String(100), nullable=False),
        sa.Column("external_id", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_channels_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint(
            "team_id", "platform", "workspace", "external_id", name="uq_channels_team_id_platform_workspace_external_id"
        ),
    )
    op.create_table(
        "jobs",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("run_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease", sa.String(40), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_jobs_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index(
        "ix_jobs_due",
        "jobs",
        ["run_at"],
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )

    op.create_table(
        "members",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("handle", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=True),
        sa.Column("zone", sa.String(64), nullable=True),
        sa.Column("is_admin", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_members_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("team_id", "handle", name="uq_members_team_id_handle"),
    )
    op.create_table(
        "workspaces",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("external_id", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_workspaces_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_workspaces"),
        sa.UniqueConstraint("platform", "external_id", name="uq_workspaces_platform_external_id"),
    )
    op.create_table(
        "identities",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("realm", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(260), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_identities_member_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_identities_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
        sa.UniqueConstraint(
            "team_id", "provider", "realm", "subject", name="uq_identities_team_id_provider_realm_subject"
        ),
    )
    op.create_index("ix_identities_member_id", "identities", ["member_id"])

    op.create_table(
        "projects",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("key", sa.String(10), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("lead_id", ID, nullable=True),
        sa.Column("home_channel_id", ID, nullable=True),
        sa.Column("last_number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["home_channel_id"], ["channels.id"], name="fk_projects_home_channel_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["members.id"], name="fk_projects_lead_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_projects_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("team_id", "key", name="uq_projects_team_id_key"),
    )
    op.create_table(
        "metric_definitions",
        sa.Column("project_id", ID, nullable=False),
        sa.Column("name_key", sa.String(80), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("direction", sa.String(20), nullable=False),
        sa.Column("baseline", sa.Float(precision=53), nullable=True),
        sa.Column("target", sa.Float(precision=53), nullable=True),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_metric_definitions_project_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_metric_definitions_team_id"),
        sa.PrimaryKeyConstraint("project_id", "name_key", name="pk_metric_definitions"),
    )
    op.create_table(
        "tasks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("track", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("rank", RANK, nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("box_length", sa.String(10), nullable=True),
        sa.Column("box_until", sa.String(10), nullable=True),
        sa.Column("box_runs", sa.Integer(), nullable=True),
        sa.Column("version", sa.String(140), nullable=True),
        sa.Column("role", sa.String(20), nullable=True),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["members.id"], name="fk_tasks_created_by"),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_tasks_owner_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_tasks_project_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_tasks_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("project_id", "number", name="uq_tasks_project_id_number"),
    )
    op.create_index(
        "ix_tasks_closed_owner_id",
        "tasks",
        ["owner_id", "closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_closed_project_id",
        "tasks",
        ["project_id", "closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_closed_team_id",
        "tasks",
        ["team_id", "closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_open_owner_id",
        "tasks",
        ["owner_id", "priority", "rank"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_open_project_id",
        "tasks",
        ["project_id", "priority", "rank"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_open_team_id",
        "tasks",
        ["team_id", "priority", "rank"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "blockers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("waits_for_id", ID, nullable=True),
        sa.Column("opened_by", ID, nullable=True),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["opened_by"], ["members.id"], name="fk_blockers_opened_by"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_blockers_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_blockers_team_id"),
        sa.ForeignKeyConstraint(["waits_for_id"], ["tasks.id"], name="fk_blockers_waits_for_id"),
        sa.PrimaryKeyConstraint("id", name="pk_blockers"),
    )
    op.create_index(
        "ix_blockers_open_task_id",
        "blockers",
        ["task_id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_blockers_open_waits_for_id",
        "blockers",
        ["waits_for_id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "dependencies",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("after_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["after_id"], ["tasks.id"], name="fk_dependencies_after_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_dependencies_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_dependencies_team_id"),
        sa.PrimaryKeyConstraint("task_id", "after_id", name="pk_dependencies"),
    )
    op.create_index("ix_dependencies_after_id", "dependencies", ["after_id"])

    op.create_table(
        "events",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("task_revision", sa.Integer(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("is_fanned_out", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_events_member_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_events_project_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_events_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_events_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_task_id_id", "events", ["task_id", "id"])
    op.create_index("ix_events_team_id_type_at", "events", ["team_id", "type", "at"])
    op.create_index(
        "ix_events_unfanned",
        "events",
        ["team_id", "id"],
        sqlite_where=sa.text("NOT is_fanned_out"),
        postgresql_where=sa.text("NOT is_fanned_out"),
    )

    op.create_table(
        "links",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("added_by", ID, nullable=True),
        sa.Column("added_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["members.id"], name="fk_links_added_by"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_links_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_links_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("task_id", "url", name="uq_links_task_id_url"),
    )
    op.create_table(
        "messages",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("message", sa.String(100), nullable=False),
        sa.Column("thread", sa.String(100), nullable=False),
        sa.Column("posted_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_messages_channel_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_messages_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_messages_team_id"),
        sa.PrimaryKeyConstraint("task_id", "channel_id", name="pk_messages"),
        sa.UniqueConstraint("channel_id", "message", name="uq_messages_channel_id_message"),
    )
    op.create_table(
        "notes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("added_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["members.id"], name="fk_notes_author_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_notes_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_notes_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_task_id_id", "notes", ["task_id", "id"])

    op.create_table(
        "task_metrics",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_metrics_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_task_metrics_team_id"),
        sa.PrimaryKeyConstraint("task_id", "name", name="pk_task_metrics"),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_audit_event_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_audit_member_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_audit_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_team_id_id", "audit", ["team_id", "id"])
    op.create_index("ix_audit_team_id_member_id_id", "audit", ["team_id", "member_id", "id"])
    op.create_index("ix_audit_team_id_subject_id", "audit", ["team_id", "subject", "id"])

    op.create_table(
        "deliveries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("event_id", ID, nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("dedupe_key", sa.String(200), nullable=False),
        sa.Column("card", JSON, nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", TIME, nullable=True),
        sa.Column("message", sa.String(100), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_deliveries_channel_id"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_deliveries_event_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_deliveries_task_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_deliveries_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("team_id", "dedupe_key", name="uq_deliveries_team_id_dedupe_key"),
    )
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["channel_id", "id"],
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index("ix_members_team_id_name", "members", ["team_id", sa.text("lower(name)")])


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
