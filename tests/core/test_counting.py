"""The figures of periods, against the same worked out by looking at every hour."""

import os
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.counting import count_periods
from core.events import Cause
from core.git import Result
from core.members import MemberRef
from core.numbers import Measure, Numbers
from core.periods import Period, back_from, month_at, week_at
from core.projects import name_lead
from core.scopes import Scope
from core.tasks import Kind, State, Track
from core.timebox_records import Call
from tests.core.histories import History
from tests.core.slow_numbers import slow_numbers

SHORT = os.environ.get("LABKEEPER_SOAK") == "short"
LISBON = "Europe/Lisbon"
DAY = timedelta(days=1)
_names = count(1)


def counted(history: History, *periods: Period, scope: Scope | None = None) -> tuple[Numbers, ...]:
    scope = scope or Scope(frozenset({history.project_id}))
    return history.board.read(lambda work: count_periods(work, periods=periods, scope=scope, now=history.board.now))


def check(history: History, *periods: Period) -> tuple[Numbers, ...]:
    """What is counted at once is what is counted slowly, period by period."""
    found = counted(history, *periods)
    for numbers in found:
        assert numbers == slow_numbers(history, numbers.period, history.board.now)
    return found


@pytest.fixture
def history(board) -> History:
    """From Wednesday 18 November, 10:00."""
    board.sign_in("bo")
    board.do(name_lead, project="CHURN", lead=MemberRef.parse("bo"))
    return History(board)


def write_a_month(history: History) -> None:
    """Scripted: four weeks in which everything happens at least once."""
    tails = history.research("Do tails need focal loss?", box="5d", version="churn@v2", owner=MemberRef.parse("ana"))
    labels = history.new("Labels", kind=Kind.DATA)
    build = history.new("Serve v2", kind=Kind.BUILD, points=5, version="churn@v2")
    history.board.wait(tails, labels)
    history.pass_hours(30)
    history.board.move(labels, State.DOING)
    history.block(build, Cause.INFRA)
    history.pass_hours(20)
    history.board.move(labels, State.DONE)
    for number in range(3):
        history.run(tails, f"run-{number}")
    tenure = history.research("Is tenure a better label?", box="2d", owner=MemberRef.parse("ana"))
    history.pass_hours(24 * 6)
    history.decide(tails, Call.ADOPT)
    history.unblock(build, None)
    history.board.move(build, State.DOING)
    history.pass_hours(40)
    first = history.ship(build)
    history.pass_hours(3)
    second = history.ship(history.new("Hurry", kind=Kind.BUILD))
    history.pass_hours(5)
    history.deploy(first)
    history.ship(history.new("Broken", kind=Kind.BUILD), result=Result.FAILURE)
    history.pass_hours(24 * 2)
    history.extend(tenure)
    history.block(tenure, Cause.DATA)
    history.block(tenure, Cause.DATA, "and the vendor is late")
    history.pass_hours(24 * 9)
    history.decide(tenure, Call.DROP)
    history.new("Drift in production", kind=Kind.ALERT)
    history.pass_hours(1)
    assert first != second


def test_a_month_of_scripted_history(history):
    write_a_month(history)
    november = month_at(datetime(2026, 11, 30, tzinfo=UTC), LISBON)
    first, second = check(history, november, november.after)
    assert first.value(Measure.DEPLOYMENT_FREQUENCY) == 2
    assert (first.failures, first.failed_deployments, first.experiments) == (1, 1, 3)
    assert first.value(Measure.RESEARCH_TO_PRODUCTION) == pytest.approx((30 + 20 + 24 * 6 + 40) / 24)
    assert first.blocked_days(Cause.DATA) > 2
    assert (second.decisions, second.dropped, second.due, second.in_time) == (1, 1, 1, 0)
    assert first.extensions + second.extensions == 1


@pytest.mark.parametrize("day", ["2026-10-25", "2026-03-29"])
def test_a_week_in_which_the_clocks_change_has_all_of_its_hours(board, day):
    board.now = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=UTC) - 10 * DAY
    board.today = board.now.date()
    history = History(board)
    task = history.research(box="30d")
    history.block(task, Cause.DATA)
    history.board.later(days=30)
    week = week_at(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC), LISBON)
    (numbers,) = check(history, week)
    assert numbers.research == week.end - week.start != timedelta(days=7)
    assert numbers.blocked_days(Cause.DATA) == (week.end - week.start) / DAY


def test_what_runs_through_a_whole_month_without_an_event_counts_in_it(history):
    history.research(box="100d")
    history.board.later(days=75)
    months = back_from(month_at(history.board.now, LISBON), 4)
    assert [numbers.research / DAY for numbers in check(history, *months)] == pytest.approx(
        [12 + 14 / 24, 31, 31, 10 / 24]
    )


def test_a_project_that_is_an_hour_old_has_nothing_to_count(board):
    history = History(board)
    (numbers,) = check(history, month_at(board.now, LISBON))
    assert numbers == Numbers(period=numbers.period)
    assert [numbers.value(measure) for measure in Measure] == [0, None, None, 0, None, 0, 0.0, None]


def test_a_period_to_come_has_nothing_to_count(history):
    history.research()
    month = month_at(history.board.now, LISBON).after
    assert counted(history, month) == (Numbers(period=month),)


def test_production_alone_is_no_research_and_nothing_deployed_is_no_rate(history):
    build = history.new(kind=Kind.BUILD)
    history.board.move(build, State.DOING)
    history.pass_hours(10)
    (numbers,) = check(history, month_at(history.board.now, LISBON))
    assert numbers.value(Measure.RESEARCH_SHARE) == 0.0
    assert numbers.value(Measure.CHANGE_FAILURE_RATE) is None


def test_another_project_is_not_counted(history):
    other = History.of_new_project(history.board, "RANK")
    other.research()
    other.ship(other.new(kind=Kind.BUILD))
    history.pass_hours(5)
    (numbers,) = check(history, month_at(history.board.now, LISBON))
    assert numbers == Numbers(period=numbers.period)
    both = Scope(frozenset({history.project_id, other.project_id}))
    (numbers,) = counted(history, numbers.period, scope=both)
    assert (numbers.deployments, numbers.research) == (1, timedelta(hours=5))


def test_an_alert_long_after_a_deployment_is_not_its_failure(history):
    history.ship(history.new(kind=Kind.BUILD))
    history.board.later(days=7, hours=1)
    history.new("Drift", kind=Kind.ALERT)
    (numbers,) = check(history, month_at(history.board.now, LISBON))
    assert (numbers.deployments, numbers.failures) == (1, 0)


def test_a_failure_of_the_next_month_is_told_of_the_deployment_in_this_one(history):
    month = month_at(history.board.now, LISBON)
    history.board.now = month.end - timedelta(hours=2)
    history.ship(history.new(kind=Kind.BUILD))
    assert check(history, month)[0].failures == 0
    history.board.later(hours=4)
    history.new("Drift", kind=Kind.ALERT)
    history.board.later(hours=1)
    assert check(history, month)[0].failures == 1


def test_what_was_lost_and_decided_before_its_end_is_in_time(history):
    """Decided while its box runs; nobody was asked."""
    history.decide(history.research(box="5d", owner=MemberRef.parse("ana")), Call.DROP)
    history.board.later(hours=1)
    (numbers,) = check(history, month_at(history.board.now, LISBON))
    assert (numbers.in_time, numbers.due) == (1, 1)


DEEDS = st.tuples(
    st.sampled_from([
        "research", "build", "data", "alert", "start", "review", "done", "drop", "todo", "to research",
        "to production", "block", "unblock", "adopt", "reject", "split", "extend", "run", "push", "ship", "fail",
        "back", "stage", "wait",
    ]),
    st.integers(0, 30),
    st.sampled_from([0, 1, 5, 17, 40, 100]),
)  # fmt: skip


def live(history: History, deeds: list[tuple[str, int, int]]) -> None:
    for name, which, hours in deeds:
        do(history, name, which)
        history.pass_hours(hours)


def do(history: History, name: str, which: int) -> None:
    # A version is the team's: every history has a model of its own.
    model = history.key.lower()
    version = (f"{model}@v1", f"{model}@v2", None)[which % 3]
    made = {
        "research": lambda: history.research(
            box=("1d", "4d")[which % 2], version=version, owner=MemberRef.parse("ana")
        ),
        "build": lambda: history.new(kind=Kind.BUILD, version=version),
        "data": lambda: history.new(kind=Kind.DATA),
        "alert": lambda: history.new(kind=Kind.ALERT),
    }.get(name)
    if made is not None or not history.tasks:
        (made or (lambda: history.new(kind=Kind.DATA)))()
        return
    task = history.tasks[which % len(history.tasks)]
    sha = history.releases[which % len(history.releases)].sha if history.releases else None
    causes = (Cause.DATA, Cause.INFRA, Cause.DATA, Cause.PEOPLE)
    {
        "start": lambda: history.move(task, State.DOING), "review": lambda: history.move(task, State.REVIEW),
        "done": lambda: history.move(task, State.DONE), "drop": lambda: history.move(task, State.DROPPED),
        "todo": lambda: history.move(task, State.TODO),
        "to research": lambda: history.put_on(task, Track.RESEARCH),
        "to production": lambda: history.put_on(task, Track.PRODUCTION),
        "block": lambda: history.block(task, causes[which % 4]),
        "unblock": lambda: history.unblock(task, None if which % 2 else Cause.DATA),
        "adopt": lambda: history.decide(task, Call.ADOPT), "reject": lambda: history.decide(task, Call.DROP),
        "split": lambda: history.decide(task, Call.SPLIT), "extend": lambda: history.extend(task),
        "run": lambda: history.run(task, f"r{which}"), "push": lambda: history.push(task),
        "ship": lambda: history.ship(task, history.tasks[-1]),
        "fail": lambda: history.ship(task, result=Result.FAILURE),
        "back": lambda: history.deploy(sha) if sha else None,
        "stage": lambda: history.deploy(history.push(task), environment="staging"),
        "wait": lambda: None,
    }[name]()  # fmt: skip


def compare(history: History, deeds: list[tuple[str, int, int]]) -> None:
    start = history.board.now
    live(history, deeds)
    history.board.later(hours=1)
    weeks = int((history.board.now - start) / timedelta(days=7)) + 1
    check(history, *back_from(week_at(history.board.now, LISBON), weeks))
    check(history, *back_from(month_at(history.board.now, LISBON), 2))


@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(deeds=st.lists(DEEDS, min_size=10, max_size=35))
def test_random_histories(board, deeds):
    compare(History.of_new_project(board, f"P{next(_names)}"), deeds)


@pytest.mark.soak
@settings(max_examples=60 if SHORT else 400, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, min_size=10, max_size=120))
def test_many_random_histories(board, deeds):
    compare(History.of_new_project(board, f"P{next(_names)}"), deeds)
