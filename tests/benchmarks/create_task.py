"""A full create-task unit of work against a hand-written insert of the same rows.

The floor is one connection on one thread with prepared statements, the same tables, the same indexes and the same
durability: the least this database can be asked for. The unit of work adds everything Labkeeper does: the number from
the project, the rules, the dataclasses, the thread it runs on.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from core.board import NewTask, create_task
from core.deliveries import DeliveryKind, NewDelivery
from core.durations import Box
from core.ids import ChannelRef
from core.ports import UnitOfWork
from core.tasks import Kind
from storage.database import Database, open_database
from storage.migrate import migrate
from tests.benchmarks.fill import fill
from tests.benchmarks.timing import Timing, line, measure
from tests.drivers import BoardDriver
from tests.postgres import start_server

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
TITLE = "Try focal loss on tail classes"
SECONDS = 4.0

_TASK = (
    "INSERT INTO tasks (team_id, project_id, number, title, description, kind, track, state, priority, rank,"
    " box_length,"
    " labels, revision, created_at, created_by) VALUES (?, ?, ?, ?, '', 'investigate', 'research', 'todo', 1, ?, '10d',"
    " '', 1, ?, ?) RETURNING id"
)
_EVENT = (
    "INSERT INTO events (team_id, project_id, task_id, member_id, type, body, task_revision, at)"
    " VALUES (?, ?, ?, ?, 'TaskCreated', ?, 1, ?) RETURNING id"
)
_AUDIT = (
    "INSERT INTO audit (team_id, event_id, member_id, actor, platform, place, subject, summary, at)"
    " VALUES (?, ?, ?, 'ana', 'test', 'here', ?, ?, ?)"
)
_DELIVERY = (
    "INSERT INTO deliveries (team_id, channel_id, task_id, event_id, kind, dedupe_key, state, created_at, updated_at)"
    " VALUES (?, ?, ?, ?, 'root', ?, 'queued', ?, ?)"
)
_BODY = (
    '{"title":"Try focal loss on tail classes","kind":"investigate","track":"research","priority":"next","box":"10d"}'
)


@dataclass
class Board:
    """A team with one project that has a home channel."""

    driver: BoardDriver
    channel: int
    project: int

    @classmethod
    def open(cls, database: Database) -> "Board":
        driver = BoardDriver.open(database, now=NOW)
        ref = ChannelRef("test", "T1", "C1")
        channel = driver.write(lambda work: work.channels.ensure(ref, "ml-board", NOW).id)
        project = driver.read(lambda work: work.projects.by_key("CHURN"))
        assert project is not None
        return cls(driver, channel, project.id)

    def create(self, number: int) -> None:
        def unit(work: UnitOfWork) -> None:
            new = NewTask(title=TITLE, project="CHURN", kind=Kind.INVESTIGATE, box=Box.parse("10d"))
            task = create_task(
                work,
                actor=self.driver.ana,
                new=new,
                channel=None,
                today=NOW.date(),
                now=NOW + timedelta(seconds=number),
            )
            delivery = NewDelivery(
                channel_id=self.channel, kind=DeliveryKind.ROOT, dedupe_key=f"root:{task.id}", task_id=task.id
            )
            work.deliveries.add(delivery, NOW)

        self.driver.write(unit)


def compare(tasks: tuple[int, ...], *, seconds: float = SECONDS) -> None:
    """Prints SQLite and PostgreSQL at each number of tasks on the board."""
    with sqlite_url() as url:
        _compare("SQLite, synchronous=FULL", url, tasks, seconds)
    with postgres_url() as url:
        _compare("PostgreSQL, fsync on", url, tasks, seconds)


@contextmanager
def sqlite_url() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="labkeeper-bench-") as directory:
        url = f"sqlite:///{directory}/labkeeper.db"
        migrate(url, NOW)
        yield url


@contextmanager
def postgres_url() -> Iterator[str]:
    server = start_server(Path(tempfile.mkdtemp(prefix="labkeeper-bench-")), durable=True)
    try:
        server.create_database("labkeeper")
        migrate(server.url("labkeeper"), NOW)
        yield server.url("labkeeper")
    finally:
        server.stop()


def _compare(name: str, url: str, tasks: tuple[int, ...], seconds: float) -> None:
    print(f"\nCreate a task (task, event, audit, delivery): {name}")
    database = open_database(url, is_server=True)
    p50: list[float] = []
    try:
        board = Board.open(database)
        for number in tasks:
            fill(url, board.driver.team, board.project, board.channel, up_to=number)
            floor = _floor(url, board, seconds)
            line(f"floor, {number:,} tasks", floor)
            alone = measure(board.create, seconds=seconds)
            line(f"unit of work, {number:,} tasks, 1 caller", alone, floor)
            line(f"unit of work, {number:,} tasks, 16 callers", measure(board.create, seconds=seconds, callers=16))
            p50.append(alone.percentile(0.5))
    finally:
        database.close()
    if len(p50) > 1:
        print(f"  growth of p50 from {tasks[0]:,} to {tasks[-1]:,} tasks: {(p50[-1] / p50[0] - 1) * 100:+.0f} %")


def _floor(url: str, board: Board, seconds: float) -> Timing:
    if url.startswith("sqlite"):
        with closing(_sqlite(url)) as connection:
            return measure(_sqlite_insert(connection, board), seconds=seconds)
    with psycopg.connect(url) as connection:
        return measure(_postgres_insert(connection, board), seconds=seconds)


def _sqlite(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _sqlite_insert(connection: sqlite3.Connection, board: Board) -> Callable[[int], None]:
    # A project of its own, so that its numbers do not meet those of the unit of work.
    project = _floor_project(connection.execute, board, "?")

    def insert(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        _insert_rows(connection.execute, board, project, next(_numbers), 1_700_000_000_000_000)
        connection.execute("COMMIT")

    return insert


def _postgres_insert(connection: psycopg.Connection, board: Board) -> Callable[[int], None]:
    def execute(statement: str, values: tuple[object, ...] = ()) -> psycopg.Cursor[tuple[int]]:
        return connection.execute(statement.replace("?", "%s").encode(), values, prepare=True)

    project = _floor_project(execute, board, "%s")
    connection.commit()

    def insert(number: int) -> None:
        _insert_rows(execute, board, project, next(_numbers), NOW)
        connection.commit()

    return insert


_numbers = iter(range(1, 10**9))
_projects = iter(range(1, 10**6))


def _floor_project(execute: Callable[..., object], board: Board, mark: str) -> int:
    key = f"FLOOR{next(_projects)}"
    moment: object = 1_700_000_000_000_000 if mark == "?" else NOW
    found = execute(
        "INSERT INTO projects (team_id, key, name, zone, created_at) VALUES (?, ?, 'Floor', 'UTC', ?) RETURNING id",
        (board.driver.team, key, moment),
    )
    return int(found.fetchone()[0])  # type: ignore[attr-defined]


def _insert_rows(execute: Callable[..., object], board: Board, project: int, number: int, moment: object) -> None:
    team, ana = board.driver.team, board.driver.ana.member_id
    task = execute(_TASK, (team, project, number, TITLE, f"{number:08x}", moment, ana)).fetchone()[0]  # type: ignore[attr-defined]
    event = execute(_EVENT, (team, project, task, ana, _BODY, moment)).fetchone()[0]  # type: ignore[attr-defined]
    execute(_AUDIT, (team, event, ana, f"FLOOR-{number}", f"created it: {TITLE}", moment))
    execute(_DELIVERY, (team, board.channel, task, event, f"floor:{task}", moment, moment))
