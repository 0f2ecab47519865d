"""Codes that are good for one use, by whom they were given to, within a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from core.teams import Directory

# How long it can still be said that a code came too late.
REMEMBERED = timedelta(days=1)


class CodePurpose(StrEnum):
    INSTALL = "install"
    JOIN = "join"
    # What a button or a form carries that is too long for it: read as often as it is pressed.
    CARRIED = "carried"


class Fault(StrEnum):
    UNKNOWN = "unknown"  # used before, or never given out
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"  # given to somebody else


class CodeRefused(Exception):
    """A code that is not good, or not any more."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeCode:
    """As it is kept: of the code itself and of what it is bound to only the hashes, SHA-256 in hex."""

    purpose: CodePurpose
    code_hash: str
    bound_hash: str
    body: Mapping[str, Any]
    expires_at: datetime


class OneTimeCodes(Protocol):
    def add(self, code: OneTimeCode) -> None: ...

    def take(self, purpose: CodePurpose, code_hash: str, bound_hash: str, now: datetime) -> Mapping[str, Any] | None:
        """Uses it up and returns its body, in one statement: of many who take it at once, one gets it."""
        ...

    def find(self, purpose: CodePurpose, code_hash: str) -> OneTimeCode | None: ...

    def forget(self, *, before: datetime) -> int:
        """Those that expired before; how many."""
        ...


def issue_code(
    directory: "Directory",
    *,
    purpose: CodePurpose,
    code: str,
    bound_to: str,
    lasts: timedelta,
    now: datetime,
    body: Mapping[str, Any] | None = None,
) -> None:
    """`code` must be too long to be guessed: it is hashed once. `bound_to` is what its user must have as well."""
    kept = OneTimeCode(
        purpose=purpose, code_hash=hash_code(purpose, code), bound_hash=hash_code(purpose, bound_to), body=body or {},
        expires_at=now + lasts,
    )  # fmt: skip
    directory.codes.add(kept)


def redeem_code(
    directory: "Directory", *, purpose: CodePurpose, code: str, bound_to: str, now: datetime
) -> Mapping[str, Any]:
    """Its body, once. Whoever it was not given to does not use it up. Raises `CodeRefused`."""
    code_hash, bound_hash = hash_code(purpose, code), hash_code(purpose, bound_to)
    body = directory.codes.take(purpose, code_hash, bound_hash, now)
    if body is not None:
        return body
    kept = directory.codes.find(purpose, code_hash)
    if kept is None:
        raise CodeRefused(Fault.UNKNOWN)
    raise CodeRefused(Fault.ELSEWHERE if kept.bound_hash != bound_hash else Fault.EXPIRED)


def read_code(directory: "Directory", *, purpose: CodePurpose, code: str, now: datetime) -> Mapping[str, Any] | None:
    """Its body, and it stays; None for one that is over, or that never was."""
    kept = directory.codes.find(purpose, hash_code(purpose, code))
    return kept.body if kept is not None and kept.expires_at > now else None


def hash_code(purpose: CodePurpose, text: str) -> str:
    return sha256(f"{purpose}\0{text}".encode()).hexdigest()
