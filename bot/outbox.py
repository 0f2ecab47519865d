"""From what happened to what must be said where: events become deliveries, in the unit that marks them told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.composing import check_subject
from bot.notification import Notification, Place
from core.deliveries import DeliveryKind, NewDelivery
from core.events import Event, LoggedEvent
from core.git import Result
from core.git_events import CheckChanged, DeploymentChanged
from core.ports import UnitOfWork
from core.prompts import PLEA, prompt_subject
from core.tasks import Task
from core.timebox_events import (
    ExtensionAsked,
    TaskDecided,
    TimeboxCancelled,
    TimeboxEnded,
    TimeboxExtended,
    TimeboxNagged,
)
from core.watches import Audience, Audiences

# Of events, in one unit: each is told in every channel that watches, and all of it must be over within two seconds.
BATCH = 25

Notifications = Mapping[type[Event], Notification]
# A prompt is for one channel of each workspace; the others hear in the thread that it was asked.
_KINDS = {
    Place.THREAD: DeliveryKind.REPLY,
    Place.LINE: DeliveryKind.LINE,
    Place.CHANNEL: DeliveryKind.BROADCAST,
    Place.PROMPT: DeliveryKind.REPLY,
}


def fan_out(work: UnitOfWork, *, notifications: Notifications, now: datetime) -> int:
    """Handles a batch of the team's events, oldest first, one worker at a time; how many there were."""
    work.lock("fan-out")
    entries = work.events.unfanned(limit=BATCH)
    if not entries:
        return 0
    round_ = _Round.of(work, entries, notifications, now)
    for entry in entries:
        round_.tell(entry)
    work.deliveries.add_all(round_.added.values(), now)
    work.events.mark_fanned([entry.id for entry in entries])
    return len(entries)


def root_key(channel_id: int, task_id: int, reposts: int = 0) -> str:
    """The dedupe key of a task's root message in a channel: there is one, and one more if somebody deletes it."""
    return f"root:{channel_id}:{task_id}" + (f":{reposts}" if reposts else "")


@dataclass
class _Round:
    """What a batch asks of the board is asked for all of it at once, and what it adds is added at its end.

    Nobody else adds a root of a task that has none: whoever does holds the lock of the fan-out.
    """

    work: UnitOfWork
    notifications: Notifications
    now: datetime
    tasks: Mapping[int, Task]
    audiences: dict[int, Audiences] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    # By dedupe key, in the order in which they must arrive.
    added: dict[str, NewDelivery] = field(default_factory=dict)

    @classmethod
    def of(
        cls, work: UnitOfWork, entries: Sequence[LoggedEvent], notifications: Notifications, now: datetime
    ) -> "_Round":
        ids = dict.fromkeys(entry.task_id for entry in entries if entry.task_id is not None)
        round_ = cls(work, notifications, now, {task.id: task for task in work.tasks.by_ids(ids)})
        roots = [
            root_key(audience.channel_id, task.id)
            for task in round_.tasks.values()
            for audience in round_.of_task(task)
        ]
        round_.known = work.deliveries.known(roots)
        return round_

    def tell(self, entry: LoggedEvent) -> None:
        if entry.task_id is None:
            self._tell_project(entry)
            return
        task = self.tasks.get(entry.task_id)
        if task is None:
            return
        audiences = self.of_task(task)
        self._answer_prompts(entry, task, audiences)
        prompted = self._prompted(entry, audiences)
        for audience in audiences:
            self._tell_task(entry, task, audience, is_prompted=audience.channel_id in prompted)

    def of_task(self, task: Task) -> tuple[Audience, ...]:
        return self._of_project(task.project_id).for_task(task)

    def _put(self, delivery: NewDelivery) -> bool:
        """False where its key was there already."""
        key = delivery.dedupe_key
        if key in self.known or key in self.added:
            return False
        self.added[key] = delivery
        return True

    def _prompted(self, entry: LoggedEvent, audiences: tuple[Audience, ...]) -> set[int]:
        """The channels that are asked: the first of each workspace, the home before others."""
        notification = self.notifications.get(type(entry.event))
        if notification is None or notification.place(entry.event) is not Place.PROMPT:
            return set()
        first: dict[tuple[str, str], int] = {}
        for audience in audiences:
            ref = self.work.channels.get(audience.channel_id).ref
            first.setdefault((ref.platform, ref.workspace), audience.channel_id)
        return set(first.values())

    def _answer_prompts(self, entry: LoggedEvent, task: Task, audiences: tuple[Audience, ...]) -> None:
        """Every prompt that this answers or changes is edited to how it stands now, wherever that is."""
        for subject in answered_prompts(entry.event):
            channels = {audience.channel_id for audience in audiences if self._asked(audience.channel_id, subject)}
            for channel in sorted(channels | self.work.messages.channels_of(subject)):
                delivery = NewDelivery(
                    channel_id=channel, kind=DeliveryKind.LINE, dedupe_key=f"answer:{channel}:{entry.id}:{subject}",
                    task_id=task.id, event_id=entry.id, subject=subject,
                )  # fmt: skip
                self._put(delivery)

    def _asked(self, channel: int, subject: str) -> bool:
        key = _prompt_key(channel, subject)
        return key in self.added or self.work.deliveries.find(key) is not None

    def _of_project(self, project_id: int) -> Audiences:
        if project_id not in self.audiences:
            self.audiences[project_id] = Audiences.of(self.work, project_id)
        return self.audiences[project_id]

    def _tell_project(self, entry: LoggedEvent) -> None:
        """What concerns no single task: only what the whole channel should see is said at all."""
        notification = self.notifications.get(type(entry.event))
        if notification is None or entry.project_id is None or notification.place(entry.event) is not Place.CHANNEL:
            return
        for audience in self._of_project(entry.project_id).for_project():
            if audience.wants(entry.event):
                self._add(entry, None, audience.channel_id, DeliveryKind.BROADCAST, notification)

    def _tell_task(self, entry: LoggedEvent, task: Task, audience: Audience, *, is_prompted: bool) -> None:
        channel = audience.channel_id
        if not audience.wants(entry.event):
            # Not for this channel; but a card that stands there shows the task as it is.
            if self.work.messages.root(task.id, channel) is not None:
                self._add_edit(entry, task, channel)
            return
        root = NewDelivery(
            channel_id=channel, kind=DeliveryKind.ROOT, dedupe_key=root_key(channel, task.id), task_id=task.id,
            event_id=entry.id,
        )  # fmt: skip
        if not self._put(root):
            self._add_edit(entry, task, channel)
        notification = self.notifications.get(type(entry.event))
        if is_prompted:
            self._add_prompt(entry, task, channel)
        elif notification is not None:
            kind = _KINDS[notification.place(entry.event)]
            if _is_asked_for(entry.event, task, audience):
                kind = DeliveryKind.BROADCAST
            self._add(entry, task, channel, kind, notification)

    def _add_prompt(self, entry: LoggedEvent, task: Task, channel: int) -> None:
        """Rendered when it is sent: one that was answered by then says so."""
        event = entry.event
        assert isinstance(event, TimeboxEnded | TimeboxNagged | ExtensionAsked)
        nag = PLEA if isinstance(event, ExtensionAsked) else getattr(event, "nag", 0)
        subject = prompt_subject(event.timebox, event.rounds, nag)
        delivery = NewDelivery(
            channel_id=channel, kind=DeliveryKind.BROADCAST, dedupe_key=_prompt_key(channel, subject),
            task_id=task.id, event_id=entry.id, subject=subject,
        )  # fmt: skip
        self._put(delivery)

    def _add_edit(self, entry: LoggedEvent, task: Task, channel: int) -> None:
        # The root shows the task as it is when it is sent; so does an edit, and one that waits is enough.
        waits = any(
            added.kind is DeliveryKind.EDIT and (added.channel_id, added.task_id) == (channel, task.id)
            for added in self.added.values()
        )
        if not waits and not self.work.deliveries.has_queued_edit(channel, task.id):
            self._add(entry, task, channel, DeliveryKind.EDIT, None)

    def _add(
        self, entry: LoggedEvent, task: Task | None, channel: int, kind: DeliveryKind, notification: Notification | None
    ) -> None:
        subject = None
        if kind is DeliveryKind.LINE and isinstance(entry.event, CheckChanged):
            subject = check_subject(entry.event.check)
        delivery = NewDelivery(
            channel_id=channel, kind=kind, dedupe_key=f"{kind}:{channel}:{entry.id}",
            task_id=task.id if task else None, event_id=entry.id, subject=subject,
            card=notification.card(entry) if notification and subject is None else None,
        )  # fmt: skip
        self._put(delivery)


def answered_prompts(event: Event) -> tuple[str, ...]:
    """The subjects of the prompts that it answers or changes."""
    match event:
        case (
            TimeboxExtended(timebox=int() as timebox, rounds=rounds, nags=nags)
            | TaskDecided(timebox=int() as timebox, rounds=rounds, nags=nags)
            | TimeboxCancelled(timebox=int() as timebox, rounds=rounds, nags=nags)
            | ExtensionAsked(timebox=int() as timebox, rounds=rounds, nags=nags)
        ):
            return tuple(prompt_subject(timebox, rounds, nag) for nag in (PLEA, *range(nags + 1)))
    return ()


def _prompt_key(channel: int, subject: str) -> str:
    return f"{subject}:in:{channel}"


def _is_asked_for(event: Event, task: Task, audience: Audience) -> bool:
    """A channel that watches for deployments hears of each once, aloud, whatever the environment."""
    if not isinstance(event, DeploymentChanged) or not event.result.is_final or not audience.asked_for(event):
        return False
    is_told_elsewhere = len(event.tasks) > 1 and event.is_production
    is_another_part = event.is_production and event.result is Result.SUCCESS and not event.is_announced
    return not (is_told_elsewhere or is_another_part) and event.tasks[:1] == (str(task.key),)
