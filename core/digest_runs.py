"""What is kept of digests: when they are due in which channel, what each said, and the collections that keep it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from core.cards import Card, card_from_json, card_to_json
from core.deliveries import DeliveryState
from core.schedules import Rhythm, Schedule

if TYPE_CHECKING:
    from core.ports import UnitOfWork
    from core.projects import Channel
    from core.records import Json

_SUBJECT = "digest"
ROOT, CHART = "root", "chart"
VERSION = 1


class DigestKind(StrEnum):
    """The plan of a week, for the team; the report of a month, for those who ask."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.value)


class RunState(StrEnum):
    """`silent` had nothing to say, `skipped` was too late."""

    POSTED = "posted"
    SILENT = "silent"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSchedule:
    """A channel has one of each kind. `shows_all` where it tells of projects too that the channel is not shown.

    What was due until `done_until` is recorded; `looks_at` is when it is looked at next, None while it is paused.
    """

    id: int
    channel: Channel
    kind: DigestKind
    schedule: Schedule
    shows_all: bool = False
    done_until: datetime
    looks_at: datetime | None
    created_at: datetime

    @property
    def is_paused(self) -> bool:
        return self.looks_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRun:
    """One digest of one channel, once in each period of a schedule; without a schedule, posted because somebody asked.

    It tells of the board at `as_of`. `due_at` is when a schedule wanted it. `why` says why it was not posted.
    `revision` counts what it said: more than one after a correction.
    """

    id: int
    schedule_id: int | None
    channel: Channel
    kind: DigestKind
    period: str
    as_of: datetime
    due_at: datetime | None = None
    state: RunState
    why: str = ""
    shows_all: bool = False
    revision: int = 0
    by: str = ""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Chart:
    """`image` is the SHA-256 of a picture that is kept; `alt` says all that it shows."""

    title: str
    image: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestText:
    """What a run said: a root message, and the sections in its thread, which are none where the root says it all.

    `gist` is the same for the same facts, whatever the day. `summary` is what it was written from. `correction` says
    what was wrong in the text before.
    """

    revision: int = 1
    root: Card
    sections: tuple[Card, ...] = ()
    chart: Chart | None = None
    gist: str = ""
    summary: dict[str, Json] = field(default_factory=dict)
    correction: str = ""
    by: str = ""
    at: datetime | None = None


def as_it_stands(work: UnitOfWork, run: DigestRun) -> DigestRun:
    """With what the chat made of it: one that it refused was not posted, whatever was meant."""
    root = work.deliveries.find(digest_subject(run.id)) if run.state is RunState.POSTED else None
    if root is None or root.state is not DeliveryState.PARKED:
        return run
    return replace(run, state=RunState.SILENT, why=f"the chat refused it ({root.error})")


def digest_subject(run_id: int, part: str | int = ROOT) -> str:
    """What a message of a digest is known by: its root, a section by its number from 1, or its chart."""
    return f"{_SUBJECT}:{run_id}:{part}"


def is_digest(subject: str | None) -> bool:
    return subject is not None and subject.partition(":")[0] == _SUBJECT


def read_subject(subject: str) -> tuple[int, str]:
    _, run_id, part = subject.split(":")
    return int(run_id), part


def text_to_json(text: DigestText) -> dict[str, Json]:
    """The parts that are said; fields are only added, so that what was stored always reads."""
    body: dict[str, Json] = {
        "version": VERSION,
        "root": card_to_json(text.root),
        "sections": [card_to_json(section) for section in text.sections],
    }
    if text.chart is not None:
        body["chart"] = {"title": text.chart.title, "image": text.chart.image, "alt": text.chart.alt}
    return body


def text_from_json(body: dict[str, Json]) -> DigestText:
    root, sections, chart = body["root"], body.get("sections"), body.get("chart")
    assert isinstance(root, dict)
    return DigestText(
        root=card_from_json(root),
        sections=tuple(card_from_json(one) for one in sections or () if isinstance(one, dict))
        if isinstance(sections, list)
        else (),
        chart=Chart(str(chart["title"]), str(chart["image"]), str(chart["alt"])) if isinstance(chart, dict) else None,
    )


class Digests(Protocol):
    def add_schedule(self, schedule: DigestSchedule, *, member_id: int | None) -> DigestSchedule | None:
        """With its id; None where the channel has one of that kind already."""
        ...

    def schedule(self, schedule_id: int, *, lock: bool = False) -> DigestSchedule | None: ...
    def schedule_in(self, channel_id: int, kind: DigestKind) -> DigestSchedule | None: ...
    def schedules(self, *, limit: int) -> tuple[DigestSchedule, ...]: ...
    def save_schedule(self, schedule: DigestSchedule) -> None: ...

    def remove_schedule(self, schedule_id: int, now: datetime) -> None:
        """Its runs stay."""
        ...

    def due(self, *, now: datetime, limit: int) -> tuple[DigestSchedule, ...]:
        """Those that are to be looked at, longest due first."""
        ...

    def add_run(self, run: DigestRun, *, member_id: int | None) -> DigestRun | None:
        """With its id; None where this schedule's period has its run already."""
        ...

    def run(self, run_id: int, *, lock: bool = False) -> DigestRun | None: ...

    def skip_run(self, run_id: int, why: str) -> None:
        """It was not posted after all."""
        ...

    def runs(self, *, channel_id: int | None, limit: int) -> tuple[DigestRun, ...]:
        """Newest first."""
        ...

    def last_run(self, schedule_id: int, *, posted: bool) -> DigestRun | None:
        """The newest of a schedule; with `posted`, of those that were posted."""
        ...

    def add_text(self, run_id: int, text: DigestText, *, member_id: int | None, now: datetime) -> None:
        """It is what the run says from now on."""
        ...

    def text(self, run_id: int, *, revision: int | None = None) -> DigestText | None:
        """What the run says, or once said."""
        ...


class Images(Protocol):
    def keep(self, image_id: str, png: bytes, *, channel_id: int, now: datetime, is_preview: bool = False) -> None:
        """For a channel that shows it. `image_id` is the SHA-256 of the bytes: what is kept already stays as it is, and
        what was only a preview is kept for good once it is posted."""
        ...

    def get(self, image_id: str) -> bytes | None: ...
