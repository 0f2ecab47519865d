"""A process dies when a message is in the channel and not yet marked: it is looked for, and only then posted again."""

import pytest

from tests.crash.drill import Drill
from tests.crash.orders import Order, Point, Variant
from tests.fakes.slack.arranging import ALL_SCOPES
from tests.fakes.slack.faults import lost_answer, rate_limited

# What a worker does after a crash is the same on both databases.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def post_and_die(drill: Drill, *, last: Variant = Variant.NONE) -> None:
    """One task is made; the process dies as soon as its card is posted, and is started again."""
    drill.add_lane([Order(point=Point.BETWEEN_POST_AND_MARK)], last=Order(variant=last))
    assert drill.sender(gives_up=0, repeats=0).new_task()


@on_postgresql
def test_who_cannot_look_just_now_looks_again(drill: Drill) -> None:
    drill.slack.fault("conversations.history", rate_limited())
    drill.slack.fault("conversations.history", lost_answer())
    post_and_die(drill)
    assert drill.settle().problems == {}
    assert (drill.looks("found"), drill.looks("missing"), drill.looks("blind")) == (1, 0, 0)


@on_sqlite
def test_what_cannot_be_looked_for_is_said_again_and_counted(drill: Drill) -> None:
    drill.slack.set_scopes("T001", tuple(scope for scope in ALL_SCOPES if scope != "channels:history"))
    post_and_die(drill)
    assert len(drill.settle().doubled_markers) == drill.looks("blind") == 1


def test_posting_again_without_a_look_is_noticed(drill: Drill) -> None:
    """The proof that these tests can fail: the look is switched off in the process that follows."""
    post_and_die(drill, last=Variant.BLIND)
    assert {"said_twice", "doubled_markers"} == drill.settle().problems.keys()
