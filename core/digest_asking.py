"""What a digest is asked to be about, and who writes it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from core.cards import Card
from core.digest_posting import Draft
from core.digest_runs import Chart, DigestKind, DigestRun, DigestSchedule, RunState, as_it_stands
from core.digest_schedules import DEFAULT_AT, shown_projects
from core.digest_scope import Shown, scope_of
from core.errors import Conflict
from core.ids import ChannelRef
from core.local_time import local_date, local_instant, zone_named
from core.ports import UnitOfWork
from core.projects import find_project

# Beside a stored summary: the ids of the projects that it tells of.
TOLD_OF = "told_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`gist` is that of the last one posted here: one that says the same is not worth posting."""

    kind: DigestKind
    shown: Shown
    as_of: datetime
    zone: str
    shows_all: bool = False
    gist: str | None = None


class DigestWriter(Protocol):
    """`read` asks the board, within a unit; the others take what it found, on any thread."""

    def read(self, work: UnitOfWork, asked: Asked) -> Any: ...

    def write(self, asked: Asked, found: Any) -> Draft:
        """The text, and the picture of it."""
        ...

    def preview(self, asked: Asked, found: Any, *, room: int) -> tuple[Card, str]:
        """In one message of so many characters; and why a schedule would not post it, where that is so."""
        ...

    def draw(self, found: Any) -> tuple[Chart, bytes] | None:
        """The picture of it, where there is something to see."""
        ...

    def picture_words(self, found: Any) -> str:
        """All that the picture would show; nothing where there would be none."""
        ...


def asked_by_schedule(work: UnitOfWork, *, schedule: DigestSchedule, as_of: datetime) -> Asked:
    return Asked(
        kind=schedule.kind,
        shown=scope_of(work, schedule.channel.ref, shows_all=schedule.shows_all),
        as_of=as_of,
        zone=schedule.schedule.zone,
        shows_all=schedule.shows_all,
        gist=_last_gist(work, schedule),
    )


def asked_by_person(
    work: UnitOfWork,
    *,
    kind: DigestKind,
    channel: ChannelRef | None,
    name: str,
    project: str | None,
    day: date | None,
    shows_all: bool = False,
    now: datetime,
) -> Asked:
    """Of what the channel is shown, or of one project of that; where there is no channel, of any.

    On another day than today, as it would come that morning.
    """
    shown = shown_projects(work, channel, name, shows_all=shows_all)
    if project is not None:
        shown = _only(work, shown, project, name)
    schedule = _schedule_in(work, channel, kind)
    zone = schedule.schedule.zone if schedule else shown.projects[0].zone
    today = local_date(now, zone_named(zone))
    at = schedule.schedule.at if schedule else DEFAULT_AT
    return Asked(
        kind=kind,
        shown=shown,
        as_of=now if day in (None, today) else local_instant(day, at, zone_named(zone)),
        zone=zone,
        shows_all=shows_all,
        gist=_last_gist(work, schedule) if schedule else None,
    )


def asked_again(work: UnitOfWork, *, run: DigestRun) -> Asked:
    """What a report was about when it was posted, by what the board knows now."""
    shown = _as_before(work, run, scope_of(work, run.channel.ref, shows_all=run.shows_all))
    if not shown.projects:
        raise Conflict(f"#{run.channel.name} is shown no project any more.", "The report stays as it was.")
    schedule = work.digests.schedule(run.schedule_id) if run.schedule_id is not None else None
    zone = schedule.schedule.zone if schedule else shown.projects[0].zone
    return Asked(kind=run.kind, shown=shown, as_of=run.as_of, zone=zone, shows_all=run.shows_all)


def _as_before(work: UnitOfWork, run: DigestRun, shown: Shown) -> Shown:
    """Of what the channel is shown now, the projects that it told of: perhaps only one was asked for."""
    text = work.digests.text(run.id)
    told_of = text.summary.get(TOLD_OF) if text else None
    if not isinstance(told_of, list):
        return shown
    return replace(shown, projects=tuple(one for one in shown.projects if one.id in told_of))


def _only(work: UnitOfWork, shown: Shown, project: str, name: str) -> Shown:
    found = find_project(work, project)
    if found.id not in shown.ids:
        raise Conflict(
            f"#{name} is not shown {found.key}.", "Ask in its home channel, or show it here first:",
            example=f"lab-admin watch add {found.key}",
        )  # fmt: skip
    return Shown((found,))


def _schedule_in(work: UnitOfWork, channel: ChannelRef | None, kind: DigestKind) -> DigestSchedule | None:
    place = work.channels.find(channel) if channel else None
    return work.digests.schedule_in(place.id, kind) if place else None


def _last_gist(work: UnitOfWork, schedule: DigestSchedule) -> str | None:
    run = work.digests.last_run(schedule.id, posted=True)
    if run is None or as_it_stands(work, run).state is not RunState.POSTED:
        # Nobody has read it, so it may be said again.
        return None
    text = work.digests.text(run.id)
    return text.gist if text else None
