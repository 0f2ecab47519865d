"""The figures of periods, counted from what happened. Pure: facts in, numbers out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from core.events import Cause
from core.numbers import Numbers
from core.periods import Period, back_from, month_at
from core.ports import UnitOfWork
from core.projects import find_project
from core.report_records import Alert, Answer, AnswerKind, Arrival, BlockedSpan, ProductionDeployment
from core.scopes import Scope
from core.tasks import Track

# How long after a deployment a rollback or an alert counts as its failure.
AFTERMATH = timedelta(days=7)
MOST_PROJECTS = 1_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened from the beginning of the first period up to `until`, and what followed from its deployments."""

    until: datetime
    blocked: Sequence[BlockedSpan]
    answers: Sequence[Answer]
    deployments: Sequence[ProductionDeployment]
    alerts: Sequence[Alert]
    arrivals: Sequence[Arrival]


def count_periods(
    work: UnitOfWork, *, periods: Sequence[Period], scope: Scope, now: datetime
) -> tuple[Numbers, ...]:  # fmt: skip
    """The numbers of consecutive periods, as far as they are over."""
    start, end = periods[0].start, min(periods[-1].end, now)
    if end <= start:
        return tuple(Numbers(period=period) for period in periods)
    aftermath = min(end + AFTERMATH, now)
    facts = Facts(
        end,
        scope.shown(work.reports.blocked(start, end), lambda one: one.project_id),
        scope.shown(work.reports.answers(start, end), lambda one: one.project_id),
        # A rollback may come from a repository whose earlier deployment is before the period.
        scope.shown(work.reports.deployments(start, aftermath), lambda one: one.project_ids),
        scope.shown(work.reports.alerts(start, aftermath), lambda one: one.project_id),
        scope.shown(work.reports.arrivals(start, end), lambda one: one.project_id),
    )
    return tuple(
        _count(facts, period, _worked(work, period, end, scope), _runs(work, period, end, scope)) for period in periods
    )


def count_months(
    work: UnitOfWork, *, project: str | None, zone: str, months: int, now: datetime
) -> tuple[Numbers, ...]:  # fmt: skip
    """So many months of a project, or of all there are, up to the present one."""
    projects = (find_project(work, project),) if project else work.projects.list(limit=MOST_PROJECTS)
    scope = Scope(frozenset(one.id for one in projects))
    return count_periods(work, periods=back_from(month_at(now, zone), months), scope=scope, now=now)


def _worked(work: UnitOfWork, period: Period, until: datetime, scope: Scope) -> dict[Track, timedelta]:
    total = dict.fromkeys(Track, timedelta())
    end = min(period.end, until)
    found = work.reports.worked(period.start, end) if end > period.start else {}
    for (project, track), length in found.items():
        if scope.shows(project):
            total[track] += length
    return total


def _runs(work: UnitOfWork, period: Period, until: datetime, scope: Scope) -> int:
    end = min(period.end, until)
    found = work.reports.runs(period.start, end) if end > period.start else {}
    return sum(count for project, count in found.items() if scope.shows(project))


def _count(facts: Facts, period: Period, work: dict[Track, timedelta], experiments: int) -> Numbers:
    end = min(period.end, facts.until)
    deployed = [one for one in facts.deployments if one.at in period and one.at < facts.until]
    successes = [one for one in deployed if one.has_succeeded and not one.is_rollback]
    answers = [one for one in facts.answers if one.at in period]
    kinds = Counter(one.kind for one in answers)
    in_time = sum(one.is_in_time for one in answers)
    return Numbers(
        period=period,
        deployments=len(successes),
        failed_deployments=sum(not one.has_succeeded for one in deployed),
        failures=count_failures(successes, facts.deployments, facts.alerts),
        to_production=tuple(one.arrived_at - one.began_at for one in facts.arrivals if one.arrived_at in period),
        research=work[Track.RESEARCH],
        engineering=work[Track.PRODUCTION],
        experiments=experiments,
        due=in_time + kinds[AnswerKind.LATE],
        in_time=in_time,
        decisions=kinds[AnswerKind.DECIDED],
        dropped=sum(one.is_dropped for one in answers),
        extensions=kinds[AnswerKind.EXTENDED],
        blocked=blocked_by_cause(facts.blocked, period.start, end),
    )


def blocked_by_cause(
    spans: Iterable[BlockedSpan], start: datetime, end: datetime
) -> tuple[tuple[Cause, timedelta], ...]:  # fmt: skip
    """For each cause, over all tasks, the time that a task had an open blocker by it; without causes of none."""
    together: dict[tuple[int, Cause], list[tuple[datetime, datetime]]] = defaultdict(list)
    for span in spans:
        begin, stop = max(span.opened_at, start), min(span.closed_at or end, end)
        if begin < stop:
            together[span.task_id, span.cause].append((begin, stop))
    total: dict[Cause, timedelta] = defaultdict(timedelta)
    for (_, cause), parts in together.items():
        total[cause] += _covered(parts)
    return tuple((cause, total[cause]) for cause in Cause if cause in total)


def _covered(parts: list[tuple[datetime, datetime]]) -> timedelta:
    covered, reached = timedelta(), None
    for begin, stop in sorted(parts):
        if reached is None or begin > reached:
            covered += stop - begin
            reached = stop
        elif stop > reached:
            covered += stop - reached
            reached = stop
    return covered


def count_failures(
    successes: Iterable[ProductionDeployment],
    deployments: Sequence[ProductionDeployment],
    alerts: Sequence[Alert],
) -> int:
    """Those that a rollback followed as the next success there, or an alert before that, in `AFTERMATH`."""
    by_place: dict[tuple[int, str], list[ProductionDeployment]] = defaultdict(list)
    for one in deployments:
        if one.has_succeeded:
            by_place[one.repository_id, one.environment].append(one)
    following: dict[int, ProductionDeployment] = {}
    for there in by_place.values():
        following.update((before.id, after) for before, after in pairwise(there))
    alerts_at = defaultdict(list)
    for alert in alerts:
        alerts_at[alert.project_id].append(alert.at)
    return sum(_failed(one, following.get(one.id), alerts_at) for one in successes)


def _failed(
    deployment: ProductionDeployment, after: ProductionDeployment | None, alerts_at: dict[int, list[datetime]]
) -> bool:
    last = deployment.at + AFTERMATH
    if after is not None and after.at <= last:
        if after.is_rollback:
            return True
        last = after.at
    return any(
        deployment.at < at <= last for project in deployment.project_ids for at in alerts_at.get(project, ())
    )  # fmt: skip
