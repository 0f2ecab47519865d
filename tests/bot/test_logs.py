"""What is logged, for machines and for people; each in a process of its own, because logging is set up once."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import logging
import structlog
from bot.logs import configure_logs

configure_logs()
log = structlog.get_logger()
password = "hunter2"

def fail():
    inner = password
    raise RuntimeError("not now")

log.info("ready", address="http://127.0.0.1:8000")
logging.getLogger("library").info("chatter")
logging.getLogger("library").warning("%s is late", "it")
try:
    fail()
except RuntimeError:
    log.exception("tick failed", tick="watch")
    logging.getLogger("library").exception("job failed")
"""
COMMAND = [sys.executable, "-c", PROGRAM]


def test_a_machine_reads_one_line_of_json_an_event_on_stderr() -> None:
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    ready, late, failed, library = map(json.loads, done.stderr.splitlines())
    assert ready.pop("timestamp").endswith("Z")
    assert ready == {"event": "ready", "address": "http://127.0.0.1:8000", "level": "info"}
    assert (late["event"], late["level"]) == ("it is late", "warning")
    for entry, event in ((failed, "tick failed"), (library, "job failed")):
        assert (entry["event"], entry["level"]) == (event, "error")
        assert entry["exception"].startswith("Traceback")
        assert entry["exception"].endswith("RuntimeError: not now")
        assert "hunter2" not in str(entry)


def test_a_person_reads_tracebacks_without_the_values_in_them() -> None:
    leader, follower = pty.openpty()
    with subprocess.Popen(COMMAND, cwd=ROOT, stderr=follower) as process:
        os.close(follower)
        shown = b""
        # A terminal whose other end has gone gives an error instead of an end.
        try:
            while part := os.read(leader, 65_536):
                shown += part
        except OSError:
            pass
        assert process.wait(60) == 0
    os.close(leader)
    text = shown.decode()
    assert text.count("Traceback (most recent call last)") == 2
    assert "tick failed" in text
    assert "chatter" not in text
    assert "hunter2" not in text
