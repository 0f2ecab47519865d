"""Tables of projects' calendars and members' leave."""

from sqlalchemy import Column, ForeignKey, String, Table

from core.calendar_records import DayKind
from storage.columns import metadata, team_column
from storage.types import Choice, ClockTime, Day, UtcDateTime, Weekdays

# Of projects that work at other hours than those there are without it, or keep public holidays.
calendars = Table(
    "calendars",
    metadata,
    Column("project_id", ForeignKey("projects.id"), primary_key=True),
    team_column(),
    Column("weekdays", Weekdays, nullable=False),
    Column("opens", ClockTime, nullable=False),
    Column("closes", ClockTime, nullable=False),
    Column("country", String(10)),
    Column("part", String(40)),
    Column("edition", String(60), nullable=False),
)

calendar_days = Table(
    "calendar_days",
    metadata,
    Column("project_id", ForeignKey("projects.id"), primary_key=True),
    Column("day", Day, primary_key=True),
    Column("kind", Choice(DayKind), primary_key=True),
    team_column(),
    Column("name", String(200), nullable=False),
)

# By the last day, because what is over is left out; no two of a member overlap.
leave = Table(
    "leave",
    metadata,
    Column("member_id", ForeignKey("members.id"), primary_key=True),
    Column("last_day", Day, primary_key=True),
    Column("first_day", Day, nullable=False),
    team_column(),
    Column("created_at", UtcDateTime, nullable=False),
)
