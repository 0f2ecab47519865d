"""Findings: what was learned, as pages that are revised and searched, and never lost."""

import re
from dataclasses import dataclass
from datetime import datetime

from core.errors import InvalidInput, NotFound
from core.events import FindingRevised, FindingWritten
from core.finding_records import Finding, Page, Writer
from core.ids import TaskKey
from core.journal import Actor, record
from core.ports import UnitOfWork
from core.projects import find_project
from core.task_search import find_task
from core.tasks import TITLE_LIMIT, Task
from core.text import clean_line, clean_text
from core.words import words_of

BODY_LIMIT = 10_000
LISTED = 20
# The lock of whoever takes the team's next number.
_NUMBERS = "findings"
_HEADING = re.compile(r"#{1,6}\s+(\S[^\n]*?)[\s#]*(?:\n|$)")


@dataclass(frozen=True, slots=True)
class FoundPages:
    findings: tuple[Finding, ...]
    has_more: bool


def write_finding(
    work: UnitOfWork, *, actor: Actor, task: TaskKey, text: str, title: str | None, now: datetime
) -> Finding:
    """One more about the task. Without a title it is called by a heading that it begins with, else as the task."""
    found = find_task(work, task)
    written = _page(text, title, otherwise=found.title)
    number = _add(work, found, written, actor=actor, now=now)
    record(work, FindingWritten(number, written.title), actor=actor, now=now, task=found)
    return find_finding(work, number)


def keep_learning(
    work: UnitOfWork, task: Task, *, learned: str, why: str, best_run: str, decision_id: int, actor: Actor,
    now: datetime,
) -> int:  # fmt: skip
    """The number of the finding that a decision leaves; the decision's own event tells of it."""
    parts = [learned, f"## Why\n\n{why}" if why else "", f"## Best run\n\n{best_run}" if best_run else ""]
    page = Page(title=task.title, body="\n\n".join(filter(None, parts)))
    return _add(work, task, page, actor=actor, now=now, decision_id=decision_id)


def revise_finding(
    work: UnitOfWork, *, actor: Actor, number: int, text: str, title: str | None, now: datetime
) -> tuple[Finding, bool]:
    """The finding, and whether anything changed. What it said before stays as an earlier revision."""
    before = find_finding(work, number, lock=True)
    page = _page(text, title, otherwise=before.page.title)
    if page == before.page:
        return before, False
    work.findings.revise(before, page, by=_writer(actor), now=now)
    task = find_task(work, before.task_key)
    event = FindingRevised(number, before.last_revision + 1, page.title)
    record(work, event, actor=actor, now=now, task=task)
    return find_finding(work, number), True


def find_finding(work: UnitOfWork, number: int, *, revision: int | None = None, lock: bool = False) -> Finding:
    found = work.findings.get(number, revision=revision, lock=lock) if 0 < number < 2**31 else None
    if found is not None:
        return found
    if revision is not None:
        newest = find_finding(work, number)
        raise NotFound(
            f"Finding {number} has no revision {revision}.", f"Its revisions are 1 to {newest.last_revision}:",
            example=f"lab finding show {number} revision:{newest.last_revision}",
        )  # fmt: skip
    raise NotFound(f"There is no finding {number}.", "See what there is:", example="lab finding list")


def list_findings(work: UnitOfWork, *, project: str | None) -> FoundPages:
    """The newest first."""
    project_id = find_project(work, project).id if project else None
    return _found(work.findings.list(project_id=project_id, limit=LISTED + 1))


def search_findings(work: UnitOfWork, *, text: str) -> FoundPages:
    """Those where every word stands, or begins a word; the newest first."""
    words = words_of(clean_line(text, what="search", limit=TITLE_LIMIT))
    if not words:
        raise InvalidInput("There is no word in that to search for.", "Give a word or two, for example focal loss.")
    return _found(work.findings.search(words, limit=LISTED + 1))


def _add(
    work: UnitOfWork, task: Task, page: Page, *, actor: Actor, now: datetime, decision_id: int | None = None
) -> int:
    work.lock(_NUMBERS)
    return work.findings.add(task, page, by=_writer(actor), decision_id=decision_id, now=now)


def _writer(actor: Actor) -> Writer:
    return Writer(member_id=actor.member_id, name=actor.name)


def _page(text: str, title: str | None, *, otherwise: str) -> Page:
    body = clean_text(text, what="finding", limit=BODY_LIMIT)
    heading = _HEADING.match(body) if title is None else None
    if heading is not None and len(heading[1]) <= TITLE_LIMIT and body[heading.end() :].strip():
        title, body = heading[1], body[heading.end() :].strip()
    if not body:
        raise InvalidInput("The finding is empty.", "Write what was found out, in a sentence or a page of Markdown.")
    return Page(title=clean_line(title, what="title", limit=TITLE_LIMIT) if title else otherwise, body=body)


def _found(findings: tuple[Finding, ...]) -> FoundPages:
    return FoundPages(findings[:LISTED], len(findings) > LISTED)
