"""A shell of one's own: the `labkeeper` command in an empty folder, with nothing of the outer environment."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.terminal.loaded import Order

ROOT = Path(__file__).parents[2]
LABKEEPER = str(Path(sys.executable).with_name("labkeeper"))
# Bounds how long a test hangs when something is wrong; nothing waits for it to pass.
PATIENCE = 60.0


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.out)
        return answer


class LoadedCommand:
    """Forks of one process that has the program loaded: loading it is most of what a command costs."""

    def __init__(self, directory: Path) -> None:
        self._files = directory / "out", directory / "err"
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.terminal.loaded"],
            cwd=directory, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def run(self, words: Sequence[str], directory: Path, environment: dict[str, str]) -> Done:
        assert self._process.stdin
        assert self._process.stdout
        for file in self._files:
            file.unlink(missing_ok=True)
        out, err = self._files
        order = Order(tuple(words), str(directory), environment, str(out), str(err))
        self._process.stdin.write(f"{order.to_json()}\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return Done(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def close(self) -> None:
        self._process.communicate()


@dataclass
class Shell:
    directory: Path
    loaded: LoadedCommand
    environment: dict[str, str] = field(default_factory=dict)
    running: list["Running"] = field(default_factory=list)

    def labkeeper(self, *words: str, **environment: str) -> Done:
        return self.loaded.run(words, self.directory, self._environment(environment))

    def installed(self, *words: str, **environment: str) -> Done:
        """The command as it was installed, in a process that begins with nothing."""
        return self.run((LABKEEPER, *words), **environment)

    def run(self, command: Sequence[str], **environment: str) -> Done:
        done = subprocess.run(
            command, cwd=self.directory, env=self._environment(environment), stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str, **environment: str) -> "Running":
        """`labkeeper` with these words, left running. Its port, unless given, is any free one."""
        return self.start_command((LABKEEPER, *words), PORT="0", **environment)

    def start_command(self, command: Sequence[str], **environment: str) -> "Running":
        running = Running.start(command, self.directory, self._environment(environment))
        self.running.append(running)
        return running

    def close(self) -> None:
        for running in self.running:
            running.kill()

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.directory), "USER": "ana", "LANG": "C.UTF-8", "TZ": "UTC"}
        return {**kept, **self.environment, **more}


@dataclass
class Running:
    """A process whose every line, of both streams, can be waited for."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    _lines: "queue.Queue[str | None]" = field(default_factory=queue.Queue)

    @classmethod
    def start(cls, command: Sequence[str], directory: Path, environment: dict[str, str]) -> "Running":
        process = subprocess.Popen(
            command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", bufsize=1,
        )  # fmt: skip
        running = cls(process)
        threading.Thread(target=running._read, daemon=True).start()
        return running

    def wait_for(self, words: str) -> str:
        """The next line that has these words in it."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"never said “{words}”:\n{''.join(self.said)}") from None
            if line is None:
                raise AssertionError(f"ended without “{words}”:\n{''.join(self.said)}")
            if words in line:
                return line

    def wait_until_ready(self) -> str:
        """The address it answers on; empty when it answers nobody."""
        return json.loads(self.wait_for('"ready"'))["address"] or ""

    def end(self, by: signal.Signals) -> int:
        """The exit code after this signal."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)

    def wait_for_end(self) -> None:
        """Until all it said has been read."""
        while self._lines.get(timeout=PATIENCE) is not None:
            pass

    def kill(self) -> None:
        """As a crash would."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            self._lines.put(line)
        self._lines.put(None)
