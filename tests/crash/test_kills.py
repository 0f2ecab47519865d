"""Labkeeper is killed while eight people work with it: what was acknowledged is kept, and everything is said once."""

import os
from pathlib import Path

import pytest

from tests.crash.drill import drill
from tests.crash.plans import run_installation


def test_nothing_acknowledged_is_lost_and_nothing_is_said_twice(database_url: str, tmp_path: Path) -> None:
    _kill(database_url, tmp_path, each=1, at_random=1)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_forty_kills(database_url: str, tmp_path: Path) -> None:
    is_short = os.environ.get("LABKEEPER_SOAK") == "short"
    _kill(database_url, tmp_path, each=2 if is_short else 3, at_random=4 if is_short else 16)


def _kill(url: str, directory: Path, *, each: int, at_random: int) -> None:
    with drill(url, directory) as made:
        run_installation(made, each=each, at_random=at_random)
        made.work_until_all_is_carried_out()
        verdict = made.settle()
        print(made.report())
        assert {**verdict.problems, "drill": made.problems} == {"drill": []}
        # Where the history can be read, nothing has to be said twice.
        assert made.looks("blind") == 0
