"""An SQLite database serves one server process at a time."""

import fcntl
import os
from dataclasses import dataclass
from io import FileIO
from typing import Self

from core.errors import Conflict


@dataclass
class ServerLock:
    """Held as long as the process lives, however it ends."""

    file: FileIO

    @classmethod
    def take(cls, database_path: str) -> Self:
        """Raises `Conflict` when another server has it."""
        file = FileIO(f"{database_path}.server", "a+")
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            process = file.read().decode(errors="replace").strip()
            file.close()
            raise Conflict(
                f"Another server uses this database already (process {process or 'unknown'}).",
                "Stop that one first, or use PostgreSQL, which any number of processes may share.",
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n".encode())
        return cls(file)

    def release(self) -> None:
        self.file.close()
