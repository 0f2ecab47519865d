"""Several statements in one go (PostgreSQL): what nobody waits for is sent with the next one whose answer is needed.

BEGIN goes with a unit's first statement and COMMIT with its last. The server runs them in their order, and after one
that fails none, COMMIT included.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from storage.errors import as_raised, uncertain

_PLACE, _WIRE = "pipeline", "wire"
# Another transaction, small and durable: what was committed before it is durable then too. Without it nobody can wait
# for the disk apart from the commit.
_WAIT_FOR_THE_DISK = "SELECT pg_logical_emit_message(true, 'labkeeper', '')"


@dataclass(slots=True)
class Sent:
    """`cursor` is there once it was sent, and holds the answer."""

    text: str
    parameters: Any = None
    cursor: Any = None

    @property
    def is_answered(self) -> bool:
        return self.cursor is not None


class Pipeline:
    """A unit's statements, which are not on their way yet. Its connection is in autocommit: BEGIN is one of them."""

    def __init__(self, connection: Connection) -> None:
        # Whether other processes are to be told of events once it is committed.
        self.has_news = False
        self._connection = connection
        self._waiting = [Sent("BEGIN")]
        self._has_begun = False
        self._releases_early = False
        self._failure: BaseException | None = None
        connection.execution_options(**{_PLACE: self})

    def add(self, text: str, parameters: Any = None) -> Sent:
        self._waiting.append(Sent(text, parameters))
        return self._waiting[-1]

    def limit(self, seconds: float) -> None:
        """How long each statement that waits, or comes after it, may take."""
        if self._waiting:
            self.add(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}")

    def release_early(self) -> None:
        """Locks are let go before the disk has what was committed, so that whoever waits for them does not wait for the
        disk too; the unit itself is over, and answered, only after that.

        What others see of it meanwhile is not yet proof against a crash, but whatever they commit is so only with it.
        """
        self._releases_early = True

    def send(self) -> None:
        """All that waits, and their answers. Raises what SQLAlchemy would, and again for an answer that never came."""
        if not self._waiting:
            if self._failure is not None:
                raise self._failure
            return
        sent, self._waiting = self._waiting, []
        self._has_begun = True
        error = self._send(sent)
        if error is not None:
            failed = next((one for one in sent if not one.is_answered), sent[-1])
            self._failure = as_raised(self._connection, failed.cursor, error, failed.text, failed.parameters)
            raise self._failure from error

    def commit(self) -> None:
        """Raises `Unavailable` where it is not known whether it was kept."""
        if not self._has_begun and len(self._waiting) == 1:
            self._waiting.clear()
            return
        if self._releases_early:
            self.add("SET LOCAL synchronous_commit = off")
        commit = self.add("COMMIT")
        if self._releases_early:
            self.add(_WAIT_FOR_THE_DISK)
        try:
            self.send()
        except Exception as error:
            if commit.is_answered:
                raise uncertain() from error
            raise
        if commit.cursor.statusmessage != "COMMIT":
            raise RuntimeError("a unit was committed in which a statement had failed")

    def _send(self, sent: list[Sent]) -> Any:
        """The driver's error, if there was one."""
        answers, error = self._wire().exchange([(one.text, one.parameters) for one in sent])
        for one, answer in zip(sent, answers, strict=False):
            one.cursor = answer
        return error

    def _wire(self) -> Any:
        """What belongs to the connection itself, as long as that lasts."""
        info = self._connection.connection.info
        wire = info.get(_WIRE)
        if wire is None:
            # PostgreSQL's driver is loaded when it is used.
            from storage.wire import Wire

            wire = info[_WIRE] = Wire(self._connection.connection.driver_connection)
        return wire


def pipeline_of(connection: Connection) -> Pipeline | None:
    """None on SQLite and on connections that only read: there every statement is sent at once."""
    found: Pipeline | None = connection.get_execution_options().get(_PLACE)
    return found


def send_what_waits(connection: Connection) -> None:
    """Before a statement that does not go through the pipeline."""
    pipeline = pipeline_of(connection)
    if pipeline is not None:
        pipeline.send()
