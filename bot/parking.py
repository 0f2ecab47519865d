"""What a chat will never take: put aside, written in the audit log, and told to somebody who can change it, once."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cards.channel import invitation
from core.cards import Card, CommandLine, Mention, Tone, paragraph
from core.deliveries import Delivery, DeliveryKind, DeliveryState, Destination, NewDelivery
from core.errors import InvalidInput
from core.events import DeliveryParked
from core.ids import ChannelRef
from core.journal import Actor, record
from core.members import Identity
from core.own_times import free_at
from core.ports import UnitOfWork
from core.watches import Audiences

# Where the bot has no token: it was never installed there, or was removed.
NOT_INSTALLED = "not_installed"
# Where this server has no token of the chat at all.
NOT_CONNECTED = "not_connected"
# The chat failed on it each time: on it alone, or on everything for a while.
UNREACHABLE = "unreachable"
# Where the whole workspace is closed to the bot there is nobody in it to tell.
WORKSPACE_CODES = frozenset(
    {
        "account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed", "missing_scope",
        "team_access_not_granted", NOT_INSTALLED, "unknown_guild",
    }
)  # fmt: skip
# What is wrong with the channel is wrong with everything that waits for it.
_CLOSED_CODES = (
    "channel_not_found", "not_in_channel", "is_archived", "restricted_action",
    "restricted_action_read_only_channel", "unknown_channel", "missing_access",
    "missing_permissions", "tag_required",
)  # fmt: skip
# Of somebody who takes no direct messages.
_CLOSED_PEOPLE = frozenset(
    {"cannot_message_user", "no_mutual_guilds", "messages_tab_disabled", "cannot_dm_bot", "user_disabled"}
)
CHANNEL_CODES = WORKSPACE_CODES | {*_CLOSED_CODES}
# There is nothing to edit and no thread to answer in: the card itself was put aside, or nobody wants it.
NO_ROOT = "no root message"
# What a message to somebody says of itself once the channel that it is about is open again.
_OVER = "over"


def park_one(
    work: UnitOfWork, destination: Destination, deliveries: tuple[Delivery, ...], code: str, now: datetime, *,
    needs: str = "",
) -> None:  # fmt: skip
    for delivery in deliveries:
        work.deliveries.mark(replace(delivery, state=DeliveryState.PARKED, error=code), now)
    told = work.deliveries.find(_told_key(destination.channel_id, code))
    if told is not None and told.error != _OVER and code in _CLOSED_CODES:
        return
    actor = Actor(None, "Labkeeper", False, destination.ref.platform, f"#{destination.name}")
    record(work, DeliveryParked(destination.name, code), actor=actor, now=now)
    if told is not None and told.error == _OVER:
        found = _responsible(work, destination, deliveries[0], now)
        at = found[1] if found and found[1] > now else None
        again = replace(told, state=DeliveryState.QUEUED, error="", attempts=0, next_attempt_at=at)
        work.deliveries.requeue(again, now)
    elif deliveries[0].kind is DeliveryKind.DIRECT:
        if code in _CLOSED_PEOPLE:
            _tell_in_thread(work, destination, deliveries[0], now)
    elif code not in WORKSPACE_CODES:
        _tell(work, destination, deliveries[0], parked_card(destination.name, code, needs), code, now)


def park_all(
    work: UnitOfWork, destination: Destination, deliveries: tuple[Delivery, ...], code: str, now: datetime, *,
    needs: str = "",
) -> None:  # fmt: skip
    """With the deliveries, everything else that waits for a channel that is closed. `needs` are what the bot lacks."""
    park_one(work, destination, deliveries, code, now, needs=needs)
    if code in CHANNEL_CODES:
        work.deliveries.park_pending(destination.channel_id, code, now)


def parked_card(name: str, code: str, needs: str = "") -> Card:
    return Card(
        (f"I cannot post in #{name} any more.",),
        (
            paragraph(f"The chat says: {code}. ", *invitation(name, code, needs)),
            paragraph("What was to be said there is kept: ", CommandLine("lab-admin audit")),
        ),
        tone=Tone.WARNING,
    )


def _tell(work: UnitOfWork, destination: Destination, delivery: Delivery, card: Card, code: str, now: datetime) -> None:
    found = _responsible(work, destination, delivery, now)
    if found is None:
        return
    subject, free = found
    ref = ChannelRef(destination.ref.platform, destination.ref.workspace, subject)
    channel = work.channels.ensure(ref, "direct message", now)
    told = NewDelivery(
        channel_id=channel.id, kind=DeliveryKind.DIRECT, dedupe_key=_told_key(destination.channel_id, code),
        card=card, not_before=free if free > now else None, task_id=delivery.task_id,
    )  # fmt: skip
    work.deliveries.add(told, now)


def _tell_in_thread(work: UnitOfWork, destination: Destination, delivery: Delivery, now: datetime) -> None:
    """Of somebody who cannot be told in private: in the thread of the task, where its card stands and is no secret."""
    identity = Identity(destination.ref.platform, destination.ref.workspace, destination.ref.channel)
    member = work.members.by_identity(identity)
    task = work.tasks.by_id(delivery.task_id) if delivery.task_id is not None else None
    if member is None or task is None or delivery.card is None:
        return
    note = paragraph("For ", Mention(member.id, member.name), ", whose direct messages are closed to me.")
    card = replace(delivery.card, blocks=(note, *delivery.card.blocks))
    for audience in Audiences.of(work, task.project_id).for_task(task):
        channel = work.channels.get(audience.channel_id)
        told = (work.deliveries.find(_told_key(channel.id, code)) for code in _CLOSED_CODES)
        is_closed = any(one is not None and one.error != _OVER for one in told)
        if work.messages.root(task.id, channel.id) is not None and not is_closed:
            key = f"thread:{delivery.id}:{channel.id}"
            work.deliveries.add(
                NewDelivery(channel_id=channel.id, kind=DeliveryKind.REPLY, dedupe_key=key, card=card, task_id=task.id),
                now,
            )
            return


def tell_administrator(work: UnitOfWork, platform: str, workspace: str, card: Card, *, key: str, now: datetime) -> None:
    """In private, once for each key; nobody where the chat does not know the administrator."""
    admin = work.members.first_admin()
    subjects = work.members.subjects([admin.id], platform, workspace) if admin else {}
    # At any hour: what only an administrator can save is told while it can be saved.
    for subject in subjects.values():
        channel = work.channels.ensure(ChannelRef(platform, workspace, subject), "direct message", now)
        told = NewDelivery(channel_id=channel.id, kind=DeliveryKind.DIRECT, dedupe_key=key, card=card)
        work.deliveries.add(told, now)


def _told_key(channel_id: int, code: str) -> str:
    """Somebody is told once until the channel is open again."""
    return f"parked:{channel_id}:{code}"


def _responsible(
    work: UnitOfWork, destination: Destination, delivery: Delivery, now: datetime
) -> tuple[str, datetime] | None:
    """The chat's id of the project's lead or of the first administrator, and when they want to be told: whoever can be
    told sooner, and of two the lead."""
    task = work.tasks.by_id(delivery.task_id) if delivery.task_id is not None else None
    project = work.projects.by_key(task.key.project) if task else None
    admin = work.members.first_admin()
    people = [project.lead.id if project and project.lead else None, admin.id if admin else None]
    subjects = work.members.subjects(
        [person for person in people if person is not None], destination.ref.platform, destination.ref.workspace
    )  # fmt: skip
    zone = project.zone if project else "UTC"
    found = [(subjects[person], _free_at(work, person, zone, now)) for person in people if person in subjects]
    return min(found, key=lambda one: one[1], default=None)


def _free_at(work: UnitOfWork, member_id: int, zone: str, now: datetime) -> datetime:
    times = work.calendars.of_member(member_id, since=(now - timedelta(days=1)).date())
    try:
        return free_at(times, now, zone=zone)
    except InvalidInput:
        return now


def close_story(work: UnitOfWork, channel_id: int, now: datetime) -> None:
    """The channel is open again: if it is closed once more, somebody is told once more."""
    for code in _CLOSED_CODES:
        told = work.deliveries.find(_told_key(channel_id, code))
        if told is not None and told.state in (DeliveryState.SENT, DeliveryState.PARKED):
            work.deliveries.mark(replace(told, error=_OVER), now)
        elif told is not None and told.attempts == 0 and told.next_attempt_at is not None:
            # It waits for its reader, who need not hear of it any more.
            work.deliveries.mark(replace(told, state=DeliveryState.SENT, error=_OVER), now)
