"""Prepared statements that are sent in one go: what a server keeps of them, and what it does not know any more."""

import pytest
from sqlalchemy.exc import DBAPIError

from core.errors import Unavailable
from storage.database import open_database
from tests.conftest import NOW
from tests.drivers import BoardDriver, refusal
from tests.storage.probes import execute, rows

OURS = "application_name = 'labkeeper' AND datname = current_database()"


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
    before = connections(postgres_url)
    for _ in range(5):
        with pytest.raises(DBAPIError, match="NUL"):
            board.write(lambda work: work.receipts.add("test", "\0", NOW))
    board.new()
    assert connections(postgres_url) >= before


def test_an_answer_that_will_not_come_is_the_failure_again_and_not_another(board, postgres_url):
    """Whoever looks at an answer while a unit fails must not hide why it fails: a lost connection is tried again."""
    asked: list[int] = []

    def unit(work):
        is_first = work.receipts.add_first("test", "a", NOW)
        if not asked:
            asked.append(work.connection.connection.driver_connection.info.backend_pid)
            execute(postgres_url, f"SELECT pg_terminate_backend({asked[0]}, 5000)")
        try:
            work.projects.by_key("CHURN")
        except Exception:
            is_first()
            raise
        return is_first()

    with refusal(Unavailable, "cannot be reached", "Nothing was changed"):
        board.write(unit)
    assert board.write(unit)


def connections(url):
    return set(rows(url, f"SELECT pid FROM pg_stat_activity WHERE {OURS}"))


def test_a_unit_whose_session_was_ended_is_refused_and_the_next_is_not(board, postgres_url):
    board.new()
    execute(postgres_url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}")
    assert board.new().key.number == 2
