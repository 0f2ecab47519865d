"""The team's figures as cards, and what they mean."""

from collections.abc import Sequence

from core.cards import Bold, Button, Card, CommandLine, Mono, Table, paragraph, row
from core.numbers import DEFINITIONS, Measure, Numbers, figures_of


def figures_card(months: Sequence[Numbers], *, whose: str) -> Card:
    """Each figure in each month, the present one first as far as it is over."""
    newest_first = months[::-1]
    said = [{figure.measure: figure.words for figure in figures_of(month, None)} for month in newest_first]
    rows = tuple(row(DEFINITIONS[measure].title, *(words[measure] for words in said)) for measure in Measure)
    columns = ("figure", *(_month(month, is_now=not place) for place, month in enumerate(newest_first)))
    numbers = newest_first[0]
    facts = tuple((str(measure), _fact(numbers.value(measure))) for measure in Measure)
    return Card(
        (f"{whose}: figures month by month",),
        (Table(columns, rows),),
        buttons=(Button("How each is counted", "metrics.about", ""),),
        footer=("One figure over more months: ", CommandLine(f"lab metrics show {Measure.RESEARCH_TO_PRODUCTION}")),
        facts=facts,
    )


def measure_card(measure: Measure, months: Sequence[Numbers]) -> Card:
    """One figure over the months, and how it is counted."""
    newest_first = months[::-1]
    definition = DEFINITIONS[measure]
    rows = tuple(
        row(_month(month, is_now=not place), _words(measure, month)) for place, month in enumerate(newest_first)
    )  # fmt: skip
    facts = tuple((str(month.period), _fact(month.value(measure))) for month in months)
    return Card((definition.title,), (paragraph(definition.text), Table(("month", "figure"), rows)), facts=facts)


def definitions_card(measures: Sequence[Measure]) -> Card:
    blocks = tuple(
        paragraph(Bold(DEFINITIONS[measure].title), " (", Mono(str(measure)), "): ", DEFINITIONS[measure].text)
        for measure in measures
    )
    return Card(("How it is counted",), blocks, facts=(("count", str(len(blocks))),))


def _words(measure: Measure, month: Numbers) -> str:
    return next(figure.words for figure in figures_of(month, None) if figure.measure is measure)


def _month(month: Numbers, *, is_now: bool) -> str:
    return f"{month.period.first:%B}" + (" so far" if is_now else "")


def _fact(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
