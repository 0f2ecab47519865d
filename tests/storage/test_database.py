"""A unit of work is kept whole or not at all, in time or not at all."""

import contextlib
import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from core.board import NewTask, create_task
from core.errors import InvalidInput, Unavailable
from storage.database import open_database
from storage.engine import BadDatabaseUrl, sqlite_path
from tests.conftest import NOW
from tests.drivers import BoardDriver, refusal
from tests.storage.probes import PATIENCE, everything, rows
from tests.storage.units import Held, pass_the_deadline

SOON = timedelta(milliseconds=30)


def create(board, title="A task"):
    """An operation that makes a task, to be put into a unit with more in it."""
    return lambda work: create_task(
        work, actor=board.ana, new=NewTask(title=title), channel=None, today=board.today, now=board.now
    )


def write(board, operation, within=None):
    return board.store.write(operation, team=board.team, within=within).result(PATIENCE)


@pytest.mark.parametrize("error", [KeyError("x"), InvalidInput("No.", "Nothing was changed."), SystemExit()])
def test_a_unit_that_fails_leaves_nothing_and_its_error_arrives_as_it_was_raised(board, database_url, error):
    def run(work):
        create(board)(work)
        raise error

    before = everything(database_url, team=board.team)
    with pytest.raises(type(error)) as caught:
        write(board, run)
    assert caught.value is error
    assert everything(database_url, team=board.team) == before
    assert board.new().key.number == 1


def test_a_unit_that_breaks_a_rule_of_the_database_leaves_nothing(board, database_url):
    def run(work):
        create(board)(work)
        work.notes.add(999_999, "of no task", member_id=None, actor="", now=NOW)

    before = everything(database_url, team=board.team)
    with pytest.raises(IntegrityError):
        write(board, run)
    assert everything(database_url, team=board.team) == before


def test_a_fact_its_event_and_its_audit_line_are_kept_together(board, database_url):
    task = board.new()
    events = rows(database_url, f"SELECT id FROM events WHERE task_id = {task.id} AND type = 'TaskCreated'")
    lines = rows(database_url, f"SELECT event_id FROM audit WHERE subject = '{task.key}'")
    assert len(events) == 1
    assert lines == events


def test_what_is_told_is_committed_already(board, database_url):
    found, is_told = [], threading.Event()

    def look(future):
        found.extend(rows(database_url, "SELECT title FROM tasks"))
        is_told.set()

    board.store.write(create(board), team=board.team).add_done_callback(look)
    assert is_told.wait(PATIENCE)
    assert found == [("A task",)]


def test_a_unit_that_takes_too_long_is_rolled_back(board, database_url):
    def run(work):
        create(board)(work)
        pass_the_deadline(SOON.total_seconds())

    before = everything(database_url, team=board.team)
    with refusal(Unavailable, "took too long", "Nothing was changed"):
        write(board, run, within=SOON)
    assert everything(database_url, team=board.team) == before
    assert board.new().key.number == 1


def test_a_unit_whose_time_is_over_before_it_begins_is_not_begun(board):
    begun = []
    with refusal(Unavailable, "took too long", "Nothing was changed"):
        write(board, begun.append, within=timedelta(microseconds=1))
    assert begun == []


def test_a_unit_is_given_two_seconds_unless_it_asks_for_more(postgres_url):
    database = open_database(postgres_url, is_server=True)
    team = database.write_directory(lambda teams: teams.add_team("Acme", "UTC", NOW)).result().id

    def limit(work):
        return work.connection.exec_driver_sql("SHOW statement_timeout").scalar()

    limits = [database.write(limit, team=team, within=within).result() for within in (None, timedelta(minutes=1), None)]
    assert limits == ["2s", "1min", "2s"]
    database.close()


def test_reading_never_changes_anything(board, database_url):
    before = everything(database_url, team=board.team)
    with contextlib.suppress(SQLAlchemyError):
        board.read(create(board))
    assert everything(database_url, team=board.team) == before


def test_reading_goes_on_while_somebody_writes_and_sees_what_is_committed(board):
    held = Held(board, create(board))
    assert board.order() == []
    held.let_go()
    assert [str(key) for key in board.order()] == ["CHURN-1"]


def test_a_question_that_cannot_be_answered_raises_its_error(board):
    with pytest.raises(ZeroDivisionError):
        board.read(lambda work: 1 / 0)
    with pytest.raises(SQLAlchemyError):
        board.read(lambda work: work.connection.exec_driver_sql("SELECT nonsense"))
    assert board.order() == []


def test_a_row_that_refers_to_nothing_is_refused_by_the_database(board):
    with pytest.raises(IntegrityError):
        write(board, lambda work: work.notes.add(999_999, "of no task", member_id=None, actor="", now=NOW))


def test_closing_finishes_what_was_asked_for(board, database_url):
    database = open_database(database_url, is_server=False)
    futures = [database.write(create(board, str(n)), team=board.team) for n in range(30)]
    database.close()
    assert sorted(future.result(PATIENCE).key.number for future in futures) == list(range(1, 31))
    assert len(board.order()) == 30


def test_nothing_is_taken_on_after_closing(board, database_url):
    database = open_database(database_url, is_server=False)
    database.close()
    with pytest.raises((Unavailable, RuntimeError)):
        database.write(create(board), team=board.team).result(PATIENCE)
    assert board.order() == []


def test_what_a_directory_operation_does_is_kept_whole_or_not_at_all(database):
    def run(teams):
        teams.add_team("Acme", "UTC", NOW)
        raise KeyError("x")

    with pytest.raises(KeyError):
        database.write_directory(run).result(PATIENCE)
    assert database.read_directory(lambda teams: teams.teams()).result(PATIENCE) == ()


def test_upkeep_changes_nothing_and_may_be_done_at_any_time(board):
    task = board.new()
    board.store.maintain().result(PATIENCE)
    held = Held(board, create(board))
    upkeep = board.store.maintain()
    held.let_go()
    upkeep.result(PATIENCE)
    assert board.order()[0] == task.key


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "nonsense", "postgresql://user:secret@host:port/x"])
def test_an_address_that_cannot_be_used_is_refused_without_repeating_its_password(url):
    with pytest.raises(BadDatabaseUrl) as caught:
        open_database(url, is_server=True)
    assert "secret" not in caught.value.message + caught.value.hint


def pragmas(url, *, is_server):
    database = open_database(url, is_server=is_server)

    def read(directory):
        names = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint")
        return {name: directory.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    found = database.write_directory(read).result()
    database.close()
    return found


def test_sqlite_keeps_what_it_acknowledged_and_checks_references(sqlite_url):
    found = pragmas(sqlite_url, is_server=True)
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "wal_autocheckpoint": 1000}


@pytest.fixture
def notes_in_the_file(sqlite_url, tmp_path):
    """How many there are without the write-ahead log."""

    def count():
        shutil.copy(sqlite_path(sqlite_url), tmp_path / "without-log.db")
        with closing(sqlite3.connect(tmp_path / "without-log.db")) as connection:
            return connection.execute("SELECT count(*) FROM notes").fetchone()[0]

    return count


def fill(board, store):
    """More than SQLite leaves in the write-ahead log when it may checkpoint."""
    task = board.new()
    for _ in range(3):
        write(
            replace(board, store=store),
            lambda work: [work.notes.add(task.id, "x" * 4_000, member_id=None, actor="", now=NOW) for _ in range(600)],
            within=timedelta(seconds=PATIENCE),
        )


def test_what_the_terminal_writes_is_brought_into_the_file_by_the_server(sqlite_url, notes_in_the_file):
    server, terminal = (open_database(sqlite_url, is_server=is_server) for is_server in (True, False))
    board = BoardDriver.open(server, now=NOW)
    server.maintain().result(PATIENCE)
    fill(board, terminal)
    assert notes_in_the_file() == 0
    server.maintain().result(PATIENCE)
    assert notes_in_the_file() == 1_800
    terminal.close()
    server.close()


def test_what_the_server_writes_comes_into_the_file_by_itself(sqlite_url, notes_in_the_file):
    server = open_database(sqlite_url, is_server=True)
    fill(BoardDriver.open(server, now=NOW), server)
    assert notes_in_the_file() > 0
    server.close()
