"""What a digest may tell of: the projects that its destination shows, and those of which it says only how much."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.digest_records import MOST_LISTED, Listed

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Scope:
    """`elsewhere` are projects that the destination may not see: of them nothing is told but counts."""

    projects: frozenset[int]
    elsewhere: frozenset[int] = frozenset()

    def shows(self, project_ids: int | Collection[int] | None) -> bool:
        return not self.projects.isdisjoint(_ids(project_ids))

    def counts(self, project_ids: int | Collection[int] | None) -> bool:
        """Elsewhere, and not here too."""
        ids = _ids(project_ids)
        return self.projects.isdisjoint(ids) and not self.elsewhere.isdisjoint(ids)

    def shown(self, rows: Iterable[T], project: Callable[[T], int | Collection[int] | None]) -> list[T]:
        return [row for row in rows if self.shows(project(row))]

    def pick(self, rows: Sequence[T], project: Callable[[T], int | Collection[int] | None]) -> Listed[T]:
        """In their order: the first of those that are shown, how many there are, and how many elsewhere."""
        shown = self.shown(rows, project)
        return Listed(
            tuple(shown[:MOST_LISTED]), len(shown), sum(self.counts(project(row)) for row in rows)
        )  # fmt: skip


def of_listed(picked: Listed[T], make: Callable[[T], R | None]) -> Listed[R]:
    """Each item made into what is told; what cannot be is left out."""
    made = tuple(item for item in map(make, picked.items) if item is not None)
    return Listed(made, picked.total, picked.elsewhere)


def _ids(project_ids: int | Collection[int] | None) -> Collection[int]:
    if project_ids is None:
        return ()
    return (project_ids,) if isinstance(project_ids, int) else project_ids
