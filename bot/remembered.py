"""Speakers from memory: whoever spoke before is not looked up first; the unit or reading that follows makes sure.

So a command of somebody known costs one trip to the database less, and nobody acts with rights that were taken away.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.ids import TeamId
from core.members import Identity, Member
from core.ports import UnitOfWork

if TYPE_CHECKING:
    from bot.context import Context

# Of the people who spoke last: far more than speak at once in any team.
_MOST = 5_000


class SpeakerChanged(Exception):
    """They may not be as they were remembered; nothing was done."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """`again` looks them up, and gives what their request is then."""

    identity: Identity
    member: Member
    again: Callable[[], Awaitable["Context"]]

    def ask(self, work: UnitOfWork) -> Callable[[], bool]:
        """Whether they are still so; asked together with what is asked next."""
        found = work.members.ask_by_identity(self.identity)
        return lambda: found() == self.member


@dataclass
class Memory:
    _known: dict[Identity, tuple[TeamId, Member]] = field(default_factory=dict)

    def find(self, team: TeamId, identity: Identity) -> Member | None:
        known_in, member = self._known.get(identity, (None, None))
        return member if known_in == team else None

    def keep(self, team: TeamId, identity: Identity, member: Member | None) -> None:
        self._known.pop(identity, None)
        if member is None:
            return
        if len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        self._known[identity] = (team, member)
