"""A task as a card: compact for everybody, whole for who asks."""

from core.blockers import Blocker
from core.cards import (
    Block,
    Bold,
    Bullets,
    Card,
    CommandLine,
    Divider,
    Field,
    Fields,
    Item,
    Link,
    Span,
    Table,
    TaskRef,
    Text,
    Tone,
    When,
    paragraph,
    row,
)
from core.events import Change, describe
from core.metrics import judge
from core.task_search import TaskPage
from core.task_views import TaskView
from core.tasks import State, Task
from core.text import clip


def task_title(task: Task) -> Text:
    return (TaskRef.of(task.key), " ", task.title)


def task_tone(task: Task) -> Tone:
    if task.is_blocked:
        return Tone.WARNING
    return Tone.GOOD if task.state is State.DONE else Tone.NEUTRAL


def task_line(task: Task) -> Text:
    """State, kind and what was promised, in one line."""
    words = [str(task.state), str(task.kind) if task.kind.tracks == (task.track,) else f"{task.kind} ({task.track})"]
    words.append(f"priority {task.priority}")
    if task.box:
        words.append(f"timebox {task.box}")
    if task.points is not None:
        words.append("1 point" if task.points == 1 else f"{task.points} points")
    if task.version:
        words.append(task.version)
    words.append(f"owner {task.owner.name}" if task.owner else "no owner")
    if task.role:
        words.append(f"for {task.role}")
    spans: list[Span] = [Bold("blocked"), " · "] if task.is_blocked else []
    spans.append(" · ".join(words + [f"#{label}" for label in task.labels]))
    return tuple(spans)


def blocker_line(blocker: Blocker) -> Text:
    """By what cause, since when, and why."""
    reason: Text = ("waits for ", TaskRef.of(blocker.waits_for)) if blocker.waits_for else (blocker.why,)
    return (Bold(f"blocked ({blocker.cause})"), " since ", When(blocker.opened_at), ": ", *reason)


def task_card(task: Task, *said: Span, next_line: str = "") -> Card:
    """The compact card of an answer: the task, what was just done, and what may come next."""
    blocks: list[Block] = [paragraph(*said)] if said else []
    blocks.append(paragraph(*task_line(task)))
    footer: Text = ("Next: ", CommandLine(next_line)) if next_line else ()
    return Card(task_title(task), tuple(blocks), tone=task_tone(task), footer=footer, facts=task_facts(task))


def task_facts(task: Task) -> tuple[tuple[str, str], ...]:
    return (("task", str(task.key)), ("state", str(task.state)), ("revision", str(task.revision)))


def changes_text(changes: tuple[Change, ...]) -> Text:
    """`points 2 → 3, owner none → ana`."""
    spans: list[Span] = []
    for change in changes:
        separator = ", " if spans else ""
        before, after = clip(change.before or "none", 60), clip(change.after or "none", 60)
        spans += [f"{separator}{change.field} ", f"{before} → ", Bold(after)]
    return tuple(spans)


def task_details(view: TaskView) -> Card:
    task = view.task
    blocks: list[Block] = [paragraph(*task_line(task))]
    if task.description:
        blocks.append(paragraph(task.description))
    blocks += [*_blocked(view), *_order(view), *_metrics(view), *_links(view), *_notes(view), Divider()]
    history = tuple(
        Item((When(entry.at), " ", entry.member or "somebody", " ", clip(describe(entry.event), 160)))
        for entry in view.history
    )
    blocks.append(Bullets(history))
    footer: Text = (f"phase {view.phase} · revision {task.revision} · created ", When(task.created_at))
    return Card(task_title(task), tuple(blocks), tone=task_tone(task), footer=footer, facts=task_facts(task))


def list_card(page: TaskPage, *, line: str) -> Card:
    """A page of tasks; `line` is the command that was given, for going on."""
    if not page.tasks:
        return Card(
            ("No task fits.",),
            (paragraph("Ask for less, or make one: ", CommandLine("lab task new What to do")),),
            facts=(("count", "0"),),
        )
    rows = tuple(
        row(TaskRef.of(task.key), _state(task), str(task.priority), task.owner.name if task.owner else "—", task.title)
        for task in page.tasks
    )
    footer: Text = ("More: ", CommandLine(f"{line} page:{page.page + 1}")) if page.has_more else ()
    count = f"{len(page.tasks)} task" + ("s" if len(page.tasks) != 1 else "")
    title = f"{count}, page {page.page}" if page.has_more or page.page > 1 else count
    facts = (("count", str(len(page.tasks))), ("tasks", " ".join(str(task.key) for task in page.tasks)))
    return Card((title,), (Table(("task", "state", "priority", "owner", "title"), rows),), footer=footer, facts=facts)


def _state(task: Task) -> str:
    return f"{task.state}, blocked" if task.is_blocked else str(task.state)


def _blocked(view: TaskView) -> list[Block]:
    return [Bullets(tuple(Item(blocker_line(blocker)) for blocker in view.blockers))] if view.blockers else []


def _order(view: TaskView) -> list[Block]:
    fields = []
    for name, others in (("begins after", view.after), ("must come before", view.before)):
        spans: list[Span] = []
        for other in others:
            spans += [", "] if spans else []
            spans += [TaskRef.of(other.key), f" ({other.state})"]
        if spans:
            fields.append(Field(name, tuple(spans)))
    return [Fields(tuple(fields))] if fields else []


def _metrics(view: TaskView) -> list[Block]:
    fields = tuple(Field(reading.name, (judge(reading.value, definition),)) for reading, definition in view.metrics)
    return [Fields(fields)] if fields else []


def _links(view: TaskView) -> list[Block]:
    items = [Item((f"{link.kind}: ", Link(link.title or clip(link.url, 80), link.url))) for link in view.links]
    if view.link_count > len(view.links):
        items.append(Item((f"and {view.link_count - len(view.links)} more links",)))
    return [Bullets(tuple(items))] if items else []


def _notes(view: TaskView) -> list[Block]:
    items = tuple(
        Item((When(note.at), " ", note.author or "somebody", ": ", clip(note.text, 300))) for note in view.notes
    )
    return [Bullets(items)] if items else []
