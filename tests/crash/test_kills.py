"""Labkeeper is killed while eight people work with it: what was acknowledged is kept, and everything is said once."""

import os

import pytest

from tests.crash.drill import Drill
from tests.crash.orders import Order, Point, Variant
from tests.crash.plans import run_installation

# LABKEEPER_SOAK=short is half of it.
EACH, AT_RANDOM = (2, 4) if os.environ.get("LABKEEPER_SOAK") == "short" else (3, 16)


def test_every_named_point_once(drill: Drill) -> None:
    check_kills(drill, each=1, at_random=1)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_forty_kills(drill: Drill) -> None:
    check_kills(drill, each=EACH, at_random=AT_RANDOM)


def test_an_answer_before_the_commit_is_noticed(drill: Drill) -> None:
    """The proof that these tests can fail: a death at the commit loses what was acknowledged before it."""
    order = Order(point=Point.BEFORE_COMMIT, holds=True, variant=Variant.EARLY_ANSWER)
    lane = drill.add_lane([order])
    assert drill.sender(gives_up=0, repeats=0).new_task()
    lane.lives[0].wait_for("held")
    lane.lives[0].kill()
    assert drill.settle().problems == {"lost": ["new: Work 1 of U10"]}


def test_a_push_that_is_acknowledged_before_the_commit_is_noticed(drill: Drill) -> None:
    """The same proof for what GitHub reports."""
    lane = drill.add_lane([Order(point=Point.BEFORE_COMMIT, holds=True, variant=Variant.EARLY_ANSWER)])
    drill.pusher(repeats=0).push(1)
    lane.lives[0].wait_for("held")
    lane.lives[0].kill()
    problems = drill.settle().problems
    assert problems.keys() == {"lost"}
    assert [one.partition(":")[0] for one in problems["lost"]] == ["note", "commit"]


def check_kills(drill: Drill, *, each: int, at_random: int) -> None:
    run_installation(drill, each=each, at_random=at_random)
    drill.work_until_all_is_carried_out()
    verdict = drill.settle()
    print(drill.report())
    assert {**verdict.problems, "drill": drill.problems} == {"drill": []}
    # Where the history can be read, nothing has to be said twice.
    assert drill.looks("blind") == 0
