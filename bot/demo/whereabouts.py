"""Where a running demo keeps its board: whoever simulates reports beside it, in another shell, must find it."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

Announce: TypeAlias = Callable[[int], None]


@contextmanager
def announced(url: str) -> Iterator[Announce]:
    """Gives what notes the board's address for a port; the note is gone at the end."""
    notes: list[Path] = []

    def announce(port: int) -> None:
        note = _folder() / str(port)
        note.write_text(url)
        notes.append(note)

    try:
        yield announce
    finally:
        for note in notes:
            note.unlink(missing_ok=True)


def demo_at(port: int) -> str | None:
    """The address of the board of a demo on this port, where one runs."""
    folder = _folder()
    note = folder / str(port)
    if not note.is_file():
        return None
    url = note.read_text()
    return url if Path(url.removeprefix("sqlite:///")).is_file() else None


def _folder() -> Path:
    """This user's own: nobody else may say where a board is."""
    folder = Path(tempfile.gettempdir()) / f"labkeeper-demos-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o77 or folder.is_symlink():
        raise PermissionError(f"{folder} is somebody else's")
    return folder
