"""The way to the board's pages, as a card for one person alone."""

from datetime import timedelta

from bot.cards.task import task_title
from core.cards import Block, Card, Link, LinkButton, paragraph
from core.tasks import Task


def entry_card(url: str, *, task: Task | None, valid: timedelta, is_reachable: bool) -> Card:
    label = f"Open {task.key}" if task else "Open the board"
    blocks: tuple[Block, ...] = (
        paragraph("Here: ", Link(label, url)),
        paragraph(f"The link is yours alone: it opens the board for you for {_minutes(valid)} minutes from now."),
    )
    if not is_reachable:
        blocks = (*blocks, paragraph("PUBLIC_URL is not set, so it leads to this machine only."))
    title = task_title(task) if task else ("Your board",)
    return Card(title, blocks, buttons=(LinkButton(label, url),), facts=(("url", url),))


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds()) // 60
