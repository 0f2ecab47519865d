"""How the board's pages say lengths of time, and what a link leads to."""

from datetime import datetime, timedelta

from markupsafe import Markup

from bot.platforms.literal import web_address
from bot.platforms.web.wording import literal
from core.links import TaskLink
from core.timebox_records import Timebox

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def lasted(since: datetime, now: datetime) -> str:
    """`3 hours`, `1 day`, `12 days`: on the calendar, nights and weekends included."""
    length = now - since
    return _count(length // _DAY, "day") if length >= _DAY else _count(max(1, length // _HOUR), "hour")


def share_used(timebox: Timebox, now: datetime) -> int:
    """In percent, of the time between its beginning, or last extension, and its end."""
    if timebox.ends_at is None or timebox.ends_at <= timebox.counts_from:
        return 100
    share = (now - timebox.counts_from) / (timebox.ends_at - timebox.counts_from)
    return round(100 * min(1.0, max(0.0, share)))


def linked(link: TaskLink) -> Markup:
    address = web_address(link.url)
    words = literal(link.title or link.url)
    if not address:
        return Markup('<span dir="auto">{}</span>').format(words)
    anchor = Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow" dir="auto">{}</a>')
    return anchor.format(address, words)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
