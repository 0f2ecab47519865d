"""What a team says of its model versions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, delete, select

from core.ids import TeamId
from core.model_versions import VersionTarget
from storage.batches import AnyOf
from storage.prepared import Prepared
from storage.report_tables import model_versions
from storage.tables import members
from storage.upsert import insert_or_replace

_TARGET = (
    select(model_versions.c.version, model_versions.c.target, members.c.name)
    .outerjoin(members, members.c.id == model_versions.c.updated_by)
    .where(model_versions.c.team_id == bindparam("team"), model_versions.c.target.is_not(None))
)
_TARGETS = AnyOf(
    _TARGET.where(model_versions.c.version == bindparam("one")),
    _TARGET.where(model_versions.c.version.in_(bindparam("several", expanding=True))),
)
_FORGET = Prepared(
    delete(model_versions).where(
        model_versions.c.team_id == bindparam("team"), model_versions.c.version == bindparam("one")
    )
)


@dataclass(frozen=True, slots=True)
class SqlVersions:
    connection: Connection
    team_id: TeamId

    def aim(self, version: str, target: date | None, *, member_id: int | None, now: datetime) -> None:
        if target is None:
            # Nothing is left to say of it; what two teams have would keep them from becoming one.
            _FORGET.run(self.connection, {"team": self.team_id, "one": version})
            return
        row = {
            "team_id": self.team_id, "version": version, "target": target, "updated_by": member_id, "updated_at": now
        }  # fmt: skip
        insert_or_replace(self.connection, model_versions, row, ("team_id", "version"))

    def targets(self, versions: Collection[str]) -> dict[str, VersionTarget]:
        rows = _TARGETS.rows(self.connection, versions, team=self.team_id)
        return {row.version: VersionTarget(row.version, row.target, row.name) for row in rows}
