"""Hooks: found by their address before anything is verified, and by number inside a team."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from core.hooks import Hook
from core.ids import TeamId
from storage.git_tables import hooks
from storage.prepared import Prepared
from storage.tables import projects

_HOOK: Select[Any] = select(hooks, projects.c.key).join(projects, projects.c.id == hooks.c.project_id)
_BY_ADDRESS = Prepared(_HOOK.where(hooks.c.public_id == bindparam("address"), hooks.c.revoked_at.is_(None)))
_GET = Prepared(_HOOK.where(hooks.c.team_id == bindparam("team"), hooks.c.id == bindparam("hook")))
_LIST = (
    _HOOK.where(hooks.c.team_id == bindparam("team"), hooks.c.revoked_at.is_(None))
    .order_by(hooks.c.id)
    .limit(bindparam("limit"))
)
_OF_ALL = (
    _HOOK.where(hooks.c.revoked_at.is_(None), hooks.c.id > bindparam("after"))
    .order_by(hooks.c.id)
    .limit(bindparam("limit"))
)
_ADD = insert(hooks).returning(hooks.c.id)
_SAVE = update(hooks).where(hooks.c.team_id == bindparam("team"), hooks.c.id == bindparam("hook"))
_RESEAL = _SAVE.where(
    hooks.c.secret == bindparam("secret_was"), hooks.c.old_secret == bindparam("old_secret_was")
).values(secret=bindparam("new_secret"), old_secret=bindparam("new_old_secret"))
_USED = _SAVE.values(used_at=bindparam("now"))


@dataclass(frozen=True, slots=True)
class SqlHooks:
    connection: Connection
    team_id: TeamId

    def add(self, hook: Hook, *, member_id: int | None) -> Hook:
        row = {
            "team_id": self.team_id, "public_id": hook.public_id, "provider": hook.provider,
            "project_id": hook.project_id, "repository": hook.repository, "secret": hook.secret,
            "old_secret": hook.old_secret, "created_by": member_id, "created_at": hook.created_at,
        }  # fmt: skip
        return replace(hook, id=self.connection.execute(_ADD, row).scalar_one())

    def get(self, hook_id: int) -> Hook | None:
        return self.ask(hook_id)()

    def ask(self, hook_id: int) -> Callable[[], Hook | None]:
        answer = _GET.later(self.connection, {"team": self.team_id, "hook": hook_id})

        def read() -> Hook | None:
            rows = answer.rows()
            return _hook(rows[0]) if rows else None

        return read

    def save(self, hook: Hook) -> None:
        values = {
            "secret": hook.secret, "old_secret": hook.old_secret, "old_until": hook.old_until,
            "revoked_at": hook.revoked_at, "repository": hook.repository,
        }  # fmt: skip
        self.connection.execute(_SAVE.values(**values), {"team": self.team_id, "hook": hook.id})

    def reseal(self, hook: Hook, *, secret: str, old_secret: str) -> None:
        values = {
            "team": self.team_id, "hook": hook.id, "secret_was": hook.secret, "old_secret_was": hook.old_secret,
            "new_secret": secret, "new_old_secret": old_secret,
        }  # fmt: skip
        self.connection.execute(_RESEAL, values)

    def mark_used(self, hook_id: int, now: datetime) -> None:
        self.connection.execute(_USED, {"team": self.team_id, "hook": hook_id, "now": now})

    def list(self, *, limit: int) -> tuple[Hook, ...]:
        return tuple(_hook(row) for row in self.connection.execute(_LIST, {"team": self.team_id, "limit": limit}))


def hook_at(connection: Connection, public_id: str) -> Hook | None:
    row = _BY_ADDRESS.first(connection, {"address": public_id})
    return _hook(row) if row else None


def hooks_of_all(connection: Connection, *, after: int, limit: int) -> tuple[Hook, ...]:
    return tuple(_hook(row) for row in connection.execute(_OF_ALL, {"after": after, "limit": limit}))


def _hook(row: Any) -> Hook:
    return Hook(
        id=row.id, team_id=TeamId(row.team_id), public_id=row.public_id, provider=row.provider,
        project_id=row.project_id, project_key=row.key, secret=row.secret, created_at=row.created_at,
        repository=row.repository, old_secret=row.old_secret, old_until=row.old_until, revoked_at=row.revoked_at,
        used_at=row.used_at,
    )  # fmt: skip
