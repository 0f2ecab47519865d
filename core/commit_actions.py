"""What a commit says about a task, done on the board. What no longer fits the board's state is left undone."""

from datetime import datetime
from hashlib import sha256

from core.blockers import open_blocker, refuse_closed
from core.blocking import unblock_task
from core.commits import Action, Blocked, Done, LinkedRun, Measured, NoteLine, Review, Start, Unblocked
from core.errors import UserError
from core.events import Cause, LinkAdded
from core.git_events import ResearchSaidDone
from core.ids import TaskKey
from core.journal import Actor, record
from core.metrics import record_metric
from core.moves import move_task
from core.notes import add_note
from core.ports import UnitOfWork
from core.task_search import find_task
from core.tasks import State, Task, Track
from core.timeboxes import note_run

_NO_REASON = "said in a commit"


def act(work: UnitOfWork, key: TaskKey, action: Action, *, source: str, actor: Actor, now: datetime) -> None:
    """`source` says where it was said: “commit 3f2a1b9”, “pull request #7”."""
    try:
        _act(work, key, action, source, actor, now)
    except UserError:
        # Started already, over already, not blocked: a commit is history, and the board has moved on.
        return


def finish(work: UnitOfWork, key: TaskKey, *, source: str, actor: Actor, now: datetime) -> None:
    """Production work is done; research is not, and its thread says once what ends it: the commit, its pull request
    and the push of the merge all say the same."""
    task = work.tasks.get(key)
    if task is None or not task.state.is_open:
        return
    if task.track is Track.RESEARCH:
        if work.receipts.add("research said done", str(task.id), now):
            record(work, ResearchSaidDone(source, actor.name), actor=actor, now=now, task=task)
        return
    move(work, task, State.DONE, source=source, actor=actor, now=now)


def move(work: UnitOfWork, task: Task, to: State, *, source: str, actor: Actor, now: datetime) -> None:
    try:
        move_task(work, actor=actor, key=task.key, to=to, why=source, now=now)
    except UserError:
        return


def action_fingerprint(action: Action) -> str:
    return sha256(repr(action).encode("utf-8", "replace")).hexdigest()


def _act(work: UnitOfWork, key: TaskKey, action: Action, source: str, actor: Actor, now: datetime) -> None:
    match action:
        case Start() | Review():
            # A commit may come late: what is over is opened again by people only.
            refuse_closed(find_task(work, key))
            to = State.DOING if isinstance(action, Start) else State.REVIEW
            move_task(work, actor=actor, key=key, to=to, why=source, now=now)
        case Done():
            finish(work, key, source=source, actor=actor, now=now)
        case Blocked(why):
            task = find_task(work, key, lock=True)
            refuse_closed(task)
            open_blocker(work, task, cause=Cause.OTHER, why=why or _NO_REASON, actor=actor, now=now)
        case Unblocked():
            unblock_task(work, actor=actor, key=key, cause=None, waits_for=None, now=now)
        case NoteLine(text):
            add_note(work, actor=actor, task=key, text=text, now=now)
        case Measured(measurements):
            task = find_task(work, key, lock=True)
            for measurement in measurements:
                record_metric(work, task, measurement, actor=actor, now=now)
        case LinkedRun(reference):
            _link_run(work, find_task(work, key, lock=True), reference, actor, now)


def _link_run(work: UnitOfWork, task: Task, reference: str, actor: Actor, now: datetime) -> None:
    is_address = "://" in reference
    url, title = (reference, "") if is_address else (f"run:{reference}", reference)
    link = work.links.add(task.id, kind="run", url=url, title=title, member_id=actor.member_id, now=now)
    if link is not None:
        record(work, LinkAdded(link.id, "run", url, title), actor=actor, now=now, task=task)
        note_run(work, task, now=now)
