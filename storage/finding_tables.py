"""Tables of findings, and the full-text indexes on their words.

The words are told apart by `core.words`, so that both databases find the same: FTS5 and tsvector only look them up.
What is made for one of them alone is written out, and left out where schemas are compared.
"""

from sqlalchemy import DDL, Column, Index, Integer, String, Table, Text, UniqueConstraint, event, func, text

from storage.columns import id_column, metadata, reference, team_column
from storage.types import UtcDateTime

findings = Table(
    "findings",
    metadata,
    id_column(),
    team_column(),
    reference("project_id", "projects"),
    reference("task_id", "tasks"),
    reference("decision_id", "decisions", nullable=True),
    # Counted in the team: people call it by that.
    Column("number", Integer, nullable=False),
    # Of the newest page.
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "number"),
    Index(None, "project_id", "number"),
    Index(None, "task_id", "number"),
)

# Every page there ever was: nothing is changed here, and nothing deleted.
finding_revisions = Table(
    "finding_revisions",
    metadata,
    id_column(),
    team_column(),
    reference("finding_id", "findings"),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    reference("author_id", "members", nullable=True),
    # Who wrote it, where that is no member.
    Column("actor", String(100)),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("finding_id", "revision"),
)

# What is looked through: the newest page of each finding, and each task that was dropped without one.
search_entries = Table(
    "search_entries",
    metadata,
    id_column(),
    team_column(),
    reference("task_id", "tasks"),
    reference("finding_id", "findings", nullable=True),
    # Each once, with spaces: those of the titles alone, and all of them.
    Column("title_words", Text, nullable=False),
    Column("words", Text, nullable=False),
    UniqueConstraint("finding_id"),
)
_IS_TASK = text("finding_id IS NULL")
Index(
    "uq_search_entries_task_id",
    search_entries.c.task_id,
    unique=True,
    sqlite_where=_IS_TASK,
    postgresql_where=_IS_TASK,
)
FULL_TEXT_COLUMNS = ("title_words", "words")
for _name in FULL_TEXT_COLUMNS:
    Index(
        f"ix_search_entries_{_name}",
        func.array_to_tsvector(func.string_to_array(search_entries.c[_name], text("' '"))),
        postgresql_using="gin",
    ).ddl_if(dialect="postgresql")

# FTS5's own table has the words through this one, kept by triggers. A rebuilt `search_entries` (Alembic's batch mode)
# loses them: make them again. What separates words is a space and nothing else.
FULL_TEXT = "search_index"
_MIRROR = (
    f"CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5(title_words, words, content='search_entries', content_rowid='id',"
    " detail='column', tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'\")",
    "CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN"
    f" INSERT INTO {FULL_TEXT} (rowid, title_words, words) VALUES (new.id, new.title_words, new.words); END",
    "CREATE TRIGGER search_entries_deleted AFTER DELETE ON search_entries BEGIN"
    f" INSERT INTO {FULL_TEXT} ({FULL_TEXT}, rowid, title_words, words)"
    " VALUES ('delete', old.id, old.title_words, old.words); END",
    "CREATE TRIGGER search_entries_changed AFTER UPDATE ON search_entries BEGIN"
    f" INSERT INTO {FULL_TEXT} ({FULL_TEXT}, rowid, title_words, words)"
    " VALUES ('delete', old.id, old.title_words, old.words);"
    f" INSERT INTO {FULL_TEXT} (rowid, title_words, words) VALUES (new.id, new.title_words, new.words); END",
)
for _statement in _MIRROR:
    event.listen(
        search_entries,
        "after_create",
        DDL(_statement).execute_if(  # type: ignore[no-untyped-call]
            dialect="sqlite"
        ),
    )


def is_full_text(name: str | None) -> bool:
    """Whether the table is FTS5's: it and its shadows are no part of the metadata."""
    return name is not None and (name == FULL_TEXT or name.startswith(f"{FULL_TEXT}_"))
