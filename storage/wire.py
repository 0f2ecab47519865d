"""Prepared statements sent to PostgreSQL in one go, and their answers: libpq's pipeline without a cursor for each.

psycopg's own pipeline makes a cursor, a conversion of the text and two rounds of waiting for each statement, which is
half of what a unit of work costs this process. Its types, its errors and its libpq are used.
"""

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import psycopg
from psycopg import generators, waiting
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus

_MARK = re.compile(r"%\((\w+)\)s|%%")
# Of a text and its types, before the server is told to keep it: most statements of a process come again and again.
_ASKED_OFTEN = 3
# Statements that a server keeps for a connection; further ones are sent as text.
_KEPT = 500
# Seconds between two looks at signals while the server works.
_LOOK = 0.1
# A pooler lends one server to many: nothing is kept for us.
_UNKNOWN = (b"26000", b"42P05")
_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


# A text and the types of its values.
_Key: TypeAlias = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Ready:
    key: _Key
    query: bytes
    parameters: Any
    formats: Any


class Received:
    """One statement's answer, with what is read of a cursor."""

    def __init__(self, result: Any, transformer: Any) -> None:
        self._result, self._transformer = result, transformer

    @property
    def rowcount(self) -> int:
        changed = self._result.command_tuples
        return changed if changed is not None else -1

    @property
    def statusmessage(self) -> str:
        return (self._result.command_status or b"").decode()

    @property
    def description(self) -> list[tuple[None, int]]:
        """The type of each column at the place where the DB-API has it."""
        return [(None, self._result.ftype(place)) for place in range(self._result.nfields)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        self._transformer.set_pgresult(self._result)
        rows: list[tuple[Any, ...]] = self._transformer.load_rows(0, self._result.ntuples, tuple)
        return rows

    def close(self) -> None:
        pass


@dataclass
class Wire:
    """One connection's: what its server keeps, by text and types."""

    driver: Any
    _transformer: Any = field(init=False)
    _names: dict[_Key, bytes] = field(default_factory=dict, init=False)
    _asked: dict[_Key, int] = field(default_factory=dict, init=False)
    _made: int = field(default=0, init=False)
    _keeps: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        self._transformer = Transformer(self.driver)

    def exchange(self, statements: Sequence[tuple[str, Mapping[str, Any] | None]]) -> tuple[list[Received], Any]:
        """The answers of those before the first that failed, and the driver's error if one did."""
        try:
            # All of them before the first is sent: a value that cannot be is no reason to give up the connection.
            ready = [self._make_ready(text, values) for text, values in statements]
        except psycopg.Error as error:
            return [], error
        connection, new = self.driver.pgconn, list[_Key]()
        places: list[int] = []
        connection.enter_pipeline_mode()
        try:
            sent = 0
            for one in ready:
                sent += self._send(one, new)
                places.append(sent - 1)
            connection.pipeline_sync()
            results = waiting.wait(_results(connection, sent + 1), connection.socket, _LOOK)
        except BaseException as error:
            self._forget(new)
            self.driver.close()
            if isinstance(error, psycopg.Error):
                return [], error
            raise
        connection.exit_pipeline_mode()
        failed = next((result for result in results if result.status == ExecStatus.FATAL_ERROR), None)
        if failed is not None:
            self._forget(new)
            self._keeps = self._keeps and failed.error_field(DiagnosticField.SQLSTATE) not in _UNKNOWN
        received = [results[place] for place in places]
        fine = [Received(result, self._transformer) for result in received if result.status in _FINE]
        return fine, error_from_result(failed, self.driver.info.encoding) if failed is not None else None

    def _make_ready(self, text: str, values: Mapping[str, Any] | None) -> _Ready:
        if values is None:
            return _Ready((text, ()), text.encode(), None, None)
        query, names = _query(text)
        given = [values[name] for name in names]
        parameters = self._transformer.dump_sequence(given, [PyFormat.AUTO] * len(given))
        return _Ready((text, self._transformer.types or ()), query, parameters, self._transformer.formats)

    def _send(self, ready: _Ready, new: list[_Key]) -> int:
        """How many answers come of it."""
        connection, key = self.driver.pgconn, ready.key
        types = key[1] or None
        name = self._names.get(key) if self._keeps else None
        is_new = name is None and self._is_worth_keeping(key)
        if is_new:
            self._made += 1
            name = self._names[key] = b"labkeeper_%d" % self._made
            new.append(key)
            connection.send_prepare(name, ready.query, types)
        if name is not None:
            connection.send_query_prepared(name, ready.parameters, ready.formats)
        else:
            connection.send_query_params(ready.query, ready.parameters, types, ready.formats)
        return 2 if is_new else 1

    def _is_worth_keeping(self, key: _Key) -> bool:
        if not self._keeps or len(self._names) >= _KEPT:
            return False
        if len(self._asked) > 2 * _KEPT:
            self._asked.clear()
        asked = self._asked[key] = self._asked.get(key, 0) + 1
        return asked >= _ASKED_OFTEN

    def _forget(self, new: list[_Key]) -> None:
        """Nobody knows how far the server came; what it may keep under their names is never asked for."""
        for key in new:
            self._names.pop(key, None)


def _results(connection: Any, count: int) -> Generator[Any, Any, list[Any]]:
    yield from generators.send(connection)
    found: list[Any] = []
    for _ in range(count):
        result = yield from generators.fetch_many(connection)
        found += result[-1:]
    return found


@lru_cache(maxsize=1_000)
def _query(text: str) -> tuple[bytes, tuple[str, ...]]:
    """libpq numbers its parameters."""
    names: dict[str, int] = {}

    def number(mark: re.Match[str]) -> str:
        return f"${names.setdefault(mark[1], len(names) + 1)}" if mark[1] else "%"

    numbered = _MARK.sub(number, text)
    return numbered.encode(), tuple(names)
