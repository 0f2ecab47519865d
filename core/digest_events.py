"""What happens to digests, in the past tense. `channel` is its name, `digest` the kind."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class DigestScheduled:
    """`how` is when it comes, in words."""

    digest: str
    channel: str
    how: str


@dataclass(frozen=True)
class DigestRescheduled:
    """`change` is paused, resumed or removed."""

    digest: str
    channel: str
    change: str


@dataclass(frozen=True)
class DigestPosted:
    """`run` is its number in the archive."""

    run: int
    digest: str
    channel: str
    period: str


@dataclass(frozen=True)
class DigestNotPosted:
    """Skipped because it was too late, or silent because there was nothing to say."""

    digest: str
    channel: str
    period: str
    why: str


@dataclass(frozen=True)
class DigestCorrected:
    run: int
    channel: str
    why: str


DigestEvent: TypeAlias = DigestScheduled | DigestRescheduled | DigestPosted | DigestNotPosted | DigestCorrected


def describe_digest(event: DigestEvent) -> str:
    match event:
        case DigestScheduled(digest, channel, how):
            return f"scheduled the {digest} digest in #{channel}: {how}"
        case DigestRescheduled(digest, channel, change):
            return f"{change} the {digest} digest in #{channel}"
        case DigestPosted(run, digest, channel, period):
            return f"posted the {digest} digest of {period} in #{channel} (report {run})"
        case DigestNotPosted(digest, channel, period, why):
            return f"did not post the {digest} digest of {period} in #{channel}: {why}"
        case DigestCorrected(run, channel, why):
            return f"corrected report {run} in #{channel}: {why}"
