"""What happens to timeboxes, in the past tense. `timebox` is its id; times are UTC."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from core.tasks import State
from core.timebox_records import Call


@dataclass(frozen=True)
class TimeboxStarted:
    timebox: int
    box: str
    ends_at: datetime | None = None


@dataclass(frozen=True)
class TimeboxNearlyOver:
    """Four fifths are used; for its owner alone."""

    timebox: int
    ends_at: datetime


@dataclass(frozen=True)
class TimeboxEnded:
    """Time to decide. `rounds` is how often it had been extended; `late_seconds` how long after its end this is."""

    timebox: int
    rounds: int = 0
    late_seconds: int = 0
    by_runs: bool = False


@dataclass(frozen=True)
class TimeboxNagged:
    """Still undecided. `nag` counts from 1; `to_lead` says that now the lead is told, and nobody after that."""

    timebox: int
    rounds: int
    nag: int
    to_lead: bool = False


@dataclass(frozen=True)
class ExtensionAsked:
    """Somebody else has to agree to it. `task` is its key; `nags` as of `TimeboxExtended`."""

    timebox: int
    rounds: int
    by: str
    why: str
    task: str = ""
    nags: int = 0


@dataclass(frozen=True)
class TimeboxExtended:
    """`nags` is how many reminders there had been of what is decided by this."""

    timebox: int
    by: str
    why: str
    ends_at: datetime | None = None
    rounds: int = 0
    nags: int = 0
    agreed_with: str = ""


@dataclass(frozen=True)
class TimeboxSnoozed:
    timebox: int
    until: datetime


@dataclass(frozen=True)
class TimeboxCancelled:
    """The task left research: nothing is to be decided. `rounds` and `nags` say which prompts there were."""

    timebox: int
    rounds: int = 0
    nags: int = 0


@dataclass(frozen=True)
class TaskDecided:
    """`tasks` carry it on: production work of what was adopted, research of what was split; `finding` keeps what was
    learned."""

    call: Call
    learned: str
    why: str = ""
    best_run: str = ""
    tasks: tuple[str, ...] = ()
    timebox: int | None = None
    rounds: int = 0
    nags: int = 0
    before: State = State.DOING
    finding: int | None = None


TimeboxEvent: TypeAlias = (
    TimeboxStarted
    | TimeboxNearlyOver
    | TimeboxEnded
    | TimeboxNagged
    | ExtensionAsked
    | TimeboxExtended
    | TimeboxSnoozed
    | TimeboxCancelled
    | TaskDecided
)

CALLED = {Call.ADOPT: "adopted", Call.DROP: "dropped", Call.SPLIT: "split"}


def describe_timebox(event: TimeboxEvent) -> str:
    """The rest of a sentence that begins with a name."""
    match event:
        case TimeboxStarted(box=box):
            return f"started its timebox of {box}"
        case TimeboxNearlyOver():
            return "saw that four fifths of its timebox are used"
        case TimeboxEnded(by_runs=by_runs):
            return "asked to decide or extend: its " + ("runs are used up" if by_runs else "timebox ended")
        case TimeboxNagged(to_lead=to_lead):
            return "asked " + ("the lead " if to_lead else "again ") + "for a decision"
        case ExtensionAsked(by=by, why=why):
            return f"asks for {by} more, which another person has to agree to: {why}"
        case TimeboxExtended(by=by, why=why, agreed_with=asker):
            return (f"agreed with {asker} to give" if asker else "gave") + f" it {by} more: {why}"
        case TimeboxSnoozed(until=until):
            return f"wants to be reminded on {until:%Y-%m-%d %H:%M} UTC"
        case TimeboxCancelled():
            return "ended its timebox without a decision: it is no research any more"
        case TaskDecided(call, learned, tasks=tasks):
            carried = f" into {', '.join(tasks)}" if tasks else ""
            return f"decided: {CALLED[call]}{carried}. Learned: {learned}"
