"""The monthly report, for those who ask when it will be ready, whether it is good, and why it takes so long."""

import hashlib
from typing import Protocol

from bot.digests.templating import Page, fill
from bot.digests.wording import count, version_words
from core.events import Cause
from core.monthly import MonthlySummary
from core.numbers import Measure, value_words


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
    named = [one for one in summary.coming if one.version]
    if named:
        decisions, blockers = len(named[0].decisions), len(named[0].blockers)
        waits = [
            f"for {count(decisions, 'decision')}" if decisions else "",
            f"because {count(blockers, 'task is', 'tasks are')} blocked" if blockers else "",
        ]
        before = f", which waits {' and '.join(filter(None, waits))}" if any(waits) else ""
        said.append(f"Next is {version_words(named[0].version)}{before}.")
    return " ".join(said)


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
    waited = sorted(((length, cause) for cause, length in numbers.blocked), reverse=True)
    if waited:
        total = sum(numbers.blocked_days(cause) for cause in Cause)
        said.append(f"Tasks waited {count(round(total), 'day')} in all, most of it for {_CAUSES[waited[0][1]]}.")
    if not said:
        return "Too little happened to say where the time goes."
    return " ".join(said)


_CAUSES = {
    Cause.DATA: "data", Cause.INFRA: "machines and access", Cause.REVIEW: "reviews", Cause.PEOPLE: "people",
    Cause.OTHER: "other reasons",
}  # fmt: skip
