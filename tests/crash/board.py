"""What the database has, read from outside: by plain SQL, on a connection of its own."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text

from core.events import RECORDS, Event, NoteAdded, TaskBlocked, TaskChanged, TaskCreated, TaskMoved, TaskUnblocked
from core.git_events import CommitsLinked
from storage.engine import is_sqlite, open_engine, sqlite_reader
from tests.crash.senders import Change

_UNFINISHED = text(
    "SELECT (SELECT count(*) FROM events WHERE NOT is_fanned_out)"
    " + (SELECT count(*) FROM deliveries WHERE state IN ('queued', 'sending'))"
)
_TASKS = text(
    "SELECT tasks.id, projects.key || '-' || tasks.number AS key, title, state, points, external_id AS home,"
    " (SELECT count(*) FROM blockers WHERE task_id = tasks.id AND closed_at IS NULL) AS blockers"
    " FROM tasks JOIN projects ON projects.id = tasks.project_id"
    " JOIN channels ON channels.id = projects.home_channel_id"
)
_ENTRIES = text(
    "SELECT task_id, type, CAST(body AS text) AS body, coalesce(members.name, events.actor) AS who,"
    " (SELECT count(*) FROM audit WHERE event_id = events.id) AS audited"
    " FROM events LEFT JOIN members ON members.id = events.member_id WHERE task_id IS NOT NULL ORDER BY events.id"
)
_NOTES = text("SELECT text FROM notes")
_DELIVERIES = text("SELECT kind, state, error, task_id, channel_id FROM deliveries WHERE state <> 'sent'")


@dataclass(frozen=True)
class TaskRow:
    id: int
    key: str
    title: str
    state: str
    points: int | None
    home: str
    blockers: int

    @property
    def heading(self) -> str:
        return f"{self.key} {self.title}"


@dataclass(frozen=True)
class Entry:
    """An event, and how many audit lines it has."""

    task_id: int
    event: Event
    who: str
    audited: int


@dataclass(frozen=True)
class Board:
    """`unsent` are the deliveries that were not made, in words."""

    tasks: dict[int, TaskRow]
    entries: list[Entry]
    notes: list[str]
    unsent: list[str]

    def changes(self) -> Counter[Change]:
        """What was done, and how often."""
        return Counter(change for entry in self.entries for change in _changes(entry, self.tasks[entry.task_id].key))


def read_board(url: str) -> Board:
    with connected(url) as connection:
        tasks = [TaskRow(**row._mapping) for row in connection.execute(_TASKS)]
        entries = [
            Entry(row.task_id, RECORDS.load({"type": row.type, **json.loads(row.body)}), row.who, row.audited)
            for row in connection.execute(_ENTRIES)
        ]
        notes = list(connection.execute(_NOTES).scalars())
        unsent = [f"{row.kind} is {row.state} {row.error}".strip() for row in connection.execute(_DELIVERIES)]
    return Board({task.id: task for task in tasks}, entries, notes, unsent)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = sqlite_reader(url) if is_sqlite(url) else open_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def count_unfinished(connection: Connection) -> int:
    """Events that nobody was told of yet, and deliveries under way."""
    count: int = connection.execute(_UNFINISHED).scalar_one()
    connection.rollback()
    return count


def _changes(entry: Entry, key: str) -> list[Change]:
    match entry.event:
        case TaskCreated(title=title):
            return [("new", title)]
        case NoteAdded(text=words):
            return [("note", words)]
        case TaskBlocked(why=why):
            return [("block", why)]
        case TaskUnblocked():
            return [("unblock", key)]
        case TaskMoved(after=state):
            return [("move", f"{key} {state}")]
        case CommitsLinked(commits=commits):
            return [("commit", commit.sha) for commit in commits]
        case TaskChanged(changes):
            return [(change.field, f"{key} {change.after}") for change in changes]
        case _:
            return []
