"""Statements that are compiled once and then cost little more than the driver itself.

SQLAlchemy writes their text and knows their types, but its way through one execution takes three times as long as
SQLite needs for it, and a unit of work has seven. Questions that are put together anew each time still go that way.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import NoResultFound
from sqlalchemy.sql.expression import ReturnsRows
from sqlalchemy.types import TypeEngine

from storage.errors import as_raised
from storage.pipeline import pipeline_of

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

    def later(self, connection: Connection, values: Values) -> "Answer":
        """For what need not be known at once: on PostgreSQL it goes with the next statement whose answer is needed, or
        with the commit, and fails there if it does."""
        return self._compiled_for(connection, values).later(connection, values)

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

    def several(self, connection: Connection, several: Iterable[Values]) -> list[list[Any]]:
        """The rows for each of them, asked in one go."""
        answers = [self.later(connection, values) for values in several]
        return [answer.rows() for answer in answers]

    def _execute(self, connection: Connection, values: Values) -> tuple[list[Any], int]:
        return self._compiled_for(connection, values).execute(connection, values)

    def _compiled_for(self, connection: Connection, values: Values) -> "_Compiled":
        key = (connection.dialect.name, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _compile(self._statement, connection.dialect, tuple(values))
        return compiled


class Answer:
    """What a statement will have answered; whoever asks for it waits."""

    def __init__(self, read: Callable[[], list[Any]]) -> None:
        self._read = read
        self._rows: list[Any] | None = None

    def rows(self) -> list[Any]:
        if self._rows is None:
            self._rows = self._read()
        return self._rows


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
        parameters = self._begin(connection, values)
        pipeline = pipeline_of(connection)
        if pipeline is None:
            return self._execute_now(connection, parameters)
        sent = pipeline.add(self.text, parameters)
        pipeline.send()
        return self._read(connection, sent.cursor)

    def later(self, connection: Connection, values: Values) -> Answer:
        parameters = self._begin(connection, values)
        pipeline = pipeline_of(connection)
        if pipeline is None:
            rows, _ = self._execute_now(connection, parameters)
            return Answer(lambda: rows)
        sent = pipeline.add(self.text, parameters)

        def read() -> list[Any]:
            if sent.cursor is None:
                pipeline.send()
            return self._read(connection, sent.cursor)[0]

        return Answer(read)

    def _begin(self, connection: Connection, values: Values) -> Any:
        """The parameters; whoever listens to the engine hears of these statements too."""
        parameters = self._parameters(values)
        if not connection.in_transaction():
            connection.begin()
        listeners = connection.engine.dispatch.before_cursor_execute
        if listeners:
            listeners(connection, None, self.text, parameters, None, False)
        return parameters

    def _execute_now(self, connection: Connection, parameters: Any) -> tuple[list[Any], int]:
        cursor: Any = connection.connection.cursor()
        try:
            cursor.execute(self.text, parameters)
            return self._read(connection, cursor)
        except connection.dialect.loaded_dbapi.Error as error:
            raise as_raised(connection, cursor, error, self.text, parameters) from error

    def _read(self, connection: Connection, cursor: Any) -> tuple[list[Any], int]:
        # All of them: SQLite keeps a statement open as long as a row of it was not read.
        found = cursor.fetchall() if self.make_row is not None else ()
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
