"""Pushes through verification, reading and a unit of work, one server process; next to the least a database must do.

The floor verifies, reads and stores one commit in a transaction of its own, written by hand: no rules, no tasks.
"""

import asyncio
import hashlib
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from itertools import count
from typing import Any

import psycopg
import uvloop

from bot.intake import Intake, Reply
from bot.webhooks.github import GITHUB
from core.clock import Clock
from core.hooks import Hook, HookProvider, create_hook
from storage.database import Database, open_database
from storage.engine import is_sqlite, sqlite_path
from tests.benchmarks.create_task import NOW, Board, postgres_url, sqlite_url
from tests.benchmarks.timing import Timing, line
from tests.drivers import VAULT
from tests.webhooks import FIXTURES, github_request

SECRET = "the-benchmark-signs-its-pushes"
TASKS = 200
_PUSH = json.loads((FIXTURES / "github" / "push__branch.json").read_text())
_numbers = count()
_COMMIT = (
    "INSERT INTO commits (team_id, repository_id, sha, title, url, author, branch, fingerprint, created_at)"
    " VALUES (?, ?, ?, 'CHURN-1 weigh tails', 'https://github.com/', 'Ana', 'main', '', ?)"
)


def measure_pushes(*, seconds: float) -> None:
    for name, open_url in (("SQLite, synchronous=FULL", sqlite_url), ("PostgreSQL, fsync on", postgres_url)):
        print(f"\nGitHub pushes: {name}")
        with open_url() as url, closing(open_database(url, is_server=True)) as database:
            board = Board.open(database)
            for number in range(TASKS):
                board.create(number)
            uvloop.run(_measure(url, database, _hook(board), seconds))


def _hook(board: Board) -> Hook:
    sealed = VAULT.seal(SECRET, about="hook bench")
    return board.driver.do(
        create_hook, provider=HookProvider.GITHUB, project="CHURN", repository=None, public_id="bench", secret=sealed
    )


async def _measure(url: str, database: Database, hook: Hook, seconds: float) -> None:
    intake = Intake(database, Clock(), VAULT, {"github": GITHUB}, lambda: None)

    async def push(body: bytes | None = None) -> None:
        request = github_request("push", body or push_body(), SECRET)
        headers = request.headers | {"x-github-delivery": f"bench-{next(_numbers)}"}
        found = await intake.find("github", "bench")
        assert found is not None
        assert await intake.receive(found, headers, request.body) is Reply.TAKEN

    await push()
    floor = await _timed(_floor(url), 1, seconds)
    line("floor: verify, read, one row", floor)
    for callers in (1, 16):
        line(f"push of one commit, {callers} at once", await _timed(push, callers, seconds), floor)
    started = time.perf_counter()
    await push(push_body(message="CHURN-1 #start\n" + "x" * 24_900_000))
    print(f"  a push of 25 MB: {time.perf_counter() - started:.2f} s")


async def _timed(act: Callable[[], Awaitable[None]], callers: int, seconds: float) -> Timing:
    for _ in range(20):
        await act()
    latencies: list[float] = []
    started = time.perf_counter()

    async def call() -> None:
        while time.perf_counter() - started < seconds:
            before = time.perf_counter()
            await act()
            latencies.append(time.perf_counter() - before)

    await asyncio.gather(*(call() for _ in range(callers)))
    return Timing(tuple(sorted(latencies)), time.perf_counter() - started)


def _floor(url: str) -> Callable[[], Awaitable[None]]:
    store = _sqlite_row(url) if is_sqlite(url) else _postgres_row(url)

    async def act() -> None:
        request = github_request("push", push_body(), SECRET)
        assert GITHUB.verify(request.headers, request.body, SECRET)
        GITHUB.parse(request.headers, request.body)
        store(_sha())

    return act


def _sqlite_row(url: str) -> Callable[[str], None]:
    connection = sqlite3.connect(sqlite_path(url), isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    team, repository = connection.execute("SELECT team_id, id FROM repositories").fetchone()

    def store(sha: str) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_COMMIT, (team, repository, sha, 0))
        connection.execute("COMMIT")

    return store


def _postgres_row(url: str) -> Callable[[str], None]:
    connection = psycopg.connect(url)
    team, repository = connection.execute("SELECT team_id, id FROM repositories").fetchone() or (0, 0)

    def store(sha: str) -> None:
        connection.execute(_COMMIT.replace("?", "%s").encode(), (team, repository, sha, NOW))
        connection.commit()

    return store


def _sha() -> str:
    return hashlib.sha1(str(next(_numbers)).encode(), usedforsecurity=False).hexdigest()


def push_body(message: str = "") -> bytes:
    sha = _sha()
    words = message or f"CHURN-{int(sha[:4], 16) % TASKS + 1} weigh tail classes"
    commit: dict[str, Any] = _PUSH["commits"][0] | {"id": sha, "message": words}
    return json.dumps(_PUSH | {"after": sha, "commits": [commit], "head_commit": commit}).encode()
