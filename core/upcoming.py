"""Model versions on their way, and what stands before each of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime

from core.digest_lists import blocked_tasks, deadline, open_blockers, open_boxes
from core.digest_records import MOST_LISTED, BlockedTask, Deadline, Listed, TaskLine, Upcoming
from core.model_versions import target_in
from core.ports import UnitOfWork
from core.report_records import BlockedSpan, OpenBox
from core.scopes import Scope
from core.tasks import Track


def coming_versions(
    work: UnitOfWork, boxes: dict[int, OpenBox], blocked: Sequence[BlockedSpan], scope: Scope, now: datetime
) -> Listed[Upcoming]:
    """Those with open tasks: what is wanted or decided first comes first, what runs in production already last."""
    open_ones = work.reports.open_versions()
    shown = scope.shown(open_ones, lambda line: line.project_id)
    upcoming = _told(work, shown, boxes, blocked, scope, now)
    upcoming.sort(key=_order)
    elsewhere = {line.version for line in open_ones if scope.counts(line.project_id)}
    return Listed(tuple(upcoming[:MOST_LISTED]), len(upcoming), len(elsewhere))


def look_at_version(work: UnitOfWork, *, version: str, scope: Scope, now: datetime) -> Upcoming | None:
    """One of them; None where nothing of it is open."""
    lines = [line for line in work.reports.open_versions() if line.version == version and scope.shows(line.project_id)]
    return next(iter(_told(work, lines, open_boxes(work, now), open_blockers(work, now), scope, now)), None)


def _told(
    work: UnitOfWork, lines: Iterable[TaskLine], boxes: dict[int, OpenBox], blocked: Sequence[BlockedSpan],
    scope: Scope, now: datetime,
) -> list[Upcoming]:  # fmt: skip
    by_version: dict[str, list[TaskLine]] = defaultdict(list)
    for line in lines:
        by_version[line.version or ""].append(line)
    if not by_version:
        return []
    done, targets = work.reports.done(list(by_version)), work.versions.targets(list(by_version))
    running = {one.version for one in work.production.running(at=now)}
    stuck = _stuck(work, blocked, {line.id for there in by_version.values() for line in there}, scope, now)
    return [
        _upcoming(
            version, there, boxes, stuck, target=target_in(targets, version), is_running=version in running,
            done=sum(count for (name, project), count in done.items() if name == version and scope.shows(project)),
        )
        for version, there in by_version.items()
    ]  # fmt: skip


def _stuck(
    work: UnitOfWork, blocked: Sequence[BlockedSpan], tasks: Collection[int], scope: Scope, now: datetime
) -> dict[int, list[BlockedTask]]:
    found = defaultdict(list)
    for told in blocked_tasks(work, [one for one in blocked if one.task_id in tasks], scope, now):
        found[told.task.id].append(told)
    return found


def _upcoming(
    version: str, there: Sequence[TaskLine], boxes: dict[int, OpenBox], stuck: dict[int, list[BlockedTask]], *,
    done: int, target: date | None, is_running: bool,
) -> Upcoming:  # fmt: skip
    production = [line for line in there if line.track is Track.PRODUCTION]
    decisions = [found for line in there if line.track is Track.RESEARCH for found in _decision(line, boxes)]
    ends = [one.ends_at for one in decisions]
    return Upcoming(
        version=version,
        done=done,
        open=len(there),
        points=sum(line.points or 0 for line in production),
        unestimated=sum(line.points is None for line in production),
        decisions=tuple(decisions),
        blockers=tuple(one for line in there for one in stuck.get(line.id, ())),
        decide_by=max((end for end in ends if end is not None), default=None) if None not in ends else None,
        target=target,
        is_running=is_running,
    )


def _decision(line: TaskLine, boxes: dict[int, OpenBox]) -> list[Deadline]:
    box = boxes.get(line.id)
    found = deadline(box, line) if box else Deadline(task=line, ends_at=None)
    return [found] if found is not None else []


def _order(one: Upcoming) -> tuple[bool, date, datetime, str]:
    return one.is_running, one.target or date.max, one.decide_by or datetime.max.replace(tzinfo=UTC), one.version or ""
