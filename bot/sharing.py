"""Showing a private answer to the channel it was asked in."""

from datetime import datetime

from core.cards import Card
from core.deliveries import DeliveryKind, NewDelivery
from core.ids import ChannelRef
from core.journal import Actor
from core.ports import UnitOfWork


def share_card(
    work: UnitOfWork, *, actor: Actor, card: Card, channel: ChannelRef, name: str, key: str, now: datetime
) -> None:
    """Queues the card for the channel, under the name of whoever shared it."""
    place = work.channels.ensure(channel, name, now)
    shared = Card(card.title, card.blocks, tone=card.tone, footer=(f"Shared by {actor.name}",))
    work.deliveries.add(
        NewDelivery(
            channel_id=place.id, kind=DeliveryKind.BROADCAST, dedupe_key=f"share:{place.id}:{key}", card=shared
        ),
        now,
    )
