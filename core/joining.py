"""One team out of two: a workspace that has a team of its own joins another's, and may part from it within a day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import Conflict, InvalidInput, NotFound
from core.events import BoardsJoined, BoardsParted
from core.ids import TeamId
from core.journal import Actor, record
from core.members import Member
from core.one_time_codes import CodePurpose, CodeRefused, Fault, hash_code, issue_code, redeem_code
from core.teams import Directory, Team

if TYPE_CHECKING:
    from core.ports import UnitOfWork

CODE_LASTS = timedelta(minutes=30)
UNDO_WITHIN = timedelta(days=1)
# What one transaction moves while everybody waits.
MOST_EVENTS = 100_000
_MEMBERS = 1_000
_SEPARATORS = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Workspace:
    platform: str
    external_id: str
    name: str


@dataclass(frozen=True, slots=True)
class SharedIdentity:
    """An e-mail address or Git account (`text`) that a member of either team said was theirs."""

    text: str
    stays: int
    joins: int


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two teams brings along."""

    team: Team
    workspaces: tuple[Workspace, ...]
    projects: tuple[str, ...]
    members: tuple[Member, ...]
    findings: int
    events: int


@dataclass(frozen=True, slots=True)
class Match:
    """Two members who are one person, and by what (an address, an account, somebody's word)."""

    stays: Member
    joins: Member
    by: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """What meets where `joins` becomes a part of `stays`. `obstacles` are sentences; with any, nothing is joined."""

    stays: Side
    joins: Side
    matches: tuple[Match, ...]
    namesakes: tuple[tuple[Member, Member], ...]
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """`name` is the team's that joined; `body` what must be known to part again."""

    id: int
    team: TeamId
    joined: TeamId
    name: str
    body: Mapping[str, Any]
    at: datetime


class Joins(Protocol):
    def workspaces(self, team: TeamId) -> tuple[Workspace, ...]: ...

    def counts(self, team: TeamId) -> tuple[int, int]:
        """Findings, and events up to one more than can be moved."""
        ...

    def shared_identities(self, stays: TeamId, joins: TeamId) -> tuple[SharedIdentity, ...]: ...

    def collisions(self, stays: TeamId, joins: TeamId) -> Mapping[str, tuple[str, ...]]:
        """What both have under one name and cannot have twice in one team, by table."""
        ...

    def move(self, *, stays: TeamId, joins: TeamId, pairs: Sequence[tuple[int, int]], now: datetime) -> Join:
        """`pairs` are members who are one: who joins, and who stays. The team that joined is no more."""
        ...

    def latest(self, team: TeamId) -> Join | None:
        """The newest that was not undone."""
        ...

    def part(self, join: Join, now: datetime) -> None: ...


def offer_join(directory: Directory, *, team: TeamId, actor: Actor, code: str, now: datetime) -> datetime:
    """Whoever says `code` in a workspace of another team within the time joins this one. When it ends."""
    issue_code(
        directory, purpose=CodePurpose.JOIN, code=_spelt(code), bound_to="", lasts=CODE_LASTS, now=now,
        body={"team": team, "by": actor.name},
    )  # fmt: skip
    return now + CODE_LASTS


def look_at_join(
    directory: Directory, *, team: TeamId, actor: Actor, code: str, same: str = "", now: datetime
) -> Meeting:
    """What would meet. The code stays good."""
    kept = directory.codes.find(CodePurpose.JOIN, hash_code(CodePurpose.JOIN, _spelt(code)))
    if kept is None:
        raise _no_such_code()
    if kept.expires_at <= now:
        raise _too_late()
    return _meet(directory, stays=TeamId(kept.body["team"]), joins=team, same=same)


def join_team(directory: Directory, *, team: TeamId, actor: Actor, code: str, same: str = "", now: datetime) -> Meeting:
    """Uses the code up, unless it cannot be done: then nothing is changed, and the code stays good."""
    try:
        body = redeem_code(directory, purpose=CodePurpose.JOIN, code=_spelt(code), bound_to="", now=now)
    except CodeRefused as refused:
        raise (_too_late() if refused.fault is Fault.EXPIRED else _no_such_code()) from refused
    meeting = _meet(directory, stays=TeamId(body["team"]), joins=team, same=same)
    if meeting.obstacles:
        raise Conflict("The two boards cannot be one yet.", " ".join(meeting.obstacles))
    stays = meeting.stays.team
    pairs = [(match.joins.id, match.stays.id) for match in meeting.matches]
    directory.joins.move(stays=stays.id, joins=team, pairs=pairs, now=now)
    name = meeting.joins.team.name
    record(directory.unit(stays.id), BoardsJoined(name), actor=_as_one(actor, pairs), now=now)
    return meeting


def undo_join(directory: Directory, *, team: TeamId, actor: Actor, now: datetime) -> Join:
    """The newest, within a day: what came with it and what was made in it since goes back."""
    join = directory.joins.latest(team)
    if join is None:
        raise NotFound("No board has joined this one.", "There is nothing to undo.", example="lab-admin join code")
    if now - join.at > UNDO_WITHIN:
        raise Conflict(
            f"“{join.name}” joined more than a day ago.",
            "By now the two have grown together; it can no longer be undone.",
        )
    record(directory.unit(team), BoardsParted(join.name), actor=actor, now=now)
    directory.joins.part(join, now)
    return join


def list_joined(directory: Directory, *, team: TeamId) -> tuple[tuple[Workspace, ...], Join | None]:
    """The workspaces on this board, and the newest join."""
    return directory.joins.workspaces(team), directory.joins.latest(team)


def _meet(directory: Directory, *, stays: TeamId, joins: TeamId, same: str) -> Meeting:
    if stays == joins:
        raise Conflict(
            "That code is of this very board.", "Say it in a workspace or server that has a board of its own."
        )
    here, there = _side(directory, joins), _side(directory, stays)
    matches = _matches(directory, stays=there, joins=here, same=same)
    taken = {match.joins.id for match in matches} | {match.stays.id for match in matches}
    names = {member.name.casefold(): member for member in there.members}
    namesakes = tuple(
        (names[member.name.casefold()], member)
        for member in here.members
        if member.name.casefold() in names and not {member.id, names[member.name.casefold()].id} & taken
    )
    return Meeting(there, here, matches, namesakes, tuple(_obstacles(directory, there, here)))


def _side(directory: Directory, team: TeamId) -> Side:
    work = directory.unit(team)
    findings, events = directory.joins.counts(team)
    projects = tuple(project.key for project in work.projects.list(limit=_MEMBERS))
    places, members = directory.joins.workspaces(team), work.members.list(limit=_MEMBERS)
    return Side(directory.get(team), places, projects, members, findings, events)


def _matches(directory: Directory, *, stays: Side, joins: Side, same: str) -> tuple[Match, ...]:
    """Raises `Conflict` where one would be two people of the other side."""
    theirs = {member.id: member for member in stays.members}
    ours = {member.id: member for member in joins.members}
    found = {
        (shared.stays, shared.joins): shared.text
        for shared in directory.joins.shared_identities(stays.team.id, joins.team.id)
    } | _by_hand(directory, stays, joins, same)
    matches = tuple(Match(theirs[there], ours[here], by) for (there, here), by in found.items())
    for side in ([match.stays for match in matches], [match.joins for match in matches]):
        twice = next((member for n, member in enumerate(side) if member in side[:n]), None)
        if twice is not None:
            raise Conflict(
                f"{twice.name} would become one with two people.",
                "Addresses and accounts say so: "
                + "; ".join(
                    f"{m.joins.name} here and {m.stays.name} there by {m.by}"
                    for m in matches
                    if twice in (m.stays, m.joins)
                )
                + ". Let one of them give it up first.",
            )
    return matches


def _by_hand(directory: Directory, stays: Side, joins: Side, same: str) -> dict[tuple[int, int], str]:
    """`@ana=@ana.lima @ben`: here and there; one word for who is called alike."""
    pairs = {}
    for words in filter(None, _SEPARATORS.split(same.strip())):
        here, _, there = words.partition("=")
        pairs[_named(directory.unit(stays.team.id), there or here), _named(directory.unit(joins.team.id), here)] = (
            "your word"
        )
    return pairs


def _named(work: "UnitOfWork", word: str) -> int:
    member = work.members.by_name(word.removeprefix("@"))
    if member is None:
        raise InvalidInput(
            f"There is no “{word}” on that side.", "Give handles of here and there: same:@ana=@ana.lima, or same:@ana."
        )
    return member.id


def _obstacles(directory: Directory, stays: Side, joins: Side) -> list[str]:
    found = []
    collisions = dict(directory.joins.collisions(stays.team.id, joins.team.id))
    if keys := collisions.pop("projects", ()):
        found.append(
            f"Both boards have a project {', '.join(keys)}: a task's name must mean one task. "
            "Keep that project's work on one of them, and start the other board anew."
        )
    if repositories := collisions.pop("repositories", ()):
        found.append(
            f"Both boards follow the repository {', '.join(repositories)}, and its commits would be told twice."
        )
    found += [
        f"Both boards have {', '.join(values)} ({table.replace('_', ' ')})." for table, values in collisions.items()
    ]
    if joins.events > MOST_EVENTS:
        found.append("This board is too large to move at once. Join the other way round: make the code here.")
    return found


def _as_one(actor: Actor, pairs: Sequence[tuple[int, int]]) -> Actor:
    now = dict(pairs)
    known = actor.member_id is not None and actor.member_id in now
    return Actor(now[actor.member_id], actor.name, actor.is_admin, actor.platform, actor.place) if known else actor  # type: ignore[index]


def _spelt(code: str) -> str:
    return re.sub(r"[\s-]", "", code).upper()


def _no_such_code() -> NotFound:
    return NotFound(
        "There is no such code.", "It is good for one use. Ask for a new one where the board is:",
        example="lab-admin join code",
    )  # fmt: skip


def _too_late() -> Conflict:
    return Conflict(
        f"That code is older than {int(CODE_LASTS.total_seconds() // 60)} minutes.",
        "Ask for a new one where the board is:", example="lab-admin join code",
    )  # fmt: skip
