"""The monthly report of a scripted board. It begins on Wednesday 18 November 2026, 10:00 in Lisbon."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.events import Cause
from core.findings import write_finding
from core.members import MemberRef
from core.metrics import Direction, define_metric
from core.model_versions import aim_for
from core.monthly import MonthlySummary, report_month
from core.numbers import Measure
from core.periods import month_at
from core.scopes import Scope
from core.tasks import Kind, State
from core.timebox_records import Call
from tests.core.histories import History
from tests.git_facts import commit, push, take

ANA = MemberRef.parse("ana")
DECEMBER = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def history(board) -> History:
    return History(board)


def report(history: History, at: datetime = DECEMBER, scope: Scope | None = None) -> MonthlySummary:
    """Of the month before that moment."""
    scope = scope or Scope(frozenset({history.project_id}))
    month = month_at(at, "Europe/Lisbon").before
    return history.board.read(lambda work: report_month(work, month=month, scope=scope, now=at))


def running(found: MonthlySummary) -> list[tuple[str | None, datetime]]:
    return [(one.version, one.since) for one in found.running]


def test_a_new_board_has_nothing_to_report_and_no_month_before(history):
    found = report(history)
    assert found.is_empty
    assert found.before is None
    assert {figure.change for figure in found.figures} == {""}
    assert report(history, DECEMBER + timedelta(days=31)).before is not None


def test_in_production_now_is_the_version_that_went_there_last(history):
    began = history.board.now
    history.ship(history.new("Ship v1", kind=Kind.DEPLOY, version="churn@v1"))
    history.pass_hours(5)
    history.ship(history.new("A fix", kind=Kind.BUILD))
    history.pass_hours(5)
    assert running(report(history)) == [("churn@v1", began)]
    history.ship(history.new("Ship v2", kind=Kind.DEPLOY, version="churn@v2"), history.new("x", version="rank@v1"))
    history.new("What goes on", kind=Kind.BUILD, version="churn@v2")
    assert {one.version: one.is_running for one in report(history).coming}["churn@v2"]
    assert running(report(history)) == [
        ("churn@v2", began + timedelta(hours=10)), ("rank@v1", began + timedelta(hours=10))
    ]  # fmt: skip


def test_a_rollback_brings_back_what_ran_before(history):
    first = history.ship(history.new("Ship v1", kind=Kind.DEPLOY, version="churn@v1"))
    history.pass_hours(5)
    history.ship(history.new("Ship v2", kind=Kind.DEPLOY, version="churn@v2"))
    history.pass_hours(1)
    history.deploy(first)
    found = report(history)
    assert running(found) == [("churn@v1", history.board.now)]
    assert [one.is_rollback for one in found.deployed] == [True, False, False]
    assert (found.numbers.deployments, found.numbers.failures) == (2, 1)


def test_without_versions_it_says_which_commit_runs(history):
    sha = history.ship(history.new(kind=Kind.BUILD))
    history.pass_hours(1)
    history.deploy(history.push(history.tasks[0]), environment="staging")
    (one,) = report(history).running
    assert (one.version, one.repository, one.sha) == (None, "acme/churn", sha)


def test_what_was_learned_are_decisions_and_findings_newest_first(history):
    question = history.research("Do tickets help?", owner=ANA)
    history.board.do(write_finding, task=question.key, text="Half of it is noise", title="Noise")
    history.pass_hours(1)
    history.decide(question, Call.DROP)
    found = report(history)
    assert [(one.call, one.learned) for one in found.learned] == [
        (Call.DROP, "tails are label noise"), (None, "Noise")
    ]  # fmt: skip
    assert not report(history, DECEMBER + timedelta(days=31)).learned


def test_what_is_next_says_what_stands_before_it_and_promises_nothing_else(history):
    question = history.research("Focal loss?", box="10d", owner=ANA, version="churn@v2")
    build = history.new("Serve", kind=Kind.BUILD, points=5, version="churn@v2")
    history.new("Ship v2", kind=Kind.DEPLOY, version="churn@v2")
    history.board.move(history.new("Table", kind=Kind.DATA, version="churn@v2"), State.DONE)
    history.block(build, Cause.DATA, "labels late")
    wanted = date(2026, 12, 20)
    history.board.do(aim_for, version="churn@v2", target=wanted, today=history.board.today)
    (one,) = report(history, history.board.now + timedelta(days=13)).coming
    assert (one.target, one.is_running) == (wanted, False)
    assert (one.version, one.done, one.open, one.points, one.unestimated) == ("churn@v2", 1, 3, 5, 1)
    assert [item.task.key for item in one.decisions] == [question.key]
    assert [item.task.key for item in one.blockers] == [build.key]
    assert one.decide_by == datetime(2026, 12, 2, 10, tzinfo=UTC)
    history.new("Another question", box="3d", version="churn@v2")
    (one,) = report(history).coming
    assert one.decide_by is None, "a question that nobody has begun has no end"


def test_quality_is_the_best_of_the_month_against_baseline_and_target(history):
    history.board.do(
        define_metric, project="CHURN", channel=None, name="rmse", direction=Direction.DOWN, baseline=4.0, target=3.0,
        meaning="How far off it is, in euros",
    )  # fmt: skip
    tasks = [history.new(f"Try {number}", kind=Kind.BUILD) for number in range(3)]
    for task, value in zip(tasks, (3.5, 2.9, 3.3), strict=True):
        history.measure(task, "RMSE", value)
    history.measure(tasks[0], "loss", 0.1)
    (one,) = report(history).quality
    assert (one.task.key, one.reading.value, one.definition.target) == (tasks[1].key, 2.9, 3.0)


def test_each_figure_stands_beside_the_month_before(history):
    history.ship(history.new(kind=Kind.BUILD))
    history.board.later(days=20)
    for _ in range(3):
        history.ship(history.new(kind=Kind.BUILD))
        history.pass_hours(1)
    found = report(history, datetime(2027, 1, 4, 9, tzinfo=UTC))
    figures = {figure.measure: figure for figure in found.figures}
    assert figures[Measure.DEPLOYMENT_FREQUENCY].words == "3"
    assert figures[Measure.DEPLOYMENT_FREQUENCY].change == "up from 1"


def test_a_report_before_the_month_is_over_counts_up_to_now(history):
    history.research(box="50d")
    month = month_at(history.board.now, "Europe/Lisbon")
    now = history.board.now + timedelta(hours=6)
    scope = Scope(frozenset({history.project_id}))
    found = history.board.read(lambda work: report_month(work, month=month, scope=scope, now=now))
    assert found.numbers.research == timedelta(hours=6)


def test_nothing_of_projects_that_are_not_shown_but_how_much(history):
    other = History.of_new_project(history.board, "SECRET")
    question = other.research("Secret question", owner=ANA, version="secret@v1")
    other.decide(other.research("Secret failure", owner=ANA), Call.DROP)
    other.ship(other.new("Secret work", kind=Kind.DEPLOY, version="secret@v0"))
    other.board.do(
        define_metric, project="SECRET", channel=None, name="secret_auc", direction=Direction.UP, baseline=None,
        target=None, meaning="",
    )  # fmt: skip
    other.measure(question, "secret_auc", 0.9)
    other.block(question, Cause.DATA, "secret reason")
    scope = Scope(frozenset({history.project_id}), frozenset({other.project_id}))
    found = report(history, scope=scope)
    assert "secret" not in repr(found).lower()
    lists = ("running", "deployed", "learned", "quality", "coming", "questions")
    assert {name: getattr(found, name).elsewhere for name in lists} == dict.fromkeys(lists, 1)
    assert found.numbers.deployments == 0


def test_of_a_shared_repository_only_the_shown_projects_tasks_are_told(history):
    other = History.of_new_project(history.board, "SECRET")
    mine, secret = history.new("Mine", kind=Kind.BUILD), other.new("Secret work", kind=Kind.BUILD, version="secret@v1")
    history.ship(mine)
    history.pass_hours(1)
    history.push(mine)
    theirs = commit(f"{secret.key} step")
    take(history.board, push(theirs, branch="main", repository=history.repository), project="SECRET")
    history.deploy(theirs.sha)
    one, _ = report(history).deployed
    assert ([line.key for line in one.tasks], one.versions, one.count) == ([mine.key], (), 2)


def test_a_project_with_five_years_behind_it_is_reported_as_one_with_none(history):
    """What is long over is not in the report of this month."""
    for _ in range(20):
        history.decide(history.research("Old question", owner=ANA), Call.DROP)
        history.ship(history.new("Old work", kind=Kind.BUILD))
        history.block(history.new("Old trouble", kind=Kind.BUILD), Cause.DATA)
        history.unblock(history.tasks[-1], None)
        history.move(history.tasks[-1], State.DROPPED)
        history.board.later(days=91)
    month = month_at(history.board.now, "Europe/Lisbon")
    history.research("New question", box="20d", owner=ANA)
    found = report(history, month.end + timedelta(hours=9))
    assert (found.numbers.deployments, found.numbers.decisions, len(found.questions.items)) == (0, 0, 1)
    assert [one.version for one in found.running] == [None]
    assert not found.deployed
    assert not found.learned
