"""findings with their revisions, and what full-text search looks through"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Spelt out here, not imported: a migration that was released must never change with the code.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
IS_TASK = sa.text("finding_id IS NULL")

FULL_TEXT_OF_SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5(title_words, words, content='search_entries', content_rowid='id',"
    " detail='column', tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'\")",
    "CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN"
    " INSERT INTO search_index (rowid, title_words, words) VALUES (new.id, new.title_words, new.words); END",
    "CREATE TRIGGER search_entries_deleted AFTER DELETE ON search_entries BEGIN"
    " INSERT INTO search_index (search_index, rowid, title_words, words)"
    " VALUES ('delete', old.id, old.title_words, old.words); END",
    "CREATE TRIGGER search_entries_changed AFTER UPDATE ON search_entries BEGIN"
    " INSERT INTO search_index (search_index, rowid, title_words, words)"
    " VALUES ('delete', old.id, old.title_words, old.words);"
    " INSERT INTO search_index (rowid, title_words, words) VALUES (new.id, new.title_words, new.words); END",
)
FULL_TEXT_OF_POSTGRESQL = tuple(
    f"CREATE INDEX ix_search_entries_{name} ON search_entries"
    f" USING gin (array_to_tsvector(string_to_array({name}, ' ')))"
    for name in ("title_words", "words")
)


def upgrade() -> None:
    _findings()
    _revisions()
    _search_entries()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in FULL_TEXT_OF_SQLITE if is_sqlite else FULL_TEXT_OF_POSTGRESQL:
        op.execute(statement)


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("decision_id", ID, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_findings_team_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_findings_project_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_findings_task_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_findings_decision_id"),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.UniqueConstraint("team_id", "number", name="uq_findings_team_id_number"),
    )
    op.create_index("ix_findings_project_id_number", "findings", ["project_id", "number"])


def _revisions() -> None:
    op.create_table(
        "finding_revisions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("actor", sa.String(100), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_finding_revisions_team_id"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_finding_revisions_finding_id"),
        sa.ForeignKeyConstraint(["author_id"], ["members.id"], name="fk_finding_revisions_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_finding_revisions"),
        sa.UniqueConstraint("finding_id", "revision", name="uq_finding_revisions_finding_id_revision"),
    )


def _search_entries() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("finding_id", ID, nullable=True),
        sa.Column("title_words", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_search_entries_team_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_search_entries_task_id"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_search_entries_finding_id"),
        sa.PrimaryKeyConstraint("id", name="pk_search_entries"),
        sa.UniqueConstraint("finding_id", name="uq_search_entries_finding_id"),
    )
    op.create_index(
        "uq_search_entries_task_id", "search_entries", ["task_id"], unique=True, sqlite_where=IS_TASK,
        postgresql_where=IS_TASK,
    )  # fmt: skip


def downgrade() -> None:
    raise NotImplementedError("the schema only goes forward; go back with the copy made before")
