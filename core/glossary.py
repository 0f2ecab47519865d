"""The glossary: what the team's words mean, for those who read its reports."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.errors import InvalidInput, NotFound
from core.events import TermDefined, TermForgotten
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.text import clean_line

TERM_LIMIT = 60
MEANING_LIMIT = 300
MOST_TERMS = 500


@dataclass(frozen=True, slots=True)
class Term:
    """Found without case. A word in capitals, such as AUC, is meant only where it is written so."""

    term: str
    meaning: str
    author: str | None = None

    @property
    def key(self) -> str:
        return term_key(self.term)


class Glossary(Protocol):
    def put(self, term: Term, *, member_id: int | None, now: datetime) -> None:
        """A term of that key is replaced."""
        ...

    def get(self, key: str) -> Term | None: ...
    def remove(self, key: str) -> None: ...

    def list(self) -> tuple[Term, ...]:
        """By their keys."""
        ...


def term_key(term: str) -> str:
    return term.casefold()


def define_term(work: UnitOfWork, *, actor: Actor, term: str, meaning: str, now: datetime) -> tuple[Term, bool]:
    """The term, and whether it is new."""
    term = _clean(term)
    meaning = clean_line(meaning, what="meaning", limit=MEANING_LIMIT)
    defined = Term(term, meaning, actor.name)
    known = work.glossary.get(defined.key)
    if known is None and len(work.glossary.list()) >= MOST_TERMS:
        raise InvalidInput(
            f"The glossary has {MOST_TERMS} terms, which is all it takes.", "Remove one first:",
            example="lab glossary remove AUC",
        )  # fmt: skip
    if known is None or (known.term, known.meaning) != (term, meaning):
        work.glossary.put(defined, member_id=actor.member_id, now=now)
        record(work, TermDefined(term, meaning, known.meaning if known else None), actor=actor, now=now)
    return defined, known is None


def _clean(term: str) -> str:
    # Whoever writes “AUC: the area” does not mean the colon.
    return clean_line(term.strip().rstrip(":"), what="term", limit=TERM_LIMIT)


def forget_term(work: UnitOfWork, *, actor: Actor, term: str, now: datetime) -> Term:
    found = find_term(work, term=term)
    work.glossary.remove(found.key)
    record(work, TermForgotten(found.term), actor=actor, now=now)
    return found


def find_term(work: UnitOfWork, *, term: str) -> Term:
    found = work.glossary.get(term_key(_clean(term)))
    if found is None:
        raise NotFound(
            f"The glossary does not explain “{term.strip()[:TERM_LIMIT]}”.", "See what it explains:",
            example="lab glossary list",
        )  # fmt: skip
    return found


def list_terms(work: UnitOfWork) -> tuple[Term, ...]:
    return work.glossary.list()


def terms_in(texts: Iterable[str], terms: Iterable[Term]) -> tuple[Term, ...]:
    """Those that stand in any of the texts as words of their own, in the order of the terms."""
    text = "\n".join(texts)
    lower = text.casefold()
    return tuple(term for term in terms if _stands_in(term, text, lower))


def _stands_in(term: Term, text: str, lower: str) -> bool:
    is_capitals = term.term.isupper()
    wanted, looked_in = (term.term, text) if is_capitals else (term.key, lower)
    if wanted not in looked_in:
        return False
    # A plural is the word, too: AUCs, embeddings.
    return re.search(rf"(?<!\w){re.escape(wanted)}(?:s|es|'s|’s)?(?!\w)", looked_in) is not None
