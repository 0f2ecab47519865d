"""`labkeeper` again and again from a process that has it loaded: `python -m tests.terminal.loaded`.

Each line it reads is an `Order`; a fork of it carries that out, as the installed command would after half a second of
loading, and its exit code is printed.
"""

import gc
import json
import os
import sys
import time
from dataclasses import asdict, dataclass

# Loaded for its commands alone, which load it themselves when they are first used.
import bot.app
import bot.check
import bot.platforms.terminal.session
from bot.__main__ import main as labkeeper


@dataclass(frozen=True)
class Order:
    """Where it runs, with what words and which environment, and the files that it writes to."""

    words: tuple[str, ...]
    directory: str
    environment: dict[str, str]
    out: str
    err: str

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "Order":
        read = json.loads(line)
        return cls(**{**read, "words": tuple(read["words"])})


def main() -> None:
    bot.app.load_catalogue()
    # What is loaded stays: no fork looks for garbage among it.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _carry_out(Order.from_json(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _carry_out(order: Order) -> None:
    """Ends the process."""
    os.chdir(order.directory)
    os.environ.clear()
    os.environ.update(order.environment)
    time.tzset()
    for stream, path in ((0, os.devnull), (1, order.out), (2, order.err)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), stream)
    sys.argv = ["labkeeper", *order.words]
    labkeeper()
    sys.exit(0)


if __name__ == "__main__":
    main()
