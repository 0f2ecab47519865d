"""`make bench`: prints what was measured, next to a named floor of the same run."""

import argparse
import os
from typing import Any

from tests.benchmarks.board_pages import measure_board_pages
from tests.benchmarks.create_task import compare
from tests.benchmarks.digests import DATABASES, measure_charts, measure_digests
from tests.benchmarks.discord import measure_discord
from tests.benchmarks.local_chat import measure_local_chat
from tests.benchmarks.pushes import measure_pushes
from tests.benchmarks.slack import measure_slack
from tests.benchmarks.start_up import start_up
from tests.benchmarks.timeboxes import measure_timeboxes
from tests.benchmarks.working_time import measure_working_time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 tasks and short runs only")
    parser.add_argument("--digests", choices=DATABASES, help="only the digests, on this database")
    asked = parser.parse_args()
    quick = asked.quick
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    # Ten times the history, and the same present.
    digests: dict[str, Any] = {
        "tasks": (2_000, 20_000) if quick else (100_000, 1_000_000), "seconds": 1.0 if quick else 4.0
    }  # fmt: skip
    if asked.digests:
        measure_digests(**digests, databases=(asked.digests,))
        return
    start_up()
    measure_local_chat()
    measure_working_time()
    measure_slack(seconds=1.0 if quick else 4.0, posts=5 if quick else 20)
    measure_discord(seconds=1.0 if quick else 4.0, posts=5 if quick else 20)
    measure_charts()
    measure_digests(**digests)
    measure_pushes(seconds=1.0 if quick else 4.0)
    measure_timeboxes(tasks=20_000 if quick else 1_000_000, ending=1_000 if quick else 10_000)
    measure_board_pages(tasks=2_000 if quick else 100_000, rounds=10 if quick else 40)
    compare((1_000,) if quick else (1_000, 1_000_000), seconds=1.0 if quick else 4.0)


if __name__ == "__main__":
    main()
