"""The weekly plan of a scripted board. It begins on Wednesday 18 November 2026, 10:00 in Lisbon."""

from datetime import UTC, datetime, timedelta

import pytest

from core.digest_records import MOST_LISTED
from core.events import Cause
from core.members import MemberRef
from core.metrics import Direction, define_metric
from core.model_versions import aim_for
from core.periods import week_at
from core.projects import name_lead
from core.scopes import Scope
from core.tasks import Kind, Priority, State, Track
from core.timebox_records import Call
from core.weekly import WeeklySummary, plan_week
from tests.core.histories import History
from tests.storage.probes import execute

ANA = MemberRef.parse("ana")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def history(board) -> History:
    board.sign_in("bo")
    board.do(name_lead, project="CHURN", lead=MemberRef.parse("bo"))
    return History(board)


def plan(history: History, at: datetime = MONDAY, scope: Scope | None = None) -> WeeklySummary:
    now = max(at, history.board.now)
    scope = scope or Scope(frozenset({history.project_id}))
    week = week_at(now, "Europe/Lisbon")
    return history.board.read(lambda work: plan_week(work, week=week, scope=scope, now=now))


def until(history: History, at: datetime) -> None:
    history.pass_hours(int((at - history.board.now) / timedelta(hours=1)))


def keys(listed) -> list[str]:
    return [str(one.task.key) for one in listed]


def test_an_hour_old_board_has_an_empty_plan(history):
    assert plan(history).is_empty


def test_research_under_way_has_its_question_box_left_and_newest_readings(history):
    history.board.do(
        define_metric, project="CHURN", channel=None, name="val_auc", direction=Direction.UP, baseline=0.88, target=0.9,
        meaning="",
    )  # fmt: skip
    task = history.research("Does focal loss help?", box="5d", owner=ANA)
    history.new("Not begun", box="5d")
    history.run(task, "run-1")
    history.run(task, "run-2")
    for value in (0.85, 0.93, 0.91):
        history.measure(task, "val_auc", value)
    (one,) = plan(history).research
    assert (one.task.title, one.box, one.runs, one.is_over) == ("Does focal loss help?", "5d", 2, False)
    assert one.left == timedelta(hours=9 + 9 + 1)
    assert [(reading.value, known.target) for reading, known in one.readings] == [(0.91, 0.9)]
    ((reading, _),) = one.readings
    assert (reading.best(Direction.UP), reading.best(Direction.DOWN)) == (0.93, 0.85)


def test_deadlines_of_the_week_overdue_ones_and_decision_debt(history):
    debt, overdue = history.research("Debt", "1d", owner=ANA), history.research("Overdue", "2d", owner=ANA)
    soon, later = history.research("Soon", "5d", owner=ANA), history.research("Later", "20d", owner=ANA)
    until(history, datetime(2026, 11, 23, 8, tzinfo=UTC))
    found = plan(history)
    assert (keys(found.debt), keys(found.overdue), keys(found.deciding)) == (
        [], [str(debt.key), str(overdue.key)], [str(soon.key)]
    )  # fmt: skip
    until(history, datetime(2026, 11, 24, 10, tzinfo=UTC))
    found = plan(history)
    assert set(keys(found.debt)) == {str(debt.key), str(overdue.key)}
    assert [one.nags for one in found.debt] == [2, 2]
    assert str(later.key) not in keys(found.deciding)


def test_what_ships_by_version_with_points(history):
    ship = history.new("Ship v2", kind=Kind.DEPLOY, version="churn@v2", priority=Priority.NOW, points=1)
    history.new("Ship v3", kind=Kind.DEPLOY, version="churn@v3", points=1)
    serve = history.board.move(history.new("Serve", kind=Kind.BUILD, version="churn@v2", points=5), State.DOING)
    history.new("Document", kind=Kind.BUILD, version="churn@v2")
    later, loose = (
        history.board.move(history.new("Tidy up", kind=Kind.REFACTOR, points=1, priority=priority), State.REVIEW)
        for priority in (Priority.LATER, Priority.NOW)
    )
    history.block(serve, Cause.INFRA)
    wanted = MONDAY.date() + timedelta(days=9)
    for version in ("churn@v2", "other@v1"):
        history.board.do(aim_for, version=version, target=wanted, today=history.board.today)
    first, second = plan(history).shipping
    assert (first.target, second.target) == (wanted, None)
    assert (first.version, first.points, first.unestimated, first.waiting, first.blocked) == ("churn@v2", 6, 1, 1, 1)
    assert [line.key for line in (*first.deploys, *first.under_way)] == [ship.key, serve.key]
    assert (second.version, [line.key for line in second.under_way]) == (None, [loose.key, later.key])


def test_blockers_have_data_first_and_then_the_longest(history):
    one, two, three = (history.new(f"Task {number}", kind=Kind.BUILD) for number in range(3))
    history.block(one, Cause.INFRA, "no quota")
    history.pass_hours(24)
    history.block(two, Cause.DATA, "labels late")
    history.block(two, Cause.DATA, "and clicks too")
    history.block(three, Cause.PEOPLE)
    history.unblock(three, None)
    found = plan(history)
    assert keys(found.blocked) == [str(two.key), str(one.key)]
    assert [(item.cause, item.why, item.days) for item in found.blocked] == [
        (Cause.DATA, "labels late", 4 - 1 / 24), (Cause.INFRA, "no quota", 5 - 1 / 24)
    ]  # fmt: skip


def test_what_data_is_waited_for_and_what_became_ready(history):
    clicks, labels = history.new("Clicks", kind=Kind.DATA), history.new("Labels", kind=Kind.DATA)
    first, second = history.new("One", kind=Kind.BUILD), history.new("Two", kind=Kind.BUILD)
    for task in (first, second):
        history.board.wait(task, labels)
    history.block(second, Cause.DATA, "the vendor is late")
    history.board.move(clicks, State.DONE)
    found = plan(history)
    assert [(ready.task.key, ready.at) for ready in found.data_ready] == [(clicks.key, history.board.now)]
    waits = [
        (item.source.key if item.source else None, item.why, item.tasks, item.count) for item in found.data_awaited
    ]
    assert waits == [(labels.key, "", (first.key, second.key), 2), (None, "the vendor is late", (second.key,), 1)]


def test_since_last_week_each_decision_and_deployment_is_told_in_one_plan(history):
    question = history.research("Do tickets help?", owner=ANA)
    history.decide(question, Call.DROP)
    sha = history.ship(history.new("Serve", kind=Kind.BUILD, version="churn@v2"))
    until(history, datetime(2026, 11, 23, 8, tzinfo=UTC))
    late = history.research("Does it rain?", owner=ANA)
    history.decide(late, Call.ADOPT)
    first, second = plan(history), plan(history, MONDAY + timedelta(days=7))
    (learned,) = first.decided
    assert (learned.task.key, learned.call, learned.learned, learned.who, learned.finding) == (
        question.key, Call.DROP, "tails are label noise", "ana", 1
    )  # fmt: skip
    (deployed,) = first.deployed
    assert (deployed.sha, deployed.versions, deployed.count) == (sha, ("churn@v2",), 1)
    (learned,) = second.decided
    assert (learned.task.key, len(learned.carried_on)) == (late.key, 1)
    assert not second.deployed


def test_nothing_of_projects_that_are_not_shown_but_how_much(history):
    other = History.of_new_project(history.board, "SECRET")
    question = other.research("Secret question", owner=ANA)
    other.block(question, Cause.DATA, "secret reason")
    other.decide(other.research("Secret failure", owner=ANA), Call.DROP)
    other.ship(other.new("Secret work", kind=Kind.DEPLOY, version="secret@v1"))
    other.board.move(other.new("Secret table", kind=Kind.DATA), State.DONE)
    other.board.move(other.new("Secret build", kind=Kind.BUILD, version="secret@v2"), State.DOING)
    mine = history.new("Mine", kind=Kind.BUILD)
    source = other.new("Secret labels", kind=Kind.DATA)
    history.board.wait(mine, source)
    scope = Scope(frozenset({history.project_id}), frozenset({other.project_id}))
    found = plan(history, scope=scope)
    assert "secret" not in repr(found).lower()
    counts = {name: getattr(found, name).elsewhere for name in (
        "research", "decided", "deployed", "blocked", "data_ready", "data_awaited", "deciding", "shipping",
    )}  # fmt: skip
    assert counts == dict.fromkeys(counts, 1)
    (waits,) = found.data_awaited
    assert (waits.source, waits.tasks) == (None, (mine.key,))
    assert (waits.why, found.blocked.items[0].waits_for) == ("", None)


def test_what_was_put_on_the_other_track_is_planned_there(history):
    task = history.new("Table", kind=Kind.DATA)
    history.board.move(task, State.DOING)
    history.put_on(task, Track.RESEARCH)
    assert keys(plan(history).research) == [str(task.key)]


def test_a_week_with_two_thousand_decisions_is_told_with_a_count(history, database_url):
    history.decide(history.research("Question", owner=ANA), Call.DROP)
    more = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)"
        " INSERT INTO events (team_id, project_id, task_id, type, body, task_revision, at, is_fanned_out)"
        " SELECT team_id, project_id, task_id, type, body, task_revision, at, true FROM events, n"
        " WHERE type = 'TaskDecided'"
    )
    execute(database_url, more)
    found = plan(history)
    assert (found.decided.total, len(found.decided.items), found.decided.more) == (2_000, MOST_LISTED, 1_900)
