from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.board import NewTask, create_task
from core.durations import Box
from core.errors import InvalidInput, NotFound
from core.ids import ChannelRef, TaskKey
from core.members import MemberRef
from core.projects import create_project
from core.tasks import Kind, Priority, Role, State, Track
from tests.drivers import refusal


def other_project(board, key="OTHER", channel=None):
    board.do(create_project, key=key, name=None, zone="UTC", channel=channel, channel_name="general")


def test_a_task_keeps_everything_it_was_given(board):
    bo = board.sign_in("bo")
    made = board.new(
        "Try focal loss on tails", project="CHURN", kind=Kind.FEATURE, track=Track.RESEARCH, priority=Priority.NOW,
        description="Line one\nline two", box="10d", runs=50, version="churn@v2.0", role=Role.RESEARCH,
        owner=MemberRef.parse("@bo"), labels=("loss", "tails"),
    )  # fmt: skip
    kept = board.see(made)
    assert kept == made
    assert (kept.key, kept.title, kept.description) == (
        TaskKey("CHURN", 1), "Try focal loss on tails", "Line one\nline two",
    )  # fmt: skip
    assert (kept.kind, kept.track, kept.state) == (Kind.FEATURE, Track.RESEARCH, State.TODO)
    assert (kept.priority, kept.version, kept.role) == (Priority.NOW, "churn@v2.0", Role.RESEARCH)
    assert (str(kept.box), kept.points) == ("10d or 50 runs", None)
    assert (kept.owner.id, kept.owner.name, kept.labels) == (bo.member_id, "bo", ("loss", "tails"))
    assert (kept.created_at, kept.created_by) == (board.now, board.ana.member_id)
    assert (kept.started_at, kept.closed_at, kept.is_blocked, kept.revision) == (None, None, False, 1)


def test_points_and_a_last_day_are_kept(board):
    assert board.see(board.new(points=3)).points == 3
    last_day = board.today + timedelta(days=20)
    assert board.see(board.new(box=str(last_day))).box == Box(until=last_day)


def test_tasks_are_numbered_by_project_from_one(board):
    other_project(board)
    keys = [str(board.new(project=project).key) for project in ("CHURN", "OTHER", "CHURN", "OTHER")]
    assert keys == ["CHURN-1", "OTHER-1", "CHURN-2", "OTHER-2"]


def test_the_number_of_a_refused_task_is_given_to_the_next(board):
    with refusal(NotFound, "no member"):
        board.new(owner=MemberRef.parse("@nobody"))
    assert board.new().key.number == 1


@pytest.mark.parametrize(
    ("fields", "kind", "track"),
    [
        ({}, Kind.FEATURE, Track.PRODUCTION),
        ({"box": "3h"}, Kind.INVESTIGATE, Track.RESEARCH),
        ({"box": "3h", "track": Track.RESEARCH}, Kind.INVESTIGATE, Track.RESEARCH),
        ({"kind": Kind.DATA}, Kind.DATA, Track.PRODUCTION),
        ({"kind": Kind.AB_TEST, "box": "2w"}, Kind.AB_TEST, Track.RESEARCH),
    ],
)
def test_kind_and_track_follow_from_what_is_given(board, fields, kind, track):
    task = board.new(**fields)
    assert (task.kind, task.track, task.priority) == (kind, track, Priority.NEXT)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": Kind.INVESTIGATE}, "needs a timebox"),
        ({"track": Track.RESEARCH}, "needs a timebox"),
        ({"box": "10d", "points": 3}, "timeboxed, not estimated"),
        ({"kind": Kind.DEPLOY, "box": "10d"}, "Only research is timeboxed"),
        ({"kind": Kind.DEPLOY, "track": Track.RESEARCH}, "always on the production track"),
        ({"runs": 50}, "needs a timebox beside it"),
        ({"box": "10d", "runs": 0}, "after 0 runs"),
        ({"points": 101}, "101 points"),
        ({"title": "x" * 10_000}, "10,000 characters"),
        ({"title": " \u200b "}, "The title is empty"),
        ({"title": "a\x00b"}, "U+0000"),
        ({"description": "x" * 4_001}, "4,001 characters"),
        ({"description": "a\x1b[2J"}, "U+001B"),
    ],
)
def test_a_task_against_the_rules_is_refused_and_nothing_is_kept(board, fields, words):
    before = board.told()
    with refusal(InvalidInput, words):
        board.new(**fields)
    assert board.order() == []
    assert board.told() == before


@pytest.mark.parametrize("title", ["<!channel>", "@everyone", "\u202edrop\u202c \u200fx", "*a* `b` |c|", "\\ % _ '"])
def test_a_hostile_title_is_kept_literally(board, title):
    assert board.see(board.new(title)).title == title


def test_a_timebox_that_is_over_already_is_refused(board):
    yesterday = board.today - timedelta(days=1)
    with refusal(InvalidInput, f"{yesterday} is over", "10d"):
        board.new(box=str(yesterday))
    assert board.new(box=str(board.today)).box == Box(until=board.today)


def test_a_timebox_of_more_than_a_year_is_refused(board):
    with refusal(InvalidInput, "more than a year"):
        board.new(box=Box(until=date(3026, 12, 15)))
    with refusal(InvalidInput, "more than a year"):
        board.change(board.new(box="10d"), box=Box(until=board.today + timedelta(days=367)))
    assert board.new(box=Box(until=board.today + timedelta(days=366)))


def test_an_unknown_project_is_refused_with_those_there_are(board):
    other_project(board)
    with refusal(NotFound, "There is no project NOPE", "CHURN, OTHER"):
        board.new(project="NOPE")


def test_among_several_projects_one_must_be_named(board):
    other_project(board)
    with refusal(InvalidInput, "several projects", "project:CHURN", "CHURN, OTHER"):
        board.new()


def test_a_channels_own_project_is_meant_there(board):
    channel = ChannelRef("slack", "T1", "C1")
    other_project(board, channel=channel)
    task = board.do(create_task, new=NewTask(title="A task"), channel=channel, today=board.today)
    assert task.key.project == "OTHER"
    named = board.do(create_task, new=NewTask(title="A task", project="CHURN"), channel=channel, today=board.today)
    assert named.key.project == "CHURN"


def test_an_unknown_owner_is_refused_with_the_nearest_names(board):
    for name in ("anton", "bo"):
        board.sign_in(name)
    with refusal(NotFound, "no member “anto”", "@anton", "lab-admin member new anto"):
        board.new(owner=MemberRef.parse("@anto"))


def test_me_is_whoever_asks(board):
    bo = board.sign_in("bo")
    new = NewTask(title="Mine", owner=MemberRef.parse("me"))
    task = board.do(create_task, actor=bo, new=new, channel=None, today=board.today)
    assert task.owner.id == bo.member_id
    assert task.created_by == bo.member_id


def test_a_new_task_is_told_with_who_and_from_where(board):
    task = board.new("Try focal loss")
    (line,) = board.read(lambda work: work.audit.list(limit=1))
    assert (line.actor, line.platform, line.place) == ("ana", "test", "here")
    assert (line.subject, line.summary, line.at) == (str(task.key), "created it: Try focal loss", board.now)


def changed(changes):
    return {change.field: (change.before, change.after) for change in changes}


def test_every_field_can_be_set_and_is_told_with_old_and_new(board):
    board.sign_in("bo")
    task = board.new("Old", description="was", points=1, labels=("a",), version="churn@v1", role=Role.ML)
    board.later(minutes=1)
    after, changes = board.change(
        task, title="New", kind=Kind.DATA, description="is", priority=Priority.NOW, points=3, version="churn@v2.0",
        role=Role.DATA, owner=MemberRef.parse("bo"), labels=("b", "c"),
    )  # fmt: skip
    assert changed(changes) == {
        "title": ("Old", "New"), "kind": ("feature", "data"), "priority": ("next", "now"), "points": ("1", "3"),
        "version": ("churn@v1", "churn@v2.0"), "role": ("ml", "data"), "labels": ("a", "b c"), "owner": (None, "bo"),
        "description": ("was", "is"),
    }  # fmt: skip
    assert board.see(task) == after
    assert after.revision == 2
    assert board.told(task)[-1].startswith("changed title Old → New; kind feature → data;")


def test_every_optional_field_can_be_cleared(board):
    board.sign_in("bo")
    task = board.new(
        points=3, version="churn@v2.0", role=Role.ML, owner=MemberRef.parse("bo"), labels=("a", "b"), description="x"
    )
    after, changes = board.change(
        task, points=None, version=None, role=None, owner=None, labels=None, description=None
    )  # fmt: skip
    assert (after.points, after.version, after.role, after.owner) == (None, None, None, None)
    assert (after.labels, after.description) == ((), "")
    assert changed(changes) == {
        "points": ("3", None), "version": ("churn@v2.0", None), "role": ("ml", None), "owner": ("bo", None),
        "labels": ("a b", None), "description": ("x", None),
    }  # fmt: skip
    assert board.see(task) == after


def test_what_is_not_mentioned_stays(board):
    task = board.new(points=3, labels=("a",), version="churn@v2.0", owner=MemberRef.parse("ana"), description="d")
    after, _ = board.change(task, title="Other")
    assert (after.points, after.labels, after.version, after.owner, after.description) == (
        3, ("a",), "churn@v2.0", task.owner, "d",
    )  # fmt: skip


def test_a_change_that_changes_nothing_writes_nothing(board):
    task = board.new("Same", points=3)
    told = board.told()
    after, changes = board.change(task, title=" Same ", points=3, owner=None)
    assert changes == ()
    assert (after.revision, board.see(task).revision) == (1, 1)
    assert board.told() == told


def test_a_timebox_and_its_runs_are_changed_apart(board):
    task = board.new(box="10d")
    assert str(board.change(task, runs=50)[0].box) == "10d or 50 runs"
    after, changes = board.change(task, runs=None)
    assert str(after.box) == "10d"
    assert changed(changes) == {"box": ("10d or 50 runs", "10d")}
    assert str(board.change(task, box=Box.parse("2w"), runs=3)[0].box) == "2w or 3 runs"
    assert board.see(task).box == replace(Box.parse("2w"), runs=3)


@pytest.mark.parametrize(
    ("made", "fields", "words"),
    [
        ({"box": "10d"}, {"points": 3}, "timeboxed, not estimated"),
        ({"box": "10d"}, {"box": None}, "needs a timebox"),
        ({"box": "10d"}, {"track": Track.PRODUCTION}, "always on the research track"),
        ({"box": "10d"}, {"box": Box(until=date(2026, 11, 17))}, "2026-11-17 is over"),
        ({}, {"box": Box.parse("10d")}, "Only research is timeboxed"),
        ({}, {"runs": 3}, "needs a timebox beside it"),
        ({}, {"track": Track.RESEARCH}, "needs a timebox"),
        ({"points": 3}, {"track": Track.RESEARCH, "box": Box.parse("10d"), "points": 5}, "timeboxed, not estimated"),
        ({}, {"kind": Kind.INVESTIGATE}, "needs a timebox"),
        ({}, {"kind": Kind.DEPLOY, "track": Track.RESEARCH}, "always on the production track"),
        ({}, {"points": -1}, "-1 points"),
        ({}, {"title": "\u200b"}, "The title is empty"),
        ({}, {"title": "x" * 201}, "201 characters"),
        ({}, {"description": "\x00"}, "U+0000"),
    ],
)
def test_a_change_against_the_rules_is_refused_and_nothing_changes(board, made, fields, words):
    task = board.new(**made)
    with refusal(InvalidInput, words):
        board.change(task, **fields)
    assert board.see(task) == task


def test_moving_to_research_leaves_the_points_behind(board):
    task = board.new(points=3)
    after, changes = board.change(task, track=Track.RESEARCH, box=Box.parse("10d"))
    assert (after.track, after.points, str(after.box)) == (Track.RESEARCH, None, "10d")
    assert changed(changes) == {
        "track": ("production", "research"), "points": ("3", None), "box": (None, "10d"),
    }  # fmt: skip


def test_moving_to_production_leaves_the_timebox_behind(board):
    task = board.new(kind=Kind.FEATURE, track=Track.RESEARCH, box="10d", runs=50)
    after, changes = board.change(task, track=Track.PRODUCTION, points=5)
    assert (after.track, after.points, after.box) == (Track.PRODUCTION, 5, None)
    assert changed(changes)["box"] == ("10d or 50 runs", None)


def test_a_kind_of_the_other_track_takes_the_task_there(board):
    task = board.new(box="10d")
    after, changes = board.change(task, kind=Kind.DEPLOY)
    assert (after.kind, after.track, after.box) == (Kind.DEPLOY, Track.PRODUCTION, None)
    assert set(changed(changes)) == {"kind", "track", "box"}


def test_a_kind_that_may_be_on_the_track_stays_on_it(board):
    task = board.new(box="10d")
    assert board.change(task, kind=Kind.DATA)[0].track is Track.RESEARCH


def test_an_old_timebox_that_has_passed_does_not_stop_other_changes(board):
    task = board.new(box=str(board.today))
    board.later(days=3)
    assert board.change(task, title="Later")[0].title == "Later"


def test_an_unknown_task_is_refused_with_a_way_to_find_it(board):
    task = board.new()
    with refusal(NotFound, "There is no task CHURN-99", "lab task list project:CHURN"):
        board.change(replace(task, key=TaskKey("CHURN", 99)), title="x")
    with refusal(NotFound, "There is no project NOPE", "CHURN"):
        board.change(replace(task, key=TaskKey("NOPE", 1)), title="x")
