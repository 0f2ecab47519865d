"""A process that makes tasks until it is killed, and says of each that it was acknowledged.

python -m tests.storage.writing_process <database address> <team>
"""

import os
import sys
import threading

from core.board import NewTask, create_task
from core.ids import TeamId
from core.journal import Actor
from storage.database import Database, open_database
from tests.conftest import NOW

THREADS = 4


def main(url: str, team: TeamId) -> None:
    database = open_database(url, is_server=True)
    threads = [threading.Thread(target=make_tasks, args=(database, team, str(name))) for name in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def make_tasks(database: Database, team: TeamId, name: str) -> None:
    actor = Actor(None, name, False, "test", "a process")
    while True:
        new = NewTask(title=f"by {name}")
        task = database.write(
            lambda work, new=new: create_task(
                work, actor=actor, new=new, channel=None, today=NOW.date(), now=NOW
            ),
            team=team,
        ).result()  # fmt: skip
        # One call of the system for a whole line, so that lines of several threads do not mix.
        os.write(sys.stdout.fileno(), f"{task.key}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], TeamId(int(sys.argv[2])))
