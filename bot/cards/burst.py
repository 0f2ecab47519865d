"""Many small messages as one."""

from core.cards import Bullets, Card, Item, Paragraph, Text

SHOWN = 5


def burst_card(cards: tuple[Card, ...]) -> Card:
    """One card alone stays as it is; of many, each is a line, and those that do not fit are counted."""
    if len(cards) == 1:
        return cards[0]
    items = [Item(_line(card)) for card in cards[:SHOWN]]
    if len(cards) > SHOWN:
        items.append(Item((f"and {len(cards) - SHOWN} more",)))
    return Card((f"{len(cards)} changes",), (Bullets(tuple(items)),))


def _line(card: Card) -> Text:
    """The title, and what stands first below it."""
    below = card.blocks[0] if card.blocks else None
    return (*card.title, " ", *below.text) if isinstance(below, Paragraph) else card.title
