"""When a timebox begins and ends, and what is said about it meanwhile and after, on a clock that a test moves."""

from datetime import UTC, datetime, timedelta

import pytest

from core.durations import Box, WorkingTime
from core.errors import Conflict
from core.extensions import snooze_timebox
from core.members import MemberRef, set_zone
from core.tasks import Kind, State, Track
from core.timebox_events import (
    TimeboxCancelled,
    TimeboxEnded,
    TimeboxEvent,
    TimeboxNagged,
    TimeboxNearlyOver,
    TimeboxStarted,
)
from core.timebox_records import TimeboxState
from core.timeboxes import BATCH, expire_due_timeboxes
from tests.core.research import box_of, extend, lead, settle, start, start_and_end, tick, tick_hourly, told, when
from tests.drivers import BoardDriver, refusal
from tests.git_facts import push, take

# Wednesday the 18th, 10:00, is when every board begins; a timebox of 5d ends a week later at the same time.
END = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def november(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def move_owner_to(board: BoardDriver, name: str, zone: str) -> None:
    board.do(set_zone, actor=board.sign_in(name), zone=zone)


# Its beginning.


@pytest.mark.parametrize("state", [State.DOING, State.REVIEW])
def test_a_timebox_starts_with_the_work(board, state):
    task = board.new(box="5d")
    assert board.read(lambda work: work.timeboxes.open_of(task.id)) is None
    board.later(hours=1)
    board.move(task, state)
    box = box_of(board, task)
    assert (box.state, box.started_at, box.ends_at) == (TimeboxState.RUNNING, board.now, END + timedelta(hours=1))
    assert told(board, task) == [TimeboxStarted(box.id, "5d", box.ends_at)]


def test_production_has_no_timebox_that_starts(board):
    task = board.move(board.new(), State.DOING)
    assert board.read(lambda work: work.timeboxes.open_of(task.id)) is None
    assert told(board, task) == []


def test_a_task_that_goes_on_after_review_keeps_its_timebox(board):
    task = start(board)
    board.later(days=1)
    board.move(task, State.REVIEW)
    board.move(task, State.DOING)
    assert box_of(board, task).ends_at == END
    assert len(told(board, task, TimeboxStarted)) == 1


def test_a_timebox_ends_in_working_hours_of_its_owner(board):
    move_owner_to(board, "tomo", "Asia/Tokyo")
    # 10:00 in Lisbon is 19:00 in Tokyo: work begins at 09:00 there, which is midnight in Lisbon.
    assert box_of(board, start(board, "1d", owner="tomo")).ends_at == november(20, 0)
    assert box_of(board, start(board, "1d")).ends_at == november(19, 10)


def test_a_timebox_until_a_day_ends_with_its_working_hours(board):
    assert box_of(board, start(board, "2026-11-20")).ends_at == november(20, 18)
    assert box_of(board, start(board, "2026-11-21")).ends_at == november(23, 9), "Saturday: the next working morning"


# The note at four fifths.


def test_at_four_fifths_the_owner_gets_one_note(board):
    task = start(board)
    tick_hourly(board, days=6)
    assert told(board, task, TimeboxNearlyOver) == [TimeboxNearlyOver(box_of(board, task).id, END)]
    assert when(board, task, TimeboxNearlyOver) == [november(24, 10)]


def test_before_four_fifths_nothing_is_said(board):
    task = start(board)
    tick(board, november(24, 9, 59))
    assert told(board, task, TimeboxNearlyOver, TimeboxEnded) == []


def test_the_note_is_skipped_once_the_timebox_ended(board):
    task = start(board)
    tick(board, END)
    tick(board, minutes=1)
    assert [type(event) for event in told(board, task)] == [TimeboxStarted, TimeboxEnded]


def test_the_note_waits_for_working_time(board):
    task = start(board, "20h")
    # Four fifths of 20 h from Wednesday 10:00 are Thursday 17:00; nobody looked before 19:30.
    tick(board, november(19, 19, 30))
    assert told(board, task, TimeboxNearlyOver) == []
    tick(board, november(20, 8, 59))
    assert told(board, task, TimeboxNearlyOver) == []
    tick(board, november(20, 9))
    assert len(told(board, task, TimeboxNearlyOver)) == 1


# Its end.


def test_at_its_end_it_asks_once(board):
    task = start(board)
    tick(board, END - timedelta(seconds=1))
    assert box_of(board, task).state is TimeboxState.RUNNING
    for _ in range(3):
        tick(board, END)
    box = box_of(board, task)
    assert (box.state, box.asked_at) == (TimeboxState.ENDED, END)
    assert told(board, task, TimeboxEnded) == [TimeboxEnded(box.id)]
    assert board.see(task).state is State.DOING


@pytest.mark.parametrize(
    ("asked", "late"),
    [
        (END + timedelta(minutes=5), timedelta()),
        (END + timedelta(minutes=5, seconds=1), timedelta(minutes=5, seconds=1)),
        (END + timedelta(hours=2, minutes=5), timedelta(hours=2, minutes=5)),
        # Three days down, back on Saturday: asked on Monday.
        (november(30, 9), timedelta(days=4, hours=23)),
    ],
)
def test_a_late_tick_says_by_how_much(board, asked, late):
    task = start(board)
    tick(board, asked)
    (event,) = told(board, task, TimeboxEnded)
    assert timedelta(seconds=event.late_seconds) == late


def test_what_ended_while_nobody_was_there_is_asked_in_working_time_and_says_how_late(board):
    task = start(board)
    tick(board, november(28, 12))
    assert told(board, task, TimeboxEnded) == []
    tick(board, november(30, 8, 59))
    assert told(board, task, TimeboxEnded) == []
    tick(board, november(30, 9))
    (event,) = told(board, task, TimeboxEnded)
    assert timedelta(seconds=event.late_seconds) == november(30, 9) - END


def test_what_ends_just_as_work_does_is_not_put_off_by_a_slow_tick(board):
    task = start(board, "2026-11-20")
    tick(board, november(20, 18, 0) + timedelta(seconds=2))
    assert len(told(board, task, TimeboxEnded)) == 1


def test_a_tick_takes_as_many_as_fit_and_the_next_one_the_rest(board):
    tasks = [start(board, "1d") for _ in range(5)]
    board.later(days=1)
    counts = [board.write(lambda work: expire_due_timeboxes(work, now=board.now, limit=2)) for _ in range(4)]
    assert counts == [2, 2, 1, 0]
    assert all(len(told(board, task, TimeboxEnded)) == 1 for task in tasks)
    assert BATCH >= 200


def test_a_tick_that_fails_changes_nothing(board):
    task = start(board)

    def fail(work):
        expire_due_timeboxes(work, now=END)
        raise RuntimeError("the process dies here")

    with pytest.raises(RuntimeError):
        board.write(fail)
    assert (box_of(board, task).state, told(board, task, TimeboxEnded)) == (TimeboxState.RUNNING, [])
    tick(board, END)
    assert len(told(board, task, TimeboxEnded)) == 1


# Unanswered.


def test_unanswered_it_asks_the_next_morning_then_the_lead_and_then_nobody(board):
    task = start_and_end(board)
    tick_hourly(board, days=30)
    box = box_of(board, task)
    assert told(board, task, TimeboxNagged) == [
        TimeboxNagged(box.id, 0, 1), TimeboxNagged(box.id, 0, 2, to_lead=True),
    ]  # fmt: skip
    assert when(board, task, TimeboxNagged) == [november(26, 9), november(27, 9)]
    assert box.due_at is None


def test_a_weekend_lies_between_the_question_and_the_next_morning(board):
    task = start_and_end(board, "2026-11-20")
    tick_hourly(board, days=9)
    assert when(board, task, TimeboxNagged) == [november(23, 9), november(24, 9)]


def test_the_mornings_count_from_when_it_was_asked_not_from_when_it_ended(board):
    task = start(board)
    tick(board, november(26, 11))
    tick_hourly(board, days=6)
    assert when(board, task, TimeboxNagged) == [november(27, 9), november(30, 9)]


def test_after_a_long_silence_reminders_still_come_one_a_day(board):
    task = start_and_end(board)
    tick(board, november(30, 11))
    tick(board, november(30, 12))
    assert [event.nag for event in told(board, task, TimeboxNagged)] == [1]
    tick_hourly(board, days=3)
    assert when(board, task, TimeboxNagged)[1:] == [datetime(2026, 12, 1, 9, tzinfo=UTC)]


@pytest.mark.parametrize("answer", [extend, settle])
def test_an_answer_ends_the_reminders(board, answer):
    task = start_and_end(board)
    answer(board, task)
    tick(board, november(26, 9))
    tick(board, november(27, 9))
    assert told(board, task, TimeboxNagged) == []


def snooze(board, task, by=None, actor=None):
    return board.do(snooze_timebox, actor=actor, task=task.key, by=WorkingTime.parse(by) if by else None)


def test_remind_me_later_moves_the_next_reminder_alone(board):
    task = start_and_end(board)
    snooze(board, task, "3d")
    tick_hourly(board, days=10)
    # From Wednesday the 25th: Monday the 30th, and the lead the morning after.
    assert when(board, task, TimeboxNagged) == [november(30, 9), datetime(2026, 12, 1, 9, tzinfo=UTC)]
    assert [event.to_lead for event in told(board, task, TimeboxNagged)] == [False, True]


def test_remind_me_later_without_a_length_leaves_out_the_next_morning(board):
    task = start_and_end(board)
    assert snooze(board, task)[1].due_at == november(27, 9)


def test_after_the_last_reminder_whoever_wants_another_gets_one_and_the_lead_none(board):
    task = start_and_end(board)
    tick_hourly(board, days=5)
    snooze(board, task, "1d")
    tick_hourly(board, days=10)
    assert [(event.nag, event.to_lead) for event in told(board, task, TimeboxNagged)] == [
        (1, False), (2, True), (3, False),
    ]  # fmt: skip


def test_a_reminder_cannot_be_moved_before_it_was_asked(board):
    task = start(board)
    with refusal(Conflict, "still runs", "lab box show CHURN-1"):
        snooze(board, task)


@pytest.mark.parametrize("by", ["3h", "21d", "5w"])
def test_a_reminder_is_moved_by_one_to_twenty_working_days(board, by):
    task = start_and_end(board)
    with pytest.raises(Exception, match="1 to 20 working days"):
        snooze(board, task, by)


# A number of runs.


def test_the_last_run_ends_a_timebox_that_counts_runs(board):
    task = start(board, "10d", runs=2)
    board.later(days=1)
    take(board, push("CHURN-1 #run one"))
    tick(board, minutes=1)
    assert box_of(board, task).state is TimeboxState.RUNNING
    take(board, push("CHURN-1 #run two"))
    tick(board, minutes=1)
    assert told(board, task, TimeboxEnded) == [TimeboxEnded(box_of(board, task).id, by_runs=True)]


def test_a_run_that_is_said_twice_counts_once(board):
    task = start(board, "10d", runs=2)
    take(board, push("CHURN-1 #run one", "CHURN-1 again #run one"))
    tick(board, minutes=1)
    assert box_of(board, task).state is TimeboxState.RUNNING


def test_runs_before_the_start_do_not_count(board):
    task = board.new(box="10d", runs=2)
    take(board, push("CHURN-1 #run one", "CHURN-1 #run two"))
    board.later(minutes=1)
    board.move(task, State.DOING)
    take(board, push("CHURN-1 #run three"))
    tick(board, minutes=1)
    assert box_of(board, task).state is TimeboxState.RUNNING


def test_runs_that_are_used_up_at_night_are_asked_about_in_the_morning(board):
    task = start(board, "10d", runs=1)
    board.now = november(18, 23, 10)
    take(board, push("CHURN-1 #run one"))
    tick(board, minutes=1)
    assert told(board, task, TimeboxEnded) == []
    tick(board, november(19, 9))
    (event,) = told(board, task, TimeboxEnded)
    assert (event.by_runs, event.late_seconds) == (True, 0)


def test_time_ends_a_timebox_whose_runs_are_not_used_up(board):
    task = start_and_end(board, runs=50)
    assert told(board, task, TimeboxEnded) == [TimeboxEnded(box_of(board, task).id)]


def test_after_the_last_run_another_owner_is_asked_all_the_same(board):
    task = start(board, "10d", runs=1)
    board.sign_in("bo")
    board.now = november(18, 23, 10)
    take(board, push("CHURN-1 #run one"))
    board.change(task, owner=MemberRef.parse("bo"))
    tick(board, november(19, 9))
    assert box_of(board, task).state is TimeboxState.ENDED


def test_fewer_runs_than_there_were_end_it(board):
    task = start(board, "10d", runs=5)
    take(board, push("CHURN-1 #run one", "CHURN-1 #run two"))
    board.change(task, runs=2)
    tick(board, minutes=1)
    assert box_of(board, task).state is TimeboxState.ENDED


@pytest.mark.parametrize("runs", [9, None])
def test_more_runs_than_there_were_are_an_extension(board, runs):
    task = start(board, "5d", runs=2)
    with refusal(Conflict, "The timebox of CHURN-1 runs: more time is an extension", "lab box extend CHURN-1 by:3d"):
        board.change(task, runs=runs)
    assert box_of(board, task).box.runs == 2


def test_a_number_of_runs_may_be_added_because_it_only_ends_it_sooner(board):
    task = start(board, "5d")
    board.change(task, runs=2)
    take(board, push("CHURN-1 #run one", "CHURN-1 #run two"))
    assert box_of(board, task).ends_at == board.now


# What changes while it runs.


def test_another_owner_is_asked_in_their_own_working_hours(board):
    move_owner_to(board, "tomo", "Asia/Tokyo")
    task = start(board)
    board.change(task, owner=MemberRef.parse("tomo"))
    box = box_of(board, task)
    assert (box.owner.name, box.ends_at) == ("tomo", november(26, 0))
    tick(board, END)
    assert told(board, task, TimeboxEnded) == []


def test_an_owner_who_moves_takes_the_end_along(board):
    task = start(board)
    board.do(set_zone, zone="Asia/Tokyo")
    tick(board)
    assert box_of(board, task).ends_at == november(26, 0)


def test_whoever_was_told_of_four_fifths_is_not_told_again_when_the_calendar_changes(board):
    task = start(board)
    tick(board, november(24, 10))
    board.do(set_zone, zone="America/New_York")
    tick(board, minutes=1)
    board.do(set_zone, zone="Europe/Lisbon")
    tick_hourly(board, days=1)
    assert len(told(board, task, TimeboxNearlyOver)) == 1


def test_a_shorter_promise_counts_from_the_start_of_the_work(board):
    task = start(board)
    board.later(days=1)
    board.change(task, box=Box.parse("4d"))
    assert box_of(board, task).ends_at == november(24, 10)


@pytest.mark.parametrize("box", ["10d", "6d", "2026-11-25", "2w"])
def test_a_longer_promise_goes_round_no_policy_while_the_timebox_runs(board, box):
    task = start(board)
    board.later(days=1)
    with refusal(Conflict, "runs: more time is an extension, which says why", "lab box extend CHURN-1 by:3d why:…"):
        board.change(task, box=Box.parse(box))
    assert (box_of(board, task).ends_at, board.see(task).box) == (END, Box.parse("5d"))


def test_after_an_extension_the_promise_may_be_shortened_up_to_its_new_end_and_no_further(board):
    task = start(board)
    extend(board, task, "2d")
    board.change(task, box=Box.parse("7d"))
    assert box_of(board, task).ends_at == november(27, 10)
    with refusal(Conflict, "more time is an extension"):
        board.change(task, box=Box.parse("8d"))


@pytest.mark.parametrize("is_asked", [True, False])
def test_what_is_over_gets_no_new_promise(board, is_asked):
    task = start(board)
    board.now = END
    if is_asked:
        tick(board, END)
    with refusal(Conflict, "The timebox of CHURN-1 is over: more time is an extension", "lab box extend CHURN-1"):
        board.change(task, box=Box.parse("1d"))


def test_before_the_work_begins_the_promise_is_free(board):
    task = board.new(box="5d")
    board.change(task, box=Box.parse("30d"))
    board.move(task, State.DOING)
    assert box_of(board, task).box == Box.parse("30d")


def test_a_new_promise_that_is_over_already_asks_at_once(board):
    task = start(board)
    board.later(days=2)
    board.change(task, box=Box.parse("1d"))
    tick(board)
    assert len(told(board, task, TimeboxEnded)) == 1


def test_what_is_not_research_any_more_is_not_asked_about(board):
    task = start(board, kind=Kind.DATA, track=Track.RESEARCH)
    board.change(task, track=Track.PRODUCTION)
    assert board.read(lambda work: work.timeboxes.open_of(task.id)) is None
    tick_hourly(board, days=10)
    assert told(board, task, TimeboxNearlyOver, TimeboxEnded, TimeboxNagged) == []
    (event,) = told(board, task, TimeboxCancelled)
    assert (event.rounds, event.nags) == (0, 0)


def test_other_changes_leave_the_timebox_as_it_is(board):
    task = start(board)
    before = box_of(board, task)
    board.change(task, title="Another title", labels=("tails",))
    after = box_of(board, task)
    assert (after.ends_at, after.warns_at, after.due_at) == (before.ends_at, before.warns_at, before.due_at)


def test_nobody_but_labkeeper_says_what_falls_due_by_itself(board):
    task = start_and_end(board)
    entries = board.read(lambda work: work.events.of_task(task.id, limit=9))
    assert [entry.member for entry in entries if isinstance(entry.event, TimeboxEnded)] == ["Labkeeper"]
    assert set(TimeboxEvent.__args__) >= {TimeboxEnded}


def test_a_project_without_a_lead_asks_all_the_same(board):
    task = start_and_end(board, owner=None)
    tick_hourly(board, days=4)
    assert [event.nag for event in told(board, task, TimeboxNagged)] == [1, 2]
    lead(board, "lea")
    settle(board, task, actor=board.sign_in("lea"))
    assert board.see(task).state is State.DROPPED


# A clock that jumps.


def minutes(count: int) -> list[timedelta]:
    return [timedelta(minutes=1)] * count


# Steps of the clock from a minute before the end on, which is Wednesday, 10:00.
JUMPS = {
    "every minute": minutes(60),
    "an hour ahead": [timedelta(hours=1), *minutes(30)],
    "a day ahead": [timedelta(days=1), *minutes(30)],
    "an hour back, just after the end": [*minutes(2), timedelta(hours=-1), *minutes(90)],
    "a day back, just after the end": [*minutes(2), timedelta(days=-1), timedelta(hours=25)],
    "eight hours of suspension": [timedelta(hours=8), *minutes(5), timedelta(hours=15)],
    "three days down": [timedelta(days=3), timedelta(days=2), timedelta(hours=1)],
    "back and forth": [
        timedelta(days=1),
        timedelta(days=-1),
        timedelta(hours=1),
        timedelta(hours=-1),
        timedelta(days=2),
    ],
}


@pytest.mark.parametrize("steps", JUMPS.values(), ids=JUMPS)
def test_whatever_the_clock_does_nothing_is_lost_and_nothing_is_said_twice(board, steps):
    task = start(board)
    tick(board, november(24, 10))
    board.now = END - timedelta(minutes=1)
    for step in steps:
        # Two ticks at each moment, as of two workers.
        tick(board, board.now + step)
        tick(board)
    tick_hourly(board, days=9)
    ids = box_of(board, task).id
    assert len(told(board, task, TimeboxNearlyOver)) == 1
    assert len(told(board, task, TimeboxEnded)) == 1
    assert told(board, task, TimeboxNagged) == [TimeboxNagged(ids, 0, 1), TimeboxNagged(ids, 0, 2, to_lead=True)]
    assert all(at.weekday() < 5 and 9 <= at.hour <= 18 for at in when(board, task, TimeboxNagged))


def test_what_becomes_research_while_it_is_under_way_is_timeboxed_from_then_on(board):
    task = board.move(board.new(kind=Kind.DATA), State.DOING)
    board.later(days=1)
    board.change(task, track=Track.RESEARCH, box=Box.parse("2d"))
    assert box_of(board, task).ends_at == november(23, 10)
