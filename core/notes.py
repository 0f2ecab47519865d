"""Notes: what people write down about a task."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import InvalidInput
from core.events import NoteAdded
from core.ids import TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.task_search import find_task
from core.tasks import Task
from core.text import clean_text

NOTE_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class Note:
    id: int
    text: str
    author: str | None
    at: datetime


def add_note(work: UnitOfWork, *, actor: Actor, task: TaskKey, text: str, now: datetime) -> tuple[Task, Note]:
    found = find_task(work, task, lock=True)
    text = clean_text(text, what="note", limit=NOTE_LIMIT)
    if not text:
        raise InvalidInput(
            "The note is empty.", "Write it behind the task.", example=f"lab task note {task} what you found"
        )
    note = work.notes.add(found.id, text, member_id=actor.member_id, actor=actor.name, now=now)
    record(work, NoteAdded(note.id, text), actor=actor, now=now, task=found)
    return found, note
