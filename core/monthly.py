"""The monthly report for whoever asks when it will be ready, whether it is good, and why it takes so long."""

from dataclasses import dataclass
from datetime import datetime

from core.counting import count_periods
from core.digest_lists import deployed, investigations, learnings, open_blockers, open_boxes
from core.digest_records import (
    MOST_LISTED,
    Deployed,
    Investigation,
    Learning,
    Listed,
    Quality,
    Running,
    Upcoming,
)
from core.events import FindingWritten
from core.metrics import Direction, MetricDefinition
from core.numbers import Figure, Numbers, figures_of
from core.periods import Period
from core.ports import UnitOfWork
from core.report_records import Measured, RunningVersion
from core.scopes import Scope
from core.timebox_events import TaskDecided
from core.upcoming import coming_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlySummary:
    """Of one month, as the board knew it at `as_of`, where the month is not over by then up to there.

    `running` is in production now, `deployed` went there in the month; `learned` are decisions and findings, `quality`
    how good the defined metrics became; `coming` are versions on their way and `questions` what is being researched.
    `before` is None where the board was not there in the month before.
    """

    month: Period
    as_of: datetime
    running: Listed[Running]
    deployed: Listed[Deployed]
    learned: Listed[Learning]
    quality: Listed[Quality]
    coming: Listed[Upcoming]
    questions: Listed[Investigation]
    numbers: Numbers
    before: Numbers | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        return figures_of(self.numbers, self.before)

    @property
    def is_empty(self) -> bool:
        return not any((self.running, self.deployed, self.learned, self.quality, self.coming, self.questions))


def report_month(
    work: UnitOfWork, *, month: Period, scope: Scope, now: datetime
) -> MonthlySummary:  # fmt: skip
    boxes, blocked = open_boxes(work, now), open_blockers(work, now)
    before, numbers = count_periods(work, periods=(month.before, month), scope=scope, now=now)
    return MonthlySummary(
        month=month,
        as_of=now,
        running=_running(work, scope, now),
        deployed=deployed(work, month.start, month.end, scope),
        learned=learnings(work, (TaskDecided, FindingWritten), month.start, month.end, scope),
        quality=_quality(work, month, scope),
        coming=coming_versions(work, boxes, blocked, scope, now),
        questions=investigations(work, boxes, blocked, scope, now),
        numbers=numbers,
        before=before if work.reports.began(scope.projects) < month.start else None,
    )


def _running(work: UnitOfWork, scope: Scope, now: datetime) -> Listed[Running]:
    """By model where versions are known, else by what was deployed; what runs longest comes first."""
    found = work.production.running(at=now)
    with_version = {(one.repository_id, one.environment) for one in found if one.model}
    told = [one for one in found if one.model or (one.repository_id, one.environment) not in with_version]
    projects = {one.repository_id: frozenset(work.repositories.projects(one.repository_id)) for one in told}
    picked = scope.pick(told, lambda one: one.project_id or projects[one.repository_id])
    return Listed(tuple(map(_run, picked)), picked.total, picked.elsewhere)


def _run(one: RunningVersion) -> Running:
    return Running(
        version=one.version or None, repository=one.repository, environment=one.environment, sha=one.sha,
        since=one.since,
    )  # fmt: skip


def _quality(work: UnitOfWork, month: Period, scope: Scope) -> Listed[Quality]:
    """The best of each metric that its project defines, among what was recorded in the month and still stands."""
    measured = work.reports.measured(month.start, month.end)
    definitions: dict[tuple[int, str], MetricDefinition] = {}
    for project in {one.project_id for one in measured if scope.shows(one.project_id)}:
        definitions |= {(project, one.name.lower()): one for one in work.metrics.definitions(project)}
    best: dict[tuple[int, str], Measured] = {}
    for one in measured:
        key = (one.project_id, one.reading.name.lower())
        definition = definitions.get(key)
        if definition is not None and (key not in best or _is_better(one, best[key], definition)):
            best[key] = one
    lines = work.reports.lines([one.task_id for one in best.values()])
    ordered = sorted(best.items(), key=lambda item: (lines[item[1].task_id].key.project, item[0][1]))
    items = [Quality(task=lines[one.task_id], reading=one.reading, definition=definitions[key]) for key, one in ordered]
    elsewhere = {(one.project_id, one.reading.name.lower()) for one in measured if scope.counts(one.project_id)}
    return Listed(tuple(items[:MOST_LISTED]), len(items), len(elsewhere))


def _is_better(one: Measured, other: Measured, definition: MetricDefinition) -> bool:
    if definition.direction is Direction.UP:
        return one.reading.value > other.reading.value
    return one.reading.value < other.reading.value
