"""The tables. Every row of a team carries its `team_id`, and every query names it."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)

from core.deliveries import DeliveryKind, DeliveryState
from core.events import Cause
from core.jobs import JobState
from core.metrics import Direction
from core.tasks import Kind, Priority, Role, State, Track
from storage.columns import id_column, metadata, reference, team_column
from storage.types import Choice, ClockTime, Day, Id, JsonObject, Ordered, Rank, UtcDateTime, Words

teams = Table(
    "teams",
    metadata,
    id_column(),
    Column("name", String(200), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

workspaces = Table(
    "workspaces",
    metadata,
    id_column(),
    team_column(),
    Column("platform", String(20), nullable=False),
    Column("external_id", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
    UniqueConstraint("platform", "external_id"),
)

members = Table(
    "members",
    metadata,
    id_column(),
    team_column(),
    Column("name", String(100), nullable=False),
    Column("handle", String(100), nullable=False),
    Column("role", Choice(Role)),
    Column("zone", String(64)),
    Column("is_admin", Boolean, nullable=False, server_default=false()),
    Column("is_workspace_admin", Boolean, nullable=False, server_default=false()),
    # Clock times in the member's zone, both or neither.
    Column("quiet_from", ClockTime),
    Column("quiet_until", ClockTime),
    # The same person, under whom they are known now.
    reference("merged_into", "members", nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "handle"),
)
Index("ix_members_team_id_name", members.c.team_id, func.lower(members.c.name))

identities = Table(
    "identities",
    metadata,
    id_column(),
    team_column(),
    reference("member_id", "members"),
    Column("provider", String(20), nullable=False),
    Column("realm", String(100), nullable=False),
    Column("subject", String(260), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # When the chat last said that this is somebody who may use the board: nobody becomes that by being named.
    Column("vouched_at", UtcDateTime),
    UniqueConstraint("team_id", "provider", "realm", "subject"),
    Index(None, "member_id"),
)

channels = Table(
    "channels",
    metadata,
    id_column(),
    team_column(),
    Column("platform", String(20), nullable=False),
    Column("workspace", String(100), nullable=False),
    Column("external_id", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    # The channel's default project; no foreign key, because projects refer to channels already.
    Column("project_id", Id),
    Column("created_at", UtcDateTime, nullable=False),
    # A reaction with it makes a task of the message.
    Column("emoji", String(100)),
    UniqueConstraint("team_id", "platform", "workspace", "external_id"),
)

projects = Table(
    "projects",
    metadata,
    id_column(),
    team_column(),
    Column("key", String(10), nullable=False),
    Column("name", String(100), nullable=False),
    Column("zone", String(64), nullable=False),
    reference("lead_id", "members", nullable=True),
    reference("home_channel_id", "channels", nullable=True),
    Column("last_number", Integer, nullable=False, server_default=text("0")),
    # What extensions cost, with commas; empty where it is as everywhere.
    Column("policy", String(200)),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "key"),
)

tasks = Table(
    "tasks",
    metadata,
    id_column(),
    team_column(),
    reference("project_id", "projects"),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("kind", Choice(Kind), nullable=False),
    Column("track", Choice(Track), nullable=False),
    Column("state", Choice(State), nullable=False),
    Column("priority", Ordered(Priority), nullable=False),
    Column("rank", Rank, nullable=False),
    Column("points", Integer),
    Column("box_length", String(10)),
    Column("box_until", Day),
    Column("box_runs", Integer),
    Column("version", String(140)),
    Column("role", Choice(Role)),
    reference("owner_id", "members", nullable=True),
    Column("labels", Words, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    reference("created_by", "members", nullable=True),
    Column("started_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    UniqueConstraint("project_id", "number"),
)
# The board is read in this order; what is over leaves these indexes, so they do not grow with the years.
_IS_OPEN = tasks.c.closed_at.is_(None)
_ORDER = (tasks.c.priority, tasks.c.rank)
for _name, _first in (("team_id", tasks.c.team_id), ("project_id", tasks.c.project_id), ("owner_id", tasks.c.owner_id)):
    Index(f"ix_tasks_open_{_name}", _first, *_ORDER, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
_IS_CLOSED = tasks.c.closed_at.is_not(None)
for _name, _first in (("team_id", tasks.c.team_id), ("project_id", tasks.c.project_id), ("owner_id", tasks.c.owner_id)):
    Index(
        f"ix_tasks_closed_{_name}", _first, tasks.c.closed_at, sqlite_where=_IS_CLOSED, postgresql_where=_IS_CLOSED
    )  # fmt: skip

blockers = Table(
    "blockers",
    metadata,
    id_column(),
    team_column(),
    reference("task_id", "tasks"),
    Column("cause", Choice(Cause), nullable=False),
    Column("why", Text, nullable=False),
    reference("waits_for_id", "tasks", nullable=True),
    reference("opened_by", "members", nullable=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
)
_BLOCKS = blockers.c.closed_at.is_(None)
Index("ix_blockers_open_task_id", blockers.c.task_id, sqlite_where=_BLOCKS, postgresql_where=_BLOCKS)
Index("ix_blockers_open_waits_for_id", blockers.c.waits_for_id, sqlite_where=_BLOCKS, postgresql_where=_BLOCKS)

dependencies = Table(
    "dependencies",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("after_id", ForeignKey("tasks.id"), primary_key=True),
    team_column(),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "after_id"),
)

metric_definitions = Table(
    "metric_definitions",
    metadata,
    Column("project_id", ForeignKey("projects.id"), primary_key=True),
    Column("name_key", String(80), primary_key=True),
    team_column(),
    Column("name", String(80), nullable=False),
    Column("direction", Choice(Direction), nullable=False),
    Column("baseline", Float(53)),
    Column("target", Float(53)),
    Column("meaning", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

task_metrics = Table(
    "task_metrics",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("name", String(80), primary_key=True),
    team_column(),
    Column("value", Float(53), nullable=False),
    # Of all that were recorded.
    Column("highest", Float(53)),
    Column("lowest", Float(53)),
    Column("updated_at", UtcDateTime, nullable=False),
)

links = Table(
    "links",
    metadata,
    id_column(),
    team_column(),
    reference("task_id", "tasks"),
    Column("kind", String(20), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    reference("added_by", "members", nullable=True),
    Column("added_at", UtcDateTime, nullable=False),
    UniqueConstraint("task_id", "url"),
    # An address may be longer than what an ordered index of PostgreSQL takes.
    Index("ix_links_url", "url", postgresql_using="hash"),
)

notes = Table(
    "notes",
    metadata,
    id_column(),
    team_column(),
    reference("task_id", "tasks"),
    Column("text", Text, nullable=False),
    reference("author_id", "members", nullable=True),
    # Who wrote it, where that is no member.
    Column("actor", String(100)),
    Column("added_at", UtcDateTime, nullable=False),
    Index(None, "task_id", "id"),
)

events = Table(
    "events",
    metadata,
    id_column(),
    team_column(),
    reference("project_id", "projects", nullable=True),
    reference("task_id", "tasks", nullable=True),
    reference("member_id", "members", nullable=True),
    Column("type", String(40), nullable=False),
    Column("body", JsonObject, nullable=False),
    Column("task_revision", Integer),
    # Who did it, where that is no member: a Git account, an automation.
    Column("actor", String(100)),
    Column("at", UtcDateTime, nullable=False),
    Column("is_fanned_out", Boolean, nullable=False, server_default=false()),
    Index(None, "task_id", "id"),
    Index(None, "team_id", "type", "at"),
)
_WAITS = text("NOT is_fanned_out")
Index("ix_events_unfanned", events.c.team_id, events.c.id, sqlite_where=_WAITS, postgresql_where=_WAITS)

audit = Table(
    "audit",
    metadata,
    id_column(),
    team_column(),
    reference("event_id", "events"),
    reference("member_id", "members", nullable=True),
    Column("actor", String(100), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("place", String(200), nullable=False),
    Column("subject", String(40), nullable=False),
    Column("summary", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "team_id", "id"),
    Index(None, "team_id", "subject", "id"),
    Index(None, "team_id", "member_id", "id"),
)

jobs = Table(
    "jobs",
    metadata,
    id_column(),
    team_column(),
    Column("kind", String(40), nullable=False),
    Column("body", JsonObject, nullable=False),
    Column("state", Choice(JobState), nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("lease", String(40)),
    Column("error", Text, nullable=False, server_default=""),
    Column("finished_at", UtcDateTime),
)
# A partial index serves only a query that repeats its condition to the letter.
IS_DUE_JOB = text("state IN ('queued', 'running')")
Index("ix_jobs_due", jobs.c.run_at, sqlite_where=IS_DUE_JOB, postgresql_where=IS_DUE_JOB)

IS_FINISHED_JOB = text("finished_at IS NOT NULL")
Index("ix_jobs_finished", jobs.c.finished_at, sqlite_where=IS_FINISHED_JOB, postgresql_where=IS_FINISHED_JOB)

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    team_column(),
    reference("channel_id", "channels"),
    reference("task_id", "tasks", nullable=True),
    reference("event_id", "events", nullable=True),
    Column("kind", Choice(DeliveryKind), nullable=False),
    Column("dedupe_key", String(200), nullable=False),
    Column("card", JsonObject),
    # What a line in a thread shows, in its state when it is sent: `check:12`.
    Column("subject", String(60)),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", UtcDateTime),
    Column("message", String(100)),
    Column("marker", String(60)),
    Column("error", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "dedupe_key"),
)
IS_PENDING = text("state IN ('queued', 'sending')")
Index(
    "ix_deliveries_pending",
    deliveries.c.channel_id,
    deliveries.c.id,
    sqlite_where=IS_PENDING,
    postgresql_where=IS_PENDING,
)

IS_PARKED = text("state = 'parked'")
Index(
    "ix_deliveries_parked", deliveries.c.channel_id, deliveries.c.id, sqlite_where=IS_PARKED, postgresql_where=IS_PARKED
)

# Of what was sent, what nobody will ask for again.
IS_OVER = text("state = 'sent' AND kind NOT IN ('root', 'direct')")
Index("ix_deliveries_over", deliveries.c.updated_at, sqlite_where=IS_OVER, postgresql_where=IS_OVER)

# One row for every channel that was ever posted to; `due_at` is empty while nothing waits.
destinations = Table(
    "destinations",
    metadata,
    Column("channel_id", ForeignKey("channels.id"), primary_key=True),
    team_column(),
    Column("due_at", UtcDateTime),
    Column("next_allowed_at", UtcDateTime),
    Column("lease", String(40)),
    Column("leased_until", UtcDateTime),
)
_HAS_WORK = destinations.c.due_at.is_not(None)
Index("ix_destinations_due", destinations.c.due_at, sqlite_where=_HAS_WORK, postgresql_where=_HAS_WORK)

watches = Table(
    "watches",
    metadata,
    id_column(),
    team_column(),
    reference("channel_id", "channels"),
    reference("project_id", "projects"),
    Column("track", Choice(Track)),
    Column("kind", Choice(Kind)),
    Column("label", String(60)),
    Column("only", JsonObject),
    Column("not_these", JsonObject),
    reference("created_by", "members", nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "project_id"),
    Index(None, "channel_id"),
)

# What was received already, by the sender's own id for it: a redelivery finds its row and does nothing.
receipts = Table(
    "receipts",
    metadata,
    Column("source", String(20), primary_key=True),
    Column("key", String(200), primary_key=True),
    team_column(),
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "received_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("channel_id", ForeignKey("channels.id"), primary_key=True),
    team_column(),
    Column("message", String(100), nullable=False),
    Column("thread", String(100), nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
    Column("reposts", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("channel_id", "message"),
)
