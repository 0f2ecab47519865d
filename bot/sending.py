"""The two units around a call to a chat: what is to be said next, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TypeAlias

from bot.composing import compose
from bot.outbox import root_key
from bot.parking import NO_ROOT, UNREACHABLE, park_all, park_one
from core.deliveries import (
    AnswerLost,
    Delivery,
    DeliveryError,
    DeliveryKind,
    DeliveryState,
    Destination,
    Message,
    MessageGone,
    NewDelivery,
    Post,
    Refused,
    TryLater,
)
from core.digest_runs import digest_subject, is_digest, read_subject
from core.ports import UnitOfWork

MOST_PENDING = 100
# In one unit, which must be over in time.
MOST_DROPPED = 500
MOST_ATTEMPTS = 12
# How far the chat's clock may be from ours.
CLOCKS_APART = timedelta(minutes=2)
_TOLD = (DeliveryKind.REPLY, DeliveryKind.BROADCAST)
_WAITING = (DeliveryState.QUEUED, DeliveryState.SENDING)
LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """`now` and the lengths that follow from it; see `Deliverer`."""

    now: datetime
    lease: timedelta
    spacing: timedelta
    settling: timedelta
    ahead: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A message under way. `looks_since` is set when it may have been sent before: then it is looked for."""

    deliveries: tuple[Delivery, ...]
    post: Post
    looks_since: datetime | None = None

    @property
    def first(self) -> Delivery:
        return self.deliveries[0]

    @property
    def is_edit(self) -> bool:
        return self.post.message is not None


class NotThere:
    """What was looked for did not arrive."""


Outcome: TypeAlias = str | DeliveryError | NotThere


@dataclass(frozen=True, slots=True)
class Settled:
    """What it came to, in a word, and whether there is more to say in this channel, when its pace allows it."""

    outcome: str
    goes_on: bool


def begin(work: UnitOfWork, destination: Destination, times: Times) -> Sending | None:
    """Marks the next message as being sent; None when there is nothing to send now, and the channel is let go."""
    if not work.deliveries.renew(destination, until=times.now + times.lease):
        return None
    dropped = 0
    while pending := _pending(work, destination):
        under_way = _root_first(delivery for delivery in pending if delivery.state is DeliveryState.SENDING)
        if under_way:
            return _look_after(work, destination, under_way, times)
        head = _first_to_send(pending, times.now)
        if head.next_attempt_at is not None and head.next_attempt_at > times.now:
            work.deliveries.release(destination, due_at=head.next_attempt_at)
            return None
        group = _group(head, pending)
        post = compose(work, destination, group, now=times.now + times.ahead)
        if post is not None:
            return Sending(deliveries=_mark_sending(work, group, post.marker, times), post=post)
        _drop(work, group, times)
        dropped += len(group)
        if dropped >= MOST_DROPPED:
            work.deliveries.release(destination, due_at=times.now)
            return None
    work.deliveries.release(destination, due_at=None)
    return None


def settle(work: UnitOfWork, destination: Destination, sending: Sending, outcome: Outcome, times: Times) -> Settled:
    """Writes down what came of it. What was said is marked even if another worker has the channel by now."""
    # First, because it locks the channel: what is queued beside this unit is seen here or makes the channel due again.
    work.deliveries.renew(destination, until=times.now + times.lease, next_allowed_at=times.now + times.spacing)
    match outcome:
        case str(message):
            _mark_sent(work, sending, message, times)
            return Settled("sent", _let_go(work, destination, times))
        case _ if _is_hopeless(sending, outcome):
            park_one(work, destination, sending.deliveries, UNREACHABLE, times.now)
            return Settled("parked", _let_go(work, destination, times))
        case NotThere():
            _requeue(work, sending, times, at=None)
            return Settled("repeated", _let_go(work, destination, times))
        case AnswerLost() | TryLater() if sending.looks_since is not None:
            # Nobody looked, so it stays as it is, to be looked for again from the same moment on.
            after = outcome.after if isinstance(outcome, TryLater) else None
            return _pause(work, destination, "unseen", times.now + (after or times.settling))
        case AnswerLost():
            for delivery in sending.deliveries:
                work.deliveries.mark(delivery, times.now)
            return _pause(work, destination, "lost", times.now + times.settling)
        case TryLater(after=after):
            at = times.now + (after or _pause_after(sending.first.attempts))
            _requeue(work, sending, times, at=at)
            return _pause(work, destination, "later", at)
        case MessageGone():
            _post_anew(work, destination, sending, times)
            return Settled("deleted", _let_go(work, destination, times))
        case Refused(code=code, needs=needs):
            park_all(work, destination, sending.deliveries, code, times.now, needs=needs)
            return Settled("parked", _let_go(work, destination, times))
        case _:
            raise TypeError(f"{type(outcome).__name__} is no outcome")


def _is_hopeless(sending: Sending, outcome: Outcome) -> bool:
    """Tried often enough; but what may stand there is looked for first. An edit cannot be, and does no harm twice.

    A chat that cannot be reached says nothing about the message, and is waited for; where files go may be elsewhere.
    """
    if sending.first.attempts < MOST_ATTEMPTS:
        return False
    match outcome:
        case NotThere():
            return True
        case AnswerLost():
            return sending.is_edit
        case TryLater(after=None):
            return sending.looks_since is None and sending.first.kind is DeliveryKind.FILE
        case _:
            return False


def _look_after(
    work: UnitOfWork, destination: Destination, under_way: tuple[Delivery, ...], times: Times
) -> Sending | None:
    """An interrupted call: not before it must have arrived if it ever does."""
    settled_at = max(delivery.updated_at for delivery in under_way) + times.settling
    if times.now < settled_at:
        work.deliveries.release(destination, due_at=settled_at)
        return None
    post = compose(work, destination, under_way, now=times.now + times.ahead)
    if post is None or post.message is not None:
        # An edit that is made twice is made once.
        for delivery in under_way:
            work.deliveries.mark(replace(delivery, state=DeliveryState.QUEUED), times.now)
        return begin(work, destination, times)
    post = replace(post, marker=under_way[0].marker or post.marker)
    since = min(delivery.updated_at for delivery in under_way) - CLOCKS_APART
    return Sending(deliveries=under_way, post=post, looks_since=since)


def _pending(work: UnitOfWork, destination: Destination) -> tuple[Delivery, ...]:
    """What waits, as much as one look takes; and the root that is to be posted anew behind all that belongs to it."""
    pending = work.deliveries.pending(destination.channel_id, limit=MOST_PENDING)
    if len(pending) < MOST_PENDING or pending[0].task_id is None:
        return pending
    again = work.deliveries.find(root_key(destination.channel_id, pending[0].task_id, reposts=1))
    if again is None or again.id <= pending[-1].id or again.state not in _WAITING:
        return pending
    return (*pending, again)


def _root_first(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    return tuple(sorted(deliveries, key=lambda delivery: delivery.kind is not DeliveryKind.ROOT))


def _first_to_send(pending: tuple[Delivery, ...], now: datetime) -> Delivery:
    """The oldest, but never anything of a task before its root; what waits for its reader lets others by."""
    head = next((d for d in pending if not _waits_for_its_reader(d, now)), pending[0])
    roots = (d for d in pending if d.kind is DeliveryKind.ROOT and d.task_id == head.task_id)
    return next(roots, head) if head.task_id is not None else head


def _waits_for_its_reader(delivery: Delivery, now: datetime) -> bool:
    at = delivery.next_attempt_at
    return delivery.kind is DeliveryKind.DIRECT and delivery.attempts == 0 and at is not None and at > now


def _group(head: Delivery, pending: tuple[Delivery, ...]) -> tuple[Delivery, ...]:
    """What is said in one message: a burst of replies in one thread, up to what is said aloud there; all that shows
    the same as it is now; and with a root the edits it makes needless."""
    match head.kind:
        case DeliveryKind.REPLY if head.subject is None:
            in_thread = (d for d in pending if d.kind in _TOLD and d.task_id == head.task_id)
            return tuple(takewhile(lambda d: d.kind is DeliveryKind.REPLY, in_thread))
        case DeliveryKind.EDIT:
            return tuple(d for d in pending if d.kind is DeliveryKind.EDIT and d.task_id == head.task_id)
        case DeliveryKind.LINE:
            return tuple(d for d in pending if d.kind is DeliveryKind.LINE and d.subject == head.subject)
        case DeliveryKind.ROOT if head.subject is None:
            return (head, *(d for d in pending if d.kind is DeliveryKind.EDIT and d.task_id == head.task_id))
        case _:
            return (head,)


def _mark_sending(work: UnitOfWork, group: tuple[Delivery, ...], marker: str, times: Times) -> tuple[Delivery, ...]:
    marked = tuple(
        replace(delivery, state=DeliveryState.SENDING, attempts=delivery.attempts + 1, marker=marker)
        for delivery in group
    )
    for delivery in marked:
        work.deliveries.mark(delivery, times.now)
    return marked


def _drop(work: UnitOfWork, group: tuple[Delivery, ...], times: Times) -> None:
    """Nothing to edit, no thread to answer in: the root was parked, and shows everything once it is posted."""
    for delivery in group:
        work.deliveries.mark(replace(delivery, state=DeliveryState.PARKED, error=NO_ROOT), times.now)


def _mark_sent(work: UnitOfWork, sending: Sending, message: str, times: Times) -> None:
    for delivery in sending.deliveries:
        work.deliveries.mark(replace(delivery, state=DeliveryState.SENT, message=message, error=""), times.now)
    first = sending.first
    if first.kind is DeliveryKind.ROOT and first.task_id is not None:
        reposts = int(first.dedupe_key != root_key(first.channel_id, first.task_id))
        work.messages.put(Message(first.task_id, first.channel_id, message, message, reposts), times.now)
    if first.subject is not None:
        work.messages.put_line(first.subject, first.channel_id, message, times.now)


def _requeue(work: UnitOfWork, sending: Sending, times: Times, *, at: datetime | None) -> None:
    for delivery in sending.deliveries:
        queued = replace(delivery, state=DeliveryState.QUEUED, next_attempt_at=at)
        work.deliveries.mark(queued, times.now)


def _post_anew(work: UnitOfWork, destination: Destination, sending: Sending, times: Times) -> None:
    """Somebody deleted the root. It is posted once more, and what was to be said in its thread follows."""
    task_id, subject = sending.first.task_id, sending.first.subject
    if subject is not None and sending.is_edit:
        # A line that somebody deleted: nobody wants it.
        work.messages.put_line(subject, destination.channel_id, "", times.now)
        for delivery in sending.deliveries:
            work.deliveries.mark(replace(delivery, state=DeliveryState.PARKED, error="deleted"), times.now)
        return
    root = work.messages.root(task_id, destination.channel_id) if task_id is not None else None
    if task_id is not None and root is not None:
        work.messages.forget(task_id, destination.channel_id)
    if task_id is None or root is None or root.reposts:
        # They do not want it: without a root nothing more is said about this task here, or of this digest.
        if subject is not None and is_digest(subject):
            start = digest_subject(read_subject(subject)[0])
            work.messages.put_line(start, destination.channel_id, "", times.now)
        for delivery in sending.deliveries:
            work.deliveries.mark(replace(delivery, state=DeliveryState.PARKED, error="deleted"), times.now)
        return
    key = root_key(destination.channel_id, task_id, reposts=1)
    again = NewDelivery(
        channel_id=destination.channel_id, kind=DeliveryKind.ROOT, dedupe_key=key, task_id=task_id
    )  # fmt: skip
    work.deliveries.add(again, times.now)
    for delivery in sending.deliveries:
        state = DeliveryState.SENT if sending.is_edit else DeliveryState.QUEUED
        work.deliveries.mark(replace(delivery, state=state), times.now)


def _let_go(work: UnitOfWork, destination: Destination, times: Times) -> bool:
    """Whether more waits. Then the channel is due when it may be spoken in again, behind all that wait longer."""
    waits = bool(work.deliveries.pending(destination.channel_id, limit=1))
    work.deliveries.release(destination, due_at=times.now + times.spacing if waits else None)
    return waits


def _pause(work: UnitOfWork, destination: Destination, outcome: str, until: datetime) -> Settled:
    work.deliveries.release(destination, due_at=until, next_allowed_at=until)
    return Settled(outcome, False)


def _pause_after(attempts: int) -> timedelta:
    """One second, then twice as long each time."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 12)), LONGEST_PAUSE)
