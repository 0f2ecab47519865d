"""What a press of a button means: a command on the thing the button is about."""

from bot.catalogue import Catalogue
from bot.command import USER_ROOT

SHARE = "answer.share"


def line_of(catalogue: Catalogue, action: str, value: str) -> str | None:
    """The line behind the root that the button stands for, such as `task start CHURN-12`; None for an unknown one.

    Buttons of old messages live on: an action that no longer is a command is told so, not guessed at.
    """
    noun, _, verb = action.partition(".")
    command = catalogue.find(USER_ROOT, noun, verb)
    return f"{command.name} {value}" if command is not None and verb else None
