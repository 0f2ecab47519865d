"""Tables of digests: their schedules, their runs with what they said, and the pictures in them."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from core.digest_runs import DigestKind, RunState
from storage.columns import id_column, metadata, reference, team_column
from storage.types import Choice, ClockTime, JsonObject, UtcDateTime

digest_schedules = Table(
    "digest_schedules",
    metadata,
    id_column(),
    team_column(),
    reference("channel_id", "channels"),
    Column("kind", Choice(DigestKind), nullable=False),
    # Monday is 0; empty where it comes on the first working day of the month.
    Column("weekday", SmallInteger),
    Column("at", ClockTime, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("shows_all", Boolean, nullable=False, server_default=false()),
    Column("done_until", UtcDateTime, nullable=False),
    # Empty while it is paused.
    Column("looks_at", UtcDateTime),
    reference("created_by", "members", nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    # Its runs stay with it.
    Column("removed_at", UtcDateTime),
)
IS_KEPT_DIGEST = text("removed_at IS NULL")
Index(
    "uq_digest_schedules_kept_channel_id_kind",
    digest_schedules.c.channel_id,
    digest_schedules.c.kind,
    unique=True,
    sqlite_where=IS_KEPT_DIGEST,
    postgresql_where=IS_KEPT_DIGEST,
)
IS_ACTIVE_DIGEST = text("looks_at IS NOT NULL")
Index(
    "ix_digest_schedules_due",
    digest_schedules.c.looks_at,
    sqlite_where=IS_ACTIVE_DIGEST,
    postgresql_where=IS_ACTIVE_DIGEST,
)

digest_runs = Table(
    "digest_runs",
    metadata,
    id_column(),
    team_column(),
    # Empty where somebody asked for it.
    reference("schedule_id", "digest_schedules", nullable=True),
    reference("channel_id", "channels"),
    Column("kind", Choice(DigestKind), nullable=False),
    Column("period", String(10), nullable=False),
    Column("as_of", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("state", Choice(RunState), nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("shows_all", Boolean, nullable=False, server_default=false()),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    reference("created_by", "members", nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("schedule_id", "period"),
    Index(None, "team_id", "created_at", "id"),
    Index(None, "channel_id", "created_at", "id"),
)

digest_texts = Table(
    "digest_texts",
    metadata,
    Column("run_id", ForeignKey("digest_runs.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    team_column(),
    Column("body", JsonObject, nullable=False),
    Column("summary", JsonObject, nullable=False),
    Column("gist", String(64), nullable=False),
    # What was wrong in the text before.
    Column("correction", Text, nullable=False, server_default=""),
    reference("created_by", "members", nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
)

# By the SHA-256 of their bytes: the same picture is kept once for each channel that shows it.
images = Table(
    "images",
    metadata,
    id_column(),
    team_column(),
    reference("channel_id", "channels"),
    Column("sha256", String(64), nullable=False),
    Column("png", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Shown to one person, and in no report.
    Column("is_preview", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("sha256", "channel_id"),
)
IS_PREVIEW = text("is_preview")
Index("ix_images_previews", images.c.created_at, sqlite_where=IS_PREVIEW, postgresql_where=IS_PREVIEW)
