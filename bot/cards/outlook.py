"""When a model version will be ready, in words that promise no more than is known."""

from datetime import date

from core.digest_records import Upcoming
from core.local_time import zone_named

_NOT_BEFORE = "When it will be ready is not known before that, so no date is promised."
_THE_WORK = "nothing stands before it but the work itself"


def outlook(one: Upcoming, *, zone: str, today: date) -> str:
    """“That” are the decisions and blockers, which are told before this."""
    waits = bool(one.decisions or one.blockers)
    if one.is_running:
        return "It runs in production already; what is open goes on beside that."
    if one.target is None:
        return _NOT_BEFORE if waits else f"{_THE_WORK.capitalize()}; no date was named for it."
    wanted = f"wanted by {day_words(one.target, today)}"
    if one.target < today:
        return f"It was {wanted}, and that day is over. " + (_NOT_BEFORE if waits else f"{_THE_WORK.capitalize()}.")
    if not waits:
        return f"It is {wanted}, and {_THE_WORK}."
    if one.decide_by is not None and one.decide_by.astimezone(zone_named(zone)).date() > one.target:
        return f"It is {wanted}. The last decision is planned for after that day, so as things stand it will be later."
    return f"It is {wanted}. Whether that holds is not known before that."


def day_words(day: date, today: date) -> str:
    """`15 December`, with its year where that is another."""
    return f"{day.day} {day:%B}" if day.year == today.year else f"{day.day} {day:%B %Y}"
