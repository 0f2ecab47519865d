"""Who acts on a Git host, as a member where one of their accounts or addresses is known."""

import re

from core.git import GitPerson
from core.journal import Actor
from core.members import Identity, Member
from core.ports import UnitOfWork
from core.text import clip

ACTOR_LIMIT = 100
# What GitHub puts for an address that its owner hides: 12345+ana@users.noreply.github.com.
_NOREPLY = re.compile(r"(?:[0-9]+\+)?([A-Za-z0-9][A-Za-z0-9-]{0,38})@users\.noreply\.github\.com", re.IGNORECASE)


def find_person(work: UnitOfWork, person: GitPerson, *, host: str) -> Member | None:
    """By the host's account, by an address that hides one, by e-mail."""
    hidden = _NOREPLY.fullmatch(person.email)
    for login in (person.login, hidden[1] if hidden else ""):
        if login:
            member = work.members.by_identity(Identity(host, "", login.lower()))
            if member is not None:
                return member
    if person.email and hidden is None:
        return work.members.by_identity(Identity("email", "", person.email.lower()))
    return None


def git_actor(work: UnitOfWork, person: GitPerson, *, host: str, place: str) -> Actor:
    """`place` is the repository."""
    member = find_person(work, person, host=host)
    name = member.name if member else shown_name(person)
    return Actor(member.id if member else None, name, False, host, clip(place, 200))


def shown_name(person: GitPerson) -> str:
    return clip(" ".join((person.name or person.login).split()), ACTOR_LIMIT) or "somebody"
