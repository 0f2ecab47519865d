"""Teams that join: every row of one becomes the other's, and the row of the team itself goes.

That row going proves that nothing was left behind: the database refuses to delete a team that anything refers to. It
also stops whoever still believes in the old team: there nothing can be written any more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Table, UniqueConstraint, and_, delete, exists, func, insert, select, update

from core.ids import TeamId
from core.joining import MOST_EVENTS, Join, SharedIdentity, Workspace
from core.members import Identity
from storage.columns import metadata
from storage.finding_tables import findings
from storage.local_chat_tables import local_messages
from storage.parting import part, shift_findings, team_tables
from storage.tables import events, identities, members, projects, tasks, teams, workspaces
from storage.timebox_tables import timeboxes
from storage.workspace_tables import joins as joins_table

# What both may have, because it is told apart or put together on the way.
_MENDED = {"members", "findings", "identities"}
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class SqlJoins:
    connection: Connection

    def workspaces(self, team: TeamId) -> tuple[Workspace, ...]:
        rows = self.connection.execute(
            select(workspaces)
            .where(workspaces.c.team_id == team, workspaces.c.removed_at.is_(None))
            .order_by(workspaces.c.id)
        )
        return tuple(Workspace(row.platform, row.external_id, row.name) for row in rows)

    def counts(self, team: TeamId) -> tuple[int, int]:
        some = select(events.c.id).where(events.c.team_id == team).limit(MOST_EVENTS + 1).subquery()
        found = self.connection.execute(select(func.count()).where(findings.c.team_id == team)).scalar_one()
        return found, self.connection.execute(select(func.count()).select_from(some)).scalar_one()

    def shared_identities(self, stays: TeamId, joins: TeamId) -> tuple[SharedIdentity, ...]:
        other = identities.alias()
        rows = self.connection.execute(
            select(identities, other.c.member_id.label("joins"))
            .join(other, _same(identities, other, "provider", "realm", "subject"))
            .where(identities.c.team_id == stays, other.c.team_id == joins)
            .order_by(identities.c.id)
        )
        return tuple(
            SharedIdentity(str(Identity(row.provider, row.realm, row.subject)), row.member_id, row.joins)
            for row in rows
        )  # fmt: skip

    def collisions(self, stays: TeamId, joins: TeamId) -> Mapping[str, tuple[str, ...]]:
        found = {}
        for table, names in _unique_in_a_team():
            other = table.alias()
            rows = self.connection.execute(
                select(table.c[names[-1]])
                .join(other, _same(table, other, *names))
                .where(table.c.team_id == stays, other.c.team_id == joins)
                .limit(_SHOWN)
            ).scalars()
            if values := tuple(str(value) for value in rows):
                found[table.name] = values
        if "repositories" in found:
            found["repositories"] = self._repositories(stays, joins)
        return found

    def move(self, *, stays: TeamId, joins: TeamId, pairs: Sequence[tuple[int, int]], now: datetime) -> Join:
        team = self.connection.execute(select(teams).where(teams.c.id == joins)).one()
        body = {
            **{table.name: self._ids(table, joins) for table in (workspaces, projects, members)},
            "zone": team.zone,
            "created_at": team.created_at.isoformat(),
            "pairs": [list(pair) for pair in pairs],
            "identities": {str(one): self._merge(one, other) for one, other in pairs},
            "handles": self._tell_apart(stays, joins),
            "findings": self._number_on(stays, joins),
            "has_local_chat": self._has(local_messages, joins),
        }
        for table in team_tables():
            self.connection.execute(update(table).where(table.c.team_id == joins).values(team_id=stays))
        self.connection.execute(delete(teams).where(teams.c.id == joins))
        row = {"team_id": stays, "joined_id": joins, "name": team.name, "body": body, "at": now}
        made = self.connection.execute(insert(joins_table).returning(joins_table.c.id), row).scalar_one()
        return Join(made, stays, joins, team.name, body, now)

    def latest(self, team: TeamId) -> Join | None:
        row = self.connection.execute(
            select(joins_table)
            .where(joins_table.c.team_id == team, joins_table.c.undone_at.is_(None))
            .order_by(joins_table.c.id.desc())
            .limit(1)
        ).first()
        return Join(row.id, row.team_id, TeamId(row.joined_id), row.name, row.body, row.at) if row else None

    def part(self, join: Join, now: datetime) -> None:
        part(self.connection, join, now)

    def _ids(self, table: Table, team: TeamId) -> list[int]:
        return list(self.connection.execute(select(table.c.id).where(table.c.team_id == team)).scalars())

    def _has(self, table: Table, team: TeamId) -> bool:
        return (
            self.connection.execute(select(table.c.team_id).where(table.c.team_id == team).limit(1)).first() is not None
        )

    def _repositories(self, stays: TeamId, joins: TeamId) -> tuple[str, ...]:
        table = metadata.tables["repositories"]
        other = table.alias()
        rows = select(table.c.name).join(other, _same(table, other, "host", "external_id"))
        return tuple(
            self.connection.execute(
                rows.where(table.c.team_id == stays, other.c.team_id == joins).limit(_SHOWN)
            ).scalars()
        )  # fmt: skip

    def _merge(self, joins: int, stays: int) -> list[list[object]]:
        """The names of who joins become theirs who stays, with the open work; which names they were, and whether both
        had them."""
        other = identities.alias()
        has_it = exists().where(other.c.member_id == stays, _same(identities, other, "provider", "realm", "subject"))
        mine = select(identities, has_it.label("is_shared")).where(identities.c.member_id == joins)
        names = [[row.provider, row.realm, row.subject, row.is_shared] for row in self.connection.execute(mine)]
        self.connection.execute(delete(identities).where(identities.c.member_id == joins, has_it))
        for column in (
            identities.c.member_id, timeboxes.c.owner_id, timeboxes.c.plea_by, projects.c.lead_id,
            members.c.merged_into,
        ):  # fmt: skip
            self.connection.execute(update(column.table).where(column == joins).values({column: stays}))
        is_open = (tasks.c.owner_id == joins) & tasks.c.closed_at.is_(None)
        self.connection.execute(update(tasks).where(is_open).values(owner_id=stays))
        self.connection.execute(update(members).where(members.c.id == joins).values(merged_into=stays))
        return names

    def _tell_apart(self, stays: TeamId, joins: TeamId) -> dict[str, str]:
        """Handles that are taken get a number; what they were, by member."""
        taken = set(self.connection.execute(select(members.c.handle).where(members.c.team_id == stays)).scalars())
        were = {}
        for row in self.connection.execute(select(members).where(members.c.team_id == joins)).all():
            handle = row.handle
            if handle in taken:
                handle = next(name for n in count(2) if (name := f"{row.handle}{n}") not in taken)
                were[str(row.id)] = row.handle
                self.connection.execute(update(members).where(members.c.id == row.id).values(handle=handle))
            taken.add(handle)
        return were

    def _number_on(self, stays: TeamId, joins: TeamId) -> int:
        """Findings are numbered behind those that are there; by how much."""
        last = select(func.coalesce(func.max(findings.c.number), 0)).where(findings.c.team_id == stays)
        by: int = self.connection.execute(last).scalar_one()
        shift_findings(self.connection, joins, by)
        return by


def _unique_in_a_team() -> Iterator[tuple[Table, list[str]]]:
    for table in team_tables():
        for constraint in table.constraints:
            names = [column.name for column in constraint.columns] if isinstance(constraint, UniqueConstraint) else []
            if "team_id" in names and table.name not in _MENDED:
                yield table, [name for name in names if name != "team_id"]


def _same(table: Any, other: Any, *names: str) -> Any:
    return and_(*(table.c[name] == other.c[name] for name in names))
