"""Answers to what was said to the bot by its name, where nobody can type a slash command."""

from core.cards import Bullets, Card, CommandLine, Item, Mono, Span, Tone, paragraph, with_spans
from core.ids import TaskKey

# What the manifest calls the bot.
NAME = "@Labkeeper"
_HERE = ("note lr 3e-4 diverges", "block why:labels are late cause:data", "unblock", "review", "show")
_ANYWHERE = ("task new Try focal loss box:10d", "task show CHURN-12", "note CHURN-12 lr 3e-4 diverges", "task list")


def mention_help(task: TaskKey | None) -> Card:
    """For a bare mention."""
    if task is not None:
        title = f"This is the thread of {task}: what you say to me here is about it."
    else:
        title = "Say to me what you would say behind /lab; in a task's thread you may leave the task out."
    lines = _HERE if task is not None else _ANYWHERE
    items = tuple(Item((_line(f"lab {line}"),)) for line in lines)
    return Card((title,), (Bullets(items), paragraph("All there is: ", _line("lab help"))))


def late_card() -> Card:
    """An edit of a message so old that nobody knows whether it was done."""
    return Card(
        ("This message is too old to be done now.",), (paragraph("Say it in a new message."),), tone=Tone.WARNING
    )  # fmt: skip


def edited_card() -> Card:
    return Card(
        ("What this message said was done already; editing it changes nothing.",),
        (paragraph("Say what you want now in a new message."),),
        tone=Tone.WARNING,
    )


def as_said_by_name(card: Card) -> Card:
    """Lines to type as they are said here: slash commands do not work in threads."""
    return with_spans(card, lambda span: _line(span.line) if isinstance(span, CommandLine) else span)


def _line(line: str) -> Span:
    root, _, rest = line.partition(" ")
    return Mono(f"{NAME} {rest}" if root == "lab" else f"{NAME} {line}")
