"""Model versions: the team's sprints and milestones, and the day by which one is wanted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from core.errors import InvalidInput
from core.events import TargetSet
from core.journal import Actor, record
from core.ports import UnitOfWork

# Further away it is a typing error.
_FURTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class VersionTarget:
    """`target` is the day by which it is wanted in production, which promises nothing; `author` named it."""

    version: str
    target: date
    author: str | None = None


class Versions(Protocol):
    def aim(self, version: str, target: date | None, *, member_id: int | None, now: datetime) -> None: ...

    def targets(self, versions: Collection[str]) -> dict[str, VersionTarget]:
        """Those of these that have one."""
        ...


def aim_for(
    work: UnitOfWork, *, actor: Actor, version: str, target: date | None, today: date, now: datetime
) -> VersionTarget | None:
    """Names the day by which the version is wanted, or takes it back."""
    if target is not None and target < today:
        raise InvalidInput(f"{target} is over.", "Give a day to come, or target:none to name none.")
    if target is not None and target - today > _FURTHEST:
        raise InvalidInput(f"{target} is more than five years away.", "Give an earlier day.")
    before = target_of(work, version=version)
    if (before.target if before else None) != target:
        work.versions.aim(version, target, member_id=actor.member_id, now=now)
        record(work, TargetSet(version, target, before.target if before else None), actor=actor, now=now)
    return target_of(work, version=version)


def target_in(targets: dict[str, VersionTarget], version: str | None) -> date | None:
    found = targets.get(version) if version else None
    return found.target if found else None


def target_of(work: UnitOfWork, *, version: str) -> VersionTarget | None:
    return work.versions.targets([version]).get(version)
