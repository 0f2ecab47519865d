"""What a Git host is asked for beyond what it reports by itself, and how it fails."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.git import Commit


@dataclass(frozen=True, slots=True)
class CommitPage:
    """Commits, oldest first; `next_page` is None after the last of them. `left_out` counts what no page will show."""

    commits: tuple[Commit, ...]
    next_page: int | None = None
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDelivery:
    """A report that never arrived. `id` and `hook` are the host's own, `place` is where the hook is: `acme/churn`, or
    `acme` for one of the organization."""

    place: str
    id: str
    hook: str
    event: str
    at: datetime


class HostError(Exception):
    """A Git host did not do what it was asked for.

    HostError
    ├── HostBusy      not now; `after` says when, where the host said so
    └── HostRefused   never with this token; the words say what it lacks
    """


class HostBusy(HostError):
    def __init__(self, why: str, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class HostRefused(HostError):
    """`is_not_found` where it may be that there is no such thing: hosts hide what a token may not see."""

    def __init__(self, words: str, *, is_not_found: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.is_not_found = is_not_found
