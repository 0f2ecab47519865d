"""The glossary's terms."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from core.glossary import Term
from core.ids import TeamId
from storage.prepared import Prepared
from storage.report_tables import glossary_terms
from storage.tables import members
from storage.upsert import insert_or_replace

_OURS = glossary_terms.c.team_id == bindparam("team")
_TERM = (
    select(glossary_terms.c.term, glossary_terms.c.meaning, members.c.name)
    .outerjoin(members, members.c.id == glossary_terms.c.updated_by)
    .where(_OURS)
)
_GET = Prepared(_TERM.where(glossary_terms.c.term_key == bindparam("key")))
_LIST = Prepared(_TERM.order_by(glossary_terms.c.term_key))
_REMOVE = Prepared(delete(glossary_terms).where(_OURS, glossary_terms.c.term_key == bindparam("key")))


@dataclass(frozen=True, slots=True)
class SqlGlossary:
    connection: Connection
    team_id: TeamId

    def put(self, term: Term, *, member_id: int | None, now: datetime) -> None:
        row = {
            "team_id": self.team_id, "term_key": term.key, "term": term.term, "meaning": term.meaning,
            "updated_by": member_id, "updated_at": now,
        }  # fmt: skip
        insert_or_replace(self.connection, glossary_terms, row, ("team_id", "term_key"))

    def get(self, key: str) -> Term | None:
        row = _GET.first(self.connection, {"team": self.team_id, "key": key})
        return Term(row.term, row.meaning, row.name) if row else None

    def remove(self, key: str) -> None:
        _REMOVE.run(self.connection, {"team": self.team_id, "key": key})

    def list(self) -> tuple[Term, ...]:
        rows = _LIST.all(self.connection, {"team": self.team_id})
        return tuple(Term(row.term, row.meaning, row.name) for row in rows)
