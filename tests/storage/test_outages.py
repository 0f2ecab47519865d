"""The database does not answer, or has no room: nothing is changed, and it is said in words."""

import time
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest

from core.board import NewTask, create_task
from core.errors import Unavailable
from storage.database import open_database
from storage.engine import is_sqlite
from tests.conftest import NOW
from tests.drivers import BoardDriver, refusal
from tests.storage.probes import PATIENCE, everything, execute, rows, sqlite_locked
from tests.storage.units import Held


@contextmanager
def locked(url):
    """Somebody else keeps everyone from writing meanwhile."""
    if is_sqlite(url):
        with sqlite_locked(url):
            yield
    else:
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE projects IN EXCLUSIVE MODE")
            yield
            other.rollback()


def write(board, title="A task"):
    new = NewTask(title=title)
    return board.store.write(
        lambda work: create_task(work, actor=board.ana, new=new, channel=None, today=board.today, now=board.now),
        team=board.team,
    )


def test_a_database_that_is_locked_changes_nothing_and_says_so_in_time(board, database_url):
    task = board.new()
    before = everything(database_url, team=board.team)
    with locked(database_url):
        started = time.monotonic()
        futures = [write(board) for _ in range(3)]
        for future in futures:
            with refusal(Unavailable, "The database is busy", "Nothing was changed", "Try again"):
                future.result(PATIENCE)
        assert 1.5 < time.monotonic() - started < 3
        assert board.see(task) == task
    assert everything(database_url, team=board.team) == before
    assert board.new().key.number == 2


def test_a_lock_that_is_let_go_in_time_is_only_waited_for(board, database_url):
    with locked(database_url):
        future = write(board)
    assert future.result(PATIENCE).key.number == 1


def test_a_unit_with_little_time_does_not_wait_longer_for_a_locked_file(sqlite_url):
    database = open_database(sqlite_url, is_server=True)
    board = BoardDriver.open(database, now=NOW)
    with sqlite_locked(sqlite_url):
        started = time.monotonic()
        future = database.write(lambda work: None, team=board.team, within=timedelta(milliseconds=50))
        with refusal(Unavailable, "busy"):
            future.result(PATIENCE)
        assert time.monotonic() - started < 1.5
    database.close()


@pytest.fixture
def small_disk(sqlite_url):
    """A board whose file may not grow, and how to give it room again."""
    database = open_database(sqlite_url, is_server=True)
    board = BoardDriver.open(database, now=NOW)

    def give_pages(pages):
        board.write(lambda work: work.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar())

    ((used,),) = rows(sqlite_url, "PRAGMA page_count")
    give_pages(used + 5)
    yield board, give_pages
    database.close()


def fill_up(board):
    """Tasks until there is no room; those that were made."""
    made = []
    with refusal(Unavailable, "disk is full", "Nothing was changed", "An operator must make room"):
        made.extend(board.new(description="x" * 4_000) for _ in range(1_000))
    return made


def test_a_full_disk_is_told_and_what_was_kept_stays(small_disk, sqlite_url):
    board, give_pages = small_disk
    made = fill_up(board)
    before = everything(sqlite_url, team=board.team)
    assert [board.see(task) for task in made] == made
    for _ in range(3):
        with refusal(Unavailable, "disk is full", "Nothing was changed"):
            board.new(description="x" * 4_000)
    assert everything(sqlite_url, team=board.team) == before
    give_pages(10_000)
    assert board.new(description="x" * 4_000).key.number == len(made) + 1
    assert rows(sqlite_url, "PRAGMA integrity_check") == [("ok",)]


def test_units_that_share_a_commit_when_the_disk_fills_up_are_each_told_the_truth(small_disk, sqlite_url):
    board, give_pages = small_disk
    held = Held(board, lambda work: None)
    futures = [write(board, f"{number} " + "x" * 190) for number in range(60)]
    held.end()
    errors = [future.exception(PATIENCE) for future in futures]
    kept = {title.split()[0] for (title,) in rows(sqlite_url, "SELECT title FROM tasks")}
    assert kept == {str(number) for number, error in enumerate(errors) if error is None}
    refused = [error for error in errors if error is not None]
    assert refused
    assert all("Nothing was changed" in error.hint for error in refused)
    give_pages(10_000)
    assert board.new()


@pytest.mark.postgres
def test_a_session_that_an_operator_ends_is_told_and_the_next_one_works(postgres_url):
    database = open_database(postgres_url, is_server=True)
    board = BoardDriver.open(database, now=NOW)
    held = Held(board, lambda work: work.projects.take_number("CHURN"), then=lambda work: work.projects.list(limit=1))
    execute(
        postgres_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'labkeeper' AND datname = current_database()",
    )
    with refusal(Unavailable, "cannot be reached", "Nothing was changed"):
        held.let_go()
    assert board.new().key.number == 1
    database.close()


@pytest.mark.postgres
def test_when_every_connection_is_taken_the_next_unit_is_told_that_it_is_busy(postgres_url):
    database = open_database(postgres_url, is_server=True)
    board = BoardDriver.open(database, now=NOW)
    with locked(postgres_url):
        futures = [write(board) for _ in range(20)]
        errors = [future.exception(PATIENCE) for future in futures]
    assert all(isinstance(error, Unavailable) for error in errors)
    assert all("Nothing was changed" in error.hint for error in errors)
    assert board.new().key.number == 1
    database.close()
