"""What tests hold in their hands: a board to act on, and the address of the run's PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import psycopg
import pytest

from bot.context import Ports
from bot.vault import Vault
from core.blocking import block_task, make_wait
from core.board import NewTask, TaskChanges, change_task, create_task
from core.durations import Box
from core.errors import UserError
from core.events import Cause, Change
from core.ids import TaskKey, TeamId
from core.journal import Actor
from core.members import Identity, sign_in
from core.moves import move_task
from core.ports import Store, UnitOfWork
from core.projects import create_project
from core.task_search import TaskFilter, find_task
from core.tasks import State, Task
from storage.columns import metadata
from storage.database import Database, open_database

T = TypeVar("T")


@contextmanager
def refusal(kind: type[UserError], *words: str) -> Iterator[None]:
    """The person is refused in this way, and reads these words in the message, the hint or the example."""
    with pytest.raises(kind) as caught:
        yield
    assert type(caught.value) is kind
    said = " ".join((caught.value.message, caught.value.hint, caught.value.example))
    for word in words:
        assert word in said


TEST_KEY = "a key for tests and nothing else"
VAULT = Vault([TEST_KEY])
_DELETIONS = "; ".join(f"DELETE FROM {table}" for table in metadata.tables)
_OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_DELETE = f"SET session_replication_role = replica; {_DELETIONS}"
_EMPTY = f"{_OTHERS}; {_DELETE}".encode()
# Who is in the middle of something; connections that rest stay for the next test.
_EMPTY_AROUND = f"{_OTHERS} AND state <> 'idle'; {_DELETE}".encode()
PORTS = Ports(VAULT, {})


@dataclass(frozen=True)
class PostgresAddress:
    pattern: str

    def url(self, database: str) -> str:
        return self.pattern.replace("DATABASE", database)

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())


class WorkerDatabase:
    """A database that one process uses for one test after the other: emptying it costs a hundredth of a new one.

    The connection is kept, because a new one for each test would take ten times as long as what it is for.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = psycopg.connect(url, autocommit=True)
        self._database: Database | None = None
        self._is_shared = False

    def empty(self) -> None:
        """Cuts off everybody else and deletes every row: few are there, and TRUNCATE makes new files."""
        self._connection.execute(_EMPTY_AROUND if self._is_shared else _EMPTY)
        self._is_shared = False

    def share(self) -> Database:
        """The same for one test after the other: a new connection costs ten units."""
        self._is_shared = True
        if self._database is None:
            self._database = open_database(self.url, is_server=True)
        return self._database

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
        self._connection.close()


@dataclass
class BoardDriver:
    """Runs core operations as Ana, an administrator of a team with one project, CHURN."""

    store: Store
    team: TeamId
    ana: Actor
    now: datetime
    today: date = field(init=False)

    def __post_init__(self) -> None:
        self.today = self.now.date()

    @classmethod
    def open(cls, store: Store, *, now: datetime, project: str = "CHURN") -> "BoardDriver":
        team = store.write_directory(lambda teams: teams.add_team("Acme", "Europe/Lisbon", now)).result()
        driver = cls(store, team.id, Actor(None, "set-up", True, "test", ""), now)
        driver.ana = driver.sign_in("ana", is_admin=True)
        if project:
            driver.do(
                create_project, key=project, name=None, zone="Europe/Lisbon", channel=None, channel_name="", now=now
            )
        return driver

    def sign_in(self, name: str, *, is_admin: bool = False) -> Actor:
        identity = Identity("test", "", name)
        return self.write(
            lambda work: sign_in(work, identity, name=name, is_admin=is_admin, place="here", now=self.now)
        )[1]

    def do(self, operation: Callable[..., T], *, actor: Actor | None = None, **arguments: Any) -> T:
        arguments.setdefault("now", self.now)
        return self.write(lambda work: operation(work, actor=actor or self.ana, **arguments))

    def write(self, run: Callable[[UnitOfWork], T]) -> T:
        return self.store.write(run, team=self.team).result()

    def read(self, run: Callable[[UnitOfWork], T]) -> T:
        return self.store.read(run, team=self.team).result()

    def new(self, title: str = "A task", **fields: Any) -> Task:
        """A task; with `box` as text, such as `10d`."""
        if isinstance(fields.get("box"), str):
            fields["box"] = Box.parse(fields["box"])
        return self.do(create_task, new=NewTask(title=title, **fields), channel=None, today=self.today)

    def change(self, task: Task, *, revision: int | None = None, **fields: Any) -> tuple[Task, tuple[Change, ...]]:
        return self.do(
            change_task, key=task.key, changes=TaskChanges(**fields), measurement=None, revision=revision,
            today=self.today,
        )  # fmt: skip

    def move(self, task: Task, to: State, why: str = "") -> Task:
        return self.do(move_task, key=task.key, to=to, why=why)[0]

    def block(self, task: Task, why: str = "labels late", cause: Cause = Cause.DATA) -> Task:
        return self.do(block_task, key=task.key, why=why, cause=cause)

    def wait(self, task: Task, after: Task) -> Task:
        return self.do(make_wait, key=task.key, after=after.key)[0]

    def see(self, task: Task) -> Task:
        return self.read(lambda work: find_task(work, task.key))

    def order(self, **wanted: Any) -> list[TaskKey]:
        return [task.key for task in self.read(lambda work: work.tasks.list(TaskFilter(**wanted), limit=1_000))]

    def told(self, task: Task | None = None) -> list[str]:
        """What the audit log says, oldest first: of one task, or of everything."""
        subject = str(task.key) if task else None
        return [line.summary for line in reversed(self.read(lambda work: work.audit.list(limit=500, subject=subject)))]

    def later(self, **length: float) -> None:
        self.now += timedelta(**length)
        self.today = self.now.date()
