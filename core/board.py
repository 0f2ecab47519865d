"""Making tasks, changing their fields, and their order on the board."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Literal, TypeAlias, TypeVar

from core.blockers import refuse_closed
from core.durations import Box, check_last_day, check_runs
from core.errors import InvalidInput
from core.events import Change, TaskChanged, TaskCreated, TaskReordered
from core.ids import ChannelRef, Person, TaskKey
from core.journal import Actor, record
from core.links import add_link
from core.members import MemberRef, ensure_member
from core.metrics import Measurement, record_metric
from core.ordering import first_rank, rank_after, rank_before, rank_between
from core.ports import UnitOfWork
from core.projects import choose_project, unknown_project
from core.task_search import find_task
from core.task_spans import follow_state
from core.tasks import (
    DESCRIPTION_LIMIT,
    TITLE_LIMIT,
    Kind,
    Priority,
    Role,
    State,
    Task,
    Track,
    check_estimate,
    check_track,
)
from core.text import clean_line, clean_text
from core.timeboxes import follow_task

T = TypeVar("T")


class Unset(Enum):
    """A field that is left as it is; None clears one."""

    UNSET = "unset"


UNSET: Literal[Unset.UNSET] = Unset.UNSET
Maybe: TypeAlias = T | Unset


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    title: str
    project: str | None = None
    kind: Kind | None = None
    track: Track | None = None
    description: str = ""
    priority: Priority = Priority.NEXT
    points: int | None = None
    box: Box | None = None
    runs: int | None = None
    version: str | None = None
    role: Role | None = None
    owner: MemberRef | None = None
    labels: tuple[str, ...] = ()
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanges:
    title: Maybe[str] = UNSET
    kind: Maybe[Kind] = UNSET
    track: Maybe[Track] = UNSET
    description: Maybe[str | None] = UNSET
    priority: Maybe[Priority] = UNSET
    points: Maybe[int | None] = UNSET
    box: Maybe[Box | None] = UNSET
    runs: Maybe[int | None] = UNSET
    version: Maybe[str | None] = UNSET
    role: Maybe[Role | None] = UNSET
    owner: Maybe[MemberRef | None] = UNSET
    labels: Maybe[tuple[str, ...] | None] = UNSET


def create_task(
    work: UnitOfWork, *, actor: Actor, new: NewTask, channel: ChannelRef | None, today: date, now: datetime
) -> Task:
    return make_task(work, check_new(new, today), actor=actor, channel=channel, now=now)


def make_task(
    work: UnitOfWork, checked: tuple[NewTask, Kind, Track], *, actor: Actor, channel: ChannelRef | None, now: datetime
) -> Task:
    """Of what `check_new` gave."""
    new, kind, track = checked
    owner = _person(work, new.owner, actor, now)
    project = new.project or choose_project(work, key=None, channel=channel).key
    taken = work.projects.take_number(project)
    if taken is None:
        raise unknown_project(work, project)
    task = Task(
        id=taken.task_id, key=TaskKey(project, taken.number), project_id=taken.project_id, title=new.title,
        description=new.description, kind=kind, track=track, priority=new.priority, rank=first_rank(taken.number),
        points=new.points, box=new.box, version=new.version, role=new.role, owner=owner, labels=new.labels,
        created_at=now, created_by=actor.member_id,
    )  # fmt: skip
    task = work.tasks.add(task)
    event = TaskCreated(
        task.title, kind, track, task.priority, owner.name if owner else None, task.points,
        str(task.box) if task.box else None, task.version,
    )  # fmt: skip
    record(work, event, actor=actor, now=now, task=task)
    if new.link is not None:
        add_link(work, task, url=new.link, title=None, actor=actor, now=now)
    return task


def check_new(new: NewTask, today: date) -> tuple[NewTask, Kind, Track]:
    """As it will be kept. Without a kind it is an investigation if it has a timebox, else a feature.

    Raises `InvalidInput` for what can be told without the board.
    """
    kind = new.kind or (Kind.INVESTIGATE if new.box or new.track is Track.RESEARCH else Kind.FEATURE)
    track = check_track(kind, new.track)
    box = _with_runs(new.box, new.runs)
    check_estimate(track, new.points, box)
    check_last_day(box, today)
    title = clean_line(new.title, what="title", limit=TITLE_LIMIT)
    description = _clean_description(new.description)
    return replace(new, kind=kind, track=track, box=box, title=title, description=description), kind, track


def change_task(
    work: UnitOfWork,
    *,
    actor: Actor,
    key: TaskKey,
    changes: TaskChanges,
    measurement: Measurement | None,
    revision: int | None,
    today: date,
    now: datetime,
) -> tuple[Task, tuple[Change, ...]]:
    """The changed task and what changed; nothing is written when nothing did."""
    before = find_task(work, key, lock=True, revision=revision)
    after = _apply(work, before, changes, actor=actor, today=today, now=now)
    differences = _differences(before, after)
    if differences:
        after = work.tasks.save(after)
        follow_state(work, before, after, now=now)
        record(work, TaskChanged(differences), actor=actor, now=now, task=after)
        if (before.box, before.owner, before.track) != (after.box, after.owner, after.track):
            follow_task(work, before, after, actor=actor, now=now)
        if before.title != after.title and after.state is State.DROPPED:
            work.findings.rename_dropped(after)
    if measurement is not None:
        record_metric(work, after, measurement, actor=actor, now=now)
    return after, differences


def reorder_task(
    work: UnitOfWork,
    *,
    actor: Actor,
    key: TaskKey,
    place: Literal["top", "bottom"] | None,
    before: TaskKey | None,
    after: TaskKey | None,
    now: datetime,
) -> Task:
    """Puts it first or last of its priority, or next to another task, whose priority it takes."""
    task = find_task(work, key, lock=True)
    refuse_closed(task)
    work.lock(f"order of {task.project_id}")
    if before or after:
        beside = find_task(work, before or after or key)
        _refuse_neighbour(task, beside)
        rank = _rank_beside(work, task, beside, before=before is not None)
        moved = replace(task, priority=beside.priority, rank=rank)
        words = f"{'before' if before else 'after'} {beside.key}"
    else:
        moved = replace(task, rank=_rank_at_edge(work, task, first=place == "top"))
        words = f"at the {place} of {task.priority}"
    if moved != task:
        moved = work.tasks.save(moved)
        record(work, TaskReordered(words), actor=actor, now=now, task=moved)
    return moved


def last_rank(work: UnitOfWork, task: Task, priority: Priority) -> str:
    """The rank behind every open task of that priority, for one that joins them."""
    work.lock(f"order of {task.project_id}")
    last = work.tasks.edge(task.project_id, priority, first=False)
    return rank_after(last.rank) if last and last.id != task.id else task.rank


def _apply(work: UnitOfWork, task: Task, changes: TaskChanges, *, actor: Actor, today: date, now: datetime) -> Task:
    kind = _pick(changes.kind, task.kind)
    track = _pick(changes.track, task.track)
    if changes.track is UNSET and track not in kind.tracks:
        track = kind.tracks[0]
    check_track(kind, track)
    changed_track = track is not task.track
    # What the new track may not have is left behind, unless it was asked for just now: then it is refused.
    points = _pick(changes.points, None if changed_track and track is Track.RESEARCH else task.points)
    box = _pick(changes.box, None if changed_track and track is Track.PRODUCTION else task.box)
    runs = _pick(changes.runs, box.runs if box and changes.box is UNSET else None)
    box = _with_runs(box, runs)
    if points is not None or box != task.box or changed_track:
        check_estimate(track, points, box)
    if changes.box is not UNSET:
        check_last_day(box, today)
    owner = changes.owner
    priority = _pick(changes.priority, task.priority)
    return replace(
        task,
        title=task.title if changes.title is UNSET else clean_line(changes.title, what="title", limit=TITLE_LIMIT),
        description=_clean_description(_pick(changes.description, task.description) or ""),
        kind=kind, track=track, points=points, box=box, priority=priority,
        rank=task.rank if priority is task.priority or not task.state.is_open else last_rank(work, task, priority),
        version=_pick(changes.version, task.version),
        role=_pick(changes.role, task.role),
        owner=task.owner if owner is UNSET else _person(work, owner, actor, now),
        labels=task.labels if changes.labels is UNSET else changes.labels or (),
    )  # fmt: skip


def _person(work: UnitOfWork, ref: MemberRef | None, actor: Actor, now: datetime) -> Person | None:
    return ensure_member(work, ref, actor=actor, now=now).person if ref else None


def _clean_description(text: str) -> str:
    return clean_text(text, what="description", limit=DESCRIPTION_LIMIT)


def _pick(new: Maybe[T], old: T) -> T:
    return old if isinstance(new, Unset) else new


def _differences(before: Task, after: Task) -> tuple[Change, ...]:
    fields = ("title", "kind", "track", "priority", "points", "box", "version", "role", "labels")
    changes = [
        Change(name, _word(getattr(before, name)), _word(getattr(after, name)))
        for name in fields
        if getattr(before, name) != getattr(after, name)
    ]
    if before.owner != after.owner:
        changes.append(
            Change("owner", _word(before.owner and before.owner.name), _word(after.owner and after.owner.name))
        )
    if before.description != after.description:
        changes.append(Change("description", _word(before.description), _word(after.description)))
    return tuple(changes)


def _word(value: object) -> str | None:
    if isinstance(value, tuple):
        return " ".join(value) or None
    return None if value is None or value == "" else str(value)


def _with_runs(box: Box | None, runs: int | None) -> Box | None:
    if runs is None:
        return replace(box, runs=None) if box else None
    if box is None:
        raise InvalidInput("A number of runs needs a timebox beside it.", "Give both: box:10d runs:50.")
    return replace(box, runs=check_runs(runs))


def _refuse_neighbour(task: Task, beside: Task) -> None:
    if beside.id == task.id:
        raise InvalidInput("A task cannot stand beside itself.", "Name another task, or say to:top or to:bottom.")
    if beside.project_id != task.project_id:
        raise InvalidInput(f"{beside.key} is in another project.", "Order is kept inside a project.")
    if not beside.state.is_open:
        raise InvalidInput(f"{beside.key} is {beside.state}.", "Name an open task.")


def _rank_beside(work: UnitOfWork, task: Task, beside: Task, *, before: bool) -> str:
    neighbour = work.tasks.neighbour(beside, before=before)
    if neighbour and neighbour.id == task.id:
        return task.rank
    if before:
        return rank_between(neighbour.rank, beside.rank) if neighbour else rank_before(beside.rank)
    return rank_between(beside.rank, neighbour.rank) if neighbour else rank_after(beside.rank)


def _rank_at_edge(work: UnitOfWork, task: Task, *, first: bool) -> str:
    edge = work.tasks.edge(task.project_id, task.priority, first=first)
    if edge is None or edge.id == task.id:
        return task.rank
    return rank_before(edge.rank) if first else rank_after(edge.rank)
