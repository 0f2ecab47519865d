"""Moving tasks as people and commits do it: production is done, research is decided."""

from datetime import datetime

from core.blockers import DEPENDENCIES
from core.deciding import decided_already
from core.decisions import Verdict, decide
from core.errors import InvalidInput
from core.ids import TaskKey
from core.journal import Actor
from core.ports import UnitOfWork
from core.task_search import find_task
from core.task_states import change_state
from core.tasks import State, Task, Track
from core.timebox_records import Call


def move_task(
    work: UnitOfWork, *, actor: Actor, key: TaskKey, to: State, why: str = "", now: datetime
) -> tuple[Task, tuple[TaskKey, ...]]:
    """The moved task and the tasks that need no longer wait for it. To drop research is to decide it."""
    work.lock(DEPENDENCIES)
    task = find_task(work, key, lock=True)
    if task.track is Track.RESEARCH and not task.state.is_open:
        raise decided_already(work, task)
    if task.track is Track.RESEARCH and to is not task.state:
        if to is State.DONE:
            raise _not_done(task)
        if to is State.DROPPED:
            return _drop(work, task, why, actor=actor, now=now)
    return change_state(work, task, to, actor=actor, why=why, now=now)


def _drop(
    work: UnitOfWork, task: Task, learned: str, *, actor: Actor, now: datetime
) -> tuple[Task, tuple[TaskKey, ...]]:
    if not learned.strip():
        raise InvalidInput(
            "Dropped research is a learning: say what was learned.",
            "Add why:, in a sentence.",
            example=f"lab task drop {task.key} why:what you learned",
            form=f"box drop {task.key}",
        )
    decided = decide(
        work, actor=actor, task=task.key, verdict=Verdict(call=Call.DROP, learned=learned), today=now.date(), now=now
    )  # fmt: skip
    return decided.task, decided.freed


def _not_done(task: Task) -> InvalidInput:
    return InvalidInput(
        f"{task.key} is research: it ends in a decision, never in done.",
        "Adopt it, or drop it, and say what was learned:",
        example=f"lab box decide {task.key} call:adopt learned:what you learned",
        form=f"box decide {task.key}",
    )
