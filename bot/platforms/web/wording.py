"""What a page shows of words that people wrote: as they are, with nothing in them that acts."""

import re

from markupsafe import Markup, escape

from bot.command import ADMIN_ROOT, USER_ROOT
from bot.platforms.literal import BREAKS
from core.text import contain_direction

# HTML knows neither controls nor half of a surrogate pair.
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def literal(text: str) -> str:
    if text.isprintable():
        return text
    return contain_direction(_UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", BREAKS.sub("\n", text)))


def escaped(text: str) -> Markup:
    return escape(literal(text))


def command_text(line: str, *, root: str) -> str:
    """`lab task show CHURN-12` as it is typed here: `/lab task show CHURN-12`."""
    first, *others = literal(line).split() or [USER_ROOT]
    roots = {USER_ROOT: root, ADMIN_ROOT: f"{root}-admin"}
    return "/" + " ".join([roots.get(first, first), *others])
