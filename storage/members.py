"""Members and their identities."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from core.ids import TeamId
from core.members import Identity, Member
from core.tasks import Role
from storage.tables import identities, members

_OURS = members.c.team_id == bindparam("team")
_MEMBER = select(members).where(_OURS)
_GET = _MEMBER.where(members.c.id == bindparam("member"))
_BY_NAME = (
    _MEMBER.where((members.c.handle == bindparam("word")) | (func.lower(members.c.name) == bindparam("word")))
    .order_by((members.c.handle == bindparam("word")).desc(), members.c.id)
    .limit(1)
)
_BY_IDENTITY = _MEMBER.join(identities, identities.c.member_id == members.c.id).where(
    identities.c.team_id == bindparam("team"),
    identities.c.provider == bindparam("provider"),
    identities.c.realm == bindparam("realm"),
    identities.c.subject == bindparam("subject"),
)
_LIST = _MEMBER.order_by(members.c.handle).limit(bindparam("limit"))
_HANDLES = select(members.c.handle).where(_OURS, members.c.handle.like(bindparam("pattern")))
_ADMINS = select(func.count()).select_from(members).where(_OURS, members.c.is_admin)
_ADD = insert(members).returning(members.c.id)
_SAVE = update(members).where(_OURS, members.c.id == bindparam("member"))
_IDENTITIES = (
    select(identities)
    .where(identities.c.team_id == bindparam("team"), identities.c.member_id == bindparam("member"))
    .order_by(identities.c.id)
)


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
        values = {"role": member.role, "zone": member.zone, "is_admin": member.is_admin, "name": member.name}
        self.connection.execute(_SAVE.values(**values), {"team": self.team_id, "member": member.id})

    def get(self, member_id: int) -> Member:
        row = self.connection.execute(_GET, {"team": self.team_id, "member": member_id}).one()
        return _member(row)

    def by_name(self, text: str) -> Member | None:
        return self._one(_BY_NAME, word=text.casefold())

    def by_identity(self, identity: Identity) -> Member | None:
        return self._one(
            _BY_IDENTITY, provider=identity.provider, realm=identity.realm, subject=identity.subject
        )  # fmt: skip

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

    def _one(self, query: Select[Any], **values: object) -> Member | None:
        row = self.connection.execute(query, {"team": self.team_id, **values}).first()
        return _member(row) if row else None


def _member(row: Any) -> Member:
    return Member(id=row.id, name=row.name, handle=row.handle, role=row.role, zone=row.zone, is_admin=row.is_admin)
