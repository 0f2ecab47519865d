"""What the pages beside the board show: a task whole, timeboxes by their end, what is blocked, what was found out."""

from dataclasses import dataclass
from datetime import datetime

from core.blockers import Blocker
from core.board_pages import PAGE, Moment
from core.errors import InvalidInput
from core.events import Cause, LoggedEvent
from core.finding_records import Finding
from core.findings import find_finding
from core.ids import TaskKey
from core.ports import UnitOfWork
from core.prompts import TimeboxView, view_timebox
from core.task_search import TaskFilter
from core.task_views import TaskView, view_task
from core.tasks import TITLE_LIMIT, Kind, Task
from core.text import clean_line
from core.timebox_records import Decision, Timebox, TimeboxState
from core.timeboxes import NAGS
from core.words import words_of

# Of one cause, where all causes stand on one page; of what hangs on one task.
_OF_A_CAUSE = 15
_NOTES, _LINKS, _EVENTS, _FINDINGS = 50, 100, 30, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """`decisions` newest first, the first holds; `next` is how older history is asked for."""

    view: TaskView
    timebox: TimeboxView | None
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    history: tuple[LoggedEvent, ...]
    next: str


@dataclass(frozen=True, slots=True)
class BoxLine:
    timebox: Timebox
    task: Task

    @property
    def is_over(self) -> bool:
        return self.timebox.state is TimeboxState.ENDED

    @property
    def is_debt(self) -> bool:
        """Nobody is asked for it any more."""
        return self.is_over and self.timebox.nags >= NAGS


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxesPage:
    lines: tuple[BoxLine, ...]
    next: str


@dataclass(frozen=True, slots=True)
class BlockedLine:
    blocker: Blocker
    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class CausePage:
    cause: Cause
    lines: tuple[BlockedLine, ...]
    next: str


@dataclass(frozen=True, slots=True)
class DataLine:
    """Open data work, and the tasks that wait for it."""

    task: Task
    waiting: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedPage:
    causes: tuple[CausePage, ...]
    data: tuple[DataLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsPage:
    findings: tuple[Finding, ...]
    next: str


def page_of_task(work: UnitOfWork, *, key: TaskKey, before: str, now: datetime) -> TaskPage:
    """`now` is when it is looked at; `before` as `TaskPage.next`. Raises `NotFound`, `InvalidInput`."""
    view = view_task(work, key=key, notes=_NOTES, links=_LINKS)
    task = view.task
    history = work.events.of_task(task.id, limit=_EVENTS + 1, before=_number(before))
    return TaskPage(
        view=view,
        timebox=view_timebox(work, task=task, now=now),
        decisions=work.decisions.of_task(task.id, limit=_FINDINGS),
        findings=work.findings.of_task(task.id, limit=_FINDINGS),
        history=history[:_EVENTS],
        next=str(history[_EVENTS - 1].id) if len(history) > _EVENTS else "",
    )


def page_of_timeboxes(work: UnitOfWork, *, project_id: int | None, owner_id: int | None, after: str) -> BoxesPage:
    """By their end, so that what is over comes first, and the longest over before the others."""
    place = Moment.parse(after) if after else None
    found = work.timeboxes.list_open(
        project_id=project_id, owner_id=owner_id, limit=PAGE + 1, after=place, is_timed=True
    )
    shown, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
    if not after:
        # Their ends are worked out again just now, by a calendar that changed.
        shown += work.timeboxes.list_open(project_id=project_id, owner_id=owner_id, limit=PAGE, is_timed=False)
    tasks = {task.id: task for task in work.board.tasks([timebox.task_id for timebox in shown])}
    lines = tuple(BoxLine(timebox, tasks[timebox.task_id]) for timebox in shown if timebox.task_id in tasks)
    more = str(Moment(last.ends_at, last.id)) if last is not None and last.ends_at is not None else ""
    return BoxesPage(lines=lines, next=more)


def page_of_blocked(work: UnitOfWork, *, project_id: int | None, cause: Cause | None, after: str) -> BlockedPage:
    """Data first. One cause goes on from `after`, as its `next`; all of them stand with their longest blocked."""
    place, limit = (Moment.parse(after) if after else None, PAGE) if cause else (None, _OF_A_CAUSE)
    causes = (cause,) if cause else tuple(Cause)
    pages = tuple(_cause_page(work, one, project_id, place, limit) for one in causes)
    data = _data_work(work, project_id) if cause in (None, Cause.DATA) and place is None else ()
    return BlockedPage(causes=pages, data=data)


def page_of_findings(work: UnitOfWork, *, project_id: int | None, search: str, before: str) -> FindingsPage:
    """The newest first; with `search` those where each word stands, or begins one. Raises `InvalidInput`."""
    number = _number(before)
    words = words_of(clean_line(search, what="search", limit=TITLE_LIMIT)) if search.strip() else ()
    if words:
        found = work.findings.search(words, limit=PAGE + 1, before=number)
    elif search.strip():
        found = ()
    else:
        found = work.findings.list(project_id=project_id, limit=PAGE + 1, before=number)
    return FindingsPage(findings=found[:PAGE], next=str(found[PAGE - 1].number) if len(found) > PAGE else "")


def page_of_finding(work: UnitOfWork, *, number: int, revision: int | None) -> tuple[Finding, TaskView]:
    """With its task. Raises `NotFound`."""
    finding = find_finding(work, number, revision=revision)
    return finding, view_task(work, key=finding.task_key)


def _cause_page(
    work: UnitOfWork, cause: Cause, project_id: int | None, after: Moment | None, limit: int
) -> CausePage:  # fmt: skip
    found = work.board.blockers(cause=cause, project_id=project_id, after=after, limit=limit + 1)
    shown = found[:limit]
    tasks = {task.id: task for task in work.board.tasks(list(dict.fromkeys(one.task_id for one in shown)))}
    more = str(Moment(shown[-1].opened_at, shown[-1].id)) if len(found) > limit else ""
    return CausePage(
        cause=cause,
        lines=tuple(BlockedLine(one, tasks[one.task_id]) for one in shown if one.task_id in tasks),
        next=more,
    )


def _data_work(work: UnitOfWork, project_id: int | None) -> tuple[DataLine, ...]:
    """In the board's order."""
    ids = work.board.column(TaskFilter(project_id=project_id, kind=Kind.DATA), after=None, most=_OF_A_CAUSE)
    return tuple(DataLine(task, work.blockers.waiting_for(task.id)) for task in work.board.tasks(ids))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInput("There is no such page.", "Begin with the first one.")
    return int(text)
