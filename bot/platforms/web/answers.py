"""Answers to the person who asked."""

from dataclasses import replace

from bot.buttons import SHARE
from bot.dispatch import Answer
from core.cards import Button, Card


def with_share(answer: Answer) -> Card:
    """The answer's card with a button that shows it to the channel, where that makes sense."""
    if answer.share is None:
        return answer.card
    return replace(answer.card, buttons=(*answer.card.buttons, Button("Share", SHARE, answer.share)))
