"""Ten thousand timeboxes that end in one minute among a million tasks, and the tick with nothing due.

The floor writes the same rows by hand: an update, an event and an audit line for each timebox, in batches as large.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import psycopg
from sqlalchemy import Engine, text

from bot.expiry import expire_timeboxes
from core.clock import Clock
from core.timeboxes import BATCH
from storage.database import Database, open_database
from storage.engine import is_sqlite, open_engine
from tests.benchmarks.create_task import NOW, Board, postgres_url, sqlite_url
from tests.benchmarks.fill import fill
from tests.benchmarks.timing import measure

ENDING = 10_000
_RESEARCH = "UPDATE tasks SET track = 'research', state = 'doing', box_length = '10d' WHERE number <= {count}"
_BOXES = (
    "INSERT INTO timeboxes (team_id, task_id, project_id, state, box_length, started_at, counts_from, ends_at, due_at,"
    " nags, rounds) SELECT team_id, id, project_id, 'running', '10d', {started}, {started}, {ends}, {ends}, 0, 0"
    " FROM tasks WHERE number <= {count}"
)
_FLOOR = (
    "UPDATE timeboxes SET due_at = NULL WHERE id IN (SELECT id FROM timeboxes WHERE due_at IS NOT NULL LIMIT {batch})",
    "INSERT INTO events (team_id, task_id, type, body, at, is_fanned_out) SELECT team_id, task_id, 'TimeboxEnded',"
    " {body}, ends_at, {yes} FROM timeboxes WHERE id BETWEEN {first} AND {last}",
    "INSERT INTO audit (team_id, event_id, actor, platform, place, subject, summary, at) SELECT team_id, id, 'x', 'x',"
    " '', '', 'asked', at FROM events WHERE id > (SELECT max(id) FROM events) - {batch}",
)


class _StoppedClock(Clock):
    def now(self) -> datetime:
        return NOW + timedelta(minutes=1)


def measure_timeboxes(*, tasks: int, ending: int = ENDING) -> None:
    for name, open_url, aim in (
        ("SQLite, synchronous=FULL", sqlite_url, 0.2), ("PostgreSQL, fsync on", postgres_url, 2.0),
    ):  # fmt: skip
        print(f"\n{ending:,} timeboxes that end in one minute, among {tasks:,} tasks: {name}")
        with open_url() as url, closing(open_database(url, is_server=True)) as database:
            board = Board.open(database)
            fill(url, board.driver.team, board.project, board.channel, up_to=tasks)
            floor = _with_boxes(url, ending, _floor_seconds)
            _with_boxes(url, ending, lambda *_: 0.0)
            started = time.perf_counter()
            handled = asyncio.run(expire_timeboxes(database, _StoppedClock()))
            took = time.perf_counter() - started
            assert handled == ending, handled
            print(f"  floor, {ending:,} rows of each kind{floor:>26.2f} s")
            print(f"  prompts recorded (aim: under 5 s){took:>30.2f} s   {took / floor:5.2f} × the floor")
            idle = measure(lambda _: _look(database), seconds=1.0)
            print(f"  the tick with nothing due (aim: p50 under {aim} ms)   p50 {idle.percentile(0.5) * 1000:.3f} ms")


def _look(database: Database) -> None:
    # The thread hop of a worker included.
    assert not database.teams_with_due_timeboxes(now=NOW).result()


def _with_boxes(url: str, ending: int, run: Callable[[Engine, bool, int], float]) -> float:
    """New timeboxes for as many tasks, those before forgotten; what `run` takes with them."""
    sqlite = is_sqlite(url)
    words = {
        "count": str(ending), "started": "1700000000000000" if sqlite else "timestamptz '2023-11-14'",
        "ends": str(int(NOW.timestamp() * 1_000_000)) if sqlite else f"timestamptz '{NOW.isoformat()}'",
    }  # fmt: skip
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM timeboxes"))
        for statement in (_RESEARCH, _BOXES):
            connection.execute(text(statement.format(**words)))
    took = run(engine, sqlite, ending)
    engine.dispose()
    if not sqlite:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("ANALYZE")
    return float(took)


def _floor_seconds(engine: Engine, sqlite: bool, ending: int) -> float:
    with engine.begin() as connection:
        first = connection.execute(text("SELECT min(id) FROM timeboxes")).scalar_one()
    started = time.perf_counter()
    for at in range(first, first + ending, BATCH):
        words = {
            "batch": BATCH, "first": at, "last": at + BATCH - 1, "yes": "1" if sqlite else "true",
            "body": "'{}'" if sqlite else "'{}'::jsonb",
        }  # fmt: skip
        with engine.begin() as connection:
            for statement in _FLOOR:
                connection.exec_driver_sql(statement.format(**words))
    return time.perf_counter() - started
