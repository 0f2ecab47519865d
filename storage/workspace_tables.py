"""The tables of what there is before a team, or goes beyond it: installations, codes, joins of teams, leases."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from core.one_time_codes import CodePurpose
from storage.columns import id_column, metadata, team_column
from storage.types import Choice, Id, JsonObject, UtcDateTime, Words

installations = Table(
    "installations",
    metadata,
    id_column(),
    Column("platform", String(20), nullable=False),
    Column("workspace", String(100), nullable=False),
    Column("enterprise", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    # Sealed; empty once they are of no use.
    Column("token", Text, nullable=False),
    Column("refresh_token", Text, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("scopes", Words, nullable=False),
    Column("bot_user", String(100), nullable=False),
    Column("bot_id", String(100), nullable=False),
    Column("installed_by", String(100), nullable=False),
    Column("installed_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    # Who renews the token just now, and until when.
    Column("lease", String(32)),
    Column("leased_until", UtcDateTime),
    UniqueConstraint("platform", "workspace"),
)
CAN_BE_RENEWED = installations.c.refresh_token != ""
Index(
    "ix_installations_renewable_expires_at", installations.c.platform, installations.c.expires_at,
    sqlite_where=CAN_BE_RENEWED, postgresql_where=CAN_BE_RENEWED,
)  # fmt: skip

one_time_codes = Table(
    "one_time_codes",
    metadata,
    id_column(),
    Column("purpose", Choice(CodePurpose), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("bound_hash", String(64), nullable=False),
    Column("body", JsonObject, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    UniqueConstraint("purpose", "code_hash"),
    Index(None, "expires_at"),
)

joins = Table(
    "joins",
    metadata,
    id_column(),
    team_column(),
    # Of a team that is no more, until the two part.
    Column("joined_id", Id, nullable=False),
    Column("name", String(200), nullable=False),
    Column("body", JsonObject, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    Index(None, "team_id", "id"),
)

# What one process does at a time, whichever it is.
leases = Table(
    "leases",
    metadata,
    id_column(),
    Column("name", String(100), nullable=False),
    # Empty while nobody has it.
    Column("holder", String(40), nullable=False),
    Column("held_until", UtcDateTime, nullable=False),
    Column("note", String(200), nullable=False),
    UniqueConstraint("name"),
)
