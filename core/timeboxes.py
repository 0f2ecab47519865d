"""Timeboxes: when one begins, when it ends, and what is due about it in between and after."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.calendar import WorkingCalendar, next_working_moment, next_working_morning
from core.durations import Box
from core.errors import Conflict, InvalidInput
from core.journal import AUTOMATIC, Actor, Happened, record, record_all
from core.ports import UnitOfWork
from core.tasks import State, Task, Track
from core.timebox_events import (
    TimeboxCancelled,
    TimeboxEnded,
    TimeboxEvent,
    TimeboxNagged,
    TimeboxNearlyOver,
    TimeboxStarted,
)
from core.timebox_records import Timebox, TimeboxState
from core.working_calendars import WorkingCalendars
from core.working_time import add_working_time, end_of_date_box, share_of

# In one unit, which has two seconds.
BATCH = 200
_WARNING = 0.8
# After the prompt: again the next working morning, the lead on the one after, then nobody.
NAGS = 2
# What is within this of its time is not late.
_PUNCTUAL = timedelta(minutes=5)


def start_timebox(work: UnitOfWork, task: Task, *, actor: Actor, now: datetime) -> Timebox | None:
    """When work on a research task begins; None where its timebox runs already, or it has none."""
    if task.track is not Track.RESEARCH or task.box is None or work.timeboxes.open_of(task.id) is not None:
        return None
    timebox = Timebox(
        id=0, task_id=task.id, task_key=task.key, task_revision=task.revision, project_id=task.project_id,
        owner=task.owner, box=task.box, started_at=now, counts_from=now,
    )  # fmt: skip
    timebox = work.timeboxes.add(timed(timebox, _calendar(work, task, now), now))
    event = TimeboxStarted(timebox.id, str(task.box), timebox.ends_at)
    record(work, event, actor=actor, now=now, task=task)
    return timebox


def follow_task(work: UnitOfWork, before: Task, task: Task, *, actor: Actor, now: datetime) -> None:
    """After a change of the task: its timebox runs by a shorter promise from the start, or by the new owner's calendar,
    or is cancelled where the task left research. Raises `Conflict` for a longer promise: more time is an extension."""
    timebox = work.timeboxes.open_of(task.id, lock=True)
    if timebox is None:
        if task.state in (State.DOING, State.REVIEW):
            # Production until now: as research it is under way from now on.
            start_timebox(work, task, actor=actor, now=now)
        return
    if task.track is not Track.RESEARCH or task.box is None:
        cancelled = replace(timebox, state=TimeboxState.CANCELLED, due_at=None, closed_at=now)
        work.timeboxes.save_all([cancelled])
        record(work, TimeboxCancelled(timebox.id, timebox.rounds, timebox.nags), actor=actor, now=now, task=task)
        return
    followed = replace(timebox, owner=task.owner)
    is_new_promise = task.box != before.box
    if is_new_promise:
        followed = replace(followed, box=task.box, counts_from=timebox.started_at)
        _refuse_more_time(timebox, followed, _calendar(work, task, timebox.started_at), now)
    if timebox.state is TimeboxState.RUNNING:
        calendar = _calendar(work, task, followed.counts_from)
        followed = timed(followed, calendar, now) if is_new_promise else _timed_again(followed, calendar, now)
        followed = _ended_by_runs(work, followed, now)
    work.timeboxes.save_all([followed])


def _refuse_more_time(timebox: Timebox, promised: Timebox, calendar: WorkingCalendar, now: datetime) -> None:
    """An extension says why, and costs what the project's policy asks; no other way leads to more time."""
    is_over = timebox.state is not TimeboxState.RUNNING or (timebox.ends_at is not None and timebox.ends_at <= now)
    if not is_over:
        allowed, runs = timebox.box.runs, promised.box.runs
        more_runs = allowed is not None and (runs is None or runs > allowed)
        ends_at = end_of(timebox.box, timebox.counts_from, calendar)
        if not more_runs and end_of(promised.box, promised.counts_from, calendar) <= ends_at:
            return
    key = timebox.task_key
    raise Conflict(
        f"The timebox of {key} {'is over' if is_over else 'runs'}: more time is an extension, which says why.",
        "Ask for it:", example=f"lab box extend {key} by:3d why:…",
    )  # fmt: skip


def note_run(work: UnitOfWork, task: Task, *, now: datetime) -> None:
    """A run was linked: the last one of a box that counts runs ends it."""
    timebox = work.timeboxes.open_of(task.id, lock=True)
    if timebox is None or timebox.state is not TimeboxState.RUNNING:
        return
    ended = _ended_by_runs(work, timebox, now)
    if ended is not timebox:
        work.timeboxes.save_all([ended])


def _ended_by_runs(work: UnitOfWork, timebox: Timebox, now: datetime) -> Timebox:
    runs, ends_at = timebox.box.runs, timebox.ends_at
    if not runs or (ends_at is not None and ends_at <= now):
        return timebox
    if work.links.count_kind(timebox.task_id, "run", since=timebox.started_at) < runs:
        return timebox
    return replace(timebox, ends_at=now, warns_at=None, due_at=now)


def timed(timebox: Timebox, calendar: WorkingCalendar, now: datetime) -> Timebox:
    """With the moments that its promise means in this calendar. Raises `InvalidInput` for more than it holds."""
    ends_at = end_of(timebox.box, timebox.counts_from, calendar)
    warns_at = share_of(timebox.counts_from, ends_at, _WARNING, calendar)
    if not now < warns_at < ends_at:
        return replace(timebox, ends_at=ends_at, warns_at=None, due_at=ends_at)
    return replace(timebox, ends_at=ends_at, warns_at=warns_at, due_at=warns_at)


def _timed_again(timebox: Timebox, calendar: WorkingCalendar, now: datetime) -> Timebox:
    """The same promise in another calendar. What is over stays so, and whoever was warned is not warned again."""
    if timebox.ends_at is not None and timebox.ends_at <= now:
        return timebox
    again = timed(timebox, calendar, now)
    return again if timebox.warns_at is not None else replace(again, warns_at=None, due_at=again.ends_at)


def end_of(box: Box, counts_from: datetime, calendar: WorkingCalendar) -> datetime:
    """Never before it began: a last day that is over by then ends at the next working moment."""
    if box.length is not None:
        return add_working_time(counts_from, box.length, calendar)
    assert box.until is not None
    return max(end_of_date_box(box.until, calendar), next_working_moment(counts_from, calendar))


def expire_due_timeboxes(work: UnitOfWork, *, now: datetime, limit: int = BATCH) -> int:
    """What is due about the team's timeboxes, and the events of it; how many were looked at.

    A late tick changes lateness and nothing else: what is due is found by its time, and done once.
    """
    due = work.timeboxes.claim_due(now=now, limit=limit)
    calendars = WorkingCalendars(work, since=min((timebox.counts_from for timebox in due), default=now))
    steps = [_step(timebox, calendars.of(timebox.project_id, _asked(timebox, calendars)), now) for timebox in due]
    work.timeboxes.save_all([after for after, _ in steps])
    happened = [_happened(after, event) for after, event in steps if event is not None]
    record_all(work, happened, actor=AUTOMATIC, now=now)
    return len(due)


def _asked(timebox: Timebox, calendars: WorkingCalendars) -> int | None:
    """Whose hours count: the owner's; the lead's, where it is the lead's turn."""
    if timebox.state is TimeboxState.ENDED and timebox.nags == NAGS - 1:
        lead = calendars.lead_of(timebox.project_id)
        if lead is not None:
            return lead
    return _owner(timebox)


def _step(timebox: Timebox, calendar: WorkingCalendar, now: datetime) -> tuple[Timebox, TimeboxEvent | None]:
    at = _sensible(timebox, calendar, now)
    if timebox.state is TimeboxState.RUNNING:
        return _step_while_running(timebox, calendar, now, at)
    if timebox.state is not TimeboxState.ENDED:
        return replace(timebox, due_at=None), None
    if at > now:
        return replace(timebox, due_at=at), None
    # After the last one only whoever wants to be reminded later is.
    nag = timebox.nags + 1
    due_at = _next_morning(now, calendar) if nag < NAGS else None
    event = TimeboxNagged(timebox.id, timebox.rounds, nag, to_lead=nag == NAGS)
    return replace(timebox, nags=nag, asked_at=now, due_at=due_at), event


def _sensible(timebox: Timebox, calendar: WorkingCalendar, now: datetime) -> datetime:
    """`now`, or when the owner can be asked next. What falls due just as work ends is not put off by a slow tick."""
    # Over before its note was told: then its end is what is due.
    is_over = timebox.state is TimeboxState.RUNNING and timebox.ends_at is not None and timebox.ends_at <= now
    due = (timebox.ends_at if is_over else timebox.due_at) or now
    due = due if now - due <= _PUNCTUAL else now
    try:
        at = next_working_moment(due, calendar)
    except InvalidInput:
        # A calendar without a working day left has no sensible hour: better asked now than never.
        return now
    return at if at > due else now


def _step_while_running(
    timebox: Timebox, calendar: WorkingCalendar, now: datetime, at: datetime
) -> tuple[Timebox, TimeboxEvent | None]:
    if timebox.ends_at is None:
        # The calendar changed, or it was never asked.
        return _timed_or_over(timebox, calendar, now), None
    if now < timebox.ends_at:
        if at > now:
            return replace(timebox, warns_at=at, due_at=min(at, timebox.ends_at)), None
        return replace(timebox, warns_at=None, due_at=timebox.ends_at), TimeboxNearlyOver(timebox.id, timebox.ends_at)
    if at > now:
        return replace(timebox, warns_at=None, due_at=at), None
    late = lateness(timebox.ends_at, now, calendar)
    event = TimeboxEnded(timebox.id, timebox.rounds, int(late.total_seconds()), _by_runs(timebox, calendar))
    ended = replace(
        timebox, state=TimeboxState.ENDED, warns_at=None, asked_at=now, nags=0, due_at=_next_morning(now, calendar)
    )  # fmt: skip
    return ended, event


def lateness(ends_at: datetime, asked_at: datetime, calendar: WorkingCalendar) -> timedelta:
    """How long after the first sensible moment it was asked; nothing where that is a few minutes."""
    try:
        late = asked_at - next_working_moment(ends_at, calendar)
    except InvalidInput:
        late = asked_at - ends_at
    return late if late > _PUNCTUAL else timedelta()


def _timed_or_over(timebox: Timebox, calendar: WorkingCalendar, now: datetime) -> Timebox:
    """By the calendar as it is now. A note that was given is not given again, and what is over by it ends now: nobody
    could know before, so that it is not told late."""
    try:
        found = timed(timebox, calendar, now)
    except InvalidInput:
        return replace(timebox, ends_at=now, warns_at=None, due_at=now)
    assert found.ends_at is not None
    if timebox.warns_at is None or found.warns_at is None:
        ends_at = max(found.ends_at, now)
        return replace(found, ends_at=ends_at, warns_at=None, due_at=ends_at)
    return found


def _by_runs(timebox: Timebox, calendar: WorkingCalendar) -> bool:
    """Whether it ended before its time."""
    if not timebox.box.runs or timebox.ends_at is None:
        return False
    try:
        return timebox.ends_at < end_of(timebox.box, timebox.counts_from, calendar)
    except InvalidInput:
        return False


def _next_morning(now: datetime, calendar: WorkingCalendar) -> datetime:
    try:
        return next_working_morning(now, calendar)
    except InvalidInput:
        return now + timedelta(days=1)


def _happened(timebox: Timebox, event: TimeboxEvent) -> Happened:
    return Happened(event, timebox.task_id, timebox.task_key, timebox.task_revision, timebox.project_id)


def _owner(timebox: Timebox) -> int | None:
    return timebox.owner.id if timebox.owner else None


def _calendar(work: UnitOfWork, task: Task, since: datetime) -> WorkingCalendar:
    return WorkingCalendars(work, since=since).of(task.project_id, task.owner.id if task.owner else None)
