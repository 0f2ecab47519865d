"""Teams, and how the first command of a workspace finds or makes its own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from core.errors import InvalidInput, NotFound
from core.ids import ChannelRef, TeamId
from core.text import clean_line

if TYPE_CHECKING:
    from core.deliveries import Destination
    from core.hooks import Hook
    from core.installations import Installations
    from core.joining import Joins
    from core.leases import Leases
    from core.one_time_codes import OneTimeCodes
    from core.ports import UnitOfWork

NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Team:
    """Owns everything. `zone` is an IANA name, the default of its projects and members."""

    id: TeamId
    name: str
    zone: str


class Directory(Protocol):
    """The teams themselves, and what there is before a team: bound to none of them."""

    @property
    def installations(self) -> "Installations": ...
    @property
    def codes(self) -> "OneTimeCodes": ...
    @property
    def joins(self) -> "Joins": ...
    @property
    def leases(self) -> "Leases": ...

    def unit(self, team: TeamId) -> "UnitOfWork":
        """Of this team, in the same transaction."""
        ...

    def teams(self) -> tuple[Team, ...]:
        """At most a hundred, oldest first."""
        ...

    def get(self, team: TeamId) -> Team: ...

    def team_of_workspace(self, platform: str, workspace: str) -> Team | None: ...

    def hook(self, public_id: str) -> "Hook | None":
        """The hook at this address, unless it was revoked."""
        ...

    def hooks(self, *, after: int, limit: int) -> "tuple[Hook, ...]":
        """Those in use, of all teams, by id."""
        ...

    def claim_destinations(self, *, now: datetime, lease: timedelta, limit: int) -> "tuple[Destination, ...]":
        """As `Store.claim_destinations`, in this transaction."""
        ...

    def closed_channels(
        self, platform: str, errors: Collection[str], *, since: datetime
    ) -> tuple[tuple[TeamId, ChannelRef], ...]:
        """Those of all teams in which something that was queued since then was parked for one of these reasons; direct
        messages are none."""
        ...

    def picture(self, image_id: str) -> bytes | None:
        """By the SHA-256 of what it is."""
        ...

    def mark_workspace(self, platform: str, workspace: str, removed_at: datetime | None) -> None:
        """The bot was removed from it, or with None is back."""
        ...

    def add_team(self, name: str, zone: str, now: datetime) -> Team: ...

    def add_workspace(self, team: TeamId, platform: str, workspace: str, name: str, now: datetime) -> None: ...


def open_workspace(directory: Directory, *, platform: str, workspace: str, name: str, zone: str, now: datetime) -> Team:
    """The team of a workspace; the first command in a workspace creates it."""
    team = directory.team_of_workspace(platform, workspace)
    if team is None:
        team = directory.add_team(name, zone, now)
        directory.add_workspace(team.id, platform, workspace, name, now)
    return team


def choose_team(directory: Directory, *, name: str | None, zone: str, now: datetime) -> Team:
    """The team the operator acts for: the only one, the one of that name, or a first one made now."""
    teams = directory.teams()
    if not teams:
        return directory.add_team(clean_line(name or "Team", what="team name", limit=NAME_LIMIT), zone, now)
    if name is None:
        if len(teams) > 1:
            raise InvalidInput("There are several teams here.", f'Say which: --team "{teams[0].name}". {_names(teams)}')
        return teams[0]
    for team in teams:
        if team.name.casefold() == name.casefold():
            return team
    raise NotFound(f"There is no team “{name[:80]}”.", _names(teams))


def _names(teams: tuple[Team, ...]) -> str:
    return "Teams: " + ", ".join(team.name for team in teams[:20]) + "."
