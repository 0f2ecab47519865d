"""The tables of the local chat."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import id_column, metadata, reference, team_column
from storage.types import JsonObject, UtcDateTime

local_messages = Table(
    "local_messages",
    metadata,
    id_column(),
    team_column(),
    Column("channel", String(80), nullable=False),
    Column("author", String(80), nullable=False),
    Column("only_for", String(80), nullable=False),
    reference("thread_id", "local_messages", nullable=True),
    Column("in_channel", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("card", JsonObject),
    Column("marker", String(200), nullable=False),
    Column("stamp", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("edited_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
    Column("replies", Integer, nullable=False, server_default=text("0")),
    Column("replied_at", UtcDateTime),
    UniqueConstraint("team_id", "stamp"),
    UniqueConstraint("team_id", "marker"),
    Index(None, "team_id", "channel", "in_channel", "id"),
    Index(None, "thread_id", "id"),
)

# Up to which message somebody has read a channel.
local_reads = Table(
    "local_reads",
    metadata,
    team_column(),
    Column("reader", String(80), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("message_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("team_id", "reader", "channel"),
)
