"""Whatever is killed, what was acknowledged is there, and nothing is there by halves."""

import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import pytest

from core.errors import Unavailable
from storage.database import open_database
from storage.migrate import migrate
from tests.conftest import NOW
from tests.drivers import BoardDriver, refusal
from tests.postgres import start_server
from tests.storage.probes import PATIENCE, rows, wait_until
from tests.storage.units import Held

ROOT = Path(__file__).parents[2]


def kept_whole(url):
    """The tasks in the database; each has exactly one event and one line in the audit log, and no more are there."""
    tasks = {f"CHURN-{number}": task for task, number in rows(url, "SELECT id, number FROM tasks")}
    events = rows(url, "SELECT id, task_id FROM events WHERE type = 'TaskCreated'")
    lines = rows(url, "SELECT event_id FROM audit WHERE subject <> ''")
    assert Counter(task for _, task in events) == Counter(tasks.values())
    assert Counter(event for (event,) in lines) == Counter(event for event, _ in events)
    return set(tasks)


@pytest.mark.parametrize("acknowledged_before", [1, 60])
def test_a_process_that_is_killed_loses_nothing_it_acknowledged(board, database_url, acknowledged_before):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.writing_process", database_url, str(board.team)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    acknowledged = [process.stdout.readline().strip() for _ in range(acknowledged_before)]
    process.kill()
    rest, _ = process.communicate()
    acknowledged += [line.strip() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    kept = kept_whole(database_url)
    assert "" not in acknowledged
    assert set(acknowledged) <= kept
    # Each of its threads had at most one unit under way that was kept and not told any more.
    assert len(kept - set(acknowledged)) <= 4
    assert board.new().key.number > max(int(key.split("-")[1]) for key in kept)


@pytest.fixture(scope="module")
def mortal_server():
    """A PostgreSQL server of this module's own, which it may kill."""
    server = start_server(Path(tempfile.mkdtemp(prefix="labkeeper-mortal-")))
    yield server
    server.stop()


@pytest.fixture
def mortal_board(mortal_server, request):
    name = f"board_{abs(hash(request.node.name))}"
    mortal_server.create_database(name)
    url = mortal_server.url(name)
    migrate(url, NOW)
    database = open_database(url, is_server=True)
    yield BoardDriver.open(database, now=NOW), url
    database.close()


@pytest.mark.postgres
def test_a_unit_in_the_middle_of_which_the_server_dies_is_not_kept_and_the_next_one_is(mortal_server, mortal_board):
    board, url = mortal_board
    before = board.new("before")
    held = Held(board, lambda work: work.projects.take_number("CHURN"), then=lambda work: work.projects.list(limit=1))
    mortal_server.restart_immediately()
    with refusal(Unavailable, "cannot be reached", "Nothing was changed"):
        held.let_go()
    assert board.see(before) == before
    after = board.new("after")
    assert after.key.number == 2
    assert kept_whole(url) == {"CHURN-1", "CHURN-2"}


@pytest.mark.postgres
def test_a_unit_whose_commit_is_not_answered_says_that_it_may_have_been_kept(mortal_server, mortal_board):
    board, _ = mortal_board
    held = Held(board, lambda work: work.projects.take_number("CHURN"))
    mortal_server.restart_immediately()
    with refusal(Unavailable, "may or may not have been kept", "Look before you repeat it"):
        held.let_go()
    assert board.new().key.number == 1


@pytest.mark.postgres
def test_reading_goes_on_by_itself_after_the_server_was_away(mortal_server, mortal_board):
    board, _ = mortal_board
    task = board.new()
    mortal_server.restart_immediately()
    assert [board.see(task) for _ in range(20)] == [task] * 20


@pytest.mark.postgres
def test_while_the_server_is_away_every_command_is_told_so(mortal_server, mortal_board):
    board, _ = mortal_board
    task = board.new()
    mortal_server._pg_ctl("stop", "-m", "immediate")
    try:
        for command in (board.new, lambda: board.see(task)):
            with refusal(Unavailable, "cannot be reached", "Nothing was changed"):
                command()
    finally:
        mortal_server._pg_ctl("start")
    assert board.see(task) == task
    assert board.new().key.number == 2


@pytest.mark.postgres
def test_a_server_that_dies_again_and_again_loses_nothing_it_acknowledged(mortal_server, mortal_board):
    board, url = mortal_board
    acknowledged, stop, others = [], threading.Event(), []

    def make_tasks():
        while not stop.is_set():
            try:
                acknowledged.append(str(board.new().key))
            except Unavailable:
                continue
            except Exception as error:
                others.append(error)

    threads = [threading.Thread(target=make_tasks) for _ in range(4)]
    for thread in threads:
        thread.start()
    for kills in range(3):
        so_far = len(acknowledged)
        wait_until(lambda so_far=so_far: len(acknowledged) > so_far + 20)
        if kills < 2:
            mortal_server.restart_immediately()
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert others == []
    assert set(acknowledged) <= kept_whole(url)
    assert len(acknowledged) == len(set(acknowledged))
