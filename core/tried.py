"""Tried before? What looks like a research task that somebody is about to make."""

from collections.abc import Callable
from datetime import date, datetime

from core.board import NewTask, check_new, make_task
from core.errors import Conflict
from core.finding_records import Tried
from core.ids import ChannelRef
from core.journal import Actor
from core.ports import UnitOfWork
from core.tasks import Task, Track
from core.words import significant_words

SHOWN = 3
# Of a title; the longest say most. A question for half of more of them would be long.
_WORDS = 6
_LOOKED_AT = 30


class TriedBefore(Conflict):
    """Nothing was made: `tried` is what whoever asked should see first."""

    def __init__(self, tried: tuple[Tried, ...]) -> None:
        super().__init__("Something like this was tried before.", "Nothing was made.")
        self.tried = tried


def create_untried_task(
    work: UnitOfWork, *, actor: Actor, new: NewTask, channel: ChannelRef | None, today: date, now: datetime
) -> Task:
    """As `create_task`. Raises `TriedBefore` instead, where there is something to see."""
    checked = check_new(new, today)
    # Asked first and looked at last: the answer comes with those that the new task waits for anyway.
    look = _look(work, checked[0])
    task = make_task(work, checked, actor=actor, channel=channel, now=now)
    tried = look()
    if tried:
        raise TriedBefore(tried)
    return task


def tried_before(work: UnitOfWork, *, new: NewTask, today: date) -> tuple[Tried, ...]:
    """At most three, the most alike first: those that share at least half of the significant words of its title, and
    two of them where it has two. One for each task; nothing for production work."""
    return _look(work, check_new(new, today)[0])()


def _look(work: UnitOfWork, new: NewTask) -> Callable[[], tuple[Tried, ...]]:
    words = tuple(sorted(significant_words(new.title), key=len, reverse=True)[:_WORDS])
    if new.track is not Track.RESEARCH or not words:
        return tuple
    at_least = max((len(words) + 1) // 2, min(2, len(words)))
    found = work.findings.like(words, at_least=at_least, limit=_LOOKED_AT)
    return lambda: _most_alike(words, found())


def _most_alike(words: tuple[str, ...], found: tuple[Tried, ...]) -> tuple[Tried, ...]:
    # A finding that a decision left says more of its task than one that was added.
    ordered = sorted(found, key=lambda tried: (-len(tried.words.intersection(words)), tried.call is None))
    one_each: dict[str, Tried] = {}
    for tried in ordered:
        one_each.setdefault(str(tried.task), tried)
    return tuple(one_each.values())[:SHOWN]
