"""Installations: one row a workspace, changed only by whoever knows its newest revision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from core.installations import Installation
from storage.prepared import Prepared
from storage.workspace_tables import CAN_BE_RENEWED, installations

_OF_WORKSPACE = (installations.c.platform == bindparam("chat")) & (installations.c.workspace == bindparam("place"))
_THIS = (installations.c.id == bindparam("row")) & (installations.c.revision == bindparam("seen"))
_IS_FREE = or_(installations.c.leased_until.is_(None), installations.c.leased_until <= bindparam("now"))
_GET = Prepared(select(installations).where(_OF_WORKSPACE))
# An answer of the platform's that was overtaken by that to a later installation changes nothing.
_REPLACE = update(installations).where(_OF_WORKSPACE, installations.c.installed_at <= bindparam("made_at"))
_REMOVE = (
    update(installations)
    .where(_OF_WORKSPACE, installations.c.revision <= bindparam("seen"))
    .values(
        token="", refresh_token="", expires_at=None, removed_at=bindparam("at"), lease=None, leased_until=None,
        revision=installations.c.revision + 1,
    )
)  # fmt: skip
_CLAIM = update(installations).where(_THIS, _IS_FREE).values(lease=bindparam("mine"), leased_until=bindparam("until"))
_CHANGE = update(installations).where(_THIS)
_DUE = (
    select(installations)
    .where(
        installations.c.platform == bindparam("chat"),
        CAN_BE_RENEWED,
        installations.c.expires_at <= bindparam("before"),
        _IS_FREE,
    )
    .order_by(installations.c.expires_at)
    .limit(bindparam("limit"))
)  # fmt: skip
_LIST = (
    select(installations)
    .where(installations.c.token != "", installations.c.id > bindparam("after"))
    .order_by(installations.c.id)
    .limit(bindparam("limit"))
)
_FREE = {"lease": None, "leased_until": None}
_GIVE_UP = _CHANGE.where(installations.c.lease == bindparam("mine")).values(refresh_token="", **_FREE)


@dataclass(frozen=True, slots=True)
class SqlInstallations:
    connection: Connection

    def get(self, platform: str, workspace: str) -> Installation | None:
        row = _GET.first(self.connection, {"chat": platform, "place": workspace})
        return _installation(row) if row else None

    def put(self, installation: Installation) -> bool:
        row = {
            "enterprise": installation.enterprise, "name": installation.name, "token": installation.token,
            "refresh_token": installation.refresh_token, "expires_at": installation.expires_at,
            "scopes": installation.scopes, "bot_user": installation.bot_user, "bot_id": installation.bot_id,
            "installed_by": installation.installed_by, "installed_at": installation.installed_at,
        }  # fmt: skip
        place = {"chat": installation.platform, "place": installation.workspace}
        if self.get(installation.platform, installation.workspace) is None:
            key = {"platform": installation.platform, "workspace": installation.workspace}
            self.connection.execute(insert(installations), row | key)
            return True
        replaced = _REPLACE.values(**row, **_FREE, removed_at=None, revision=installations.c.revision + 1)
        return self._changes(replaced, place | {"made_at": installation.installed_at})

    def remove(self, platform: str, workspace: str, *, revision: int, at: datetime) -> bool:
        return self._changes(_REMOVE, {"chat": platform, "place": workspace, "seen": revision, "at": at})

    def claim_renewal(self, installation: Installation, lease: str, *, until: datetime, now: datetime) -> bool:
        values = {"row": installation.id, "seen": installation.revision, "mine": lease, "until": until, "now": now}
        return self._changes(_CLAIM, values)

    def renew(self, installation: Installation, *, token: str, refresh_token: str, expires_at: datetime | None) -> bool:
        tokens = {"token": token, "refresh_token": refresh_token, "expires_at": expires_at}
        renewed = _CHANGE.values(**tokens, **_FREE, revision=installations.c.revision + 1)
        return self._changes(renewed, {"row": installation.id, "seen": installation.revision})

    def give_up_renewal(self, installation: Installation, lease: str) -> bool:
        return self._changes(_GIVE_UP, {"row": installation.id, "seen": installation.revision, "mine": lease})

    def due(self, platform: str, *, before: datetime, now: datetime, limit: int) -> tuple[Installation, ...]:
        values = {"chat": platform, "before": before, "now": now, "limit": limit}
        return tuple(_installation(row) for row in self.connection.execute(_DUE, values))

    def list(self, *, after: int, limit: int) -> tuple[Installation, ...]:
        return tuple(_installation(row) for row in self.connection.execute(_LIST, {"after": after, "limit": limit}))

    def reseal(self, installation: Installation, *, token: str, refresh_token: str) -> bool:
        sealed = _CHANGE.where(
            installations.c.token == bindparam("token_was"), installations.c.refresh_token == bindparam("refresh_was")
        ).values(token=token, refresh_token=refresh_token)  # fmt: skip
        values = {
            "row": installation.id, "seen": installation.revision, "token_was": installation.token,
            "refresh_was": installation.refresh_token,
        }  # fmt: skip
        return self._changes(sealed, values)

    def _changes(self, statement: Any, values: dict[str, object]) -> bool:
        return self.connection.execute(statement, values).rowcount > 0


def _installation(row: Any) -> Installation:
    return Installation(
        id=row.id, platform=row.platform, workspace=row.workspace, enterprise=row.enterprise, name=row.name,
        token=row.token, refresh_token=row.refresh_token, expires_at=row.expires_at, scopes=row.scopes,
        bot_user=row.bot_user, bot_id=row.bot_id, installed_by=row.installed_by, installed_at=row.installed_at,
        removed_at=row.removed_at, revision=row.revision,
    )  # fmt: skip
