"""Standing in for somebody: delegates decide about what its owner or lead may decide."""

from datetime import datetime

from core.errors import InvalidInput
from core.events import Change, MemberChanged
from core.journal import Actor, record
from core.members import Member, MemberRef, ensure_member, own_member
from core.ports import UnitOfWork


def name_delegate(work: UnitOfWork, *, actor: Actor, delegate: MemberRef, stands_in: bool, now: datetime) -> Member:
    """Lets `delegate` decide for the actor, or takes that back."""
    own, other = own_member(work, actor), ensure_member(work, delegate, actor=actor, now=now)
    if own.id == other.id:
        raise InvalidInput("You decide for yourself already.", "Name somebody else: lab me delegate @ben")
    had = any(person.id == other.id for person in work.members.delegates([own.id]))
    if had != stands_in:
        work.members.set_delegate(own.id, other.id, stands_in=stands_in, now=now)
        before, after = (other.name, None) if had else (None, other.name)
        record(work, MemberChanged(own.name, (Change("delegate", before, after),)), actor=actor, now=now)
    return other
