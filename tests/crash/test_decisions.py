"""Many timeboxes end while all press their buttons at once and processes die: each is asked and decided once."""

import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from itertools import cycle

import pytest

from core.board import NewTask, create_task
from core.durations import Box
from core.ids import ChannelRef, TeamId
from core.projects import create_project
from core.task_states import change_state
from core.tasks import State
from storage.database import open_database
from storage.engine import is_sqlite
from tests.conftest import NOW
from tests.crash.deciders import POINTS, at_work
from tests.crash.processes import ROOT
from tests.drivers import BoardDriver
from tests.storage.probes import rows

PROCESSES, THREADS = 4, 8
HOME = ChannelRef("slack", "T001", "C1")


@dataclass
class Room:
    """A team with so much research under way, all of which is over a day later; nobody in particular decides."""

    url: str
    team: TeamId
    count: int

    def start(self, name: str, *death: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.crash.deciders", self.url, str(self.team), name, *death]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    def check(self) -> None:
        """Each is asked once, decided once, carried on once, and all of it is told and written down."""
        assert self._by_task("SELECT task_id, count(*) FROM decisions GROUP BY task_id") == {1: self.count}
        for event in ("TimeboxEnded", "TaskDecided"):
            told = f"SELECT task_id, count(*) FROM events WHERE type = '{event}' GROUP BY task_id"
            assert self._by_task(told) == {1: self.count}, event
        prompts = "SELECT subject, count(*) FROM deliveries WHERE kind = 'broadcast' AND subject LIKE 'prompt:%'"
        assert self._by_task(f"{prompts} GROUP BY subject") == {1: self.count}
        assert rows(self.url, "SELECT count(*) FROM events WHERE NOT is_fanned_out") == [(0,)]
        adopted = rows(self.url, "SELECT count(*) FROM decisions WHERE call = 'adopt'")
        assert rows(self.url, "SELECT count(*) FROM tasks WHERE track = 'production'") == adopted
        assert rows(self.url, "SELECT count(*) FROM dependencies") == adopted
        lines = "SELECT e.id, count(a.event_id) FROM events e LEFT JOIN audit a ON a.event_id = e.id GROUP BY e.id"
        assert set(self._by_task(lines)) == {1}

    def _by_task(self, statement: str) -> Counter[int]:
        return Counter(count for _, count in rows(self.url, statement))


def fill(url: str, count: int) -> Room:
    database = open_database(url, is_server=True)
    board = BoardDriver.open(database, now=NOW, project="")
    board.do(create_project, key="CHURN", name=None, zone="UTC", channel=HOME, channel_name="general")

    def begin(work, number):
        new = NewTask(title=f"Question {number}", box=Box.parse("3h"))
        task = create_task(work, actor=board.ana, new=new, channel=None, today=NOW.date(), now=NOW)
        change_state(work, task, State.DOING, actor=board.ana, now=NOW)

    for number in range(count):
        board.write(lambda work, number=number: begin(work, number))
    database.close()
    return Room(url, board.team, count)


def everybody_decides(room: Room) -> Counter[str]:
    """Four processes on PostgreSQL; on SQLite, which one process serves, eight threads."""
    answers: Counter[str] = Counter()
    if is_sqlite(room.url):
        with at_work(room.url, room.team, "ana") as deciders:
            threads = [threading.Thread(target=deciders.work) for _ in range(THREADS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return deciders.answers
    processes = [room.start(f"process{number}") for number in range(PROCESSES)]
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        said, _ = process.communicate(timeout=900)
        assert process.returncode == 0
        for line in said.splitlines():
            count, _, answer = line.partition(" ")
            answers[answer] += int(count)
    return answers


def check_race(url: str, count: int) -> None:
    room = fill(url, count)
    answers = everybody_decides(room)
    assert set(answers) == {"won", "told who"}
    assert answers["won"] == count
    assert answers["told who"] >= count, "each was pressed twice at least"
    room.check()


def test_each_is_decided_once_and_every_losing_click_is_told_by_whom(database_url):
    check_race(database_url, 10)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_two_thousand_are_decided_once_each(database_url):
    check_race(database_url, 2_000)


def check_death(url: str, point: str, passage: int, count: int, *variant: str) -> None:
    room = fill(url, count)
    victim = room.start("victim", point, str(passage), *variant)
    victim.communicate("\n", timeout=120)
    assert victim.returncode == -9, "it died where it was told to"
    with at_work(url, room.team, "survivor") as survivor:
        survivor.work()
    assert set(survivor.answers) <= {"won", "told who"}
    room.check()


# A process takes a second and a half to start: each point on one of the databases, and on the other in the long run.
@pytest.mark.parametrize(
    ("point", "database_url"), list(zip(POINTS, cycle(("sqlite", "postgresql")))), indirect=["database_url"]
)
def test_whoever_dies_at_a_tick_a_prompt_or_a_decision_leaves_it_whole_or_undone(database_url, point):
    check_death(database_url, point, 1, 3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_tick_that_tells_in_another_unit_than_it_acts_is_noticed(database_url):
    """The proof that these tests can fail."""
    with pytest.raises(AssertionError, match="TimeboxEnded"):
        check_death(database_url, "after tick", 1, 3, "torn")


@pytest.mark.soak
@pytest.mark.parametrize("passage", [1, 3, 5])
@pytest.mark.parametrize("point", POINTS)
def test_whoever_dies_later_leaves_it_whole_or_undone(database_url, point, passage):
    check_death(database_url, point, passage, 60)
