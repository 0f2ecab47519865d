"""Teams that part again: what came with one, and what was made in it since, goes back.

What a row belongs to is read from what it refers to, so that a table that is added later goes the right way by itself.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, delete, false, insert, or_, select, true, tuple_, update

from core.ids import TeamId
from core.joining import Join
from storage.columns import metadata
from storage.finding_tables import findings
from storage.report_tables import running_versions
from storage.tables import blockers, channels, identities, members, projects, teams, workspaces
from storage.workspace_tables import joins

# The first of these that a row refers to says whose it is. A message belongs to the channel it stands in, a watch too.
_BY_CHANNEL = ("deliveries", "destinations", "lines", "messages", "watches")
_OWNERS = (
    "tasks", "timeboxes", "findings", "commits", "pull_requests", "repositories", "projects", "events",
    "digest_runs", "channels", "members",
)  # fmt: skip
# There is one local chat: all that was said in it goes where it came from.
_OF_LOCAL_CHAT = ("local_messages", "local_reads")
# Known by what the join wrote down, or by where they are; or of no use to whoever leaves.
_ROOTS = ("workspaces", "channels", "projects", "members", "repositories")
STAY = ("jobs", "receipts", "joins")
# What only ties the one to the other ends; other references are to people, or can be empty.
_TIES = (
    "dependencies", "messages", "deliveries", "watches", "project_repositories", "commit_tasks", "commit_actions",
    "pull_request_tasks", "delegates", "deployment_tasks",
)  # fmt: skip


def team_tables() -> list[Table]:
    """In the order in which they refer to each other."""
    return [table for table in metadata.sorted_tables if "team_id" in table.c]


def part(connection: Connection, join: Join, now: datetime) -> None:
    body = join.body
    made_at = datetime.fromisoformat(body["created_at"])
    row = {"id": join.joined, "name": join.name, "zone": body["zone"], "created_at": made_at}
    connection.execute(insert(teams), row)
    _give_back_roots(connection, join)
    for table in team_tables():
        if table.name not in _ROOTS and table.name not in STAY:
            _give_back(connection, table, join)
    for theirs, ours in body["pairs"]:
        _separate(connection, join, theirs, ours, now)
    for member, handle in body["handles"].items():
        connection.execute(update(members).where(members.c.id == int(member)).values(handle=handle))
    shift_findings(connection, join.joined, -body["findings"])
    _end_ties(connection, join, now)
    _name_people(connection, join, now)
    connection.execute(update(joins).where(joins.c.id == join.id).values(undone_at=now))
    _check(connection, join)


def shift_findings(connection: Connection, team: TeamId, by: int) -> None:
    """In two steps, because no two may have one number even for a moment."""
    for number in (-(findings.c.number + by), -findings.c.number):
        connection.execute(update(findings).where(findings.c.team_id == team).values(number=number))


def _give_back_roots(connection: Connection, join: Join) -> None:
    body = join.body
    _hand(connection, join, workspaces, workspaces.c.id.in_(body["workspaces"]))
    places = select(workspaces.c.platform, workspaces.c.external_id).where(workspaces.c.team_id == join.joined)
    _hand(connection, join, channels, tuple_(channels.c.platform, channels.c.workspace).in_(places))
    here = select(channels.c.id).where(channels.c.team_id == join.joined)
    made_here = (projects.c.created_at >= join.at) & projects.c.home_channel_id.in_(here)
    _hand(connection, join, projects, projects.c.id.in_(body["projects"]) | made_here)
    known_here = select(identities.c.member_id).where(tuple_(identities.c.provider, identities.c.realm).in_(places))
    # A realm is a workspace of some chat; e-mail addresses and Git accounts have none.
    known_there = select(identities.c.member_id).where(
        identities.c.realm != "", tuple_(identities.c.provider, identities.c.realm).not_in(places)
    )
    new_here = (members.c.created_at >= join.at) & members.c.id.in_(known_here) & members.c.id.not_in(known_there)
    _hand(connection, join, members, members.c.id.in_(body["members"]) | new_here)
    table, tie = metadata.tables["repositories"], metadata.tables["project_repositories"]
    ours = select(projects.c.id).where(projects.c.team_id == join.joined)
    followed = select(tie.c.repository_id).where(tie.c.project_id.in_(ours))
    elsewhere = select(tie.c.repository_id).where(tie.c.project_id.not_in(ours))
    _hand(connection, join, table, table.c.id.in_(followed) & table.c.id.not_in(elsewhere))


def _hand(connection: Connection, join: Join, table: Table, which: Any) -> None:
    ours = update(table).where(table.c.team_id == join.team, which)
    connection.execute(ours.values(team_id=join.joined))


def _give_back(connection: Connection, table: Table, join: Join) -> None:
    """By the first owner that a row has; where that is empty, by the next."""
    if table.name in _OF_LOCAL_CHAT:
        _hand(connection, join, table, true() if join.body.get("has_local_chat") else false())
        return
    empty: list[Any] = []
    ways = []
    for column in _owners(table):
        owner = _target(column)
        theirs = select(owner.c.id).where(owner.c.team_id == join.joined)
        ways.append(and_(*empty, column.in_(theirs)))
        if not column.nullable:
            break
        empty.append(column.is_(None))
    _hand(connection, join, table, or_(*ways))


def _owners(table: Table) -> list[Column[Any]]:
    if table.name in _BY_CHANNEL:
        return [table.c.channel_id]
    found = sorted(_references(table), key=lambda column: (_OWNERS.index(_target(column).name), not column.primary_key))
    if not found:
        raise LookupError(f"nothing says which team a row of {table.name} belongs to")
    return found


def _references(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if column.foreign_keys and _target(column).name in _OWNERS]


def _target(column: Column[Any]) -> Table:
    return next(iter(column.foreign_keys)).column.table


def _separate(connection: Connection, join: Join, theirs: int, ours: int, now: datetime) -> None:
    """Who was one person with somebody has their own names again; what both had, both have."""
    connection.execute(update(members).where(members.c.id == theirs).values(merged_into=None))
    places = select(workspaces.c.platform, workspaces.c.external_id).where(workspaces.c.team_id == join.joined)
    is_of_there = tuple_(identities.c.provider, identities.c.realm).in_(places)
    moved = update(identities).where(identities.c.member_id == ours)
    own = {"member_id": theirs, "team_id": join.joined}
    connection.execute(moved.where(is_of_there).values(**own))
    for provider, realm, subject, is_shared in join.body["identities"][str(theirs)]:
        name = {"provider": provider, "realm": realm, "subject": subject}
        if is_shared:
            connection.execute(insert(identities), {**own, **name, "created_at": now})
        else:
            is_this = and_(*(identities.c[part] == value for part, value in name.items()))
            connection.execute(moved.where(is_this).values(**own))


def _end_ties(connection: Connection, join: Join, now: datetime) -> None:
    waits = (
        update(blockers)
        .where(_crosses(blockers.c.waits_for_id, join))
        .values(waits_for_id=None, closed_at=blockers.c.closed_at)
    )
    still = _crosses(blockers.c.waits_for_id, join) & blockers.c.closed_at.is_(None)
    connection.execute(update(blockers).where(still).values(closed_at=now))
    connection.execute(waits)
    for table, column in _crossing():
        if table.name in _TIES:
            connection.execute(delete(table).where(_crosses(column, join)))
    foreign_version = _crosses(running_versions.c.project_id, join)
    connection.execute(update(running_versions).where(foreign_version).values(project_id=None))
    connection.execute(update(projects).where(_crosses(projects.c.home_channel_id, join)).values(home_channel_id=None))
    for team, other in ((join.team, join.joined), (join.joined, join.team)):
        foreign = select(projects.c.id).where(projects.c.team_id == other)
        lost = update(channels).where(channels.c.team_id == team, channels.c.project_id.in_(foreign))
        connection.execute(lost.values(project_id=None))


def _name_people(connection: Connection, join: Join, now: datetime) -> None:
    """Whoever did something on the other side stays named there: as who they were before, or as a new entry."""
    known = {(join.joined, ours): theirs for theirs, ours in join.body["pairs"]}
    known |= {(join.team, theirs): ours for theirs, ours in join.body["pairs"]}
    for table, column in _crossing():
        if _target(column).name != "members" or table.name in _TIES:
            continue
        for team in (join.team, join.joined):
            strangers = select(column).distinct().where(table.c.team_id == team, _crosses(column, join))
            for stranger in connection.execute(strangers).scalars().all():
                if (team, stranger) not in known:
                    known[team, stranger] = _copy(connection, team, stranger, now)
                rows = update(table).where(table.c.team_id == team, column == stranger)
                connection.execute(rows.values({column.name: known[team, stranger]}))


def _copy(connection: Connection, team: TeamId, member: int, now: datetime) -> int:
    row = connection.execute(select(members).where(members.c.id == member)).one()
    taken = set(connection.execute(select(members.c.handle).where(members.c.team_id == team)).scalars())
    names = (row.handle if n == 1 else f"{row.handle}{n}" for n in count(1))
    copy = {
        "team_id": team, "name": row.name, "handle": next(name for name in names if name not in taken),
        "role": row.role, "zone": row.zone, "created_at": now,
    }  # fmt: skip
    made: int = connection.execute(insert(members).returning(members.c.id), copy).scalar_one()
    return made


def _crossing() -> Iterator[tuple[Table, Column[Any]]]:
    for table in team_tables():
        for column in table.c:
            if column.foreign_keys and "team_id" in _target(column).c:
                yield table, column


def _crosses(column: Column[Any], join: Join) -> Any:
    """A row of one of the two teams that refers to one of the other."""
    table, target = column.table, _target(column).alias()
    return or_(
        *(
            and_(table.c.team_id == team, column.in_(select(target.c.id).where(target.c.team_id == other)))
            for team, other in ((join.team, join.joined), (join.joined, join.team))
        )
    )


def _check(connection: Connection, join: Join) -> None:
    for table, column in _crossing():
        if connection.execute(select(column).where(_crosses(column, join)).limit(1)).first() is not None:
            raise RuntimeError(f"{table.name}.{column.name} would still refer to the other team")
