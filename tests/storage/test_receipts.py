from datetime import timedelta

from tests.conftest import NOW
from tests.storage.probes import at_once


def receive(board, key="r1", source="slack", now=NOW):
    return board.write(lambda work: work.receipts.add(source, key, now))


def test_what_was_received_before_is_known(board):
    assert receive(board)
    assert not receive(board)
    assert receive(board, "r2")
    assert receive(board, source="discord")


def test_what_is_received_twice_at_once_is_received_once(board):
    assert at_once(*(lambda: receive(board) for _ in range(6))).count(True) == 1


def test_what_was_received_long_ago_is_forgotten(board, database):
    receive(board, "old", now=NOW - timedelta(days=2))
    receive(board, "new", now=NOW)
    database.forget_receipts(before=NOW - timedelta(days=1)).result()
    assert receive(board, "old")
    assert not receive(board, "new")
