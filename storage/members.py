"""Members and their identities."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update

from core.ids import Person, TeamId
from core.members import Identity, Member, handle_words
from core.tasks import Role
from storage.prepared import Prepared
from storage.tables import identities, members
from storage.timebox_tables import delegates
from storage.upsert import insert_or_ignore

_OURS = members.c.team_id == bindparam("team")
_MEMBER = select(members).where(_OURS)
_IS_ONE = members.c.merged_into.is_(None)
_GET = Prepared(_MEMBER.where(members.c.id == bindparam("member")))
_HAS_HANDLE = members.c.handle == bindparam("word")
_HAS_NAME = func.lower(members.c.name) == bindparam("word")
_BY_NAME = Prepared(
    _MEMBER.where(_IS_ONE)
    .where(_HAS_HANDLE | _HAS_NAME | (members.c.handle == bindparam("words")))
    .order_by(_HAS_HANDLE.desc(), _HAS_NAME.desc(), members.c.id)
    .limit(1)
)
_THIS_ONE = and_(
    identities.c.team_id == bindparam("team"),
    identities.c.provider == bindparam("in_provider"),
    identities.c.realm == bindparam("in_realm"),
    identities.c.subject == bindparam("in_subject"),
)
_BY_IDENTITY = Prepared(_MEMBER.join(identities, identities.c.member_id == members.c.id).where(_THIS_ONE))
_VOUCHED_AT = Prepared(select(identities.c.vouched_at).where(_THIS_ONE))
_VOUCH = update(identities).where(_THIS_ONE)
_LIST = _MEMBER.where(_IS_ONE).order_by(members.c.handle).limit(bindparam("limit"))
_HANDLES = select(members.c.handle).where(_OURS, members.c.handle.like(bindparam("pattern")))
_ADMINISTERS = members.c.is_admin | members.c.is_workspace_admin
_ADMINS = select(func.count()).select_from(members).where(_OURS, _IS_ONE, _ADMINISTERS)
_ADD = insert(members).returning(members.c.id)
_SAVE = update(members).where(_OURS, members.c.id == bindparam("member"))
_IDENTITIES = (
    select(identities)
    .where(identities.c.team_id == bindparam("team"), identities.c.member_id == bindparam("member"))
    .order_by(identities.c.id)
)

_SUBJECTS = select(identities.c.member_id, identities.c.subject).where(
    identities.c.team_id == bindparam("team"),
    identities.c.member_id.in_(bindparam("members", expanding=True)),
    identities.c.provider == bindparam("provider"),
    identities.c.realm == bindparam("realm"),
)
_DELEGATES = (
    select(members.c.id, members.c.name)
    .join(delegates, delegates.c.delegate_id == members.c.id)
    .where(delegates.c.team_id == bindparam("team"), delegates.c.member_id.in_(bindparam("members", expanding=True)))
    .order_by(members.c.id)
    .distinct()
)
_FORGET_DELEGATE = delete(delegates).where(
    delegates.c.team_id == bindparam("team"),
    delegates.c.member_id == bindparam("member"),
    delegates.c.delegate_id == bindparam("delegate"),
)
_FIRST_ADMIN = Prepared(_MEMBER.where(_IS_ONE, _ADMINISTERS).order_by(members.c.id).limit(1))


@dataclass(frozen=True, slots=True)
class SqlMembers:
    connection: Connection
    team_id: TeamId

    def add(self, *, name: str, handle: str, role: Role | None, is_admin: bool, now: datetime) -> Member:
        row = {
            "team_id": self.team_id, "name": name, "handle": handle, "role": role, "is_admin": is_admin,
            "created_at": now,
        }  # fmt: skip
        member_id = self.connection.execute(_ADD, row).scalar_one()
        return Member(id=member_id, name=name, handle=handle, role=role, is_admin=is_admin)

    def save(self, member: Member) -> None:
        values = {
            "role": member.role, "zone": member.zone, "name": member.name, "is_admin": member.is_admin,
            "is_workspace_admin": member.is_workspace_admin,
        }  # fmt: skip
        self.connection.execute(_SAVE.values(**values), {"team": self.team_id, "member": member.id})

    def get(self, member_id: int) -> Member:
        row = _GET.one(self.connection, {"team": self.team_id, "member": member_id})
        return _member(row)

    def by_name(self, text: str) -> Member | None:
        # A database knows case only of the letters A to Z; the handle has the name's others without case already.
        return self._one(_BY_NAME, word=text.casefold(), words=handle_words(text))

    def by_identity(self, identity: Identity) -> Member | None:
        return self.ask_by_identity(identity)()

    def ask_by_identity(self, identity: Identity) -> Callable[[], Member | None]:
        answer = _BY_IDENTITY.later(self.connection, self._this(identity))

        def read() -> Member | None:
            rows = answer.rows()
            return _member(rows[0]) if rows else None

        return read

    def ask_first_known(self, identities: Sequence[Identity]) -> Callable[[], Member | None]:
        answers = [_BY_IDENTITY.later(self.connection, self._this(one)) for one in identities]
        return lambda: next((_member(row) for answer in answers for row in answer.rows()), None)

    def list(self, *, limit: int) -> tuple[Member, ...]:
        rows = self.connection.execute(_LIST, {"team": self.team_id, "limit": limit})
        return tuple(_member(row) for row in rows)

    def handles_like(self, prefix: str) -> frozenset[str]:
        return frozenset(self.connection.execute(_HANDLES, {"team": self.team_id, "pattern": f"{prefix}%"}).scalars())

    def count_admins(self) -> int:
        return self.connection.execute(_ADMINS, {"team": self.team_id}).scalar_one()

    def add_identity(self, member_id: int, identity: Identity, now: datetime) -> None:
        row = {
            "team_id": self.team_id, "member_id": member_id, "provider": identity.provider,
            "realm": identity.realm, "subject": identity.subject, "created_at": now,
        }  # fmt: skip
        self.connection.execute(insert(identities), row)

    def identities(self, member_id: int) -> tuple[Identity, ...]:
        rows = self.connection.execute(_IDENTITIES, {"team": self.team_id, "member": member_id})
        return tuple(Identity(row.provider, row.realm, row.subject) for row in rows)

    def vouched_at(self, identity: Identity) -> datetime | None:
        row = _VOUCHED_AT.first(self.connection, self._this(identity))
        return row.vouched_at if row else None

    def vouch(self, identity: Identity, at: datetime | None) -> None:
        self.connection.execute(_VOUCH.values(vouched_at=at), self._this(identity))

    def subjects(self, member_ids: Collection[int], provider: str, realm: str) -> dict[int, str]:
        if not member_ids:
            return {}
        values = {"team": self.team_id, "members": list(member_ids), "provider": provider, "realm": realm}
        return {row.member_id: row.subject for row in self.connection.execute(_SUBJECTS, values)}

    def first_admin(self) -> Member | None:
        return self._one(_FIRST_ADMIN)

    def delegates(self, member_ids: Collection[int]) -> tuple[Person, ...]:
        if not member_ids:
            return ()
        rows = self.connection.execute(_DELEGATES, {"team": self.team_id, "members": list(member_ids)})
        return tuple(Person(row.id, row.name) for row in rows)

    def set_delegate(self, member_id: int, delegate_id: int, *, stands_in: bool, now: datetime) -> None:
        if stands_in:
            row = {"team_id": self.team_id, "member_id": member_id, "delegate_id": delegate_id, "created_at": now}
            insert_or_ignore(self.connection, delegates, row)
        else:
            values = {"team": self.team_id, "member": member_id, "delegate": delegate_id}
            self.connection.execute(_FORGET_DELEGATE, values)

    def _this(self, identity: Identity) -> dict[str, object]:
        return {
            "team": self.team_id, "in_provider": identity.provider, "in_realm": identity.realm,
            "in_subject": identity.subject,
        }  # fmt: skip

    def _one(self, query: Prepared, **values: object) -> Member | None:
        row = query.first(self.connection, {"team": self.team_id, **values})
        return _member(row) if row else None


def _member(row: Any) -> Member:
    return Member(
        id=row.id, name=row.name, handle=row.handle, role=row.role, zone=row.zone, is_admin=row.is_admin,
        is_workspace_admin=row.is_workspace_admin,
    )  # fmt: skip
