"""Research in the hands of a test: started, ticked, extended and decided. The board's clock begins on a Wednesday at
10:00 in Lisbon, which is UTC then."""

from datetime import datetime, timedelta
from typing import Any

from core.decisions import Decided, Verdict, decide
from core.durations import Box
from core.extensions import Extended, extend_timebox
from core.journal import Actor
from core.members import MemberRef
from core.projects import name_lead
from core.tasks import State, Task
from core.timebox_events import TimeboxEvent
from core.timebox_records import Call, Timebox
from core.timeboxes import expire_due_timeboxes
from tests.drivers import BoardDriver


def start(board: BoardDriver, box: str = "5d", **fields: Any) -> Task:
    """Ana's, under way since now."""
    owner = fields.pop("owner", "ana")
    task = board.new(box=box, owner=MemberRef.parse(owner) if owner else None, **fields)
    return board.move(task, State.DOING)


def start_and_end(board: BoardDriver, box: str = "5d", **fields: Any) -> Task:
    """Asked about: the clock stands at the end of its timebox."""
    task = start(board, box, **fields)
    at_end = box_of(board, task).ends_at
    assert at_end is not None
    tick(board, at_end)
    return task


def box_of(board: BoardDriver, task: Task) -> Timebox:
    found = board.read(lambda work: work.timeboxes.open_of(task.id))
    assert found is not None
    return found


def tick(board: BoardDriver, at: datetime | None = None, **later: float) -> None:
    """Moves the clock there, or on, and does what is due then."""
    board.now = at if at else board.now + timedelta(**later)
    board.today = board.now.date()
    board.write(lambda work: expire_due_timeboxes(work, now=board.now))


def tick_hourly(board: BoardDriver, days: int) -> None:
    for _ in range(days * 24):
        tick(board, hours=1)


def told(board: BoardDriver, task: Task, *kinds: type[Any]) -> list[Any]:
    """Events of its timebox, of these kinds or of any, oldest first."""
    entries = board.read(lambda work: work.events.of_task(task.id, limit=200))
    wanted = kinds or TimeboxEvent.__args__
    return [entry.event for entry in reversed(entries) if isinstance(entry.event, wanted)]


def when(board: BoardDriver, task: Task, kind: type[Any]) -> list[datetime]:
    entries = board.read(lambda work: work.events.of_task(task.id, limit=200))
    return [entry.at for entry in reversed(entries) if isinstance(entry.event, kind)]


def extend(
    board: BoardDriver, task: Task, by: str = "3d", why: str = "it improves", actor: Actor | None = None
) -> Extended:
    return board.do(extend_timebox, actor=actor, task=task.key, by=Box.parse(by), why=why)


def settle(
    board: BoardDriver, task: Task, call: Call = Call.DROP, *, actor: Actor | None = None, **said: Any
) -> Decided:
    said.setdefault("learned", "tails are label noise")
    verdict = Verdict(call=call, **said)
    return board.do(decide, actor=actor, task=task.key, verdict=verdict, today=board.today)


def lead(board: BoardDriver, name: str) -> Actor:
    """Signs them in and makes them lead of the project."""
    actor = board.sign_in(name)
    board.do(name_lead, project="CHURN", lead=MemberRef.parse(name))
    return actor
