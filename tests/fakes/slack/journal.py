"""The fake's memory on disk: every record is appended when it changes, so a killed fake starts where it stopped."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fakes.slack.codec import decode, encode


class Journal:
    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / "journal.jsonl"
        self._path.touch()
        self._file = self._path.open("a", encoding="utf-8", buffering=1)

    def append(self, record: Any) -> None:
        self._file.write(json.dumps(encode(record)) + "\n")

    def records(self) -> Iterator[Any]:
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                yield decode(json.loads(line))
            except json.JSONDecodeError:
                return  # the last line of a fake that was killed while it wrote

    def close(self) -> None:
        self._file.close()
