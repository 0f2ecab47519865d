"""A worker elsewhere hears of new events at once."""

import threading

import pytest

from storage.database import open_database
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.storage.probes import PATIENCE, execute, rows, wait_until

LISTENING = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


@pytest.fixture
def elsewhere(postgres_url):
    """A worker's own store, what sets it to work, and what ends its listening."""
    heard = threading.Event()
    database = open_database(postgres_url, is_server=True)
    stop = database.on_events(heard.set)
    wait_until(lambda: rows(postgres_url, LISTENING))
    yield heard
    stop()
    database.close()


@pytest.fixture
def board(postgres_url):
    database = open_database(postgres_url, is_server=True)
    yield BoardDriver.open(database, now=NOW)
    database.close()


def test_an_event_of_one_process_wakes_the_worker_of_another(board, elsewhere):
    elsewhere.clear()
    board.new()
    assert elsewhere.wait(PATIENCE)


def test_what_was_committed_last_is_told_before_the_store_is_closed(elsewhere, postgres_url):
    database = open_database(postgres_url, is_server=False)
    board = BoardDriver.open(database, now=NOW)
    wait_until(elsewhere.is_set)
    elsewhere.clear()
    board.new()
    database.close()
    assert elsewhere.wait(PATIENCE)


def test_no_unit_of_work_notifies_by_itself(postgres_url):
    # It would hold a lock of the whole server until its commit is on the disk.
    triggers = "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'events'::regclass AND NOT tgisinternal"
    assert rows(postgres_url, triggers) == [(0,)]


def test_a_lost_connection_is_made_again(board, elsewhere, postgres_url):
    ((lost,),) = rows(postgres_url, LISTENING)
    execute(postgres_url, f"SELECT pg_terminate_backend({lost}, 5000)")
    wait_until(lambda: rows(postgres_url, LISTENING) not in ([], [(lost,)]))
    elsewhere.clear()
    board.new()
    assert elsewhere.wait(PATIENCE)


def test_on_sqlite_nobody_is_told_and_stopping_is_nothing(sqlite_url):
    database = open_database(sqlite_url, is_server=True)
    heard = threading.Event()
    stop = database.on_events(heard.set)
    BoardDriver.open(database, now=NOW).new()
    assert not heard.is_set()
    stop()
    database.close()
