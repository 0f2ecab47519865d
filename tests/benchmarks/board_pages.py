"""The board's pages with 100,000 open tasks: from the request to the last byte, visit and database included.

The floor is the same page with no more tasks than it shows.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import psycopg
from sqlalchemy import text

from bot.board_access import Visitor
from bot.platforms.http import make_http_app
from bot.platforms.web.board_pages import board_routes
from bot.platforms.web.board_site import COOKIE, BoardSite
from storage.database import Database, open_database
from storage.engine import is_sqlite, open_engine
from tests.benchmarks.create_task import Board, postgres_url, sqlite_url
from tests.benchmarks.fill import fill
from tests.benchmarks.timing import Timing, line
from tests.web.board_browser import ORIGIN, BoardClock, access

# A third is research, a tenth has a model version, one in 23 is blocked; every column, priority and kind has its share.
_MIX = (
    "UPDATE tasks SET track = CASE WHEN number % 3 = 0 THEN 'research' ELSE 'production' END,"
    " state = CASE number % 4 WHEN 0 THEN 'doing' WHEN 1 THEN 'review' ELSE 'todo' END, priority = number % 3,"
    " kind = CASE WHEN number % 3 = 0 THEN 'investigate' WHEN number % 5 = 0 THEN 'data' ELSE 'feature' END,"
    " role = CASE number % 5 WHEN 0 THEN 'data' WHEN 1 THEN 'ml' ELSE NULL END,"
    " version = CASE WHEN number % 10 = 0 THEN 'churn@v' || (number % 70) ELSE NULL END",
    "INSERT INTO blockers (team_id, task_id, cause, why, opened_at) SELECT team_id, id,"
    " CASE WHEN number % 2 = 0 THEN 'data' ELSE 'infra' END, 'late', created_at FROM tasks WHERE number % 23 = 0",
)
_PAGES = (
    ("the board", "/board"),
    ("only blocked", "/board?blocked=yes"),
    ("a version with few tasks", "/board?version=churn%40v30"),
    ("a kind with none", "/board?kind=alert"),
    ("page 1,900 of the list", "/board/list?after=later.000164e0.91360"),
    ("what is blocked", "/board/blocked"),
    ("a task", "/board/tasks/CHURN-23"),
)
_FEW = 70


def measure_board_pages(*, tasks: int, rounds: int) -> None:
    for name, open_url in (("SQLite", sqlite_url), ("PostgreSQL", postgres_url)):
        print(f"\nPages of a board with {tasks:,} open tasks (aim: p50 under 100 ms): {name}")
        with open_url() as url, closing(open_database(url, is_server=True)) as database:
            board = Board.open(database)
            _fill(url, board, _FEW)
            floor = _measure(database, board, "/board", rounds)
            _fill(url, board, tasks)
            line("floor: the board, 70 tasks", floor)
            for what, path in _PAGES:
                line(what, _measure(database, board, path, rounds), floor)


def _fill(url: str, board: Board, count: int) -> None:
    fill(url, board.driver.team, board.project, board.channel, up_to=count)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM blockers"))
        for statement in _MIX:
            connection.execute(text(statement))
    engine.dispose()
    if is_sqlite(url):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.execute("ANALYZE")
            file.commit()
    else:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")


def _measure(database: Database, board: Board, path: str, rounds: int) -> Timing:
    site = BoardSite(database, access(), BoardClock())
    app = make_http_app(lambda: ("", ""), {}, board_routes(site))
    cookie = access().keep(Visitor(board.driver.team, board.driver.ana.member_id or 0, "ana"))

    async def ask() -> list[float]:
        taken: list[float] = []
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies={COOKIE: cookie}) as client:
            for _ in range(rounds + 2):
                with _timed(taken):
                    answer = await client.get(path)
                assert answer.status_code == 200, answer.text
        return taken[2:]

    taken = asyncio.run(ask())
    return Timing(tuple(sorted(taken)), sum(taken))


@contextmanager
def _timed(taken: list[float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    taken.append(time.perf_counter() - started)
