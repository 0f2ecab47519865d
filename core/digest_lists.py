"""The lists that weekly and monthly digests have in common, from what happened and from what is open."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from core.calendar import WorkingCalendar
from core.digest_records import BlockedTask, Deadline, Deployed, Investigation, Learning, Listed, TaskLine
from core.events import Cause, FindingWritten, LoggedEvent
from core.ids import TaskKey
from core.metrics import MetricDefinition
from core.ports import UnitOfWork
from core.report_records import BlockedSpan, OpenBox, ProductionDeployment
from core.scopes import Scope, of_listed
from core.tasks import Track
from core.timebox_events import TaskDecided
from core.timebox_records import TimeboxState
from core.working_calendars import WorkingCalendars
from core.working_time import working_time_between

_DAY = timedelta(days=1)
TASKS_NAMED = 5


def open_boxes(work: UnitOfWork, now: datetime) -> dict[int, OpenBox]:
    """By task, in the order of their ends."""
    return {box.task_id: box for box in work.reports.boxes(at=now)}


def investigations(
    work: UnitOfWork, boxes: dict[int, OpenBox], blocked: Iterable[BlockedSpan], scope: Scope, now: datetime
) -> Listed[Investigation]:
    """Research in doing or review, by when its box ends."""
    moment = timedelta(microseconds=1)
    under_way = {
        span.task_id: span
        for span in work.reports.spans(now, now + moment)
        if span.track is Track.RESEARCH and span.started_at <= now
    }
    order = {task: place for place, task in enumerate(boxes)}
    spans = sorted(under_way.values(), key=lambda span: (order.get(span.task_id, len(order)), span.task_id))
    picked = scope.pick(spans, lambda span: span.project_id)
    ids = [span.task_id for span in picked]
    lines, readings, runs = work.reports.lines(ids), work.reports.readings(ids), work.reports.runs_of(ids)
    definitions = _Definitions(work)
    stuck = {one.task_id for one in blocked if one.closed_at is None or one.closed_at > now}
    calendars = WorkingCalendars(work, since=now)

    def tell(task_id: int) -> Investigation:
        line, box = lines[task_id], boxes.get(task_id)
        calendar = calendars.of(line.project_id, line.owner.id if line.owner else None)
        return Investigation(
            task=line,
            box=str(box.box) if box else "",
            ends_at=box.ends_at if box else None,
            left=_left(box, calendar, now),
            hours_a_day=_hours(calendar),
            runs=runs.get(task_id, 0),
            readings=tuple(
                (reading, definitions.of(line.project_id, reading.name)) for reading in readings.get(task_id, ())
            ),
            extensions=box.rounds if box else 0,
            is_blocked=task_id in stuck,
        )

    return of_listed(picked, lambda span: tell(span.task_id) if span.task_id in lines else None)


def deadlines(work: UnitOfWork, boxes: Sequence[OpenBox], scope: Scope) -> Listed[Deadline]:
    picked = scope.pick(boxes, lambda box: box.project_id)
    lines = work.reports.lines([box.task_id for box in picked])
    return of_listed(picked, lambda box: deadline(box, lines.get(box.task_id)))


def deadline(box: OpenBox, line: TaskLine | None) -> Deadline | None:
    if line is None:
        return None
    asked_at = box.asked_at if box.state is TimeboxState.ENDED else None
    return Deadline(task=line, ends_at=box.ends_at, asked_at=asked_at, nags=box.nags, extensions=box.rounds)


def blocked_tasks(
    work: UnitOfWork, blocked: Sequence[BlockedSpan], scope: Scope, now: datetime
) -> Listed[BlockedTask]:  # fmt: skip
    """One for each task and cause, what is blocked by data first and then what is blocked longest."""
    oldest: dict[tuple[int, Cause], BlockedSpan] = {}
    for span in sorted(blocked, key=lambda one: (one.opened_at, one.id)):
        oldest.setdefault((span.task_id, span.cause), span)
    ordered = sorted(oldest.values(), key=lambda one: (one.cause is not Cause.DATA, one.opened_at, one.id))
    picked = scope.pick(ordered, lambda one: one.project_id)
    named = [task for one in picked for task in (one.task_id, one.waits_for_id) if task is not None]
    lines = work.reports.lines(named)

    def tell(one: BlockedSpan) -> BlockedTask | None:
        line = lines.get(one.task_id)
        other = lines.get(one.waits_for_id) if one.waits_for_id is not None else None
        if line is None:
            return None
        other = other if other and scope.shows(other.project_id) else None
        return BlockedTask(
            task=line, cause=one.cause, why=one.why,
            waits_for=other.key if other else None, source=other.title if other else "", since=one.opened_at,
            days=(now - one.opened_at) / _DAY,
        )  # fmt: skip

    return of_listed(picked, tell)


def open_blockers(work: UnitOfWork, now: datetime) -> list[BlockedSpan]:
    moment = timedelta(microseconds=1)
    return [
        one
        for one in work.reports.blocked(now, now + moment)
        if one.opened_at <= now and (one.closed_at is None or one.closed_at > now)
    ]


def learnings(
    work: UnitOfWork, kinds: Sequence[type[TaskDecided] | type[FindingWritten]], start: datetime, end: datetime,
    scope: Scope,
) -> Listed[Learning]:  # fmt: skip
    """Newest first."""
    picked = scope.pick(work.events.between(kinds, start, end), lambda entry: entry.project_id)
    lines = work.reports.lines([entry.task_id for entry in picked if entry.task_id is not None])
    return of_listed(picked, lambda entry: _learning(entry, lines.get(entry.task_id or 0), scope))


def _learning(entry: LoggedEvent, line: TaskLine | None, scope: Scope) -> Learning | None:
    who, event = entry.member or "somebody", entry.event
    if line is None:
        return None
    if isinstance(event, TaskDecided):
        return Learning(
            task=line, call=event.call, learned=event.learned, why=event.why, best_run=event.best_run, who=who,
            at=entry.at, finding=event.finding, carried_on=tuple(map(TaskKey.parse, event.tasks)),
        )  # fmt: skip
    assert isinstance(event, FindingWritten)
    return Learning(
        task=line, call=None, learned=event.title, why="", best_run="", who=who, at=entry.at, finding=event.finding,
        carried_on=(),
    )  # fmt: skip


def deployed(
    work: UnitOfWork, start: datetime, end: datetime, scope: Scope
) -> Listed[Deployed]:  # fmt: skip
    """Newest first."""
    found = work.reports.deployments(start, end)[::-1]
    picked = scope.pick(found, lambda one: one.project_ids)
    carried = work.reports.carried([one.id for one in picked])
    return of_listed(picked, lambda one: _deployed(one, carried.get(one.id, ()), scope))


def _deployed(one: ProductionDeployment, carried: Sequence[TaskLine], scope: Scope) -> Deployed:
    shown = scope.shown(carried, lambda line: line.project_id)
    versions = dict.fromkeys(line.version for line in shown if line.version is not None)
    return Deployed(
        id=one.id, repository=one.repository, environment=one.environment, sha=one.sha, by=one.by, url=one.url,
        at=one.at, has_succeeded=one.has_succeeded, is_rollback=one.is_rollback, versions=tuple(versions),
        tasks=tuple(shown[:TASKS_NAMED]), count=len(carried),
    )  # fmt: skip


def _left(box: OpenBox | None, calendar: WorkingCalendar, now: datetime) -> timedelta | None:
    if box is None or (box.ends_at is None and box.state is TimeboxState.RUNNING):
        return None
    if box.ends_at is None or box.state is TimeboxState.ENDED:
        return timedelta()
    return working_time_between(now, box.ends_at, calendar)


def _hours(calendar: WorkingCalendar) -> float:
    opens, closes = calendar.opens, calendar.closes
    return (closes.hour * 60 + closes.minute - opens.hour * 60 - opens.minute) / 60


class _Definitions:
    """What projects say of their metrics, each asked for once."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._known: dict[int, dict[str, MetricDefinition]] = {}

    def of(self, project_id: int, name: str) -> MetricDefinition | None:
        if project_id not in self._known:
            self._known[project_id] = {one.name.lower(): one for one in self._work.metrics.definitions(project_id)}
        return self._known[project_id].get(name.lower())
