import os
import subprocess
import sys

import pytest

from core.errors import Conflict
from storage.server_lock import ServerLock
from tests.drivers import refusal

HOLD = """
import sys
from storage.server_lock import ServerLock
lock = ServerLock.take(sys.argv[1])
print("taken", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "labkeeper.db")


@pytest.fixture
def other_server(path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "taken\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_server_is_refused_with_the_first_ones_process(path, other_server):
    with refusal(Conflict, "Another server uses this database", f"process {other_server.pid}", "PostgreSQL"):
        ServerLock.take(path)


def test_a_killed_server_holds_the_lock_no_more(path, other_server):
    other_server.kill()
    other_server.wait()
    lock = ServerLock.take(path)
    with refusal(Conflict, f"process {os.getpid()}"):
        ServerLock.take(path)
    lock.release()


def test_a_released_lock_can_be_taken_again(path):
    ServerLock.take(path).release()
    ServerLock.take(path).release()


def test_servers_of_different_files_do_not_meet(path, tmp_path):
    first, second = ServerLock.take(path), ServerLock.take(str(tmp_path / "other.db"))
    first.release()
    second.release()
