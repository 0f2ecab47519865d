"""Who acts on a Git host, as a member where one of their accounts or addresses is known."""

import re
from collections.abc import Callable

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
    return ask_person(work, person, host=host)()


def ask_person(work: UnitOfWork, person: GitPerson, *, host: str) -> Callable[[], Member | None]:
    """As `find_person`, together with what is asked next."""
    hidden = _NOREPLY.fullmatch(person.email)
    logins = (person.login, hidden[1] if hidden else "")
    ways = [Identity(host, "", login.lower()) for login in dict.fromkeys(logins) if login]
    if person.email and hidden is None:
        ways.append(Identity("email", "", person.email.lower()))
    return work.members.ask_first_known(ways)


def git_actor(work: UnitOfWork, person: GitPerson, *, host: str, place: str) -> Actor:
    """`place` is the repository."""
    return actor_of(person, find_person(work, person, host=host), host=host, place=place)


def actor_of(person: GitPerson, member: Member | None, *, host: str, place: str) -> Actor:
    name = member.name if member else shown_name(person)
    return Actor(member.id if member else None, name, False, host, clip(place, 200))


def shown_name(person: GitPerson) -> str:
    return clip(" ".join((person.name or person.login).split()), ACTOR_LIMIT) or "somebody"
