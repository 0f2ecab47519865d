"""Findings, their revisions, and the full-text search through them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from core.finding_records import Finding, Page, Tried, Writer
from core.ids import TaskKey, TeamId
from core.tasks import Task
from core.words import words_of
from storage.finding_tables import FULL_TEXT_COLUMNS, finding_revisions, findings, search_entries
from storage.prepared import Prepared
from storage.tables import members, projects, tasks
from storage.timebox_tables import decisions
from storage.upsert import insert_or_ignore_later

_TEAM: BindParameter[int] = bindparam("team")
_OURS = findings.c.team_id == _TEAM
_first, _author, _reviser = finding_revisions.alias("first"), members.alias("author"), members.alias("reviser")
_COLUMNS = (
    findings.c.id, findings.c.number, findings.c.task_id, findings.c.created_at, decisions.c.call,
    findings.c.revision.label("last_revision"), finding_revisions.c.revision, finding_revisions.c.title,
    finding_revisions.c.body, finding_revisions.c.at, projects.c.key, tasks.c.number.label("task_number"),
    tasks.c.title.label("task_title"), func.coalesce(_author.c.name, _first.c.actor).label("author"),
    func.coalesce(_reviser.c.name, finding_revisions.c.actor).label("reviser"),
)  # fmt: skip


def _whole(query: Select[Any]) -> Select[Any]:
    """With what hangs on the findings that it reads. PostgreSQL keeps the order in which so many tables are joined."""
    return (
        query.join(finding_revisions, finding_revisions.c.finding_id == findings.c.id)
        .join(_first, and_(_first.c.finding_id == findings.c.id, _first.c.revision == 1))
        .join(tasks, tasks.c.id == findings.c.task_id)
        .join(projects, projects.c.id == findings.c.project_id)
        .outerjoin(_author, _author.c.id == _first.c.author_id)
        .outerjoin(_reviser, _reviser.c.id == finding_revisions.c.author_id)
        .outerjoin(decisions, decisions.c.id == findings.c.decision_id)
        .where(_OURS)
    )


_IS_NEWEST = finding_revisions.c.revision == findings.c.revision
_FINDING = _whole(select(*_COLUMNS).select_from(findings))
_NEWEST = _FINDING.where(_IS_NEWEST)
_GET = Prepared(_NEWEST.where(findings.c.number == bindparam("number")))
# By itself: joined with its newest page, a finding that was revised meanwhile would be found without any.
_LOCK = Prepared(select(findings.c.id).where(_OURS, findings.c.number == bindparam("number")).with_for_update())
_GET_REVISION = Prepared(
    _FINDING.where(findings.c.number == bindparam("number"), finding_revisions.c.revision == bindparam("revision"))
)
_LISTED = _NEWEST.order_by(findings.c.number.desc()).limit(bindparam("limit"))
_BEFORE = findings.c.number < bindparam("before")
_LISTED_OF_PROJECT = _LISTED.where(findings.c.project_id == bindparam("project"))
_LIST, _LIST_ON = Prepared(_LISTED), Prepared(_LISTED.where(_BEFORE))
_LIST_OF_PROJECT, _LIST_OF_PROJECT_ON = Prepared(_LISTED_OF_PROJECT), Prepared(_LISTED_OF_PROJECT.where(_BEFORE))
_OF_TASK = Prepared(_LISTED.where(findings.c.task_id == bindparam("task")))

# All that differs from one database to the other.
_MATCHES = {
    "sqlite": "search_entries.id IN (SELECT rowid FROM search_index WHERE search_index MATCH :match)",
    "postgresql": "array_to_tsvector(string_to_array(search_entries.{}, ' ')) @@ CAST(:match AS tsquery)",
}


_entries = search_entries.alias("entries")
# Entries are added as findings are, in the order of their numbers.
_BEFORE_ENTRY = search_entries.c.id < (
    select(_entries.c.id)
    .join(findings, findings.c.id == _entries.c.finding_id)
    .where(_entries.c.team_id == _TEAM, _OURS, findings.c.number == bindparam("before"))
    .scalar_subquery()
)


def _search(words: str, *goes_on: ColumnElement[bool]) -> Prepared:
    """The newest that match are chosen before anything is joined: a common word may stand in thousands."""
    hits = (
        select(search_entries.c.finding_id)
        .where(search_entries.c.team_id == _TEAM, search_entries.c.finding_id.is_not(None), text(words), *goes_on)
        .order_by(search_entries.c.id.desc())
        .limit(bindparam("limit"))
        .subquery("hits")
    )
    found = _whole(select(*_COLUMNS).select_from(hits).join(findings, findings.c.id == hits.c.finding_id))
    return Prepared(found.where(_IS_NEWEST).order_by(findings.c.number.desc()))


_SEARCH = {name: _search(words.format("words")) for name, words in _MATCHES.items()}
_SEARCH_ON = {name: _search(words.format("words"), _BEFORE_ENTRY) for name, words in _MATCHES.items()}

_when = func.coalesce(decisions.c.at, finding_revisions.c.at, tasks.c.closed_at)
_decider, _owner = members.alias("decider"), members.alias("owner")
_ALIKE = (
    select(
        projects.c.key, tasks.c.number.label("task_number"), tasks.c.title.label("task_title"), tasks.c.state,
        tasks.c.closed_at, search_entries.c.title_words, findings.c.number, finding_revisions.c.body,
        finding_revisions.c.at, decisions.c.call, decisions.c.learned, decisions.c.at.label("decided_at"),
        func.coalesce(
            _decider.c.name, decisions.c.actor, _reviser.c.name, finding_revisions.c.actor, _owner.c.name
        ).label("who"),
    )
    .select_from(search_entries)
    .join(tasks, tasks.c.id == search_entries.c.task_id)
    .join(projects, projects.c.id == tasks.c.project_id)
    .outerjoin(_owner, _owner.c.id == tasks.c.owner_id)
    .outerjoin(findings, findings.c.id == search_entries.c.finding_id)
    .outerjoin(
        finding_revisions,
        and_(finding_revisions.c.finding_id == findings.c.id, finding_revisions.c.revision == findings.c.revision),
    )
    .outerjoin(_reviser, _reviser.c.id == finding_revisions.c.author_id)
    .outerjoin(decisions, decisions.c.id == findings.c.decision_id)
    .outerjoin(_decider, _decider.c.id == decisions.c.member_id)
    .where(search_entries.c.team_id == _TEAM)
    .order_by(_when.desc(), search_entries.c.id.desc())
    .limit(bindparam("limit"))
)  # fmt: skip
_LIKE = {name: Prepared(_ALIKE.where(text(words.format("title_words")))) for name, words in _MATCHES.items()}

_LAST_NUMBER = (
    select(findings.c.number)
    .where(findings.c.team_id == bindparam("team_id", type_=findings.c.team_id.type))
    .order_by(findings.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_ADD = Prepared(
    insert(findings)
    .values(
        {name: bindparam(name, type_=findings.c[name].type) for name in (
            "team_id", "project_id", "task_id", "decision_id", "created_at",
        )} | {"number": func.coalesce(_LAST_NUMBER, 0) + 1, "revision": 1}
    )
    .returning(findings.c.id, findings.c.number)
)  # fmt: skip
_ADD_REVISION = Prepared(insert(finding_revisions).inline())
_ADD_ENTRY = Prepared(insert(search_entries).inline())
_REVISE = Prepared(
    update(findings)
    .where(_OURS, findings.c.id == bindparam("finding"))
    .values(revision=bindparam("newest", type_=findings.c.revision.type))
)
_NEW_WORDS = {name: bindparam(f"new_{name}", type_=search_entries.c[name].type) for name in FULL_TEXT_COLUMNS}
_CHANGE_ENTRY = Prepared(
    update(search_entries)
    .where(search_entries.c.team_id == _TEAM, search_entries.c.finding_id == bindparam("finding"))
    .values(_NEW_WORDS)
)
_IS_DROPPED = and_(
    search_entries.c.team_id == _TEAM, search_entries.c.task_id == bindparam("task"), text("finding_id IS NULL")
)
_FORGET = Prepared(delete(search_entries).where(_IS_DROPPED))
_RENAME = Prepared(update(search_entries).where(_IS_DROPPED).values(_NEW_WORDS))


@dataclass(frozen=True, slots=True)
class SqlFindings:
    connection: Connection
    team_id: TeamId

    def add(self, task: Task, page: Page, *, by: Writer, decision_id: int | None, now: datetime) -> int:
        row = {
            "team_id": self.team_id, "project_id": task.project_id, "task_id": task.id, "decision_id": decision_id,
            "created_at": now,
        }  # fmt: skip
        added = _ADD.one(self.connection, row)
        self._add_revision(added.id, 1, page, by, now)
        entry = {"team_id": self.team_id, "task_id": task.id, "finding_id": added.id}
        _ADD_ENTRY.later(self.connection, entry | _words(page, task.title))
        return int(added.number)

    def revise(self, finding: Finding, page: Page, *, by: Writer, now: datetime) -> None:
        values = {"team": self.team_id, "finding": finding.id}
        newest = finding.last_revision + 1
        self._add_revision(finding.id, newest, page, by, now)
        _REVISE.later(self.connection, {**values, "newest": newest})
        _CHANGE_ENTRY.later(self.connection, values | _new(_words(page, finding.task_title)))

    def get(self, number: int, *, revision: int | None = None, lock: bool = False) -> Finding | None:
        values: dict[str, object] = {"team": self.team_id, "number": number}
        if revision is not None:
            row = _GET_REVISION.first(self.connection, values | {"revision": revision})
        else:
            if lock:
                _LOCK.first(self.connection, values)
            row = _GET.first(self.connection, values)
        return _finding(row) if row else None

    def list(self, *, project_id: int | None, limit: int, before: int | None = None) -> tuple[Finding, ...]:
        values: dict[str, object] = {"team": self.team_id, "limit": limit, "before": before}
        if project_id is None:
            rows = (_LIST if before is None else _LIST_ON).all(self.connection, values)
        else:
            query = _LIST_OF_PROJECT if before is None else _LIST_OF_PROJECT_ON
            rows = query.all(self.connection, values | {"project": project_id})
        return tuple(_finding(row) for row in rows)

    def of_task(self, task_id: int, *, limit: int) -> tuple[Finding, ...]:
        rows = _OF_TASK.all(self.connection, {"team": self.team_id, "task": task_id, "limit": limit})
        return tuple(_finding(row) for row in rows)

    def search(self, words: tuple[str, ...], *, limit: int, before: int | None = None) -> tuple[Finding, ...]:
        dialect = self.connection.dialect.name
        match = " & ".join(f"'{word}':*" for word in words)
        if dialect == "sqlite":
            match = "words: (" + " AND ".join(f'"{word}" *' for word in words) + ")"
        values = {"team": self.team_id, "match": match, "limit": limit, "before": before}
        query = (_SEARCH if before is None else _SEARCH_ON)[dialect]
        return tuple(_finding(row) for row in query.all(self.connection, values))

    def like(self, words: tuple[str, ...], *, at_least: int, limit: int) -> Callable[[], tuple[Tried, ...]]:
        dialect = self.connection.dialect.name
        if dialect == "sqlite":
            match = "title_words: " + _at_least(at_least, [f'"{word}"' for word in words], " AND ", " OR ")
        else:
            match = _at_least(at_least, [f"'{word}'" for word in words], " & ", " | ")
        values = {"team": self.team_id, "match": match, "limit": limit}
        found = _LIKE[dialect].later(self.connection, values)
        return lambda: tuple(_tried(row) for row in found.rows())

    def remember_dropped(self, task: Task) -> None:
        row = {"team_id": self.team_id, "task_id": task.id, "finding_id": None, **_title_words(task.title)}
        insert_or_ignore_later(self.connection, search_entries, row)

    def rename_dropped(self, task: Task) -> None:
        values = {"team": self.team_id, "task": task.id}
        _RENAME.later(self.connection, values | _new(_title_words(task.title)))

    def forget_dropped(self, task_id: int) -> None:
        _FORGET.later(self.connection, {"team": self.team_id, "task": task_id})

    def _add_revision(self, finding_id: int, revision: int, page: Page, by: Writer, now: datetime) -> None:
        row = {
            "team_id": self.team_id, "finding_id": finding_id, "revision": revision, "title": page.title,
            "body": page.body, "author_id": by.member_id, "actor": by.name if by.member_id is None else None, "at": now,
        }  # fmt: skip
        _ADD_REVISION.later(self.connection, row)


def _at_least(count: int, terms: Sequence[str], both: str, either: str) -> str:
    """So many of them, in half as many terms each time: every way written out would be read for ten times as long."""
    if count == 1:
        return "(" + either.join(terms) + ")"
    if count == len(terms):
        return "(" + both.join(terms) + ")"
    left, right = terms[: len(terms) // 2], terms[len(terms) // 2 :]
    ways = []
    for of_left in range(max(0, count - len(right)), min(count, len(left)) + 1):
        halves = ((of_left, left), (count - of_left, right))
        ways.append(both.join(_at_least(number, half, both, either) for number, half in halves if number))
    return "(" + either.join(f"({way})" for way in ways) + ")"


def _words(page: Page, task_title: str) -> dict[str, str]:
    return {
        "title_words": " ".join(words_of(page.title, task_title)),
        "words": " ".join(words_of(page.title, task_title, page.body)),
    }


def _title_words(title: str) -> dict[str, str]:
    return dict.fromkeys(FULL_TEXT_COLUMNS, " ".join(words_of(title)))


def _new(words: dict[str, str]) -> dict[str, object]:
    """As values of a change."""
    return {f"new_{name}": text for name, text in words.items()}


def _finding(row: Any) -> Finding:
    return Finding(
        id=row.id, number=row.number, task_id=row.task_id, task_key=TaskKey(row.key, row.task_number),
        task_title=row.task_title, page=Page(title=row.title, body=row.body), author=row.author or "somebody",
        written_at=row.created_at, revision=row.revision, last_revision=row.last_revision,
        reviser=row.reviser or "somebody", revised_at=row.at, call=row.call,
    )  # fmt: skip


def _tried(row: Any) -> Tried:
    return Tried(
        task=TaskKey(row.key, row.task_number), title=row.task_title, state=row.state,
        words=frozenset(row.title_words.split()), at=row.decided_at or row.at or row.closed_at, who=row.who,
        learned=row.learned or row.body or "", call=row.call, finding=row.number,
    )  # fmt: skip
