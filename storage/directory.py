"""Teams and their workspaces, and what there is before a team: bound to none of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from core.deliveries import Destination
from core.hooks import Hook
from core.ids import ChannelRef, TeamId
from core.teams import Team
from storage.deliveries import closed_channels
from storage.destinations import claim_destinations
from storage.digests import picture_of_any
from storage.hooks import hook_at, hooks_of_all
from storage.installations import SqlInstallations
from storage.joins import SqlJoins
from storage.leases import SqlLeases
from storage.one_time_codes import SqlOneTimeCodes
from storage.tables import teams, workspaces
from storage.unit_of_work import SqlUnitOfWork

_TEAMS = select(teams).order_by(teams.c.id).limit(100)
_GET = select(teams).where(teams.c.id == bindparam("team"))
_OF_WORKSPACE = (
    select(teams)
    .join(workspaces, workspaces.c.team_id == teams.c.id)
    .where(workspaces.c.platform == bindparam("platform"), workspaces.c.external_id == bindparam("workspace"))
)
_MARK = (
    update(workspaces)
    .where(workspaces.c.platform == bindparam("chat"), workspaces.c.external_id == bindparam("workspace"))
    .values(removed_at=bindparam("at"))
)
_ADD = insert(teams).returning(teams.c.id)


@dataclass(frozen=True, slots=True)
class SqlDirectory:
    connection: Connection

    def teams(self) -> tuple[Team, ...]:
        return tuple(_team(row) for row in self.connection.execute(_TEAMS))

    def get(self, team: TeamId) -> Team:
        return _team(self.connection.execute(_GET, {"team": team}).one())

    def team_of_workspace(self, platform: str, workspace: str) -> Team | None:
        row = self.connection.execute(_OF_WORKSPACE, {"platform": platform, "workspace": workspace}).first()
        return _team(row) if row else None

    def hook(self, public_id: str) -> Hook | None:
        return hook_at(self.connection, public_id)

    def hooks(self, *, after: int, limit: int) -> tuple[Hook, ...]:
        return hooks_of_all(self.connection, after=after, limit=limit)

    def picture(self, image_id: str) -> bytes | None:
        return picture_of_any(self.connection, image_id)

    @property
    def installations(self) -> SqlInstallations:
        return SqlInstallations(self.connection)

    @property
    def codes(self) -> SqlOneTimeCodes:
        return SqlOneTimeCodes(self.connection)

    @property
    def joins(self) -> SqlJoins:
        return SqlJoins(self.connection)

    @property
    def leases(self) -> SqlLeases:
        return SqlLeases(self.connection)

    def unit(self, team: TeamId) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.connection, team)

    def claim_destinations(self, *, now: datetime, lease: timedelta, limit: int) -> tuple[Destination, ...]:
        return claim_destinations(self.connection, now=now, lease=lease, limit=limit)

    def closed_channels(
        self, platform: str, errors: Collection[str], *, since: datetime
    ) -> tuple[tuple[TeamId, ChannelRef], ...]:
        return closed_channels(self.connection, platform, errors, since=since)

    def mark_workspace(self, platform: str, workspace: str, removed_at: datetime | None) -> None:
        self.connection.execute(_MARK, {"chat": platform, "workspace": workspace, "at": removed_at})

    def add_team(self, name: str, zone: str, now: datetime) -> Team:
        row = {"name": name, "zone": zone, "created_at": now}
        return Team(TeamId(self.connection.execute(_ADD, row).scalar_one()), name, zone)

    def add_workspace(self, team: TeamId, platform: str, workspace: str, name: str, now: datetime) -> None:
        row = {"team_id": team, "platform": platform, "external_id": workspace, "name": name, "created_at": now}
        self.connection.execute(insert(workspaces), row)

    def lock(self) -> None:
        """Two first commands at once make one team."""
        if self.connection.dialect.name == "postgresql":
            self.connection.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")


def _team(row: Any) -> Team:
    return Team(TeamId(row.id), row.name, row.zone)
