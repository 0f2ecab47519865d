"""The monthly report, for those who ask when it will be ready, whether it is good, and why it takes so long."""

import hashlib
from datetime import timedelta
from typing import Protocol

from bot.cards.outlook import day_words
from bot.digests.templating import Page, fill
from bot.digests.wording import count, days, times, version_words
from core.digest_records import Upcoming
from core.events import Cause
from core.local_time import local_date, zone_named
from core.monthly import MonthlySummary
from core.numbers import Measure, value_words
from core.timebox_records import Call

_DAY = timedelta(days=1)


class Explained(Protocol):
    """A term of the glossary."""

    @property
    def term(self) -> str: ...
    @property
    def meaning(self) -> str: ...


def monthly_page(summary: MonthlySummary, *, projects: str, hidden: int, terms: tuple[Explained, ...] = ()) -> Page:
    """`terms` are those of the glossary that it uses."""
    values = {
        "month": summary, "zone": summary.month.zone, "projects": projects, "hidden": hidden, "terms": terms,
        "lead": _lead(summary), "why_so_long": _why_so_long(summary),
        "has_dropped": any(one.call is Call.DROP for one in summary.learned),
        "today": local_date(summary.as_of, zone_named(summary.month.zone)),
    }  # fmt: skip
    return fill("monthly.md.j2", values)


def monthly_gist(summary: MonthlySummary) -> str:
    return hashlib.sha256(repr(summary.month).encode()).hexdigest()


def monthly_silence(summary: MonthlySummary) -> str:
    has_figures = any(figure.value for figure in summary.figures)
    return "" if has_figures or not summary.is_empty else "nothing happened in that month, and nothing is planned"


def _lead(summary: MonthlySummary) -> str:
    """The month in three sentences: what was done, what runs, what comes."""
    numbers = summary.numbers
    done = [
        f"{count(numbers.decisions, 'question')} decided" if numbers.decisions else "",
        f"{count(numbers.deployments, 'deployment')} to production" if numbers.deployments else "",
        f"{count(numbers.experiments, 'experiment')} run" if numbers.experiments else "",
    ]
    said = [", ".join(filter(None, done)).capitalize() + "."] if any(done) else ["Nothing was decided or deployed."]
    if summary.running.total:
        what = count(summary.running.total, "model runs", "models run")
        said.append(f"{what} in production now.")
    following = next((one for one in summary.coming if one.version and not one.is_running), None)
    return " ".join([*said, _next(following, summary)] if following else said)


def _next(one: Upcoming, summary: MonthlySummary) -> str:
    decisions, blocked = len(one.decisions), len({blocker.task.id for blocker in one.blockers})
    today = local_date(summary.as_of, zone_named(summary.month.zone))
    wanted = f", wanted by {day_words(one.target, today)}" if one.target else ""
    before = f"Before it {'comes' if decisions == 1 else 'come'} {count(decisions, 'decision')}" if decisions else ""
    stuck = f"{count(blocked, 'of its tasks is', 'of its tasks are')} blocked" if blocked else ""
    waits = ", and ".join(filter(None, (before, stuck)))
    return f"Next is {version_words(one.version)}{wanted}." + (f" {waits}." if waits else "")


def _why_so_long(summary: MonthlySummary) -> str:
    """Where the time went, as far as it was counted, and how sure that is."""
    numbers = summary.numbers
    length = numbers.value(Measure.RESEARCH_TO_PRODUCTION)
    said = []
    if length is not None:
        few = len(numbers.to_production)
        said.append(
            "From the start of a question to production it took"
            f" {value_words(Measure.RESEARCH_TO_PRODUCTION, round(length))}, the median of {few}"
            f"{', which are too few to rely on' if few < 5 else ''}."
        )
    share = numbers.value(Measure.RESEARCH_SHARE)
    if share is not None:
        research = round(share * 100)
        said.append(f"Of the working time {research} % went into research and {100 - research} % into engineering.")
    if numbers.extensions:
        said.append(f"Timeboxes were given more time {times(numbers.extensions)}.")
    waited = sorted(((length, cause) for cause, length in numbers.blocked), reverse=True)
    if waited:
        total = sum(numbers.blocked_days(cause) for cause in Cause)
        parts = [f"{days(length / _DAY)} for {_CAUSES[cause]}" for length, cause in waited[:3]]
        causes = f": {', '.join(parts)}" if len(parts) > 1 else f", for {_CAUSES[waited[0][1]]}"
        said.append(f"Tasks waited {days(total)} in all{causes}.")
    if not said:
        return "Too little happened to say where the time goes."
    return " ".join(said)


_CAUSES = {
    Cause.DATA: "data", Cause.INFRA: "machines and access", Cause.REVIEW: "reviews", Cause.PEOPLE: "people",
    Cause.OTHER: "other work or reasons",
}  # fmt: skip
