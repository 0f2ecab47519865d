"""The card of a task that everybody in a channel sees: one message, edited in place."""

from bot.cards.task import task_line, task_title, task_tone
from core.blockers import Blocker
from core.cards import Block, Bold, Button, Card, Span, Style, TaskRef, paragraph
from core.metrics import MetricDefinition, Reading, judge
from core.tasks import State, Task, Track
from core.text import clip

_SHOWN = 3


def board_card(
    task: Task, blockers: tuple[Blocker, ...], metrics: tuple[tuple[Reading, MetricDefinition | None], ...]
) -> Card:
    """Two lines where nothing is wrong; what blocks it and what it reached below."""
    blocks: list[Block] = [paragraph(*task_line(task))]
    if blockers:
        blocks.append(paragraph(*_blocked(blockers)))
    for reading, definition in metrics[:_SHOWN]:
        blocks.append(paragraph(Bold(reading.name), " ", judge(reading.value, definition)))
    return Card(task_title(task), tuple(blocks), buttons=task_buttons(task), tone=task_tone(task))


def task_buttons(task: Task) -> tuple[Button, ...]:
    """What may be done next, as commands on this task."""
    key = str(task.key)
    buttons = [Button("Details", "task.show", key)]
    if task.state is State.TODO:
        buttons.append(Button("Start", "task.start", key, Style.PRIMARY))
    if task.state is State.DOING:
        buttons.append(Button("Ask for review", "task.review", key))
    if task.state.is_open and task.state is not State.TODO and task.track is Track.PRODUCTION:
        buttons.append(Button("Done", "task.done", key, Style.PRIMARY))
    return tuple(buttons)


def _blocked(blockers: tuple[Blocker, ...]) -> list[Span]:
    spans: list[Span] = ["Blocked: "]
    for number, blocker in enumerate(blockers[:_SHOWN]):
        separator = ", " if number else ""
        if blocker.waits_for:
            spans += [f"{separator}waits for ", TaskRef.of(blocker.waits_for)]
        else:
            spans.append(f"{separator}{clip(blocker.why, 120)} ({blocker.cause})")
    if len(blockers) > _SHOWN:
        spans.append(f" and {len(blockers) - _SHOWN} more")
    return spans
