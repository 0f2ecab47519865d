"""Digests as they are: read from the board, written with the templates, drawn where there is something to see."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.cards import Card
from core.counting import count_periods
from core.digest_archive import Summary, summary_to_json
from core.digest_asking import TOLD_OF, Asked
from core.digest_posting import Draft
from core.digest_runs import Chart, DigestKind, DigestText
from core.glossary import Term, list_terms, terms_in
from core.monthly import report_month
from core.numbers import Measure, Numbers
from core.periods import back_from, month_at, week_at
from core.ports import UnitOfWork
from core.weekly import WeeklySummary, plan_week

if TYPE_CHECKING:
    from bot.digests.templating import Page

# In a chart: the month, and those before.
_MONTHS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What the board said: `terms` are all that the glossary explains, `months` the figures of the month and of those
    before."""

    summary: Summary
    terms: tuple[Term, ...] = ()
    months: tuple[Numbers, ...] = ()
    subject: str = ""


class BoardDigests:
    """A `core.digest_asking.DigestWriter`."""

    def read(self, work: UnitOfWork, asked: Asked) -> Found:
        if asked.kind is DigestKind.WEEKLY:
            week = week_at(asked.as_of, asked.zone)
            return Found(plan_week(work, week=week, scope=asked.shown.scope, now=asked.as_of))
        month, scope = month_at(asked.as_of, asked.zone).before, asked.shown.scope
        summary = report_month(work, month=month, scope=scope, now=asked.as_of)
        months = count_periods(work, periods=back_from(month, _MONTHS), scope=scope, now=asked.as_of)
        # Months in which there was no board yet would look like months without work.
        began = next((number for number, one in enumerate(months) if _has_figures(one)), len(months) - 1)
        return Found(summary, list_terms(work), months[began:], asked.shown.names)

    def write(self, asked: Asked, found: Found) -> Draft:
        # Jinja2 and all that is loaded with it are not needed to start.
        from bot.digests.layout import messages

        page, gist, silence = _written(asked, found)
        root, sections = messages(page)
        drawn = None if silence else self.draw(found)
        text = DigestText(
            root=root, sections=sections, chart=drawn[0] if drawn else None, gist=gist,
            summary={**summary_to_json(found.summary), TOLD_OF: [*sorted(asked.shown.ids)]},
        )  # fmt: skip
        return Draft(text, drawn[1] if drawn else None, silence)

    def preview(self, asked: Asked, found: Found, *, room: int) -> tuple[Card, str]:
        from bot.digests.layout import preview

        page, _, silence = _written(asked, found)
        return preview(page, room), silence

    def draw(self, found: Found) -> tuple[Chart, bytes] | None:
        if not any(map(_has_figures, found.months)):
            return None
        from bot.digests.charts import draw_overview

        drawn = draw_overview(found.months, subject=found.subject)
        return Chart(drawn.title, hashlib.sha256(drawn.png).hexdigest(), drawn.alt), drawn.png

    def picture_words(self, found: Found) -> str:
        if not any(map(_has_figures, found.months)):
            return ""
        from bot.digests.charts import overview_words

        return overview_words(found.months)


def _has_figures(numbers: Numbers) -> bool:
    return any(numbers.value(measure) for measure in Measure)


def _written(asked: Asked, found: Found) -> tuple["Page", str, str]:
    from bot.digests.monthly import monthly_gist, monthly_page, monthly_silence
    from bot.digests.weekly import weekly_gist, weekly_page, weekly_silence

    names, hidden = asked.shown.names, len(asked.shown.hidden)
    if isinstance(found.summary, WeeklySummary):
        gist = weekly_gist(found.summary)
        page = weekly_page(found.summary, projects=names, hidden=hidden)
        return page, gist, weekly_silence(found.summary, gist, asked.gist)
    page = monthly_page(found.summary, projects=names, hidden=hidden)
    if used := terms_in(page.texts, found.terms):
        page = monthly_page(found.summary, projects=names, hidden=hidden, terms=used)
    return page, monthly_gist(found.summary), monthly_silence(found.summary)
