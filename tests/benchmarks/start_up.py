"""From the command to the first good answer of `/readyz`, and what the process then weighs."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.free_port import free_port

RUNS = 5


def start_up() -> None:
    print("\nStart-up (SQLite, all parts, an existing database)")
    with tempfile.TemporaryDirectory(prefix="labkeeper-bench-") as directory:
        _start(directory)
        runs = sorted(_start(directory) for _ in range(RUNS))
    ready, memory = runs[len(runs) // 2]
    print(f"  ready after {ready:.2f} s (median of {RUNS}; imports alone {_imports():.2f} s)   memory {memory:.0f} MB")


def _start(directory: str) -> tuple[float, float]:
    """Seconds to readiness, and resident megabytes."""
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], cwd=directory, env=_environment(port), stderr=subprocess.DEVNULL
    )
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.perf_counter() - started > 30:
                raise RuntimeError("the server did not start")
            time.sleep(0.005)
        return time.perf_counter() - started, _resident_megabytes(process.pid)
    finally:
        process.terminate()
        process.wait()


def _imports() -> float:
    code = "import bot.__main__, bot.run"
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=_environment(0))
    return time.perf_counter() - started


def _environment(port: int) -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PORT": str(port), "PYTHONPATH": root}


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _resident_megabytes(process: int) -> float:
    out = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], check=True, capture_output=True, text=True).stdout
    return int(out) / 1024
