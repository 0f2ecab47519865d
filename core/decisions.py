"""How research ends: adopted into production work, dropped with what was learned, or split into two."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from core.blockers import DEPENDENCIES
from core.board import NewTask, create_task
from core.deciding import find_undecided
from core.durations import Box, check_last_day
from core.errors import Conflict, InvalidInput
from core.findings import keep_learning
from core.ids import TaskKey
from core.journal import Actor, record
from core.members import MemberRef
from core.ports import UnitOfWork
from core.task_search import find_task
from core.task_states import change_state, close_task
from core.tasks import Kind, State, Task, Track
from core.text import clean_line, clean_text, is_blank
from core.timebox_events import TaskDecided
from core.timebox_records import Call, Timebox, TimeboxState
from core.timeboxes import start_timebox

LEARNED_LIMIT = 2_000
WHY_LIMIT = 500
RUN_LIMIT = 500
MOST_TASKS = 10
_STATES = {Call.ADOPT: State.DONE, Call.DROP: State.DROPPED, Call.SPLIT: State.DONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`tasks` are the titles of what carries it on: production work of what is adopted, research of what is split."""

    call: Call
    learned: str
    why: str = ""
    best_run: str = ""
    tasks: tuple[str, ...] = ()
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    task: Task
    tasks: tuple[Task, ...]
    freed: tuple[TaskKey, ...]
    finding: int


def decide(work: UnitOfWork, *, actor: Actor, task: TaskKey, verdict: Verdict, today: date, now: datetime) -> Decided:
    """Once: whoever comes second is told who decided what."""
    verdict = _clean(verdict, task)
    work.lock(DEPENDENCIES)
    found, timebox = find_undecided(work, task, actor=actor, lock=True)
    closed, freed = close_task(work, found, _STATES[verdict.call], actor=actor, now=now)
    made = _carry_on(work, found, verdict, actor=actor, today=today, now=now)
    decision_id = work.decisions.add(
        found.id, timebox_id=timebox.id if timebox else None, call=verdict.call, why=verdict.why,
        learned=verdict.learned, best_run=verdict.best_run, member_id=actor.member_id, actor=actor.name, now=now,
    )  # fmt: skip
    finding = keep_learning(
        work, closed, learned=verdict.learned, why=verdict.why, best_run=verdict.best_run, decision_id=decision_id,
        actor=actor, now=now,
    )  # fmt: skip
    if timebox is not None:
        work.timeboxes.save_all([_closed(timebox, now)])
    event = TaskDecided(
        verdict.call, verdict.learned, verdict.why, verdict.best_run, tuple(str(one.key) for one in made),
        timebox.id if timebox else None, timebox.rounds if timebox else 0, timebox.nags if timebox else 0,
        before=found.state, finding=finding,
    )  # fmt: skip
    record(work, event, actor=actor, now=now, task=closed)
    return Decided(closed, made, freed, finding)


def restart_timebox(
    work: UnitOfWork, *, actor: Actor, task: TaskKey, box: Box | None, today: date, now: datetime
) -> tuple[Task, Timebox]:
    """Starts the promised timebox; a decided task is opened again by a new one, and its decision is kept."""
    work.lock(DEPENDENCIES)
    found = find_task(work, task, lock=True)
    if found.track is not Track.RESEARCH:
        raise InvalidInput(
            "Only research is timeboxed.", "Production work is started:", example=f"lab task start {task}"
        )
    if work.timeboxes.open_of(found.id) is not None:
        raise Conflict(
            f"{task} has a timebox already.", "Give it more time:", example=f"lab box extend {task} by:3d why:…"
        )
    if not found.state.is_open and box is None:
        raise InvalidInput(
            f"{task} is decided: only a new timebox opens it again.",
            "Say how long:",
            example=f"lab box start {task} box:5d",
        )
    check_last_day(box, today)
    if box is not None:
        found = work.tasks.save(replace(found, box=box))
    if found.state is not State.DOING:
        found, _ = change_state(work, found, State.DOING, actor=actor, now=now)
    else:
        start_timebox(work, found, actor=actor, now=now)
    started = work.timeboxes.open_of(found.id)
    assert started is not None
    return found, started


def _carry_on(
    work: UnitOfWork, task: Task, verdict: Verdict, *, actor: Actor, today: date, now: datetime
) -> tuple[Task, ...]:
    if verdict.call is Call.DROP:
        return ()
    titles: Sequence[str] = verdict.tasks or (task.title,)
    made = []
    for title in titles:
        successor = _successor(work, task, verdict, title)
        new = create_task(work, actor=actor, new=successor, channel=None, today=today, now=now)
        made.append(new)
        # It comes after what is over: nobody has to wait.
        work.dependencies.add(new.id, task.id, now)
    return tuple(made)


def _successor(work: UnitOfWork, task: Task, verdict: Verdict, title: str) -> NewTask:
    """Research stays with its owner; who builds what was adopted is still to be said."""
    common = NewTask(
        title=title, project=task.key.project, priority=task.priority, version=task.version, labels=task.labels,
        description=f"Carries on {task.key}: {verdict.learned}",
    )  # fmt: skip
    if verdict.call is Call.SPLIT:
        owner = MemberRef(work.members.get(task.owner.id).handle) if task.owner else None
        return replace(common, kind=task.kind, track=Track.RESEARCH, box=verdict.box or task.box, owner=owner)
    return replace(common, kind=Kind.FEATURE, track=Track.PRODUCTION)


def _closed(timebox: Timebox, now: datetime) -> Timebox:
    return replace(timebox, state=TimeboxState.DECIDED, due_at=None, warns_at=None, plea=None, closed_at=now)


def _clean(verdict: Verdict, task: TaskKey) -> Verdict:
    learned = clean_text(verdict.learned, what="learning", limit=LEARNED_LIMIT)
    if is_blank(learned):
        raise InvalidInput(
            "A decision keeps what was learned.", "Say it in a sentence, also where it did not work: learned:…"
        )
    if verdict.call is Call.SPLIT and len(verdict.tasks) != 2:
        raise InvalidInput(
            "Splitting makes two tasks.", "Give the question of each:",
            example=f"lab box split {task} first:one question second:another learned:what you learned",
            form=f"box split {task}",
        )  # fmt: skip
    if len(verdict.tasks) > MOST_TASKS:
        raise InvalidInput(f"{len(verdict.tasks)} tasks at once are too many.", f"Give at most {MOST_TASKS}.")
    return replace(
        verdict,
        learned=learned,
        why=clean_text(verdict.why, what="reason", limit=WHY_LIMIT),
        best_run=clean_line(verdict.best_run, what="run", limit=RUN_LIMIT) if verdict.best_run.strip() else "",
    )
