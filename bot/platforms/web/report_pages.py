"""What was posted, as pages that print well; and the figures, with their charts and how each is counted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.platforms.web.board_site import SECTIONS, BoardSite, Look
from core.counting import count_periods
from core.digest_posting import find_report
from core.digest_runs import DigestRun, DigestText
from core.digest_schedules import list_reports, shown_projects
from core.errors import NotFound
from core.numbers import DEFINITIONS, Figure, Measure, Numbers, figures_of
from core.periods import back_from, month_at
from core.ports import UnitOfWork
from core.projects import Project, find_project, list_projects
from core.scopes import Scope

if TYPE_CHECKING:
    from bot.digests.charts import Chart

_REPORTS = 50
_MONTHS = 6
SECTIONS += [("/reports", "Reports"), ("/metrics", "Metrics")]


def report_routes(site: BoardSite) -> Sequence[BaseRoute]:
    return [
        site.route("/reports", show_reports),
        site.route("/reports/{number:int}", show_report),
        site.route("/reports/{number:int}.md", download_report),
        site.route("/metrics", show_metrics),
        site.route("/metrics/{kind}.png", show_chart),
    ]


async def show_reports(look: Look) -> Response:
    runs = await look.read(list_reports, limit=_REPORTS)
    return look.page("board_reports.html", section="/reports", runs=runs)


async def show_report(look: Look) -> Response:
    number, word = look.request.path_params["number"], look.asked("revision")
    if word and not (word.isascii() and word.isdigit() and len(word) < 10):
        raise NotFound("There is no such revision.", "Revisions are counted from 1.")

    def read(work: UnitOfWork) -> tuple[DigestRun, DigestText]:
        run = find_report(work, number)
        text = work.digests.text(number, revision=int(word) if word else None)
        if text is None:
            raise NotFound("There is no such revision.", "Revisions are counted from 1.")
        return run, text

    run, text = await look.read(read)
    return look.page("board_report.html", section="/reports", run=run, text=text, revisions=range(1, run.revision + 1))


async def download_report(look: Look) -> Response:
    """As Markdown, to be kept elsewhere."""
    # Loaded when somebody asks, as all of the digests.
    from bot.digests.as_markdown import as_markdown

    number = look.request.path_params["number"]

    def read(work: UnitOfWork) -> tuple[DigestRun, DigestText | None]:
        return find_report(work, number), work.digests.text(number)

    run, text = await look.read(read)
    assert text is not None
    name = f"{run.kind}-{run.period}.md"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_markdown(text), media_type="text/markdown; charset=utf-8", headers=headers)


@dataclass(frozen=True, slots=True)
class _Months:
    """The last of them is not over yet."""

    numbers: tuple[Numbers, ...]
    projects: tuple[Project, ...]


async def show_metrics(look: Look) -> Response:
    found = await look.read(_months, project=look.asked("project"), look=look)
    figures: tuple[Figure, ...] = figures_of(found.numbers[-2], found.numbers[-3])
    now = {figure.measure: figure for figure in figures_of(found.numbers[-1], None)}
    return look.page(
        "board_metrics.html", section="/metrics", project=look.asked("project"), figures=figures, so_far=now,
        months=[one.period for one in found.numbers], definitions=DEFINITIONS, measures=tuple(Measure),
        projects=found.projects, charts=await asyncio.to_thread(_charts, found.numbers),
    )  # fmt: skip


async def show_chart(look: Look) -> Response:
    found = await look.read(_months, project=look.asked("project"), look=look)
    charts = dict(await asyncio.to_thread(_charts, found.numbers))
    chart = charts.get(look.request.path_params["kind"])
    if chart is None:
        raise NotFound("There is no such chart.", "The page of metrics shows those there are.")
    return Response(chart.png, media_type="image/png")


def _months(work: UnitOfWork, *, project: str, look: Look) -> _Months:
    projects = list_projects(work)
    chosen = (find_project(work, project),) if project else shown_projects(work, None, "").projects
    periods = back_from(month_at(look.now, chosen[0].zone), _MONTHS)
    scope = Scope(frozenset(one.id for one in chosen))
    return _Months(count_periods(work, periods=periods, scope=scope, now=look.now), projects)


# A page asks for its pictures right after itself.
@lru_cache(maxsize=16)
def _charts(numbers: tuple[Numbers, ...]) -> tuple[tuple[str, "Chart"], ...]:
    # Loaded when somebody looks: it takes as long as all the rest.
    from bot.digests.charts import ChartKind, draw_chart

    return tuple((kind.value, draw_chart(kind, numbers)) for kind in ChartKind)
