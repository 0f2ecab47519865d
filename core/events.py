"""What happened, in the past tense: the log, and the outbox of everything others must see."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from core.digest_events import DigestEvent, describe_digest
from core.git_events import CommitLine, GitEvent, describe_git
from core.records import Records
from core.tasks import Kind, Priority, State, Track
from core.timebox_events import TimeboxEvent, describe_timebox


class Cause(StrEnum):
    """Why a task cannot go on; blocked time is kept by cause."""

    DATA = "data"
    INFRA = "infra"
    REVIEW = "review"
    PEOPLE = "people"
    OTHER = "other"


@dataclass(frozen=True)
class TaskCreated:
    title: str
    kind: Kind
    track: Track
    priority: Priority
    owner: str | None = None
    points: int | None = None
    box: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Change:
    field: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class TaskChanged:
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class TaskMoved:
    before: State
    after: State
    why: str = ""


@dataclass(frozen=True)
class TaskReordered:
    """`place` in words: “top of now”, “before CHURN-9”."""

    place: str


@dataclass(frozen=True)
class TaskBlocked:
    """`waits_for` names the task whose end it waits for, where that is the reason."""

    blocker: int
    cause: Cause
    why: str = ""
    waits_for: str | None = None


@dataclass(frozen=True)
class TaskUnblocked:
    blocker: int
    cause: Cause
    blocked_at: datetime
    why: str = ""
    waits_for: str | None = None


@dataclass(frozen=True)
class NoteAdded:
    note: int
    text: str


@dataclass(frozen=True)
class LinkAdded:
    link: int
    kind: str
    url: str
    title: str = ""


@dataclass(frozen=True)
class MetricRecorded:
    name: str
    value: float
    before: float | None = None


@dataclass(frozen=True)
class ProjectCreated:
    key: str
    name: str


@dataclass(frozen=True)
class LeadNamed:
    project: str
    lead: str | None


@dataclass(frozen=True)
class HomeChosen:
    project: str
    channel: str


@dataclass(frozen=True)
class EmojiChosen:
    """It makes a task of a message in that channel; None for no emoji."""

    channel: str
    emoji: str | None


@dataclass(frozen=True)
class WatchAdded:
    watch: str
    channel: str


@dataclass(frozen=True)
class WatchRemoved:
    watch: str
    channel: str


@dataclass(frozen=True)
class DeliveryParked:
    """A message that will not be posted; `code` is the chat's own word for why."""

    channel: str
    code: str


@dataclass(frozen=True)
class JobGivenUp:
    """Work that was promised and failed too often; `reason` is the last failure, `lost` what it costs."""

    kind: str
    reason: str
    lost: str = ""


@dataclass(frozen=True)
class PolicyChanged:
    """What extensions cost, with commas."""

    project: str
    before: str
    after: str


@dataclass(frozen=True)
class FindingWritten:
    """By hand; what a decision leaves is told by the decision."""

    finding: int
    title: str


@dataclass(frozen=True)
class FindingRevised:
    finding: int
    revision: int
    title: str


@dataclass(frozen=True)
class CalendarChanged:
    project: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class MetricDefined:
    project: str
    name: str


@dataclass(frozen=True)
class TermDefined:
    """`before` is what it meant until then."""

    term: str
    meaning: str
    before: str | None = None


@dataclass(frozen=True)
class TermForgotten:
    term: str


@dataclass(frozen=True)
class TargetSet:
    """By when a model version is wanted; None where no day is named."""

    version: str
    target: date | None
    before: date | None = None


@dataclass(frozen=True)
class MemberJoined:
    name: str


@dataclass(frozen=True)
class MemberChanged:
    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class BoardsJoined:
    """The team of that name is a part of this one now."""

    name: str


@dataclass(frozen=True)
class BoardsParted:
    name: str


Event: TypeAlias = (
    TaskCreated
    | TaskChanged
    | TaskMoved
    | TaskReordered
    | TaskBlocked
    | TaskUnblocked
    | NoteAdded
    | LinkAdded
    | MetricRecorded
    | FindingWritten
    | FindingRevised
    | ProjectCreated
    | LeadNamed
    | HomeChosen
    | EmojiChosen
    | WatchAdded
    | WatchRemoved
    | DeliveryParked
    | JobGivenUp
    | PolicyChanged
    | CalendarChanged
    | MetricDefined
    | TermDefined
    | TermForgotten
    | TargetSet
    | MemberJoined
    | BoardsJoined
    | BoardsParted
    | MemberChanged
    | TimeboxEvent
    | DigestEvent
    | GitEvent
)

EVENT_TYPES: tuple[type[Event], ...] = Event.__args__
RECORDS = Records([*EVENT_TYPES, Change, CommitLine])


@dataclass(frozen=True)
class LoggedEvent:
    """An event with its place in the log. `member` is who acted, as the team or a Git host names them; None where
    nobody in particular did."""

    id: int
    at: datetime
    event: Event
    member: str | None
    task_id: int | None
    project_id: int | None = None


def describe(event: Event) -> str:
    """The event as the rest of a sentence that begins with a name: “moved it from todo to doing”."""
    match event:
        case TaskCreated(title=title):
            return f"created it: {title}"
        case TaskChanged(changes):
            return "changed " + describe_changes(changes)
        case TaskMoved(before, after, why):
            return f"moved it from {before} to {after}" + _because(why)
        case TaskReordered(place):
            return f"put it {place}"
        case TaskBlocked(waits_for=str() as other):
            return f"made it wait for {other}"
        case TaskBlocked(cause=cause, why=why):
            return f"blocked it by {cause}" + _because(why)
        case TaskUnblocked(waits_for=str() as other):
            return f"let it go on: it no longer waits for {other}"
        case TaskUnblocked(cause=cause):
            return f"let it go on: no longer blocked by {cause}"
        case NoteAdded(text=text):
            return f"noted: {text}"
        case LinkAdded(url=url, title=title):
            return f"linked {title or url}"
        case MetricRecorded(name, value, before):
            return f"recorded {name} {value:g}" + (f" (before: {before:g})" if before is not None else "")
        case FindingWritten(finding, title):
            return f"wrote finding {finding}: {title}"
        case FindingRevised(finding, revision, title):
            return f"revised finding {finding} (revision {revision}): {title}"
        case _:
            return _describe_team_event(event)


def describe_changes(changes: tuple[Change, ...]) -> str:
    return "; ".join(f"{change.field} {change.before or 'none'} → {change.after or 'none'}" for change in changes)


def _describe_team_event(event: Event) -> str:
    match event:
        case ProjectCreated(key, name):
            return f"created project {key} ({name})"
        case LeadNamed(project, lead):
            return f"made {lead or 'nobody'} lead of {project}"
        case HomeChosen(project, channel):
            return f"made #{channel} the home of {project}"
        case EmojiChosen(channel, emoji):
            return f"lets {emoji or 'no emoji'} make tasks in #{channel}"
        case WatchAdded(watch, channel):
            return f"shows {watch} in #{channel}"
        case WatchRemoved(watch, channel):
            return f"no longer shows {watch} in #{channel}"
        case DeliveryParked(channel, code):
            return f"could not post in #{channel}: {code}"
        case JobGivenUp(kind, reason, lost):
            return f"gave up on {lost or kind}: {reason}"
        case PolicyChanged(project, before, after):
            return f"changed what extensions cost in {project}: {before} → {after}"
        case CalendarChanged(project, changes):
            return f"changed the calendar of {project}: {describe_changes(changes)}"
        case MetricDefined(project, name):
            return f"defined metric {name} in {project}"
        case TermDefined(term, meaning):
            return f"explained {term}: {meaning}"
        case TermForgotten(term):
            return f"took {term} out of the glossary"
        case TargetSet(version, None):
            return f"named no day for {version} any more"
        case TargetSet(version, target):
            return f"wants {version} by {target}"
        case MemberJoined(name):
            return f"added {name} to the team"
        case MemberChanged(name, changes):
            return f"changed {name}: {describe_changes(changes)}"
        case BoardsJoined(name):
            return f"took the board of {name} into this one"
        case BoardsParted(name):
            return f"gave {name} its own board again"
        case _ if isinstance(event, TimeboxEvent.__args__):
            return describe_timebox(event)
        case _ if isinstance(event, DigestEvent.__args__):
            return describe_digest(event)
        case _:
            return describe_git(event)


def _because(why: str) -> str:
    return f": {why}" if why else ""
