"""No question gets slower with the years: each is answered through an index on the tables that grow."""

import re
import sqlite3
from contextlib import closing

import psycopg
import pytest

from core.board_pages import Moment, Place
from core.events import Cause
from core.task_search import TaskFilter
from core.tasks import Kind, Priority, Role, State, Track
from storage.columns import metadata
from storage.engine import is_sqlite, sqlite_path
from tests.conftest import NOW
from tests.storage.probes import execute
from tests.storage.walk import CALLS, LATER, Victim, call, make_victim, statements

GROWING = {
    "tasks", "blockers", "dependencies", "task_metrics", "links", "notes", "events", "audit", "jobs", "deliveries",
    "messages", "receipts", "commits", "commit_tasks", "commit_actions", "pull_requests", "pull_request_tasks",
    "checks", "deployments", "lines", "findings", "finding_revisions", "search_entries", "search_index",
    "timeboxes", "extensions", "decisions",
    "calendar_days", "leave", "digest_runs", "digest_texts", "images", "task_spans", "deployment_tasks",
    "running_versions", "local_messages",
}  # fmt: skip
TASKS = 5_000
# Read whole, an index that leaves out what is over is as short as the work at hand.
SHORT_INDEXES = re.compile(r"(ix|uq)_\w*(open|unfanned|due|pending|parked|untold)\w*")

SLOW = (
    "SELECT * FROM tasks",
    "SELECT * FROM tasks WHERE title = 'x'",
    "SELECT * FROM jobs WHERE state = 'done'",
    "SELECT * FROM blockers AS blockers_1 WHERE why = 'x'",
)

COPY_OF = "(SELECT id FROM {} WHERE repository_id = (SELECT id FROM repositories LIMIT 1) AND {})"
BOX_OF = "(SELECT id FROM timeboxes WHERE task_id = n)"
# How one row of a table becomes many: what differs from row to row. `n` is the task, 1 and up.
COPIES = {
    "tasks": {
        "number": "n + 1000", "state": "'done'", "closed_at": "created_at + n * {second}", "rank": "'0'",
        "owner_id": "NULL",
    },
    "blockers": {"task_id": "n", "waits_for_id": "n", "closed_at": "opened_at"},
    "task_metrics": {"task_id": "n", "updated_at": "updated_at - n * {second}"},
    "links": {"task_id": "n", "url": "'https://example.com/' || n"},
    "notes": {"task_id": "n"},
    "events": {"task_id": "n", "is_fanned_out": "true"},
    "audit": {"subject": "'HOME-' || n"},
    "jobs": {"state": "'done'"},
    "deliveries": {"task_id": "n", "dedupe_key": "'k' || n", "state": "'sent'"},
    "messages": {"task_id": "n", "message": "'m' || n"},
    "receipts": {"key": "'k' || n"},
    "commits": {
        "sha": "'s' || n", "branch": "'b' || n", "fingerprint": "'f' || n", "reached_at": "created_at + n * {second}",
    },
    "commit_tasks": {"task_id": "n", "commit_id": COPY_OF.format("commits", "sha = 's' || n")},
    "commit_actions": {"task_id": "n"},
    "pull_requests": {"number": "n + 1000", "head_sha": "'s' || n", "merge_sha": "'m' || n", "state": "'merged'"},
    "pull_request_tasks": {"task_id": "n", "pull_request_id": COPY_OF.format("pull_requests", "number = n + 1000")},
    "checks": {"sha": "'s' || n", "is_told": "true"},
    "deployments": {
        "external_id": "'e' || n", "sha": "'s' || n", "environment": "'staging'", "is_production": "false",
        "started_at": "started_at + n * {second}",
        "finished_at": "finished_at + n * {second}",
    },
    "lines": {"subject": "'check:' || n"},
    "findings": {"number": "n + 1000", "task_id": "n"},
    "finding_revisions": {"finding_id": "(SELECT id FROM findings WHERE number = n + 1000)"},
    "search_entries": {
        "task_id": "n", "finding_id": "(SELECT id FROM findings WHERE number = n + 1000)",
        "title_words": "'w' || n", "words": "'w' || n || ' x' || n",
    },
    "timeboxes": {"task_id": "n", "state": "'decided'", "due_at": "NULL", "closed_at": "started_at"},
    "extensions": {"timebox_id": BOX_OF},
    "decisions": {"task_id": "n", "timebox_id": "NULL"},
    "digest_runs": {"period": "'p' || n", "created_at": "created_at + n * {second}"},
    "digest_texts": {"revision": "n + 1000"},
    "images": {"sha256": "'i' || n"},
    "task_spans": {"task_id": "n", "ended_at": "started_at - n * {second}"},
    "deployment_tasks": {"task_id": "n", "deployment_id": COPY_OF.format("deployments", "external_id = 'e' || n")},
    "running_versions": {"until": "since - n * {second}", "since": "since - n * {second} - {second}"},
    "calendar_days": {"day": "{day}"},
    "local_messages": {
        "stamp": "n + 1000", "marker": "'m' || n",
        "thread_id": "CASE WHEN n % 100 = 0 THEN (SELECT min(id) FROM local_messages) END",
    },
    "leave": {"first_day": "{day}", "last_day": "{day}"},
}  # fmt: skip


def copy_rows(url: str, table: str, numbers: str) -> None:
    columns = [column.name for column in metadata.tables[table].columns if column.name != "id"]
    second = "1000000" if is_sqlite(url) else "interval '1 second'"
    day = (
        "date('1970-01-01', '+' || n || ' days')"
        if is_sqlite(url)
        else "to_char(date '1970-01-01' + n::int, 'YYYY-MM-DD')"
    )
    values = ", ".join(
        COPIES[table].get(name, name).replace("{second}", second).replace("{day}", day) for name in columns
    )
    execute(
        url,
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM (SELECT * FROM {table} LIMIT 1) AS one,"
        f" ({numbers}) AS numbers",
    )


def grow(url: str) -> None:
    """Years of work in one team; nearly all of it over."""
    counted = (
        f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {TASKS}) SELECT n FROM c"
        if is_sqlite(url)
        else f"SELECT n FROM generate_series(1, {TASKS}) AS n"
    )
    copy_rows(url, "tasks", counted)
    for table in COPIES:
        if table != "tasks":
            copy_rows(url, table, "SELECT id AS n FROM tasks WHERE number > 1000")
    execute(
        url,
        "INSERT INTO dependencies (task_id, after_id, team_id, created_at) SELECT a.id, b.id, a.team_id, a.created_at"
        " FROM tasks AS a JOIN tasks AS b ON b.project_id = a.project_id AND b.number = a.number - 1"
        " WHERE a.number > 1001",
    )


@pytest.fixture
def old_board(database, database_url) -> Victim:
    victim = make_victim(database)
    grow(database_url)
    return victim


def plan_of(url: str, statement: str, parameters) -> list[str]:
    if is_sqlite(url):
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    with psycopg.connect(url) as connection:
        return [line for (line,) in connection.execute(f"EXPLAIN {statement}".encode(), parameters)]


def slow_steps(plan: list[str]) -> list[str]:
    """The steps that read the whole of a table that grows."""
    return [step for step in plan if _reads_all(step) and not SHORT_INDEXES.search(step)]


def _reads_all(step: str) -> bool:
    # SQLite says SCAN, PostgreSQL Seq Scan; an alias stands for its table under another name.
    table = re.search(r"^\s*SCAN (\w+)|Seq Scan on (\w+)", step)
    # A full-text index that is asked for words says M, and the columns; read whole it says nothing.
    if table is not None and re.search(r"VIRTUAL TABLE INDEX \d+:M\d*", step):
        return False
    return table is not None and re.sub(r"^other_|_\d+$", "", table[1] or table[2]).rstrip("s") in {
        name.rstrip("s") for name in GROWING
    }


def questions(victim: Victim, database) -> list[tuple[str, object]]:
    """Everything the collections ask, and the board's lists in all their forms."""
    with statements() as asked:
        for name in CALLS:
            call(victim.board, victim, name)
        for wanted in (
            TaskFilter(), TaskFilter(project_id=victim.project.id), TaskFilter(owner_id=victim.member.id),
            TaskFilter(label="secret"), TaskFilter(blocked=True), TaskFilter(states=(State.TODO,)),
            TaskFilter(states=(State.DONE,)), TaskFilter(states=(State.DONE,), project_id=victim.project.id),
            TaskFilter(states=(State.DROPPED,), owner_id=victim.member.id),
        ):  # fmt: skip
            victim.board.read(lambda work, wanted=wanted: work.tasks.list(wanted, limit=20))
        for wanted in (
            TaskFilter(), TaskFilter(track=Track.RESEARCH, states=(State.TODO,)),
            TaskFilter(track=Track.PRODUCTION, states=(State.TODO,), blocked=True, kind=Kind.DATA, version="churn@v1"),
            TaskFilter(track=Track.PRODUCTION, states=(State.DOING,), project_id=victim.project.id, role=Role.ML),
            TaskFilter(track=Track.PRODUCTION, states=(State.TODO,), owner_id=victim.member.id, blocked=False),
        ):  # fmt: skip
            for place in (None, Place(Priority.NEXT, "00000001", 1)):
                victim.board.read(
                    lambda work, wanted=wanted, place=place: work.board.column(wanted, after=place, most=300)
                )
        moment = Moment(NOW, 1)
        for project in (None, victim.project.id):
            wanted = TaskFilter(states=(State.DONE,), project_id=project)
            victim.board.read(lambda work, wanted=wanted: work.board.closed(wanted, before=moment, limit=20))
            victim.board.read(
                lambda work, project=project: work.board.blockers(
                    cause=Cause.DATA, project_id=project, after=moment, limit=20
                )
            )
            victim.board.read(lambda work, project=project: work.findings.list(project_id=project, limit=20, before=9))
            victim.board.read(
                lambda work, project=project: work.timeboxes.list_open(
                    project_id=project, owner_id=None, limit=20, after=moment, is_timed=True
                )
            )
        victim.board.read(
            lambda work: work.timeboxes.list_open(project_id=None, owner_id=None, limit=20, is_timed=False)
        )
        for ids in ([victim.task.id], list(range(1, 15))):
            victim.board.read(
                lambda work, ids=ids: (
                    work.board.tasks(ids),
                    work.board.blockers_of(ids),
                    work.timeboxes.open_ones(ids),
                )
            )
        victim.board.read(lambda work: work.findings.search(("secret",), limit=20, before=9))
        victim.board.read(lambda work: work.events.of_task(victim.task.id, limit=20, before=9))
        victim.board.read(lambda work: work.findings.list(project_id=None, limit=20))
        victim.board.read(lambda work: work.findings.get(1, revision=1))
        victim.board.write(lambda work: work.findings.get(1, lock=True))
        for how in ({}, {"subject": "HOME-1"}, {"member_id": victim.member.id}, {"before": 50}):
            victim.board.read(lambda work, how=how: work.audit.list(limit=20, **how))
        for project, environment in ((None, None), (None, "production"), (victim.project.id, None)):
            victim.board.read(lambda work, where=(project, environment): work.deployments.list(*where, limit=20))
        for owner, project in ((None, None), (victim.member.id, None)):
            where = {"owner_id": owner, "project_id": project}
            victim.board.read(lambda work, where=where: work.timeboxes.list_open(**where, limit=20))
            victim.board.write(lambda work, where=where: work.timeboxes.retime(**where, now=NOW))
        database.teams_with_due_timeboxes(now=NOW).result()
        database.teams_with_due_digests(now=NOW).result()
        database.read_directory(lambda teams: teams.hook("address")).result()
        database.read_directory(lambda teams: teams.closed_channels("slack", ["not_in_channel"], since=NOW)).result()
        database.claim_jobs(now=NOW, lease=LATER - NOW, limit=5).result()
        database.count_due_jobs(now=NOW).result()
        database.teams_with_old_holidays(edition="newer").result()
        for whose in ({"project_id": victim.project.id, "owner_id": None}, {"project_id": None, "owner_id": 1}):
            victim.board.write(lambda work, whose=whose: work.timeboxes.retime(**whose, now=NOW))
        database.claim_destinations(now=NOW, lease=LATER - NOW, limit=5).result()
        database.teams_to_fan_out().result()
        database.forget_receipts(before=NOW).result()
        database.forget_jobs(before=NOW).result()
        database.forget_deliveries(before=NOW).result()
        database.forget_checks(before=NOW).result()
        database.forget_previews(before=NOW).result()
    return [(words, parameters) for words, parameters in asked if re.match("SELECT|UPDATE|DELETE|WITH", words)]


def slow_plans(url: str, asked: list[tuple[str, object]]) -> dict[str, list[str]]:
    plans = {statement: plan_of(url, statement, parameters) for statement, parameters in asked}
    return {statement: plan for statement, plan in plans.items() if slow_steps(plan)}


def test_no_question_reads_a_table_that_grows_from_end_to_end(old_board, database, database_url):
    if not is_sqlite(database_url):
        # PostgreSQL makes statistics by itself, but not as fast as the rows were made here.
        execute(database_url, "ANALYZE")
    asked = questions(old_board, database)
    assert len(asked) > 80
    # SQLite plans without statistics until the first upkeep.
    slow = slow_plans(database_url, asked) if is_sqlite(database_url) else {}
    execute(database_url, "ANALYZE")
    slow |= slow_plans(database_url, asked)
    assert not slow, "\n\n".join(f"{k}\n{v}" for k, v in slow.items())
    alone = ("SELECT rowid FROM search_index",) if is_sqlite(database_url) else ()
    assert all(slow_steps(plan_of(database_url, statement, ())) for statement in SLOW + alone), "the check itself"
