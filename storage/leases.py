"""Leases: a row a name, taken by one statement, so that of many who want it one gets it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from storage.upsert import insert_or_ignore
from storage.workspace_tables import leases

_THIS = leases.c.name == bindparam("what")
_MINE = leases.c.holder == bindparam("whose")
_HOLD = (
    update(leases)
    .where(_THIS, or_(_MINE, leases.c.holder == "", leases.c.held_until <= bindparam("at")))
    .values(holder=bindparam("whose"), held_until=bindparam("end"))
)
_RELEASE = update(leases).where(_THIS, _MINE).values(holder="")
_NOTED = select(leases.c.note).where(_THIS)
_NOTE = update(leases).where(_THIS, _MINE).values(note=bindparam("words"))


@dataclass(frozen=True, slots=True)
class SqlLeases:
    connection: Connection

    def hold(self, name: str, holder: str, *, until: datetime, now: datetime) -> bool:
        values = {"what": name, "whose": holder, "at": now, "end": until}
        if self.connection.execute(_HOLD, values).rowcount:
            return True
        row = {"name": name, "holder": holder, "held_until": until, "note": ""}
        return insert_or_ignore(self.connection, leases, row) is not None

    def release(self, name: str, holder: str) -> None:
        self.connection.execute(_RELEASE, {"what": name, "whose": holder})

    def noted(self, name: str) -> str:
        return self.connection.execute(_NOTED, {"what": name}).scalar() or ""

    def note(self, name: str, holder: str, words: str) -> bool:
        return bool(self.connection.execute(_NOTE, {"what": name, "whose": holder, "words": words}).rowcount)


def free_leases(connection: Connection) -> None:
    connection.execute(update(leases).values(holder=""))
