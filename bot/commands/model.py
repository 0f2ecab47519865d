"""`/lab model …`: model versions, by when they are wanted and what stands before them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from bot.cards.model import version_card
from bot.command import Arg, Word, command
from bot.context import Context
from bot.values import ModelVersion
from core.board import UNSET, Maybe
from core.cards import Card
from core.digest_records import Upcoming
from core.model_versions import VersionTarget, aim_for, target_of
from core.ports import UnitOfWork
from core.scopes import Scope
from core.upcoming import look_at_version

MOST_PROJECTS = 1_000


@dataclass(frozen=True, slots=True)
class _Found:
    target: VersionTarget | None
    upcoming: Upcoming | None


@command("model version", help="When a model version will be ready, as far as it is known")
async def version(
    ctx: Context,
    version: Annotated[ModelVersion, Word("Which one", "churn@v2.0")],
    target: Annotated[Maybe[date | None], Arg("By when it is wanted", "2026-12-15")] = UNSET,
) -> Card:
    said = ""
    if target is not UNSET:
        await ctx.do(aim_for, version=version, target=target, today=ctx.today)
        said = f"It is wanted by {target}." if target else "No day is named any more."
    found = await ctx.read(_look, version=version, now=ctx.now)
    return version_card(version, found.target, found.upcoming, said=said, zone=ctx.zone, today=ctx.today)


def _look(work: UnitOfWork, *, version: str, now: datetime) -> _Found:
    scope = Scope(frozenset(project.id for project in work.projects.list(limit=MOST_PROJECTS)))
    return _Found(target_of(work, version=version), look_at_version(work, version=version, scope=scope, now=now))
