"""What is counted in a period, and how each figure reads beside the one before."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from statistics import median

from core.events import Cause
from core.periods import Period

_DAY = timedelta(days=1)


class Measure(StrEnum):
    """By the name that `metrics` asks for it."""

    DEPLOYMENT_FREQUENCY = "deployment-frequency"
    RESEARCH_TO_PRODUCTION = "research-to-production"
    RESEARCH_SHARE = "research-share"
    EXPERIMENTS = "experiments"
    DECIDED_IN_TIME = "decided-in-time"
    EXTENSIONS = "extensions"
    BLOCKED_BY_DATA = "blocked-by-data"
    CHANGE_FAILURE_RATE = "change-failure-rate"


class Unit(StrEnum):
    """A share is between 0 and 1."""

    COUNT = "count"
    DAYS = "days"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Definition:
    """`is_better` says which way is good: 1 up, -1 down, 0 neither."""

    title: str
    unit: Unit
    text: str
    is_better: int = 0


DEFINITIONS = {
    Measure.DEPLOYMENT_FREQUENCY: Definition(
        "Production deployments", Unit.COUNT,
        "Deployments to production that succeeded in the period, without rollbacks.", 1,
    ),
    Measure.RESEARCH_TO_PRODUCTION: Definition(
        "From research to production", Unit.DAYS,
        "From the first commit or the start of a research task, whichever came first, to the first deployment to"
        " production after it that succeeded and carried work that goes on from it or is of its model version. The"
        " median of the research that reached production in the period, in days.", -1,
    ),
    Measure.RESEARCH_SHARE: Definition(
        "Research share of working time", Unit.SHARE,
        "Of the time that tasks were in doing or review in the period, the part of those on the research track; the"
        " rest is engineering. Each task counts by itself. From the board's states, never from timesheets.",
    ),
    Measure.EXPERIMENTS: Definition(
        "Experiments run", Unit.COUNT, "Tracker runs that were linked to tasks in the period.",
    ),
    Measure.DECIDED_IN_TIME: Definition(
        "Decisions in time", Unit.SHARE,
        "Of the timeboxes that were decided in the period, and those whose lead had to be told in it because nobody had"
        " answered by the second working morning, the part that was decided before that. Each is counted once.", 1,
    ),
    Measure.EXTENSIONS: Definition(
        "Timebox extensions", Unit.COUNT, "How often a timebox was given more time in the period.",
    ),
    Measure.BLOCKED_BY_DATA: Definition(
        "Days blocked by data", Unit.DAYS,
        "For each task the time in the period that it had an open blocker by data, counted once where several were"
        " open, added up over tasks; beside it the same by each other cause. A day is 24 hours.", -1,
    ),
    Measure.CHANGE_FAILURE_RATE: Definition(
        "Change failure rate", Unit.SHARE,
        "Of the deployments to production that succeeded in the period, without rollbacks, those that were followed"
        " within seven days and before the next one there by a rollback, or by a new alert task in a project of the"
        " repository.", -1,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What happened in a period, as far as it is over.

    `to_production` has how long each research task took that reached production in it; `research` and `engineering`
    are times in doing and review; `blocked` is by cause. Of `due` timeboxes `in_time` were decided in time, and of
    `deployments` `failures` were rolled back or followed by an alert; `failed_deployments` never succeeded.
    """

    period: Period
    deployments: int = 0
    failed_deployments: int = 0
    failures: int = 0
    to_production: tuple[timedelta, ...] = ()
    research: timedelta = timedelta()
    engineering: timedelta = timedelta()
    experiments: int = 0
    due: int = 0
    in_time: int = 0
    decisions: int = 0
    dropped: int = 0
    extensions: int = 0
    blocked: tuple[tuple[Cause, timedelta], ...] = ()

    def blocked_days(self, cause: Cause) -> float:
        return dict(self.blocked).get(cause, timedelta()) / _DAY

    def value(self, measure: Measure) -> float | None:
        """None where there was nothing that it could be said of."""
        match measure:
            case Measure.DEPLOYMENT_FREQUENCY:
                return self.deployments
            case Measure.RESEARCH_TO_PRODUCTION:
                return median(took / _DAY for took in self.to_production) if self.to_production else None
            case Measure.RESEARCH_SHARE:
                return _share(self.research, self.research + self.engineering)
            case Measure.EXPERIMENTS:
                return self.experiments
            case Measure.DECIDED_IN_TIME:
                return _share(self.in_time, self.due)
            case Measure.EXTENSIONS:
                return self.extensions
            case Measure.BLOCKED_BY_DATA:
                return self.blocked_days(Cause.DATA)
            case Measure.CHANGE_FAILURE_RATE:
                return _share(self.failures, self.deployments)

    def out_of(self, measure: Measure) -> tuple[int, int] | None:
        """What a share was counted from: so many of so many."""
        match measure:
            case Measure.DECIDED_IN_TIME:
                return self.in_time, self.due
            case Measure.CHANGE_FAILURE_RATE:
                return self.failures, self.deployments
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with the one of the period before; None where nothing was there to count.

    In words: `words` is the value, `change` how it stands to the one before.
    """

    measure: Measure
    value: float | None
    before: float | None
    words: str
    change: str
    definition: Definition = field(repr=False)

    @property
    def title(self) -> str:
        return self.definition.title


def figures_of(numbers: Numbers, before: Numbers | None) -> tuple[Figure, ...]:
    """Each measure beside the period before; without that, or with a board that was not there yet, alone."""
    return tuple(_figure(measure, numbers, before) for measure in Measure)


def value_words(measure: Measure, value: float | None) -> str:
    """`12`, `3.5 days`, `40 %`; “nothing to count” where there was nothing."""
    if value is None:
        return "nothing to count"
    match DEFINITIONS[measure].unit:
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.DAYS:
            shown = _days(value)
            return f"{shown} day" + ("" if shown == "1" else "s")
        case Unit.SHARE:
            return f"{value * 100:.0f} %"


def _days(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _figure(measure: Measure, numbers: Numbers, before: Numbers | None) -> Figure:
    value = numbers.value(measure)
    earlier = before.value(measure) if before else None
    words = value_words(measure, value)
    counted = numbers.out_of(measure)
    if counted is not None and value is not None:
        words += f" ({counted[0]:,} of {counted[1]:,})"
    elif measure is Measure.RESEARCH_TO_PRODUCTION and value is not None:
        count = len(numbers.to_production)
        words += f" ({count} {'question' if count == 1 else 'questions'})"
    elif measure is Measure.BLOCKED_BY_DATA:
        others = {cause: _days(length / _DAY) for cause, length in numbers.blocked if cause is not Cause.DATA}
        told = ", ".join(f"{cause} {shown}" for cause, shown in others.items() if shown != "0")
        words += f" (beside it: {told})" if told else ""
    change = _change(measure, value, earlier) if before else ""
    return Figure(measure, value, earlier, words, change, DEFINITIONS[measure])


def _change(measure: Measure, value: float | None, before: float | None) -> str:
    if before is None:
        return "nothing to count the month before" if value is not None else ""
    was = value_words(measure, before)
    if value is None:
        return f"{was} the month before"
    if value_words(measure, value) == was:
        return "as the month before"
    return f"{'up' if value > before else 'down'} from {was}"


def _share(part: timedelta | int, whole: timedelta | int) -> float | None:
    if isinstance(part, timedelta) and isinstance(whole, timedelta):
        return part / whole if whole else None
    if isinstance(part, int) and isinstance(whole, int):
        return part / whole if whole else None
    raise TypeError("a share is of times or of counts")
