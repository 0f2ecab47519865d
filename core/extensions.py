"""More time for a timebox, and another day for its reminder."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.calendar import next_working_moment, nth_working_day_after
from core.deciding import Cost, check_evidence, cost_of, find_undecided
from core.durations import Box, Unit, WorkingTime, check_last_day
from core.errors import Conflict, InvalidInput, NotAllowed
from core.ids import TaskKey
from core.journal import Actor, record
from core.local_time import local_date
from core.ports import UnitOfWork
from core.task_search import find_task
from core.tasks import Task
from core.text import clean_line
from core.timebox_events import ExtensionAsked, TimeboxExtended, TimeboxSnoozed
from core.timebox_records import Plea, Timebox, TimeboxState
from core.timeboxes import end_of, timed
from core.working_calendars import WorkingCalendars

WHY_LIMIT = 500
MOST_SNOOZED = 20  # working days


@dataclass(frozen=True, slots=True)
class Extended:
    """`is_asked` says that another person has to agree first; then nothing runs on yet."""

    task: Task
    timebox: Timebox
    by: Box
    is_asked: bool = False


def extend_timebox(work: UnitOfWork, *, actor: Actor, task: TaskKey, by: Box, why: str, now: datetime) -> Extended:
    """From the end of the timebox, or from now where that is over. What it costs is the project's to say."""
    found, timebox = _under_way(work, task, actor)
    why = clean_line(why, what="reason", limit=WHY_LIMIT)
    cost = cost_of(work.projects.policy(found.project_id), timebox.rounds)
    if cost is not Cost.SENTENCE:
        check_evidence(work, found, _last_decided(work, timebox))
    if cost is Cost.PERSON:
        return _ask(work, found, timebox, by, why, actor, now)
    return _extend(work, found, timebox, by, why, actor=actor, asker="", now=now)


def agree_to_extension(work: UnitOfWork, *, actor: Actor, task: TaskKey, now: datetime) -> Extended:
    """Anybody of the team but whoever asked."""
    found = find_task(work, task, lock=True)
    timebox = work.timeboxes.open_of(found.id, lock=True)
    plea = timebox.plea if timebox else None
    if timebox is None or plea is None:
        raise Conflict(
            f"Nobody asks for more time for {task} now.", "See how it stands:", example=f"lab box show {task}"
        )
    if plea.member_id == actor.member_id:
        raise NotAllowed(
            "This extension takes another person than the one who asked.",
            "Ask somebody of the team to press the button.",
        )
    return _extend(work, found, timebox, plea.by, plea.why, actor=actor, asker=plea.name, now=now)


def snooze_timebox(
    work: UnitOfWork, *, actor: Actor, task: TaskKey, by: WorkingTime | None, now: datetime
) -> tuple[Task, Timebox]:
    """Moves the next reminder alone, by working days; without a length, to the working day after the next morning."""
    found, timebox = _under_way(work, task, actor)
    if timebox.state is not TimeboxState.ENDED:
        raise Conflict(f"The timebox of {task} still runs.", "It asks when it ends.", example=f"lab box show {task}")
    days = _days(by)
    calendar = WorkingCalendars(work, since=now).of(found.project_id, found.owner.id if found.owner else None)
    until = nth_working_day_after(now, days, calendar)
    snoozed = replace(timebox, due_at=until)
    work.timeboxes.save_all([snoozed])
    record(work, TimeboxSnoozed(timebox.id, until), actor=actor, now=now, task=found)
    return found, snoozed


def _under_way(work: UnitOfWork, key: TaskKey, actor: Actor) -> tuple[Task, Timebox]:
    found, timebox = find_undecided(work, key, actor=actor, lock=True)
    if timebox is None:
        raise Conflict(
            f"The timebox of {key} was not started.", "It begins with the work:", example=f"lab task start {key}"
        )
    return found, timebox


def _last_decided(work: UnitOfWork, timebox: Timebox) -> datetime:
    """When it was last said how long to go on."""
    extensions = work.timeboxes.extensions(timebox.id)
    return extensions[-1].at if extensions else timebox.started_at


def _ask(
    work: UnitOfWork, task: Task, timebox: Timebox, by: Box, why: str, actor: Actor, now: datetime
) -> Extended:  # fmt: skip
    _new_end(work, task, timebox, by, now)
    asking = replace(timebox, plea=Plea(actor.member_id, actor.name, by, why))
    work.timeboxes.save_all([asking])
    event = ExtensionAsked(timebox.id, timebox.rounds, str(by), why, str(task.key), timebox.nags)
    record(work, event, actor=actor, now=now, task=task)
    return Extended(task, asking, by, is_asked=True)


def _extend(
    work: UnitOfWork, task: Task, timebox: Timebox, by: Box, why: str, *, actor: Actor, asker: str, now: datetime
) -> Extended:
    extended = _new_end(work, task, timebox, by, now)
    work.timeboxes.save_all([extended])
    agreed_by = actor.member_id if asker else None
    author = timebox.plea.member_id if asker and timebox.plea else actor.member_id
    work.timeboxes.add_extension(timebox, by=str(by), why=why, member_id=author, agreed_by=agreed_by, now=now)
    event = TimeboxExtended(
        timebox.id, str(by), why, extended.ends_at, timebox.rounds, timebox.nags, agreed_with=asker
    )  # fmt: skip
    record(work, event, actor=actor, now=now, task=task)
    return Extended(task, extended, by)


def _new_end(work: UnitOfWork, task: Task, timebox: Timebox, by: Box, now: datetime) -> Timebox:
    since = min(timebox.counts_from, now)
    calendar = WorkingCalendars(work, since=since).of(task.project_id, task.owner.id if task.owner else None)
    check_last_day(by, local_date(now, calendar.tz))
    counts_from = now
    if timebox.state is TimeboxState.RUNNING:
        # Without an end, its calendar has just changed and the tick has not asked it yet.
        counts_from = max(timebox.ends_at or end_of(timebox.box, timebox.counts_from, calendar), now)
    # The runs were for the first promise; more time is more time.
    box = Box(length=by.length, until=by.until)
    if end_of(box, counts_from, calendar) <= next_working_moment(counts_from, calendar):
        raise InvalidInput(f"“{by}” is no more time.", "Give a later day, or a length: by:3d, by:1w or by:2026-12-15.")
    longer = replace(
        timebox, state=TimeboxState.RUNNING, box=box, counts_from=counts_from, asked_at=None, nags=0, plea=None,
        rounds=timebox.rounds + 1,
    )  # fmt: skip
    return timed(longer, calendar, now)


def _days(by: WorkingTime | None) -> int:
    if by is None:
        return 2
    days = by.amount if by.unit is Unit.DAY else by.amount * 5
    if by.unit is Unit.HOUR or not 1 <= days <= MOST_SNOOZED:
        raise InvalidInput(
            f"A reminder can be moved by 1 to {MOST_SNOOZED} working days.", "For example by:1d, by:3d or by:2w."
        )
    return days
