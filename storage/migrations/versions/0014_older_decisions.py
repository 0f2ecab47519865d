"""what was decided or dropped before there were findings is found; when a chat vouched for somebody"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
# Rows in memory at once.
BATCH = 1_000

DECISIONS = sa.text(
    "SELECT d.id, d.team_id, d.task_id, d.why, d.learned, d.best_run, d.member_id, d.actor, d.at, t.project_id, t.title"
    " FROM decisions d JOIN tasks t ON t.id = d.task_id LEFT JOIN findings f ON f.decision_id = d.id"
    " WHERE f.id IS NULL AND d.id > :after ORDER BY d.id LIMIT :batch"
)
NUMBERS = sa.text("SELECT team_id, max(number) AS number FROM findings GROUP BY team_id")
ADD_FINDING = sa.text(
    "INSERT INTO findings (team_id, project_id, task_id, decision_id, number, revision, created_at)"
    " VALUES (:team_id, :project_id, :task_id, :decision_id, :number, 1, :at) RETURNING id"
)
ADD_REVISION = sa.text(
    "INSERT INTO finding_revisions (team_id, finding_id, revision, title, body, author_id, actor, at)"
    " VALUES (:team_id, :finding_id, 1, :title, :body, :member_id, :actor, :at)"
)
ADD_ENTRY = sa.text(
    "INSERT INTO search_entries (team_id, task_id, finding_id, title_words, words)"
    " VALUES (:team_id, :task_id, :finding_id, :title_words, :words)"
)
DROPPED = sa.text(
    "SELECT t.id, t.team_id, t.title FROM tasks t LEFT JOIN search_entries e ON e.task_id = t.id"
    " WHERE t.state = 'dropped' AND e.id IS NULL AND t.id > :after ORDER BY t.id LIMIT :batch"
)


def upgrade() -> None:
    op.add_column("identities", sa.Column("vouched_at", TIME, nullable=True))
    # What Slack says instead of a private channel's name; by its id it is called until somebody says the name.
    op.execute("UPDATE channels SET name = external_id WHERE platform = 'slack' AND name = 'privategroup'")
    connection = op.get_bind()
    _decisions(connection)
    _dropped(connection)


def _decisions(connection: sa.Connection) -> None:
    """Each gets the finding that it would have left."""
    numbers = {row.team_id: row.number for row in connection.execute(NUMBERS)}
    for decision in _batches(connection, DECISIONS):
        number = numbers[decision.team_id] = numbers.get(decision.team_id, 0) + 1
        about = {"team_id": decision.team_id, "task_id": decision.task_id}
        finding = {**about, "project_id": decision.project_id, "decision_id": decision.id, "number": number}
        finding_id = connection.execute(ADD_FINDING, {**finding, "at": decision.at}).scalar_one()
        body = _body(decision)
        page = {"team_id": decision.team_id, "finding_id": finding_id, "title": decision.title, "body": body}
        who = {"member_id": decision.member_id, "actor": decision.actor, "at": decision.at}
        connection.execute(ADD_REVISION, page | who)
        words = {"title_words": _words(decision.title), "words": _words(decision.title, body)}
        connection.execute(ADD_ENTRY, {**about, "finding_id": finding_id, **words})


def _dropped(connection: sa.Connection) -> None:
    """Without a decision: they are known by their titles."""
    for task in _batches(connection, DROPPED):
        words = _words(task.title)
        entry = {"team_id": task.team_id, "task_id": task.id, "finding_id": None}
        connection.execute(ADD_ENTRY, {**entry, "title_words": words, "words": words})


def _batches(connection: sa.Connection, query: sa.TextClause) -> Iterator[Any]:
    after = 0
    while rows := connection.execute(query, {"after": after, "batch": BATCH}).all():
        after = rows[-1].id
        yield from rows


def _body(decision: Any) -> str:
    why = f"## Why\n\n{decision.why}" if decision.why else ""
    best_run = f"## Best run\n\n{decision.best_run}" if decision.best_run else ""
    return "\n\n".join(filter(None, (decision.learned, why, best_run)))


# The words as this version told them apart, written out: a migration that was released must never change with the code.

UNSPACED = (
    (0x0E00, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


def _words(*texts: str) -> str:
    return " ".join(dict.fromkeys(word for text in texts for word in _words_of(text)))


def _words_of(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    spaced = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in folded)
    for word in spaced.split():
        if any(map(_is_unspaced, word)):
            yield from _pairs(word)
        else:
            yield _singular(word[:60])


def _singular(word: str) -> str:
    if not word.isascii() or len(word) < 4:
        return word
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is", "as")) else word


def _pairs(word: str) -> Iterable[str]:
    return [word[place : place + 2] for place in range(len(word) - 1)] or [word]


def _is_unspaced(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in UNSPACED)


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
