"""What a press of a button means: a command on the thing the button is about."""

from bot.catalogue import Catalogue
from bot.command import USER_ROOT

SHARE = "answer.share"
# A button's value is one line, and what people write in forms may be several.
_LINE_BREAK = "␤"


def carried(words: str) -> str:
    """Words behind a command as a button's value, which `line_of` reads."""
    return words.replace("\n", _LINE_BREAK).replace("\t", " ")


def line_of(catalogue: Catalogue, action: str, value: str) -> str | None:
    """The line behind the root that the button stands for, such as `task start CHURN-12`; None for an unknown one.

    Buttons of old messages live on: an action that no longer is a command is told so, not guessed at.
    """
    noun, _, verb = action.partition(".")
    command = catalogue.find(USER_ROOT, noun, verb)
    words = value.replace(_LINE_BREAK, "\n")
    return f"{command.name} {words}" if command is not None and verb else None
