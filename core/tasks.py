"""Task: the thing on the board, and the rules that hold for every task."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.durations import Box
from core.errors import InvalidInput
from core.ids import Person, TaskKey

TITLE_LIMIT = 200
DESCRIPTION_LIMIT = 4_000
MAX_POINTS = 100
MAX_LABELS = 12

_LABEL = re.compile(r"[\w.+/-]{1,40}")
_VERSION = re.compile(r"[a-z0-9][\w.-]{0,63}@[\w.-]{1,64}")


class Track(StrEnum):
    RESEARCH = "research"
    PRODUCTION = "production"


class Kind(StrEnum):
    INVESTIGATE = "investigate"
    DATA = "data"
    FEATURE = "feature"
    REFACTOR = "refactor"
    BUILD = "build"
    DEPLOY = "deploy"
    AB_TEST = "ab-test"
    ALERT = "alert"

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The tracks it may be on; it starts on the first."""
        if self in (Kind.INVESTIGATE, Kind.AB_TEST):
            return (Track.RESEARCH,)
        if self in (Kind.DATA, Kind.FEATURE):
            return (Track.PRODUCTION, Track.RESEARCH)
        return (Track.PRODUCTION,)


class State(StrEnum):
    TODO = "todo"
    DOING = "doing"
    REVIEW = "review"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def is_open(self) -> bool:
        return self not in (State.DONE, State.DROPPED)


class Priority(StrEnum):
    NOW = "now"
    NEXT = "next"
    LATER = "later"


class Role(StrEnum):
    """What a person does in the team, and whose work a task is."""

    RESEARCH = "research"
    ML = "ml"
    DATA = "data"
    MLOPS = "mlops"
    PRODUCT = "product"


class Phase(StrEnum):
    """Where a task stands on the way from notebook to production."""

    EXPLORE = "explore"
    REFACTOR = "refactor"
    BUILD = "build"
    DEPLOY = "deploy"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """`rank` orders tasks of one priority; `revision` counts its changes; `version` is written `churn@v2.0`."""

    id: int
    key: TaskKey
    project_id: int
    title: str
    kind: Kind
    track: Track
    state: State = State.TODO
    description: str = ""
    priority: Priority = Priority.NEXT
    rank: str
    points: int | None = None
    box: Box | None = None
    version: str | None = None
    role: Role | None = None
    owner: Person | None = None
    labels: tuple[str, ...] = ()
    is_blocked: bool = False
    revision: int = 1
    created_at: datetime
    created_by: int | None = None
    started_at: datetime | None = None
    closed_at: datetime | None = None


def phase_of(kind: Kind, link_kinds: frozenset[str]) -> Phase:
    """Derived from the kind; data and feature work is past exploring once something other than a notebook is linked."""
    match kind:
        case Kind.INVESTIGATE | Kind.AB_TEST:
            return Phase.EXPLORE
        case Kind.REFACTOR:
            return Phase.REFACTOR
        case Kind.DEPLOY:
            return Phase.DEPLOY
        case Kind.ALERT:
            return Phase.MONITOR
        case Kind.DATA | Kind.FEATURE if link_kinds == {"notebook"}:
            return Phase.EXPLORE
        case _:
            return Phase.BUILD


def check_track(kind: Kind, track: Track | None) -> Track:
    """The track a task of `kind` is put on. Raises `InvalidInput` where the kind is not done on that track."""
    if track is None:
        return kind.tracks[0]
    if track not in kind.tracks:
        raise InvalidInput(
            f"{kind} work is always on the {kind.tracks[0]} track.",
            "Only data and feature work may be put on either track.",
        )
    return track


def check_estimate(track: Track, points: int | None, box: Box | None) -> None:
    """Research has a timebox and no points, production the other way round."""
    if track is Track.RESEARCH:
        if points is not None:
            raise InvalidInput(
                "Research is timeboxed, not estimated: it has no points.",
                "Leave points out and give a timebox: box:10d.",
            )
        if box is None:
            raise InvalidInput(
                "A research task needs a timebox.", "Say how long it may take: box:3h, box:10d or box:2w."
            )
    elif box is not None:
        raise InvalidInput(
            "Only research is timeboxed.",
            "Leave box out and give points if you estimate: points:3; or put data and feature work on track:research.",
        )
    if points is not None and not 0 <= points <= MAX_POINTS:
        raise InvalidInput(f"{points} points is not an estimate.", f"Give 0 to {MAX_POINTS}, for example points:3.")


def parse_labels(text: str) -> tuple[str, ...]:
    """Separated by commas or spaces, compared without case, sorted."""
    labels = sorted({word.lower().lstrip("#") for word in re.split(r"[,\s]+", text.strip()) if word})
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise InvalidInput(f"“{label[:40]}” cannot be a label.", "Use letters, digits, and . + / - _ in between.")
    if len(labels) > MAX_LABELS:
        raise InvalidInput(f"{len(labels)} labels are too many.", f"Keep at most {MAX_LABELS}.")
    return tuple(labels)


def parse_version(text: str) -> str:
    """`churn@v2.0`: a model's name and its version."""
    model, at, version = text.strip().partition("@")
    parsed = f"{model.lower()}{at}{version}"
    if not _VERSION.fullmatch(parsed):
        raise InvalidInput(f"“{text.strip()[:60]}” is not a model version.", "Write model@version: churn@v2.0.")
    return parsed
