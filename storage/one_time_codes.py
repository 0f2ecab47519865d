"""Codes for one use: the row is deleted by the statement that reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from core.one_time_codes import CodePurpose, OneTimeCode
from storage.workspace_tables import one_time_codes as codes

_THIS = (codes.c.purpose == bindparam("what_for")) & (codes.c.code_hash == bindparam("hashed"))
_TAKE = (
    delete(codes)
    .where(_THIS, codes.c.bound_hash == bindparam("bound"), codes.c.expires_at > bindparam("now"))
    .returning(codes.c.body)
)
_FIND = select(codes).where(_THIS)
_FORGOTTEN = 5_000
_OVER = select(codes.c.id).where(codes.c.expires_at < bindparam("before")).limit(_FORGOTTEN)
_FORGET = delete(codes).where(codes.c.id.in_(_OVER))


@dataclass(frozen=True, slots=True)
class SqlOneTimeCodes:
    connection: Connection

    def add(self, code: OneTimeCode) -> None:
        row = {
            "purpose": code.purpose, "code_hash": code.code_hash, "bound_hash": code.bound_hash,
            "body": dict(code.body), "expires_at": code.expires_at,
        }  # fmt: skip
        self.connection.execute(insert(codes), row)

    def take(self, purpose: CodePurpose, code_hash: str, bound_hash: str, now: datetime) -> Mapping[str, Any] | None:
        values = {"what_for": purpose, "hashed": code_hash, "bound": bound_hash, "now": now}
        row = self.connection.execute(_TAKE, values).first()
        return row.body if row else None

    def find(self, purpose: CodePurpose, code_hash: str) -> OneTimeCode | None:
        row = self.connection.execute(_FIND, {"what_for": purpose, "hashed": code_hash}).first()
        if row is None:
            return None
        return OneTimeCode(
            purpose=row.purpose, code_hash=row.code_hash, bound_hash=row.bound_hash, body=row.body,
            expires_at=row.expires_at,
        )  # fmt: skip

    def forget(self, *, before: datetime) -> int:
        return self.connection.execute(_FORGET, {"before": before}).rowcount
