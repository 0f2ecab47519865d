"""What people wrote, as any chat may be sent it."""

import re
from urllib.parse import quote, urlsplit

from core.text import contain_direction

# Slack's limit of a button's `url` (limits.json); a link's is not documented and held to the same, and servers on the
# way refuse much longer ones.
URL_LIMIT = 3_000

BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls act on whoever reads the message in a terminal; half a surrogate pair cannot be sent as UTF-8.
_UNSENDABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_URL_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"


def literal(text: str) -> str:
    if text.isprintable():
        return text
    return contain_direction(_UNSENDABLE.sub("", BREAKS.sub("\n", text)))


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
