"""Schemas as the databases themselves tell them, to compare what the migrations made with what the tables say."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

import storage.migrate
from storage.columns import metadata
from storage.engine import is_sqlite, open_engine, sqlite_path

_COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, is_nullable, column_default,
           collation_name, is_identity
    FROM information_schema.columns WHERE table_schema = 'public'
"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
"""
_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def revisions() -> list[str]:
    """All of them, oldest first."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def bring_to(url: str, revision: str) -> None:
    """As an older version of the program left it."""
    config = alembic_config()
    engine = open_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def create_all(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    engine.dispose()


def schema_of(url: str) -> dict[str, Any]:
    """Everything but Alembic's own table; columns without their order, which later versions add to."""
    return _sqlite_schema(sqlite_path(url)) if is_sqlite(url) else _postgres_schema(url)


def _postgres_schema(url: str) -> dict[str, Any]:
    with psycopg.connect(url) as connection:
        return {
            kind: sorted(row for row in connection.execute(query.encode()).fetchall() if row[0] != "alembic_version")
            for kind, query in (("columns", _COLUMNS), ("constraints", _CONSTRAINTS), ("indexes", _INDEXES))
        }


def _sqlite_schema(path: str) -> dict[str, Any]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        tables = [(name, sql) for kind, name, sql in found if kind == "table" and name != "alembic_version"]
        return {
            "indexes": sorted(_words(sql) for kind, _, sql in found if kind == "index"),
            "triggers": sorted(_words(sql) for kind, _, sql in found if kind == "trigger"),
            "tables": {name: _sqlite_table(connection, name, sql) for name, sql in tables},
        }


def _sqlite_table(connection: sqlite3.Connection, name: str, sql: str) -> dict[str, Any]:
    columns = connection.execute(f"PRAGMA table_xinfo({name})").fetchall()
    keys = connection.execute(f"PRAGMA foreign_key_list({name})").fetchall()
    unique = [row[1] for row in connection.execute(f"PRAGMA index_list({name})") if row[3] == "u"]
    return {
        "columns": sorted((column, kind, required, default) for _, column, kind, required, default, *_ in columns),
        "primary key": [row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5]],
        "foreign keys": sorted((row[2], row[3], row[4], row[5], row[6]) for row in keys),
        "unique": sorted([row[2] for row in connection.execute(f"PRAGMA index_info({index})")] for index in unique),
        "names": sorted(re.findall(r"CONSTRAINT (\w+)", sql)),
    }


def _words(sql: str) -> str:
    return re.sub(r'[\s"]+', " ", sql).strip()
