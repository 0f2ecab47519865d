"""Tried before? What looks like a research task that somebody is about to make."""

from core.board import NewTask
from core.finding_records import Tried
from core.ports import UnitOfWork
from core.tasks import Track
from core.words import significant_words

SHOWN = 3
# Of a title; the longest say most. A question for half of more of them would be long.
_WORDS = 6
_LOOKED_AT = 30


def tried_before(work: UnitOfWork, *, new: NewTask) -> tuple[Tried, ...]:
    """At most three, the most alike first: those that share at least half of the significant words of its title, and
    two of them where it has two. One for each task; nothing for production work."""
    words = tuple(sorted(significant_words(new.title), key=len, reverse=True)[:_WORDS])
    if new.track is not Track.RESEARCH or not words:
        return ()
    at_least = max((len(words) + 1) // 2, min(2, len(words)))
    found = work.findings.like(words, at_least=at_least, limit=_LOOKED_AT)
    # A finding that a decision left says more of its task than one that was added.
    ordered = sorted(found, key=lambda tried: (-len(tried.words.intersection(words)), tried.call is None))
    one_each: dict[str, Tried] = {}
    for tried in ordered:
        one_each.setdefault(str(tried.task), tried)
    return tuple(one_each.values())[:SHOWN]
