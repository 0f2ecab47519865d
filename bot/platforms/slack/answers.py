"""Private answers: into the acknowledgement of a command, or to the response_url of a button."""

from dataclasses import replace
from typing import Any

from bot.buttons import SHARE
from bot.dispatch import Answer
from bot.platforms.slack.render import render_card
from core.cards import Button, Card

_VALUE_LIMIT = 2_000  # characters of a button's value


def ephemeral(card: Card, *, root: str) -> dict[str, Any]:
    message = render_card(card, root=root)
    return {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": message.text,
        "blocks": message.blocks,
    }


def with_share(answer: Answer) -> Card:
    """The answer's card with a button that shows it to the channel, where that makes sense."""
    if answer.share is None or len(answer.share) > _VALUE_LIMIT:
        return answer.card
    return replace(answer.card, buttons=(*answer.card.buttons, Button("Share", SHARE, answer.share)))
