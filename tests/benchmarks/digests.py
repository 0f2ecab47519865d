"""The weekly plan, the monthly report and the figures of half a year over a long history, and over one ten times as
long with the same present; a chart, the first one in a process and those after it."""

import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta

from bot.digests.charts import ChartKind, draw_chart, draw_overview
from core.counting import count_periods
from core.ids import TeamId
from core.metrics import Direction, MetricDefinition
from core.monthly import report_month
from core.numbers import Numbers
from core.periods import back_from, month_at, week_at
from core.ports import UnitOfWork
from core.scopes import Scope
from core.weekly import plan_week
from storage.database import Database, open_database
from tests.benchmarks.create_task import NOW, Board, postgres_url, sqlite_url
from tests.benchmarks.timing import line, measure
from tests.benchmarks.years import fill_years
from tests.git_facts import CHURN

ZONE = "Europe/Lisbon"
_COLD = "import sys; sys.path.insert(0, '.'); from tests.benchmarks.digests import draw_cold; draw_cold()"


DATABASES = {"SQLite": sqlite_url, "PostgreSQL": postgres_url}


def measure_digests(*, tasks: tuple[int, ...], seconds: float, databases: Iterable[str] = DATABASES) -> None:
    for name in databases:
        for count in tasks:
            with DATABASES[name]() as url:
                with closing(open_database(url, is_server=True)) as database:
                    board = Board.open(database)
                    repository = _prepare(board)
                took = fill_years(url, board.driver.team, board.project, repository, tasks=count, now=NOW)
                print(f"\nDigests over {count:,} tasks and {count * 93 // 10:,} events: {name}, filled in {took:.0f} s")
                with closing(open_database(url, is_server=True)) as database:
                    _measure(database, board.driver.team, board.project, seconds)


def measure_charts() -> None:
    took = subprocess.run([sys.executable, "-c", _COLD], check=True, capture_output=True, text=True).stdout
    print(f"\nCharts (aim: under 1 s each)\n  the first in a process, matplotlib's import included{took.strip():>12} s")
    months = [Numbers(period=period, deployments=3) for period in back_from(month_at(NOW, ZONE), 6)]
    for kind in ChartKind:
        line(f"{kind}", measure(lambda _, kind=kind: draw_chart(kind, months), seconds=0.5, warm_up=3))
    line("all four in one", measure(lambda _: draw_overview(months), seconds=0.5, warm_up=2))


def draw_cold() -> None:
    months = [Numbers(period=period, deployments=3) for period in back_from(month_at(NOW, ZONE), 6)]
    started = time.perf_counter()
    draw_chart(ChartKind.DEPLOYMENTS, months)
    print(f"{time.perf_counter() - started:.2f}")


def _prepare(board: Board) -> int:
    auc = MetricDefinition(project_id=board.project, name="val_auc", direction=Direction.UP, target=0.9)
    board.driver.write(lambda work: work.metrics.define(auc, NOW))
    return board.driver.write(lambda work: _repository(work, board.project))


def _measure(database: Database, team: TeamId, project: int, seconds: float) -> None:
    scope = Scope(frozenset({project}))
    month, week = month_at(NOW, ZONE).before, week_at(NOW, ZONE)
    months = back_from(month, 6)
    for what, query in (
        ("weekly plan (aim: p50 under 100 ms)", lambda work: plan_week(work, week=week, scope=scope, now=NOW)),
        ("monthly report (aim: p50 under 250 ms)", lambda work: report_month(work, month=month, scope=scope, now=NOW)),
        ("figures of six months", lambda work: count_periods(work, periods=months, scope=scope, now=NOW)),
        (
            "the plan of a week two years ago",
            lambda work: plan_week(
                work, week=week_at(NOW - timedelta(days=730), ZONE), scope=scope, now=NOW - timedelta(days=730)
            ),
        ),
    ):
        line(what, measure(lambda _, query=query: database.read(query, team=team).result(), seconds=seconds, warm_up=3))


def _repository(work: UnitOfWork, project: int) -> int:
    repository = work.repositories.ensure(CHURN, NOW)
    work.repositories.assign(repository, project)
    return repository
