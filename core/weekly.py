"""The weekly plan: the seed of Monday's meeting."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.digest_lists import (
    TASKS_NAMED,
    blocked_tasks,
    deadlines,
    deployed,
    investigations,
    learnings,
    open_blockers,
    open_boxes,
)
from core.digest_records import (
    MOST_LISTED,
    Awaited,
    BlockedTask,
    Deadline,
    Deployed,
    Investigation,
    Learning,
    Listed,
    Ready,
    Release,
    TaskLine,
)
from core.events import Cause
from core.model_versions import target_in
from core.periods import Period
from core.ports import UnitOfWork
from core.report_records import BlockedSpan, OpenBox
from core.scopes import Scope, of_listed
from core.tasks import Kind, Priority, Track
from core.timebox_events import TaskDecided
from core.timebox_records import TimeboxState
from core.timeboxes import NAGS

_DAY = timedelta(days=1)
_PRIORITIES = {priority: place for place, priority in enumerate(Priority)}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySummary:
    """Of one week, as the board knew it at `as_of`.

    `research` is under way; `deciding` falls due in this week, `overdue` was asked about and is not answered, `debt` is
    what nobody is asked about any more. `shipping` is production work by version; `blocked` has data first, and then
    what is blocked longest. `decided`, `deployed` and `data_ready` are of the week before, so that each is told once.
    """

    week: Period
    as_of: datetime
    research: Listed[Investigation]
    deciding: Listed[Deadline]
    overdue: Listed[Deadline]
    debt: Listed[Deadline]
    shipping: Listed[Release]
    blocked: Listed[BlockedTask]
    data_ready: Listed[Ready]
    data_awaited: Listed[Awaited]
    decided: Listed[Learning]
    deployed: Listed[Deployed]

    @property
    def lists(self) -> tuple[Listed[object], ...]:
        return (
            self.research, self.deciding, self.overdue, self.debt, self.shipping, self.blocked, self.data_ready,
            self.data_awaited, self.decided, self.deployed,
        )  # fmt: skip

    @property
    def is_empty(self) -> bool:
        """Nothing to plan and nothing to tell, here or elsewhere."""
        return not any(self.lists)

    @property
    def has_news(self) -> bool:
        """Whether anything happened since the week before."""
        return bool(self.decided or self.deployed or self.data_ready)


def plan_week(work: UnitOfWork, *, week: Period, scope: Scope, now: datetime) -> WeeklySummary:
    """As the board stands at `now`; what happened is told of the week before. What was open at an earlier moment is
    told with its present title, owner and end."""
    boxes = open_boxes(work, now)
    blocked = open_blockers(work, now)
    before = week.before
    due = _by_standing(boxes.values(), week, now)
    return WeeklySummary(
        week=week,
        as_of=now,
        research=investigations(work, boxes, blocked, scope, now),
        deciding=deadlines(work, due["deciding"], scope),
        overdue=deadlines(work, due["overdue"], scope),
        debt=deadlines(work, due["debt"], scope),
        shipping=_shipping(work, blocked, scope, now),
        blocked=blocked_tasks(work, blocked, scope, now),
        data_ready=_ready(work, before.start, before.end, scope),
        data_awaited=_awaited(work, blocked, scope, now),
        decided=learnings(work, (TaskDecided,), before.start, before.end, scope),
        deployed=deployed(work, before.start, before.end, scope),
    )


def _by_standing(boxes: Iterable[OpenBox], week: Period, now: datetime) -> dict[str, list[OpenBox]]:
    found: dict[str, list[OpenBox]] = defaultdict(list)
    for box in boxes:
        if box.state is TimeboxState.RUNNING:
            # One whose end is over is asked about at the next sensible hour.
            if box.ends_at is not None and box.ends_at < week.end:
                found["deciding"].append(box)
        elif box.state is TimeboxState.ENDED:
            found["debt" if box.nags >= NAGS else "overdue"].append(box)
        elif box.ends_at is not None and box.ends_at < week.end:
            # It was decided since.
            found["overdue" if box.ends_at <= now else "deciding"].append(box)
    return found


def _shipping(work: UnitOfWork, blocked: Sequence[BlockedSpan], scope: Scope, now: datetime) -> Listed[Release]:
    """Deploy tasks that are under way or of the priority `now`, and production work under way, by version."""
    spans = work.reports.spans(now, now + timedelta(microseconds=1))
    begun = {one.task_id for one in spans if one.track is Track.PRODUCTION and one.started_at <= now}
    lines = work.reports.lines(begun)
    planned = [line for line in work.reports.open_deploys() if line.priority is Priority.NOW or line.id in begun]
    lines |= {line.id: line for line in planned}
    others = [line for line in work.reports.open_versions() if line.id not in lines and line.track is Track.PRODUCTION]
    stuck = {one.task_id for one in blocked}
    by_version: dict[str | None, list[TaskLine]] = defaultdict(list)
    for line in scope.shown(lines.values(), lambda line: line.project_id):
        by_version[line.version].append(line)
    waiting: dict[str | None, list[TaskLine]] = defaultdict(list)
    for line in scope.shown(others, lambda line: line.project_id):
        waiting[line.version].append(line)
    releases = [_release(version, there, waiting[version], stuck) for version, there in by_version.items()]
    # What has something to deploy comes first, and what has no version last.
    releases.sort(key=lambda one: (not one.deploys, one.version is None, one.version or ""))
    targets = work.versions.targets([one.version for one in releases if one.version])
    releases = [replace(one, target=target_in(targets, one.version)) for one in releases]
    elsewhere = {(line.project_id, line.version) for line in lines.values() if scope.counts(line.project_id)}
    return Listed(tuple(releases[:MOST_LISTED]), len(releases), len(elsewhere))


def _release(
    version: str | None, begun: Sequence[TaskLine], waiting: Sequence[TaskLine], stuck: set[int]
) -> Release:  # fmt: skip
    ordered = sorted(begun, key=lambda line: (_PRIORITIES[line.priority], line.key))
    every = [*begun, *waiting]
    return Release(
        version=version,
        deploys=tuple(line for line in ordered if line.kind is Kind.DEPLOY),
        under_way=tuple(line for line in ordered if line.kind is not Kind.DEPLOY),
        waiting=len(waiting),
        points=sum(line.points or 0 for line in every),
        unestimated=sum(line.points is None for line in every),
        blocked=sum(line.id in stuck for line in every),
    )


def _ready(work: UnitOfWork, start: datetime, end: datetime, scope: Scope) -> Listed[Ready]:
    picked = scope.pick(work.reports.ready_data(start, end), lambda found: found[0].project_id)
    return of_listed(picked, lambda found: Ready(task=found[0], at=found[1]))


def _awaited(work: UnitOfWork, blocked: Sequence[BlockedSpan], scope: Scope, now: datetime) -> Listed[Awaited]:
    """By what is waited for, the longest first."""
    by_source: dict[tuple[int | None, str], list[BlockedSpan]] = defaultdict(list)
    waits = sorted((one for one in blocked if one.cause is Cause.DATA), key=lambda one: (one.opened_at, one.id))
    for one in scope.shown(waits, lambda one: one.project_id):
        by_source[one.waits_for_id, one.why].append(one)
    first = list(by_source.items())[:MOST_LISTED]
    named = {task for (source, _), there in first for task in (source, *(one.task_id for one in there[:MOST_LISTED]))}
    lines = work.reports.lines([task for task in named if task is not None])
    items = []
    for (source, why), there in first:
        keys = [lines[task].key for task in dict.fromkeys(one.task_id for one in there) if task in lines]
        line = lines.get(source) if source is not None else None
        items.append(
            Awaited(
                source=line if line and scope.shows(line.project_id) else None, why=why,
                tasks=tuple(keys[:TASKS_NAMED]), count=len({one.task_id for one in there}), since=there[0].opened_at,
                days=(now - there[0].opened_at) / _DAY,
            )
        )  # fmt: skip
    return Listed(tuple(items), len(by_source), sum(scope.counts(one.project_id) for one in waits))
