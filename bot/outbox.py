"""From what happened to what must be said where: events become deliveries, in the unit that marks them told."""

from collections.abc import Mapping
from datetime import datetime

from bot.notification import Notification
from core.deliveries import DeliveryKind, NewDelivery
from core.events import Event, LoggedEvent
from core.ports import UnitOfWork
from core.tasks import Task
from core.watches import Audience

BATCH = 200

Notifications = Mapping[type[Event], Notification]


def fan_out(work: UnitOfWork, *, notifications: Notifications, now: datetime) -> int:
    """Handles a batch of the team's events, oldest first, one worker at a time; how many there were."""
    work.lock("fan-out")
    entries = work.events.unfanned(limit=BATCH)
    tasks: dict[int, Task | None] = {}
    audiences: dict[int, Audience] = {}
    for entry in entries:
        if entry.task_id is None:
            continue
        if entry.task_id not in tasks:
            tasks[entry.task_id] = work.tasks.by_id(entry.task_id)
        task = tasks[entry.task_id]
        if task is None:
            continue
        if task.project_id not in audiences:
            audiences[task.project_id] = Audience.of(work, task.project_id)
        for channel in audiences[task.project_id].channels(task):
            _tell(work, entry, task, channel, notifications, now)
    if entries:
        work.events.mark_fanned([entry.id for entry in entries])
    return len(entries)


def root_key(channel_id: int, task_id: int, reposts: int = 0) -> str:
    """The dedupe key of a task's root message in a channel: there is one, and one more if somebody deletes it."""
    return f"root:{channel_id}:{task_id}" + (f":{reposts}" if reposts else "")


def _tell(
    work: UnitOfWork, entry: LoggedEvent, task: Task, channel: int, notifications: Notifications, now: datetime
) -> None:
    root = NewDelivery(
        channel_id=channel, kind=DeliveryKind.ROOT, dedupe_key=root_key(channel, task.id), task_id=task.id,
        event_id=entry.id,
    )  # fmt: skip
    is_new = work.deliveries.add(root, now) is not None
    # The root shows the task as it is when it is sent; so does an edit, and one that waits is enough.
    if not is_new and not work.deliveries.has_queued_edit(channel, task.id):
        _add(work, entry, task, channel, DeliveryKind.EDIT, None, now)
    notification = notifications.get(type(entry.event))
    if notification is not None:
        _add(work, entry, task, channel, DeliveryKind.REPLY, notification, now)


def _add(
    work: UnitOfWork,
    entry: LoggedEvent,
    task: Task,
    channel: int,
    kind: DeliveryKind,
    notification: Notification | None,
    now: datetime,
) -> None:
    delivery = NewDelivery(
        channel_id=channel, kind=kind, dedupe_key=f"{kind}:{channel}:{entry.id}", task_id=task.id, event_id=entry.id,
        card=notification.card(entry) if notification else None,
    )  # fmt: skip
    work.deliveries.add(delivery, now)
