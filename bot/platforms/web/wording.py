"""What a page shows of words that people wrote: as they are, with nothing in them that acts."""

import re
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from bot.command import ADMIN_ROOT, USER_ROOT
from core.text import contain_direction

# Longer ones are refused by servers on the way.
URL_LIMIT = 3_000

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# HTML knows neither controls nor half of a surrogate pair.
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_URL_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"


def literal(text: str) -> str:
    if text.isprintable():
        return text
    return contain_direction(_UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub("\n", text)))


def escaped(text: str) -> Markup:
    return escape(literal(text))


def command_text(line: str, *, root: str) -> str:
    """`lab task show CHURN-12` as it is typed here: `/lab task show CHURN-12`."""
    first, *others = literal(line).split() or [USER_ROOT]
    roots = {USER_ROOT: root, ADMIN_ROOT: f"{root}-admin"}
    return "/" + " ".join([roots.get(first, first), *others])


def web_address(url: str) -> str:
    """`url` with what is not ASCII encoded, or nothing where it does not lead to a web page."""
    try:
        parts = urlsplit(url)
        leads = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    if not leads or not url.isprintable() or " " in url:
        return ""
    address = quote(url, safe=_URL_CHARACTERS, errors="replace")
    return address if len(address) <= URL_LIMIT else ""
