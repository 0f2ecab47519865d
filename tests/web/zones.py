"""Moments as a page must show them to somebody who is elsewhere."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

# A quarter of an hour beside all others, and half an hour on the other side.
ZONES = ("Asia/Kathmandu", "America/St_Johns")
_MOMENTS = """() => [Date.now(), [...document.querySelectorAll("time[data-moment]")].map(
    one => [one.dateTime, one.textContent, one.dataset.moment])]"""


def there(zone: str) -> dict[str, Any]:
    return {"timezone_id": zone, "locale": "en-US"}


def check_moments(page: Page, zone: str) -> int:
    """Each is shown in `zone`; how many there are."""
    now, moments = page.evaluate(_MOMENTS)
    today = datetime.fromtimestamp(now / 1_000, UTC).astimezone(ZoneInfo(zone))
    for moment, shown, kind in moments:
        at = datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))
        assert shown == _words(at, today, with_day=kind == "day"), (moment, zone)
    return len(moments)


def _words(at: datetime, today: datetime, *, with_day: bool) -> str:
    clock = f"{at:%H:%M}"
    if at.date() == today.date() and not with_day:
        return clock
    return f"{at:%a, %b} {at.day}, {clock}" if at.year == today.year else f"{at:%b} {at.day}, {at.year}, {clock}"
