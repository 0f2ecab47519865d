"""Members: who they are, what they do, and under which names other systems know them."""

import difflib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from core.calendar_records import OwnTimes
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.events import Change, MemberChanged, MemberJoined
from core.ids import Person
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.tasks import Role
from core.text import clean_line

NAME_LIMIT = 80
# Some letters become two without case, and equal names are told apart by a number.
HANDLE_LIMIT = 60
# Held by whoever adds members or takes rights away: two at once could add one twice, or leave no administrator.
ROSTER = "members"
_HANDLE_UNSAFE = re.compile(r"[^\w.-]+")
_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}\.[^\s@<>\"]{2,60}")
_ACCOUNT = re.compile(r"([a-z]{2,20}):([\w.-]{1,100})")


@dataclass(frozen=True, slots=True)
class Identity:
    """One name of a person elsewhere: `realm` is the workspace for chat, empty for an e-mail or a Git account."""

    provider: str
    realm: str
    subject: str

    def __str__(self) -> str:
        return self.subject if self.provider == "email" else f"{self.provider}:{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`handle` is what others type after `@`; `zone` an IANA name, or None for the team's.

    `is_admin` was named by another administrator; `is_workspace_admin` is what their chat said when last asked.
    """

    id: int
    name: str
    handle: str
    role: Role | None = None
    zone: str | None = None
    is_admin: bool = False
    is_workspace_admin: bool = False

    @property
    def administers(self) -> bool:
        return self.is_admin or self.is_workspace_admin

    @property
    def person(self) -> Person:
        return Person(self.id, self.name)


@dataclass(frozen=True, slots=True)
class MemberRef:
    """A member as somebody typed them: `me`, `@ana`, `Ana Lima`; or, from a chat, an identity."""

    text: str
    identity: Identity | None = None

    @classmethod
    def parse(cls, text: str) -> "MemberRef":
        return cls(clean_line(text, what="name", limit=NAME_LIMIT).removeprefix("@"))


@dataclass(frozen=True, slots=True)
class MemberView:
    """`times` are their own to see."""

    member: Member
    identities: tuple[Identity, ...]
    times: OwnTimes | None = None


def view_member(work: UnitOfWork, *, actor: Actor, today: date | None = None) -> MemberView:
    """The actor's own entry, with the names others know them by; with `today`, their times from then on."""
    own = own_member(work, actor)
    times = work.calendars.of_member(own.id, since=today) if today else None
    return replace(_view(work, own), times=times)


def find_member(work: UnitOfWork, ref: MemberRef, *, actor: Actor) -> Member:
    """Raises `NotFound` with the names that come nearest."""
    if ref.text.casefold() == "me" and actor.member_id is not None:
        return work.members.get(actor.member_id)
    member = work.members.by_identity(ref.identity) if ref.identity else work.members.by_name(ref.text)
    if member is None:
        known = [other.handle for other in work.members.list(limit=200)]
        near = difflib.get_close_matches(ref.text.casefold(), known, n=3, cutoff=0.5) or known[:8]
        raise NotFound(
            f"There is no member “{ref.text}” in this team.",
            "Members: " + ", ".join(f"@{handle}" for handle in near) + ".",
            example=f"lab-admin member new {ref.text}",
        )
    return member


def ensure_member(work: UnitOfWork, ref: MemberRef, *, actor: Actor, now: datetime) -> Member:
    """As `find_member`, but somebody whom the chat knows and who has not spoken yet becomes a member."""
    if ref.identity is None or _known(work, ref.identity) is not None:
        return find_member(work, ref, actor=actor)
    member = _add_member(work, name=clean_line(ref.text, what="name", limit=NAME_LIMIT), now=now)
    work.members.add_identity(member.id, ref.identity, now)
    record(work, MemberJoined(member.name), actor=actor, now=now)
    return member


def sign_in(
    work: UnitOfWork,
    identity: Identity,
    *,
    name: str,
    is_admin: bool,
    place: str,
    now: datetime,
    zone: str | None = None,
    is_workspace_admin: bool = False,
) -> tuple[Member, Actor]:
    """The member behind a chat or terminal identity, made on the first sight of it with the zone the chat says."""
    member = _known(work, identity)
    if member is not None:
        return member, Actor(member.id, member.name, member.administers or is_admin, identity.provider, place)
    member = _add_member(work, name=clean_line(name, what="name", limit=NAME_LIMIT), is_admin=is_admin, now=now)
    work.members.add_identity(member.id, identity, now)
    known_zone = zone if zone in available_timezones() else None
    if known_zone or is_workspace_admin:
        member = replace(member, zone=known_zone, is_workspace_admin=is_workspace_admin)
        work.members.save(member)
    actor = Actor(member.id, member.name, member.administers or is_admin, identity.provider, place)
    record(work, MemberJoined(member.name), actor=actor, now=now)
    return member, actor


def list_members(work: UnitOfWork) -> tuple[Member, ...]:
    """At most two hundred, by handle."""
    return work.members.list(limit=200)


def find_members(work: UnitOfWork, *, typed: str, limit: int) -> tuple[Member, ...]:
    """Those whose handle or name has these letters, by handle."""
    word = typed.removeprefix("@").casefold()
    found = [one for one in list_members(work) if word in one.handle or word in one.name.casefold()]
    return tuple(found[:limit])


def create_member(
    work: UnitOfWork, *, actor: Actor, name: str, role: Role | None, identity: Identity | None, now: datetime
) -> MemberView:
    """A member who has not spoken yet, for example to give them work before their first command."""
    name = clean_line(name.removeprefix("@"), what="name", limit=NAME_LIMIT)
    work.lock(ROSTER)
    if work.members.by_name(name) is not None:
        raise Conflict(f"There is already a member “{name}”.", "Choose another name, or use that member.")
    member = _add_member(work, name=name, role=role, now=now)
    record(work, MemberJoined(name), actor=actor, now=now)
    if identity is not None:
        _link(work, member, identity, now)
    return _view(work, member)


def give_role(work: UnitOfWork, *, actor: Actor, member: MemberRef, role: Role | None, now: datetime) -> MemberView:
    found = ensure_member(work, member, actor=actor, now=now)
    return _save(work, found, replace(found, role=role), actor, now)


def name_admin(work: UnitOfWork, *, actor: Actor, member: MemberRef, is_admin: bool, now: datetime) -> MemberView:
    work.lock(ROSTER)
    found = ensure_member(work, member, actor=actor, now=now)
    if not is_admin and found.is_workspace_admin:
        raise Conflict(
            f"{found.name} administers the chat workspace, and so this team.",
            "Take that right away there; it ends here within ten minutes.",
        )
    if not is_admin and found.is_admin and work.members.count_admins() == 1:
        raise NotAllowed(
            f"{found.name} is the only administrator left.",
            "Name another one first.",
            example="lab-admin member admin @name",
        )
    return _save(work, found, replace(found, is_admin=is_admin), actor, now)


def note_workspace_right(work: UnitOfWork, *, member_id: int, is_admin: bool, actor: Actor, now: datetime) -> Member:
    """What the workspace says now of somebody's right to administer it; theirs here follows."""
    found = work.members.get(member_id)
    if found.is_workspace_admin == is_admin:
        return found
    return _save(work, found, replace(found, is_workspace_admin=is_admin), actor, now).member


def set_zone(work: UnitOfWork, *, actor: Actor, zone: str, now: datetime) -> MemberView:
    found = own_member(work, actor)
    if zone != found.zone:
        # What runs ends in working hours of where its owner is.
        work.timeboxes.retime(project_id=None, owner_id=found.id, now=now)
    return _save(work, found, replace(found, zone=zone), actor, now)


def link_identity(work: UnitOfWork, *, actor: Actor, identity: Identity, now: datetime) -> MemberView:
    """Says that a Git account or e-mail is the actor's own, so that commits are theirs."""
    member = own_member(work, actor)
    if _link(work, member, identity, now):
        change = Change("identity", None, str(identity))
        record(work, MemberChanged(member.name, (change,)), actor=actor, now=now)
    return _view(work, member)


def own_member(work: UnitOfWork, actor: Actor) -> Member:
    if actor.member_id is None:
        raise NotAllowed("This is about yourself, and nobody is signed in here.", "Say it from your own chat account.")
    return work.members.get(actor.member_id)


def parse_identity(text: str) -> Identity:
    """`ana@example.com`, or an account such as `github:ana`."""
    text = clean_line(text.lower(), what="account", limit=200)
    if _EMAIL.fullmatch(text):
        return Identity("email", "", text)
    match = _ACCOUNT.fullmatch(text)
    if match is None:
        raise InvalidInput(
            f"“{text[:60]}” is neither an e-mail address nor an account.", "Give ana@example.com or github:ana."
        )
    return Identity(match[1], "", match[2])


def handle_words(name: str) -> str:
    """A name as it stands in a handle; nothing where it has neither letters nor digits."""
    return _HANDLE_UNSAFE.sub("-", name.casefold()).strip("-.")


def parse_zone(text: str) -> str:
    """An IANA zone in its own spelling, typed in any case."""
    name = clean_line(text, what="time zone", limit=64).replace(" ", "_")
    known = {zone.casefold(): zone for zone in available_timezones()}
    zone = known.get(name.casefold())
    if zone is None:
        near = difflib.get_close_matches(name.casefold(), known, n=3, cutoff=0.5)
        raise InvalidInput(
            f"“{name}” is not a time zone.",
            "Did you mean " + " or ".join(known[n] for n in near) + "?"
            if near
            else "Use an IANA name such as Europe/Lisbon or UTC.",
        )
    return zone


def zone_info(name: str) -> ZoneInfo:
    """The zone, or UTC where this machine's data no longer knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _view(work: UnitOfWork, member: Member) -> MemberView:
    return MemberView(member, work.members.identities(member.id))


def _known(work: UnitOfWork, identity: Identity) -> Member | None:
    """Who that is; where it is nobody, nobody else becomes it until this unit ends."""
    member = work.members.by_identity(identity)
    if member is None:
        work.lock(ROSTER)
        member = work.members.by_identity(identity)
    return member


def _link(work: UnitOfWork, member: Member, identity: Identity, now: datetime) -> bool:
    holder = _known(work, identity)
    if holder is None:
        work.members.add_identity(member.id, identity, now)
        return True
    if holder.id != member.id:
        raise Conflict(
            f"{identity} already belongs to {holder.name}.", "Ask them or an administrator which of you it is."
        )
    return False


def _add_member(
    work: UnitOfWork, *, name: str, now: datetime, role: Role | None = None, is_admin: bool = False
) -> Member:
    handle = handle_words(name)[:HANDLE_LIMIT].rstrip("-.") or "member"
    taken = work.members.handles_like(handle)
    if handle in taken:
        handle = next(f"{handle}{n}" for n in range(2, len(taken) + 3) if f"{handle}{n}" not in taken)
    return work.members.add(name=name, handle=handle, role=role, is_admin=is_admin, now=now)


def _save(work: UnitOfWork, before: Member, after: Member, actor: Actor, now: datetime) -> MemberView:
    changes = tuple(
        Change(name, _word(old), _word(new))
        for name, old, new in (
            ("role", before.role, after.role),
            ("zone", before.zone, after.zone),
            ("administrator", before.administers, after.administers),
        )
        if old != new
    )
    if changes:
        work.members.save(after)
        record(work, MemberChanged(after.name, changes), actor=actor, now=now)
    return _view(work, after)


def _word(value: Role | str | bool | None) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)
