"""What is known when a timebox ends: the evidence beside the question, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ids import Person
from core.metrics import MetricDefinition, Reading
from core.notes import Note
from core.ports import UnitOfWork
from core.task_search import find_task
from core.task_views import measured
from core.tasks import Task
from core.timebox_records import Decision, Extension, Timebox, TimeboxState
from core.timeboxes import lateness
from core.working_calendars import WorkingCalendars
from core.working_time import working_time_between

_PROMPT = "prompt"
_NOTES = 2
# Stands where a nag has its number, in what asks another person to agree to more time.
PLEA = -1
_FINDINGS = ("run", "commit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`used` is working time since the start; `runs` and `commits` were linked since then; notes newest first."""

    used: timedelta
    hours_a_day: float
    commits: int
    runs: int
    metrics: tuple[tuple[Reading, MetricDefinition | None], ...]
    extensions: tuple[Extension, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeboxView:
    """`lead` leads the project; `decision` is there once one was made."""

    task: Task
    timebox: Timebox
    evidence: Evidence
    lead: Person | None
    decision: Decision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptView:
    """A prompt as it is now. `rounds` and `nag` say which it is; `extension` or the view's decision is its outcome.

    `late` is how long after its time it was asked.
    """

    view: TimeboxView
    rounds: int
    nag: int
    extension: Extension | None
    late: timedelta = timedelta()

    @property
    def is_open(self) -> bool:
        timebox = self.view.timebox
        waits = timebox.state.is_open and timebox.plea if self.nag == PLEA else timebox.state is TimeboxState.ENDED
        return bool(waits) and timebox.rounds == self.rounds


def prompt_subject(timebox_id: int, rounds: int, nag: int) -> str:
    """What the message of a prompt is known by."""
    return f"{_PROMPT}:{timebox_id}:{rounds}:{nag}"


def is_prompt(subject: str | None) -> bool:
    return subject is not None and subject.partition(":")[0] == _PROMPT


def view_prompt(work: UnitOfWork, subject: str) -> PromptView | None:
    """As it stood when it was asked. None where the timebox is not there."""
    timebox_id, rounds, nag = (int(part) for part in subject.split(":")[1:])
    timebox = work.timeboxes.get(timebox_id)
    if timebox is None:
        return None
    view = _view(work, timebox, timebox.asked_at or timebox.counts_from)
    extensions = view.evidence.extensions
    outcome = extensions[rounds] if len(extensions) > rounds else None
    return PromptView(
        view=view, rounds=rounds, nag=nag, extension=outcome, late=_late(work, timebox) if nag == 0 else timedelta()
    )


def _late(work: UnitOfWork, timebox: Timebox) -> timedelta:
    """Of the first question, which is known until it is asked again."""
    if timebox.nags or timebox.asked_at is None or timebox.ends_at is None:
        return timedelta()
    calendar = WorkingCalendars(work).of(timebox.project_id, timebox.owner.id if timebox.owner else None)
    return lateness(timebox.ends_at, timebox.asked_at, calendar)


def view_timebox(work: UnitOfWork, *, task: Task, now: datetime) -> TimeboxView | None:
    """The task's open timebox, or the one it was decided in; None where none was started."""
    timebox = work.timeboxes.open_of(task.id)
    if timebox is None:
        decision = work.decisions.last(task.id)
        timebox = work.timeboxes.get(decision.timebox_id) if decision and decision.timebox_id else None
    return _view(work, timebox, now) if timebox else None


def _view(work: UnitOfWork, timebox: Timebox, now: datetime) -> TimeboxView:
    task = find_task(work, timebox.task_key)
    decision = work.decisions.last(task.id) if timebox.state is TimeboxState.DECIDED else None
    return TimeboxView(
        task=task,
        timebox=timebox,
        evidence=_evidence(work, task, timebox, timebox.closed_at or now),
        lead=work.projects.get(task.project_id).lead,
        decision=decision,
    )


def _evidence(work: UnitOfWork, task: Task, timebox: Timebox, until: datetime) -> Evidence:
    calendar = WorkingCalendars(work, since=timebox.started_at).of(
        task.project_id, task.owner.id if task.owner else None
    )
    runs, commits = (work.links.count_kind(task.id, kind, since=timebox.started_at) for kind in _FINDINGS)
    opens, closes = calendar.opens, calendar.closes
    return Evidence(
        used=working_time_between(timebox.started_at, until, calendar),
        hours_a_day=(closes.hour * 60 + closes.minute - opens.hour * 60 - opens.minute) / 60,
        commits=commits,
        runs=runs,
        metrics=measured(work, task),
        extensions=work.timeboxes.extensions(timebox.id),
        notes=work.notes.of_task(task.id, limit=_NOTES),
    )
