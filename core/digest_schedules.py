"""When digests come in a channel: scheduled, paused and removed by administrators."""

from dataclasses import replace
from datetime import datetime, time

from core.calendar import Weekday, WorkingCalendar
from core.digest_events import DigestRescheduled, DigestScheduled
from core.digest_runs import DigestKind, DigestRun, DigestSchedule, as_it_stands
from core.digest_scope import Shown, scope_of
from core.errors import Conflict, InvalidInput, NotFound
from core.ids import ChannelRef
from core.journal import Actor, record
from core.local_time import zone_named
from core.ports import UnitOfWork
from core.projects import no_project
from core.schedules import Occurrence, Schedule, next_due
from core.working_calendars import WorkingCalendars

MOST_SHOWN = 200
DEFAULT_AT = time(9)


def schedule_digest(
    work: UnitOfWork,
    *,
    actor: Actor,
    kind: DigestKind,
    channel: ChannelRef,
    channel_name: str,
    weekday: Weekday | None,
    at: time,
    zone: str | None,
    shows_all: bool,
    is_replacing: bool,
    now: datetime,
) -> DigestSchedule:
    """From its next occurrence on. The zone is that of the first project shown there, if none is given."""
    if kind is DigestKind.MONTHLY and weekday is not None:
        raise InvalidInput(
            "The monthly report comes on the first working day of the month.", "Leave day: out.",
            example="lab-admin digest schedule monthly at:09:00",
        )  # fmt: skip
    scope = shown_projects(work, channel, channel_name, shows_all=shows_all)
    place = work.channels.ensure(channel, channel_name, now)
    if kind is DigestKind.WEEKLY:
        weekday = weekday if weekday is not None else Weekday.MONDAY
    wanted = DigestSchedule(
        id=0, channel=place, kind=kind, shows_all=shows_all, done_until=now, looks_at=now, created_at=now,
        schedule=Schedule(kind.rhythm, at, zone or scope.projects[0].zone, weekday),
    )  # fmt: skip
    before = work.digests.schedule_in(place.id, kind)
    if before is None:
        kept = work.digests.add_schedule(wanted, member_id=actor.member_id)
        before = None if kept else work.digests.schedule_in(place.id, kind)
    else:
        kept = replace(wanted, id=before.id, created_at=before.created_at) if is_replacing else None
        if kept is not None:
            work.digests.save_schedule(kept)
    if kept is None:
        how = schedule_words(before.schedule) if before else ""
        raise Conflict(
            f"#{place.name} has a {kind} digest already: {how}.", "To put this one in its place, add replace:yes."
        )  # fmt: skip
    event = DigestScheduled(kind, place.name, schedule_words(kept.schedule))
    record(work, event, actor=actor, now=now)
    return kept


def pause_digest(work: UnitOfWork, *, actor: Actor, number: int, now: datetime) -> DigestSchedule:
    """What falls due meanwhile is not made up for."""
    found = find_schedule(work, number)
    return _change(work, replace(found, looks_at=None), "paused", is_new=not found.is_paused, actor=actor, now=now)


def resume_digest(work: UnitOfWork, *, actor: Actor, number: int, now: datetime) -> DigestSchedule:
    found = find_schedule(work, number)
    if not found.is_paused:
        return found
    return _change(work, replace(found, looks_at=now, done_until=now), "resumed", is_new=True, actor=actor, now=now)


def remove_digest(work: UnitOfWork, *, actor: Actor, number: int, now: datetime) -> DigestSchedule:
    found = find_schedule(work, number)
    work.digests.remove_schedule(number, now)
    record(work, DigestRescheduled(found.kind, found.channel.name, "removed"), actor=actor, now=now)
    return found


def list_digests(work: UnitOfWork) -> tuple[tuple[DigestSchedule, DigestRun | None], ...]:
    """Every schedule with its newest run."""
    schedules = work.digests.schedules(limit=MOST_SHOWN)
    last = ((schedule, work.digests.last_run(schedule.id, posted=False)) for schedule in schedules)
    return tuple((schedule, as_it_stands(work, run) if run else None) for schedule, run in last)


def list_reports(work: UnitOfWork, *, limit: int) -> tuple[DigestRun, ...]:
    """Newest first."""
    return tuple(as_it_stands(work, run) for run in work.digests.runs(channel_id=None, limit=limit))


def find_schedule(work: UnitOfWork, number: int) -> DigestSchedule:
    found = work.digests.schedule(number, lock=True)
    if found is None:
        raise NotFound(
            f"There is no digest schedule {number}.", "See which there are:", example="lab-admin digest list"
        )
    return found


def shown_projects(work: UnitOfWork, channel: ChannelRef | None, name: str, *, shows_all: bool = False) -> Shown:
    """Raises `Conflict` where the channel is shown no project."""
    scope = scope_of(work, channel, shows_all=shows_all)
    if scope.projects:
        return scope
    if not scope.hidden:
        raise no_project("CHURN")
    first = work.projects.list(limit=1)[0].key
    raise Conflict(
        f"#{name} is shown no project, so a digest would have nothing to tell there.",
        "Show it one first:", example=f"lab-admin watch add {first}",
    )  # fmt: skip


def calendar_of(work: UnitOfWork, schedule: DigestSchedule, scope: Shown) -> WorkingCalendar:
    """Whose holidays move it: those of the channel's own project, else of the first that is shown there."""
    own = work.projects.by_channel(schedule.channel.ref)
    project = own or (scope.projects[0] if scope.projects else None)
    if project is None:
        return WorkingCalendar(zone=schedule.schedule.zone)
    return WorkingCalendars(work).of(project.id, None)


def next_occurrence(work: UnitOfWork, *, schedule: DigestSchedule, now: datetime) -> Occurrence | None:
    scope = scope_of(work, schedule.channel.ref, shows_all=schedule.shows_all)
    return next_due(schedule.schedule, max(now, schedule.done_until), calendar_of(work, schedule, scope))


def schedule_words(schedule: Schedule) -> str:
    """`Mondays at 09:00, Europe/Lisbon`."""
    weekday = schedule.weekday
    day = "the first working day of the month" if weekday is None else f"{weekday.name.capitalize()}s"
    return f"{day} at {schedule.at:%H:%M}, {zone_named(schedule.zone).key}"


def _change(
    work: UnitOfWork, changed: DigestSchedule, word: str, *, is_new: bool, actor: Actor, now: datetime
) -> DigestSchedule:
    if is_new:
        work.digests.save_schedule(changed)
        record(work, DigestRescheduled(changed.kind, changed.channel.name, word), actor=actor, now=now)
    return changed
