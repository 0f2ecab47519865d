"""People who press the buttons of every prompt there is while the ticks run, in this process and in others.

python -m tests.crash.deciders <database address> <team> <name> [<point> <passage> [torn]]
"""

import os
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import core.timeboxes
from bot.app import load_notifications
from bot.outbox import fan_out
from core.decisions import Verdict, decide
from core.errors import Conflict
from core.ids import TeamId
from core.journal import AUTOMATIC, Actor, record_all
from core.ports import UnitOfWork
from core.timebox_records import Call, Timebox, TimeboxState
from core.timeboxes import expire_due_timeboxes
from storage.database import Database, open_database
from tests.conftest import NOW
from tests.crash.points import Commits

# Of a tick: small, so that several processes have their share.
BATCH = 10
PATIENCE = timedelta(seconds=60)


class Unit(StrEnum):
    """Units of work that a process can be told to die at, before their commit or after it."""

    TICK = "tick"
    PROMPT = "prompt"
    DECISION = "decision"


POINTS = tuple(f"{when} {unit}" for unit in Unit for when in ("before", "after"))


@dataclass
class Deciders:
    """Ticks, tells and decides until nothing is left to be decided. Each prompt is pressed twice at once."""

    database: Database
    team: TeamId
    name: str
    now: datetime
    noting: Callable[[Callable[..., Any], Unit], Callable[..., Any]] = lambda run, unit: run
    answers: Counter[str] = field(default_factory=Counter)
    tell: Callable[..., Any] | None = None

    def work(self) -> None:
        while True:
            self._write(lambda work: expire_due_timeboxes(work, now=self.now, limit=BATCH), Unit.TICK)
            if self.tell is not None:
                self.database.write(lambda work: self.tell(work, now=self.now), team=self.team).result()
            self._write(lambda work: fan_out(work, notifications=load_notifications(), now=self.now), Unit.PROMPT)
            boxes = self._open()
            if not boxes:
                self._tell_the_rest()
                return
            waiting = [box for box in boxes if box.state is TimeboxState.ENDED]
            for box in random.sample(waiting, len(waiting)):
                clicks = [threading.Thread(target=self._press, args=[box, number]) for number in range(2)]
                for click in clicks:
                    click.start()
                for click in clicks:
                    click.join()

    def _tell_the_rest(self) -> None:
        while self._write(lambda work: fan_out(work, notifications=load_notifications(), now=self.now), Unit.PROMPT):
            pass

    def _press(self, box: Timebox, number: int) -> None:
        actor = Actor(None, f"{self.name}-{number}", False, "test", "a process")
        call = Call.ADOPT if box.id % 2 else Call.DROP
        verdict = Verdict(call=call, learned=f"learned by {actor.name}")
        try:
            self._write(
                lambda work: decide(
                    work, actor=actor, task=box.task_key, verdict=verdict, today=self.now.date(), now=self.now
                ),
                Unit.DECISION,
            )  # fmt: skip
        except Conflict as error:
            winner = self.database.read(lambda work: work.decisions.last(box.task_id), team=self.team).result()
            is_told = winner is not None and f"{winner.author} " in error.message and winner.learned in error.hint
            self.answers["told who" if is_told else f"told: {error.message} {error.hint}"] += 1
        else:
            self.answers["won"] += 1

    def _write(self, run: Callable[..., Any], unit: Unit) -> Any:
        return self.database.write(self.noting(run, unit), team=self.team, within=PATIENCE).result()

    def _open(self) -> tuple[Timebox, ...]:
        listed = lambda work: work.timeboxes.list_open(project_id=None, owner_id=None, limit=100)  # noqa: E731
        return self.database.read(listed, team=self.team).result()


@dataclass
class Death:
    """Comes at the n-th passage of a point."""

    point: str
    passage: int

    def passed(self, point: str) -> None:
        if point == self.point:
            self.passage -= 1
            if self.passage == 0:
                os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def at_work(url: str, team: TeamId, name: str, death: Death | None = None) -> Iterator[Deciders]:
    database = open_database(url, is_server=True)
    deciders = Deciders(database, team, name, NOW + timedelta(days=1))
    if death is not None:
        commits = Commits(death)  # type: ignore[arg-type]
        commits.install()

        def noting(run: Callable[..., Any], unit: Unit) -> Callable[..., Any]:
            # A unit that found nothing to do is none.
            return commits.noting(run, f"after {unit}", before=f"before {unit}")  # type: ignore[arg-type]

        deciders.noting = noting
    try:
        yield deciders
    finally:
        database.close()


def tear_ticks() -> Callable[..., Any]:
    """The mechanism switched off: what a tick tells is written in another unit than what it does."""
    told: list[Any] = []
    core.timeboxes.record_all = lambda work, happened, **_: told.extend(happened)  # type: ignore[assignment]

    def tell(work: UnitOfWork, *, now: datetime) -> None:
        record_all(work, told, actor=AUTOMATIC, now=now)
        told.clear()

    return tell


def main(url: str, team: str, name: str, point: str = "", passage: str = "1", torn: str = "") -> None:
    tell = tear_ticks() if torn else None
    with at_work(url, TeamId(int(team)), name, Death(point, int(passage)) if point else None) as deciders:
        print("ready", flush=True)
        sys.stdin.readline()
        if tell is not None:
            deciders.tell = tell
        deciders.work()
    for answer, count in deciders.answers.items():
        print(count, answer, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
