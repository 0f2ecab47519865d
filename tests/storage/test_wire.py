"""Prepared statements that are sent in one go: what a server keeps of them, and what it does not know any more."""

import pytest
from sqlalchemy.exc import DBAPIError

from storage.database import open_database
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.storage.probes import execute, rows


@pytest.fixture
def board(postgres_url):
    database = open_database(postgres_url, is_server=True)
    yield BoardDriver.open(database, now=NOW)
    database.close()


def test_what_a_server_forgot_is_sent_again(board):
    """As behind a pooler that lends another server."""
    for _ in range(8):
        board.new()
    board.write(lambda work: work.connection.exec_driver_sql("DEALLOCATE ALL"))
    assert [board.new().key.number for _ in range(20)] == list(range(9, 29))


def test_a_value_that_cannot_be_sent_costs_no_connection(board, postgres_url):
    before = rows(postgres_url, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'labkeeper'")
    for _ in range(5):
        with pytest.raises(DBAPIError, match="NUL"):
            board.write(lambda work: work.receipts.add("test", "\0", NOW))
    board.new()
    after = rows(postgres_url, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'labkeeper'")
    assert after == before


def test_a_unit_whose_session_was_ended_is_refused_and_the_next_is_not(board, postgres_url):
    board.new()
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'labkeeper'"
    execute(postgres_url, f"{ended} AND datname = current_database()")
    assert board.new().key.number == 2
