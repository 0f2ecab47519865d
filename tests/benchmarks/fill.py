"""Fills a board with tasks that have an event, an audit line and a delivery each, as years of use would."""

import sqlite3
from contextlib import closing

import psycopg
from sqlalchemy import Connection, text

from core.ids import TeamId
from storage.engine import is_sqlite, open_engine

_NUMBERS_SQLITE = "WITH RECURSIVE numbers (n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last) "
_NUMBERS_POSTGRES = (
    "WITH numbers AS (SELECT n FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n) "
)
_TASKS = (
    "INSERT INTO tasks (team_id, project_id, number, title, description, kind, track, state, priority, rank, labels,"
    " revision, created_at) {numbers} SELECT :team, :project, n, 'Old task', '', 'feature', 'production', 'todo', 1,"
    " {rank}, '', 1, {now} FROM numbers"
)
_EVENTS = (
    "INSERT INTO events (team_id, project_id, task_id, type, body, task_revision, at, is_fanned_out)"
    " SELECT team_id, project_id, id, 'TaskCreated', {body}, 1, created_at, {yes} FROM tasks"
    " WHERE project_id = :project AND number BETWEEN :first AND :last"
)
_AUDIT = (
    "INSERT INTO audit (team_id, event_id, actor, platform, place, subject, summary, at)"
    " SELECT team_id, id, 'ana', 'test', 'here', 'CHURN-' || id, 'created it: Old task', at FROM events"
    " WHERE task_id > :after"
)
_DELIVERIES = (
    "INSERT INTO deliveries (team_id, channel_id, task_id, kind, dedupe_key, state, created_at, updated_at)"
    " SELECT team_id, :channel, id, 'root', 'root:' || id, 'sent', created_at, created_at FROM tasks"
    " WHERE project_id = :project AND number BETWEEN :first AND :last"
)


def fill(url: str, team: TeamId, project: int, channel: int, *, up_to: int) -> None:
    """Adds tasks until the project has had `up_to` of them."""
    engine = open_engine(url)
    with engine.begin() as connection:
        last = connection.execute(text("SELECT last_number FROM projects WHERE id = :p"), {"p": project}).scalar_one()
        if last < up_to:
            _insert(connection, is_sqlite(url), team, project, channel, last + 1, up_to)
    engine.dispose()
    settle(url)


def settle(url: str) -> None:
    """Leaves nothing of the filling for the measured units to clean up."""
    if is_sqlite(url):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("ANALYZE")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    else:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")
            server.execute("CHECKPOINT")


def _insert(
    connection: Connection, sqlite: bool, team: TeamId, project: int, channel: int, first: int, last: int
) -> None:
    words = {
        "numbers": _NUMBERS_SQLITE if sqlite else _NUMBERS_POSTGRES,
        "rank": "printf('%08x', n)" if sqlite else "lpad(to_hex(n), 8, '0')",
        "now": "1700000000000000" if sqlite else "timestamptz '2023-11-14'",
        "body": "'{}'" if sqlite else "'{}'::jsonb",
        "yes": "1" if sqlite else "true",
    }
    after = connection.execute(text("SELECT coalesce(max(id), 0) FROM tasks")).scalar_one()
    values = {"team": team, "project": project, "channel": channel, "first": first, "last": last, "after": after}
    for statement in (_TASKS, _EVENTS, _AUDIT, _DELIVERIES):
        for name, word in words.items():
            statement = statement.replace("{" + name + "}", word)
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        connection.execute(text(statement), used)
    connection.execute(text("UPDATE projects SET last_number = :last WHERE id = :p"), {"last": last, "p": project})
