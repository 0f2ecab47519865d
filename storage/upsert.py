"""`INSERT … ON CONFLICT`, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Table

from storage.prepared import Answer, Prepared


def insert_or_ignore(connection: Connection, table: Table, row: Mapping[str, object]) -> int | None:
    """The new row's id, or None where a unique constraint says that it is there already."""
    statement = _ignoring(connection.dialect.name, table)
    return statement.scalar(connection, row)


def insert_or_ignore_later(connection: Connection, table: Table, row: Mapping[str, object]) -> Answer:
    """As `insert_or_ignore`, for what need not be known at once: a row with the id, or none."""
    return _ignoring(connection.dialect.name, table).later(connection, row)


def insert_several(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> list[int | None]:
    """As `insert_or_ignore` for each of them, in one go."""
    found = _ignoring(connection.dialect.name, table).several(connection, rows)
    return [answered[0][0] if answered else None for answered in found]


def insert_or_replace(connection: Connection, table: Table, row: Mapping[str, object], key: Sequence[str]) -> None:
    """Replaces every column outside `key` of the team's row that has the same key; another team's is left alone."""
    _replacing(connection.dialect.name, table, tuple(row), tuple(key)).later(connection, row)


@cache
def _ignoring(dialect: str, table: Table) -> Prepared:
    first_column = next(iter(table.primary_key.columns))
    return Prepared(insert_statement(dialect, table).on_conflict_do_nothing().returning(first_column))


@cache
def _replacing(dialect: str, table: Table, columns: tuple[str, ...], key: tuple[str, ...]) -> Prepared:
    statement = insert_statement(dialect, table)
    changed = {name: statement.excluded[name] for name in columns if name not in {*key, "team_id"}}
    is_ours = table.c.team_id == statement.excluded.team_id
    replacing = statement.on_conflict_do_update(index_elements=list(key), set_=changed, where=is_ours)
    return Prepared(replacing.inline())


def insert_statement(dialect: str, table: Table) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    # Only the dialect that is in use is loaded: it costs a tenth of a second.
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
