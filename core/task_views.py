"""Everything about one task, gathered for a card that shows it whole."""

from dataclasses import dataclass

from core.blockers import Blocker
from core.events import LoggedEvent
from core.ids import TaskKey
from core.links import TaskLink
from core.metrics import MetricDefinition, Reading
from core.notes import Note
from core.ports import UnitOfWork
from core.task_search import find_task
from core.tasks import Phase, Task, phase_of

NOTES, LINKS, HISTORY = 3, 5, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """The newest notes, links and events, newest first; `link_count` counts all links."""

    task: Task
    phase: Phase
    blockers: tuple[Blocker, ...]
    after: tuple[Task, ...]
    before: tuple[Task, ...]
    metrics: tuple[tuple[Reading, MetricDefinition | None], ...]
    links: tuple[TaskLink, ...]
    link_count: int
    notes: tuple[Note, ...]
    history: tuple[LoggedEvent, ...]


def view_task(
    work: UnitOfWork, *, key: TaskKey, notes: int = NOTES, links: int = LINKS, history: int = HISTORY
) -> TaskView:
    """With so many of each."""
    task = find_task(work, key)
    return TaskView(
        task=task,
        phase=phase_of(task.kind, work.links.kinds(task.id)),
        blockers=work.blockers.open_ones(task.id),
        after=work.dependencies.prerequisites(task.id),
        before=work.dependencies.dependents(task.id),
        metrics=measured(work, task),
        links=work.links.of_task(task.id, limit=links),
        link_count=work.links.count(task.id),
        notes=work.notes.of_task(task.id, limit=notes),
        history=work.events.of_task(task.id, limit=history),
    )


def measured(work: UnitOfWork, task: Task) -> tuple[tuple[Reading, MetricDefinition | None], ...]:
    """The task's newest readings, each with what its project says about that metric."""
    readings = work.metrics.readings(task.id)
    if not readings:
        return ()
    definitions = {definition.name.lower(): definition for definition in work.metrics.definitions(task.project_id)}
    return tuple((reading, definitions.get(reading.name.lower())) for reading in readings)
