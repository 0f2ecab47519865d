"""Bodies that GitHub really sent, where that folder is present: each is taken, twice, and changes nothing twice."""

import pytest

from tests.contracts.test_webhooks import REAL, SHARED
from tests.github.host import Delivery, GitHub
from tests.slack.harness import SlackBoard


@pytest.mark.skipif(not REAL, reason=f"there are no bodies in {SHARED}: say in LABKEEPER_SPECS where they lie")
def test_every_real_body_is_taken_and_kept_once(github: GitHub, board: SlackBoard) -> None:
    board.lab("task new Weigh tail classes")
    paths = sorted((SHARED / "github").glob("*/*.json"))
    deliveries = [Delivery(path.parent.name, path.read_bytes(), f"real-{number}") for number, path in enumerate(paths)]
    assert {github.send(delivery) for delivery in deliveries} == {200, 202}
    tables = ("receipts", "events", "commits", "checks", "deployments", "repositories")
    before = {table: board.count(table) for table in tables}
    assert all(before.values())
    assert {github.send(delivery) for delivery in deliveries} == {200, 202}
    assert {table: board.count(table) for table in tables} == before
