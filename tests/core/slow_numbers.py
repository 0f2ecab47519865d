"""The figures of a month worked out the slow way: a clock on a wall is looked at every hour, and each task's state
there is what its events say by then. Knows nothing of spans, of blockers' rows, of what deployments carried, of which
were rollbacks, or of when a period begins."""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.events import Cause, LinkAdded, LoggedEvent, TaskBlocked, TaskChanged, TaskCreated, TaskMoved, TaskUnblocked
from core.git import Result
from core.git_events import CommitsLinked, DeploymentChanged
from core.numbers import Numbers
from core.periods import Period
from core.tasks import Kind, State, Track
from core.timebox_events import TaskDecided, TimeboxExtended, TimeboxNagged
from core.timebox_records import Call
from tests.core.histories import HOUR, History

WEEK = timedelta(days=7)
ACTIVE = (State.DOING, State.REVIEW)


def slow_numbers(history: History, period: Period, now: datetime) -> Numbers:
    logs = {task.id: log_of(history, task.id) for task in history.tasks}
    hours = list(hours_of(period, now))
    time: dict[Track, timedelta] = defaultdict(timedelta)
    blocked: dict[Cause, timedelta] = defaultdict(timedelta)
    for log in logs.values():
        for hour in hours:
            state, track, causes = standing(log, hour)
            if state in ACTIVE:
                time[track] += HOUR
            for cause in causes:
                blocked[cause] += HOUR
    told = [(task, entry) for task, log in logs.items() for entry in log if is_in(entry.at, period) and entry.at < now]
    decided = [entry.event for _, entry in told if isinstance(entry.event, TaskDecided)]
    successes, failed = releases_in(history, period, now)
    in_time = sum(was_in_time(logs[task], entry) for task, entry in told if isinstance(entry.event, TaskDecided))
    late = sum(isinstance(entry.event, TimeboxNagged) and entry.event.nag == 2 for _, entry in told)
    return Numbers(
        period=period,
        deployments=len(successes),
        failed_deployments=failed,
        failures=sum(went_wrong(history, logs, index, now) for index in successes),
        to_production=tuple(journeys(history, logs, period, now)),
        research=time[Track.RESEARCH],
        engineering=time[Track.PRODUCTION],
        experiments=sum(isinstance(entry.event, LinkAdded) and entry.event.kind == "run" for _, entry in told),
        due=in_time + late,
        in_time=in_time,
        decisions=len(decided),
        dropped=sum(event.call is Call.DROP for event in decided),
        extensions=sum(isinstance(entry.event, TimeboxExtended) for _, entry in told),
        blocked=tuple((cause, blocked[cause]) for cause in Cause if cause in blocked),
    )


def log_of(history: History, task_id: int) -> list[LoggedEvent]:
    return list(reversed(history.board.read(lambda work: work.events.of_task(task_id, limit=5_000))))


def is_in(at: datetime, period: Period) -> bool:
    """By the name that the day on the wall has: `2026-W48`, `2026-11`."""
    day = at.astimezone(ZoneInfo(period.zone))
    year, week, _ = day.isocalendar()
    return str(period) in (f"{year}-W{week:02}", f"{day:%Y-%m}")


def hours_of(period: Period, now: datetime):
    """Those that begin in it, looked for from well before it to well behind it."""
    first = datetime.combine(period.first, time(12), UTC) - timedelta(days=3)
    hours = (first + n * HOUR for n in range(24 * 40))
    return (hour for hour in hours if is_in(hour, period) and hour < now)


def standing(log: list[LoggedEvent], at: datetime) -> tuple[State | None, Track, set[Cause]]:
    """State, track and what blocks it after all that happened up to then."""
    state, track, causes = None, Track.PRODUCTION, {}
    for entry in log:
        if entry.at > at:
            break
        match entry.event:
            case TaskCreated(track=first):
                state, track = State.TODO, first
            case TaskMoved(after=after):
                state = after
            case TaskDecided():
                state = State.DONE
            case TaskChanged(changes):
                track = next((Track(one.after) for one in changes if one.field == "track"), track)
            case TaskBlocked(blocker=blocker, cause=cause):
                causes[blocker] = cause
            case TaskUnblocked(blocker=blocker):
                causes.pop(blocker, None)
    return state, track, set(causes.values())


def was_in_time(log: list[LoggedEvent], decision: LoggedEvent) -> bool:
    """No second reminder stood between the last promise and the decision."""
    if decision.event.timebox is None:
        return False
    nags = 0
    for entry in log:
        if entry.id == decision.id:
            return nags < 2
        if isinstance(entry.event, TimeboxNagged):
            nags = entry.event.nag
        elif isinstance(entry.event, TimeboxExtended):
            nags = 0
    raise AssertionError("a decision is in its own log")


def is_rollback(history: History, index: int) -> bool:
    release = history.releases[index]
    before = [one.sha for one in history.releases[:index] if one.result is Result.SUCCESS]
    return release.result is Result.SUCCESS and release.sha in before and before[-1] != release.sha


def releases_in(history: History, period: Period, now: datetime) -> tuple[list[int], int]:
    """The successes that were no rollbacks, by their places, and how many failed."""
    there = [index for index, one in enumerate(history.releases) if is_in(one.at, period) and one.at < now]
    good = [i for i in there if history.releases[i].result is Result.SUCCESS]
    return [i for i in good if not is_rollback(history, i)], len(there) - len(good)


def went_wrong(history: History, logs: dict[int, list[LoggedEvent]], index: int, now: datetime) -> bool:
    release = history.releases[index]
    later = [i for i in range(index + 1, len(history.releases)) if history.releases[i].result is Result.SUCCESS]
    end = release.at + WEEK
    if later and history.releases[later[0]].at <= end:
        if is_rollback(history, later[0]):
            return True
        end = history.releases[later[0]].at
    # Somebody may have said since that it is none.
    kinds = {task.id: history.board.see(task).kind for task in history.tasks}
    alerts = [log[0].at for task, log in logs.items() if kinds[task] is Kind.ALERT]
    return any(release.at < at <= end and at < now for at in alerts)


def journeys(history: History, logs: dict[int, list[LoggedEvent]], period: Period, now: datetime):
    """For each adopted research how long it took, in the order of their arrival."""
    versions = {task.id: history.board.see(task).version for task in history.tasks}
    arrived = []
    for research, made in history.adopted.items():
        mates = {task for task, version in versions.items() if version and version == versions[research]}
        begun = [entry.at for entry in logs[research] if isinstance(entry.event, CommitsLinked) or has_begun(entry)]
        start = min(begun, default=logs[research][0].at)
        first = min(
            (at for task in {*made, *mates} for at in successes_with(history, logs[task]) if at >= start), default=None
        )
        if first is not None and is_in(first, period) and first < now:
            arrived.append((first, research, first - start))
    return [took for _, _, took in sorted(arrived)]


def has_begun(entry: LoggedEvent) -> bool:
    event = entry.event
    return (isinstance(event, TaskMoved) and event.after in (*ACTIVE, State.DONE)) or isinstance(event, TaskDecided)


def place_of(history: History, entry: LoggedEvent) -> int:
    """Of the release that this tells of, among all there were."""
    return max(n for n, one in enumerate(history.releases) if (one.at, one.sha) == (entry.at, entry.event.sha))


def successes_with(history: History, log: list[LoggedEvent]) -> list[datetime]:
    """When deployments to production brought this task there."""
    return [
        entry.at
        for entry in log
        if isinstance(entry.event, DeploymentChanged)
        and entry.event.environment == "production" and entry.event.result is Result.SUCCESS
        and not is_rollback(history, place_of(history, entry))
    ]  # fmt: skip
