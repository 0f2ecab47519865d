"""Statements that are compiled once and then cost little more than the driver itself.

SQLAlchemy writes their text and knows their types, but its way through one execution takes three times as long as
SQLite needs for it, and a unit of work has seven. Questions that are put together anew each time still go that way.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.sql.expression import ReturnsRows
from sqlalchemy.types import TypeEngine

Values: TypeAlias = Mapping[str, object]
_Process: TypeAlias = Callable[[Any], Any]


class Prepared:
    """A statement whose text does not depend on its values: without lists that are expanded.

    `values` are named as its `bindparam`s, or as the columns of a plain INSERT.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def run(self, connection: Connection, values: Values) -> int:
        """How many rows it changed."""
        return self._execute(connection, values)[1]

    def all(self, connection: Connection, values: Values) -> list[Any]:
        """Rows with their columns as attributes."""
        return self._execute(connection, values)[0]

    def first(self, connection: Connection, values: Values) -> Any | None:
        rows, _ = self._execute(connection, values)
        return rows[0] if rows else None

    def one(self, connection: Connection, values: Values) -> Any:
        """Raises `NoResultFound`."""
        rows, _ = self._execute(connection, values)
        if not rows:
            raise NoResultFound("no row was found when one was required")
        return rows[0]

    def scalar(self, connection: Connection, values: Values) -> Any | None:
        """The first column of the first row, if there is one."""
        rows, _ = self._execute(connection, values)
        return rows[0][0] if rows else None

    def _execute(self, connection: Connection, values: Values) -> tuple[list[Any], int]:
        key = (connection.dialect.name, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _compile(self._statement, connection.dialect, tuple(values))
        return compiled.execute(connection, values)


@dataclass(frozen=True, slots=True)
class _Bind:
    """`process` is what the declared type does to a value on its way in; a constant went through it already."""

    name: str
    key: str | None
    constant: Any
    process: _Process | None


@dataclass(slots=True)
class _Compiled:
    """`columns` holds what the declared types do to the cells of a row, by their place, once a row was seen."""

    text: str
    is_positional: bool
    binds: tuple[_Bind, ...]
    kinds: tuple[TypeEngine[Any], ...]
    make_row: _Process | None
    columns: tuple[tuple[int, _Process], ...] | None = None

    def execute(self, connection: Connection, values: Values) -> tuple[list[Any], int]:
        parameters = self._parameters(values)
        if not connection.in_transaction():
            connection.begin()
        cursor: Any = connection.connection.cursor()
        # Whoever listens to the engine hears of these statements too.
        connection.engine.dispatch.before_cursor_execute(connection, cursor, self.text, parameters, None, False)
        try:
            cursor.execute(self.text, parameters)
            # All of them: SQLite keeps a statement open as long as a row of it was not read.
            found = cursor.fetchall() if self.make_row is not None else ()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _told(connection, cursor, error, self.text, parameters) from error
        if found and self.columns is None:
            self.columns = _on_their_way_out(self.kinds, cursor.description, connection.dialect)
        rows = [self._row(cells) for cells in found]
        changed: int = cursor.rowcount
        cursor.close()
        return rows, changed

    def _parameters(self, values: Values) -> Any:
        given = [
            bind.constant if bind.key is None
            else values[bind.key] if bind.process is None
            else bind.process(values[bind.key])
            for bind in self.binds
        ]  # fmt: skip
        return (
            given if self.is_positional else {bind.name: value for bind, value in zip(self.binds, given, strict=True)}
        )

    def _row(self, cells: tuple[Any, ...]) -> Any:
        assert self.make_row is not None
        if not self.columns:
            return self.make_row(cells)
        processed = list(cells)
        for place, process in self.columns:
            processed[place] = process(processed[place])
        return self.make_row(processed)


def _compile(statement: Any, dialect: Dialect, keys: tuple[str, ...]) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=keys)
    if compiled.post_compile_params or compiled.literal_execute_params:
        raise TypeError("the text of a prepared statement may not depend on its values")
    names = compiled.positiontup if compiled.positional else compiled.params
    exported = statement.exported_columns if isinstance(statement, ReturnsRows) else None
    make_row: _Process | None = None
    if exported:
        make_row = cast(Any, namedtuple("Row", exported.keys(), rename=True))._make
    return _Compiled(
        text=compiled.string,
        is_positional=compiled.positional,
        binds=tuple(_bind(name, compiled.binds[name], keys, dialect) for name in names),
        kinds=tuple(column.type for column in exported or ()),
        make_row=make_row,
    )


def _bind(name: str, parameter: Any, keys: tuple[str, ...], dialect: Dialect) -> _Bind:
    process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
    if name in keys:
        return _Bind(name, name, None, process)
    if parameter.required:
        raise KeyError(name)
    value = parameter.effective_value
    return _Bind(name, None, process(value) if process is not None else value, None)


def _on_their_way_out(
    kinds: tuple[TypeEngine[Any], ...], description: Any, dialect: Dialect
) -> tuple[tuple[int, _Process], ...]:
    processes = (
        kind.dialect_impl(dialect).result_processor(dialect, found[1])
        for kind, found in zip(kinds, description, strict=True)
    )
    return tuple((place, process) for place, process in enumerate(processes) if process is not None)


def _told(connection: Connection, cursor: Any, error: Any, text: str, parameters: Any) -> BaseException:
    """The driver's error as SQLAlchemy would raise it; a connection that is lost is not used again."""
    driver = connection.connection.driver_connection
    is_lost = connection.dialect.is_disconnect(error, driver, cursor)
    if is_lost:
        connection.invalidate(error)
    dbapi_error = connection.dialect.loaded_dbapi.Error
    told: BaseException = DBAPIError.instance(
        text, parameters, error, dbapi_error, connection_invalidated=is_lost, dialect=connection.dialect
    )
    return told
