"""The message a delivery becomes, as its subject is at this moment."""

from datetime import datetime

from bot.cards.board import board_card
from bot.cards.burst import burst_card
from bot.cards.check import check_card
from bot.cards.timebox import prompt_card
from bot.digest_messages import compose_digest, marker_of
from core.cards import Card, mentioned
from core.deliveries import Delivery, DeliveryKind, Destination, Post
from core.digest_runs import is_digest
from core.ports import UnitOfWork
from core.prompts import is_prompt, view_prompt
from core.task_views import measured
from core.tasks import Task

_IN_THREAD = (DeliveryKind.REPLY, DeliveryKind.BROADCAST, DeliveryKind.LINE)
_NEEDS_ROOT = (DeliveryKind.EDIT, DeliveryKind.REPLY, DeliveryKind.LINE)


def check_subject(check_id: int) -> str:
    return f"check:{check_id}"


def compose(work: UnitOfWork, destination: Destination, group: tuple[Delivery, ...], *, now: datetime) -> Post | None:
    """None when it has lost its place: nothing to edit, no thread to answer in."""
    head = group[0]
    if is_digest(head.subject):
        return compose_digest(work, destination, head, now=now)
    root = work.messages.root(head.task_id, destination.channel_id) if head.task_id is not None else None
    line = work.messages.line(head.subject, destination.channel_id) if head.subject is not None else None
    card = _card(work, group)
    if card is None or line == "" or (head.kind in _NEEDS_ROOT and root is None):
        return None
    if line is None and head.kind is DeliveryKind.LINE and is_prompt(head.subject):
        # The outcome of a prompt that was never posted: the thread tells it.
        return None
    people = work.members.subjects(mentioned(card), destination.ref.platform, destination.ref.workspace)
    return Post(
        channel=destination.ref,
        card=card,
        marker=marker_of(destination, head),
        message=root.message if root and head.kind is DeliveryKind.EDIT else line,
        thread=(root.thread or root.message) if root and head.kind in _IN_THREAD else None,
        shows_in_channel=head.kind is DeliveryKind.BROADCAST,
        people=people,
        topic=_topic(work, head.task_id) if head.task_id is not None else "",
        is_direct=head.kind is DeliveryKind.DIRECT,
    )


def _topic(work: UnitOfWork, task_id: int) -> str:
    task = work.tasks.by_id(task_id)
    return f"{task.key} {task.title}" if task else ""


def _card(work: UnitOfWork, group: tuple[Delivery, ...]) -> Card | None:
    head = group[0]
    if head.kind in (DeliveryKind.ROOT, DeliveryKind.EDIT):
        task = work.tasks.by_id(head.task_id) if head.task_id is not None else None
        return _present(work, task) if task else None
    if head.subject is not None and is_prompt(head.subject):
        prompt = view_prompt(work, head.subject)
        return prompt_card(prompt) if prompt else None
    if head.subject is not None:
        check = work.checks.get(int(head.subject.partition(":")[2]))
        return check_card(check) if check else None
    cards = tuple(delivery.card for delivery in group if delivery.card is not None)
    return burst_card(cards) if cards else None


def _present(work: UnitOfWork, task: Task) -> Card:
    return board_card(task, work.blockers.open_ones(task.id), measured(work, task))
