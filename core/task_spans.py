"""Time in state: which task was in doing or review, on which track, from when to when. Kept as it happens, because a
period asks also for what did not move in it."""

from datetime import datetime

from core.ports import UnitOfWork
from core.tasks import State, Task

ACTIVE = (State.DOING, State.REVIEW)


def follow_state(work: UnitOfWork, before: Task, after: Task, *, now: datetime) -> None:
    if (before.state, before.track) == (after.state, after.track):
        return
    if before.state in ACTIVE:
        work.spans.end(before.id, now)
    if after.state in ACTIVE:
        work.spans.begin(after, now)
