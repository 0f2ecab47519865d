"""What only one process does at a time: it holds a lease and renews it; when it dies, the lease ends."""

from datetime import datetime
from typing import Protocol


class Leases(Protocol):
    """`name` is what is done, `holder` whoever does it just now."""

    def hold(self, name: str, holder: str, *, until: datetime, now: datetime) -> bool:
        """Takes it where it is free, renews it where it is the holder's own; False where somebody else has it."""
        ...

    def release(self, name: str, holder: str) -> None: ...

    def noted(self, name: str) -> str:
        """What a holder noted last; empty where none did."""
        ...

    def note(self, name: str, holder: str, words: str) -> bool:
        """For whoever holds it next; False where it is not the holder's any more."""
        ...
