import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from core.board import NewTask
from core.durations import Box
from core.errors import Unavailable
from core.findings import find_finding, search_findings, write_finding
from core.ids import TeamId
from core.journal import Actor
from core.tasks import Track
from core.timebox_records import Call, TimeboxState
from core.timeboxes import expire_due_timeboxes
from core.tried import tried_before
from core.words import words_of
from storage.columns import metadata
from storage.database import open_database
from storage.engine import is_sqlite, open_engine, sqlite_path
from storage.finding_tables import is_full_text
from storage.migrate import HEAD, copy_sqlite, current_revision, migrate
from tests.conftest import NOW
from tests.drivers import BoardDriver, refusal
from tests.hostile import HOSTILE
from tests.storage.probes import execute, rows
from tests.storage.schemas import bring_to, create_all, revisions, schema_of

OLDER = revisions()[:-1]
# Each way goes through all the steps behind its start: a few have all of them, and `make soak` begins everywhere.
ENDS = {OLDER[0], OLDER[-1]}
STARTS = [pytest.param(start, marks=() if start in ENDS else pytest.mark.soak) for start in OLDER]
FROM_NOTHING = pytest.param(None, id="None")
MIGRATE = """
import sys
from datetime import UTC, datetime
from storage.migrate import migrate
print("ready", flush=True)
sys.stdin.readline()
migrate(sys.argv[1], datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_urls(request, tmp_path, postgres_server):
    """Makes addresses of databases that hold nothing yet."""
    made = []

    def make():
        name = f"empty_{uuid.uuid4().hex}"
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        postgres_server.execute(f'CREATE DATABASE "{name}"')
        made.append(name)
        return postgres_server.url(name)

    yield make
    for name in made:
        postgres_server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def new_url(new_urls):
    return new_urls()


@pytest.fixture
def sqlite_file(tmp_path):
    return tmp_path / "labkeeper.db"


def add_team(url, name="Acme"):
    at = "0" if is_sqlite(url) else "now()"
    execute(url, f"INSERT INTO teams (name, zone, created_at) VALUES ('{name}', 'UTC', {at})")


def copies(path):
    return sorted(path.parent.glob(f"{path.name}.before-*"))


def test_the_newest_script_is_the_schema_this_version_needs():
    assert revisions()[-1] == HEAD
    assert revisions() == sorted(revisions())


def test_an_empty_database_is_brought_to_the_newest_schema(new_url):
    assert current_revision(new_url) is None
    assert migrate(new_url, NOW) == (None, HEAD)
    assert current_revision(new_url) == HEAD
    assert migrate(new_url, NOW) == (HEAD, HEAD)


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrations_make_what_the_tables_say(new_url):
    migrate(new_url, NOW)
    engine = open_engine(new_url)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": not is_sqlite(new_url)}
        options["include_name"] = lambda name, kind, _: kind != "table" or not is_full_text(name)
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    engine.dispose()


@pytest.mark.parametrize("start", [FROM_NOTHING, *STARTS])
def test_every_way_to_the_newest_schema_ends_in_the_same(new_urls, start):
    """Column by column, with constraints' names, partial and expression indexes, as the database itself tells it."""
    migrated, made = new_urls(), new_urls()
    if start:
        bring_to(migrated, start)
    migrate(migrated, NOW)
    create_all(made)
    assert schema_of(migrated) == schema_of(made)


def test_the_comparison_sees_the_partial_and_the_expression_indexes(new_url):
    migrate(new_url, NOW)
    told = str(schema_of(new_url)["indexes"]).lower()
    for words in ("where", "closed_at is null", "lower(", "is_fanned_out"):
        assert words in told


@pytest.mark.parametrize("start", STARTS)
def test_what_was_in_an_older_schema_is_kept(new_url, start):
    bring_to(new_url, start)
    add_team(new_url)
    assert migrate(new_url, NOW) == (start, HEAD)
    assert rows(new_url, "SELECT name FROM teams") == [("Acme",)]


def add_tasks(url, *tasks):
    """Rows of revision 0006, in project 1: number, track, state, length of the box, whether it is over."""
    started = str(int(NOW.timestamp() * 1_000_000)) if is_sqlite(url) else f"'{NOW.isoformat()}'"
    execute(
        url,
        f"INSERT INTO projects (team_id, key, name, zone, created_at) VALUES (1, 'CHURN', 'Churn', 'UTC', {started})",
    )
    for number, track, state, box, is_over in tasks:
        start = "NULL" if state == "todo" else started
        closed = started if is_over else "NULL"
        length = f"'{box}'" if box else "NULL"
        execute(
            url,
            "INSERT INTO tasks (team_id, project_id, number, title, kind, track, state, description, priority, rank,"
            " box_length, labels, revision, created_at, started_at, closed_at)"
            f" VALUES (1, 1, {number}, 'T', 'data', '{track}', '{state}', '', 1, 'a{number}', {length}, '',"
            f" 1, {started}, {start}, {closed})",
        )


def test_research_that_was_under_way_gets_a_timebox_that_the_tick_then_times(new_url):
    bring_to(new_url, "0006")
    add_team(new_url)
    add_tasks(
        new_url, (1, "research", "doing", "10d", False), (2, "research", "todo", "10d", False),
        (3, "research", "dropped", "10d", True), (4, "production", "doing", None, False),
        (5, "research", "review", "3h", False),
    )  # fmt: skip
    migrate(new_url, NOW)
    with closing(open_database(new_url, is_server=True)) as database:
        assert database.teams_with_due_timeboxes(now=NOW).result() == (TeamId(1),)
        team = TeamId(1)
        database.write(lambda work: expire_due_timeboxes(work, now=NOW), team=team).result()
        boxes = database.read(
            lambda work: work.timeboxes.list_open(project_id=None, owner_id=None, limit=9), team=team
        ).result()
    assert [(str(box.task_key), str(box.box), box.state, box.ends_at) for box in boxes] == [
        ("CHURN-5", "3h", TimeboxState.RUNNING, NOW + timedelta(hours=3)),
        ("CHURN-1", "10d", TimeboxState.RUNNING, NOW + timedelta(days=14)),
    ]


def add_decisions(url, *decisions):
    """Rows of revision 0010: number of the task, call, what was learned, why, who decided."""
    at = str(int(NOW.timestamp() * 1_000_000)) if is_sqlite(url) else f"'{NOW.isoformat()}'"
    for task, call, learned, why, actor in decisions:
        execute(
            url,
            "INSERT INTO decisions (team_id, task_id, call, why, learned, best_run, actor, at)"
            f" VALUES (1, {task}, '{call}', '{why}', '{learned}', '', '{actor}', {at})",
        )


def test_what_was_decided_or_dropped_before_there_were_findings_is_found_and_offered(new_url):
    bring_to(new_url, "0010")
    add_team(new_url)
    dropped = ("research", "dropped", "10d", True)
    add_tasks(new_url, (1, *dropped), (2, *dropped), (3, "research", "doing", "10d", False), (4, *dropped))
    for number, title in enumerate(("Focal loss on tails", "Mixup for classes", "Focal loss again", "昨日の損失"), 1):
        execute(new_url, f"UPDATE tasks SET title = '{title}' WHERE number = {number}")
    add_decisions(
        new_url, (1, "drop", "tails are label noise", "two weeks", "ana"), (4, "drop", "損失は大きい", "", "bo"),
        (1, "drop", "still noise", "", "bo"),
    )  # fmt: skip
    migrate(new_url, NOW)
    with closing(open_database(new_url, is_server=True)) as database:
        board = BoardDriver(database, TeamId(1), Actor(None, "the test", True, "test", ""), NOW)
        found = [board.read(lambda work, number=number: find_finding(work, number)) for number in (1, 2, 3)]
        assert [(str(one.task_key), one.page.title, one.author, one.call) for one in found] == [
            ("CHURN-1", "Focal loss on tails", "ana", Call.DROP), ("CHURN-4", "昨日の損失", "bo", Call.DROP),
            ("CHURN-1", "Focal loss on tails", "bo", Call.DROP),
        ]  # fmt: skip
        assert found[0].page.body == "tails are label noise\n\n## Why\n\ntwo weeks"
        assert found[0].written_at == NOW

        def search(text):
            return [one.number for one in board.read(lambda work: search_findings(work, text=text)).findings]

        assert (search("label noises"), search("損失")) == ([1], [2])
        for title, known in (("Does focal loss help?", "CHURN-1"), ("Try mixup on classes", "CHURN-2")):
            new = NewTask(title=title, track=Track.RESEARCH, box=Box.parse("5d"))
            assert [
                str(one.task) for one in board.read(lambda work, new=new: tried_before(work, new=new, today=NOW.date()))
            ] == [known]
        # The next finding has the next number, and full-text search knows what is written from now on.
        written = board.do(write_finding, task=found[0].task_key, text="Weights matter", title=None)
        assert written.number == 4
        assert search("weights") == [4]


def test_the_words_of_older_decisions_are_those_that_the_program_tells_apart():
    script = import_module("storage.migrations.versions.0014_older_decisions")
    # Whoever changes the program's must have all entries told apart anew, in a migration of its own.
    for text in (*HOSTILE, "Focal losses, classes and boxes", "昨日の損失 val_auc", "Größe"):
        assert script._words(text) == " ".join(words_of(text)), text


def test_a_file_with_an_older_schema_is_copied_first(sqlite_file):
    url = f"sqlite:///{sqlite_file}"
    bring_to(url, OLDER[-1])
    add_team(url)
    migrate(url, NOW)
    (copy,) = copies(sqlite_file)
    assert copy.name == f"labkeeper.db.before-{HEAD}-20261118T100000"
    assert current_revision(f"sqlite:///{copy}") == OLDER[-1]
    assert rows(f"sqlite:///{copy}", "SELECT name FROM teams") == [("Acme",)]
    migrate(url, NOW)
    assert copies(sqlite_file) == [copy]


def test_a_new_file_is_not_copied(sqlite_file):
    migrate(f"sqlite:///{sqlite_file}", NOW)
    assert copies(sqlite_file) == []


def test_a_copy_holds_what_is_only_in_the_write_ahead_log_yet(sqlite_url, tmp_path):
    path = sqlite_path(sqlite_url)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("INSERT INTO teams (name, zone, created_at) VALUES ('Acme', 'UTC', 0)")
        assert Path(f"{path}-wal").stat().st_size > 0
        copy_sqlite(path, str(tmp_path / "copy.db"))
    assert rows(f"sqlite:///{tmp_path / 'copy.db'}", "SELECT name FROM teams") == [("Acme",)]
    assert not (tmp_path / "copy.db.partial").exists()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(new_url):
    migrate(new_url, NOW)
    execute(new_url, "UPDATE alembic_version SET version_num = '9999'")
    before = schema_of(new_url)
    with refusal(Unavailable, "schema 9999", f"newer than this version's {HEAD}", "Install that version"):
        migrate(new_url, NOW)
    assert schema_of(new_url) == before
    assert current_revision(new_url) == "9999"


def test_a_schema_that_nobody_knows_is_refused_and_left_alone(new_url):
    migrate(new_url, NOW)
    execute(new_url, "UPDATE alembic_version SET version_num = '0000'")
    before = schema_of(new_url)
    with refusal(Unavailable, "schema 0000", "no way leads", "Nothing was changed"):
        migrate(new_url, NOW)
    assert schema_of(new_url) == before


@pytest.mark.parametrize("start", [FROM_NOTHING, *STARTS])
def test_processes_that_start_at_once_migrate_once(new_url, start):
    if start:
        bring_to(new_url, start)
        add_team(new_url)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, new_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)
    assert current_revision(new_url) == HEAD
    assert rows(new_url, "SELECT name FROM teams") == ([("Acme",)] if start else [])


def test_asking_for_the_schema_of_a_missing_file_does_not_make_it(sqlite_file):
    assert current_revision(f"sqlite:///{sqlite_file}") is None
    assert not sqlite_file.exists()


def test_a_file_that_is_no_database_is_told_so_and_left_alone(sqlite_file):
    sqlite_file.write_bytes(b"not a database at all, but long enough to look like one" * 20)
    before = sqlite_file.read_bytes()
    with refusal(Unavailable, "cannot be opened", "file is not a database"):
        current_revision(f"sqlite:///{sqlite_file}")
    assert sqlite_file.read_bytes() == before


def test_a_folder_that_is_not_there_is_told_so(tmp_path):
    with refusal(Unavailable, "database"):
        migrate(f"sqlite:///{tmp_path / 'nowhere' / 'labkeeper.db'}", NOW)


def test_a_database_that_is_not_there_is_told_so(tmp_path):
    with refusal(Unavailable, "cannot be reached"):
        migrate(f"postgresql://nobody@/none?host={tmp_path}", NOW)


def test_a_migrated_file_can_be_moved_with_its_rows(sqlite_url, tmp_path):
    add_team(sqlite_url)
    shutil.copy(sqlite_path(sqlite_url), tmp_path / "moved.db")
    assert current_revision(f"sqlite:///{tmp_path / 'moved.db'}") == HEAD
