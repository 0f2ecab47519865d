"""More time: what it costs, whom it takes, and from when it counts."""

from datetime import UTC, datetime

import pytest

from core.deciding import Cost
from core.durations import Box, WorkingTime
from core.errors import Conflict, InvalidInput, NotAllowed
from core.extensions import agree_to_extension
from core.links import link_task
from core.members import set_zone
from core.notes import add_note
from core.policies import set_policy, view_policy
from core.tasks import State
from core.timebox_events import ExtensionAsked, TimeboxEnded, TimeboxExtended
from core.timebox_records import TimeboxState
from tests.core.research import box_of, extend, lead, settle, start, start_and_end, tick, tick_hourly, told
from tests.drivers import refusal
from tests.git_facts import push, take


def note(board, task, text="seen"):
    board.later(minutes=1)
    board.do(add_note, task=task.key, text=text)


def agree(board, task, actor=None):
    return board.do(agree_to_extension, actor=actor, task=task.key)


def policy(board, *costs):
    board.do(set_policy, project="CHURN", costs=costs)


def extensions(board, task):
    return board.read(lambda work: work.timeboxes.extensions(box_of(board, task).id))


# From when it counts.


def test_an_ended_timebox_runs_on_from_now(board):
    task = start_and_end(board)
    tick(board, hours=2)
    extended = extend(board, task, "2d", "the last runs improve")
    box = box_of(board, task)
    assert (box.state, box.rounds, box.nags, box.asked_at) == (TimeboxState.RUNNING, 1, 0, None)
    assert box.ends_at == extended.timebox.ends_at == datetime(2026, 11, 27, 12, tzinfo=UTC)
    (event,) = told(board, task, TimeboxExtended)
    assert event == TimeboxExtended(box.id, "2d", "the last runs improve", box.ends_at, 0, 0)
    (kept,) = extensions(board, task)
    assert (kept.by, kept.why, kept.author, kept.agreed_by) == ("2d", "the last runs improve", "ana", None)


def test_a_timebox_that_runs_is_made_longer_at_its_end(board):
    task = start(board, "5d")
    board.later(days=1)
    extend(board, task, "2d")
    assert box_of(board, task).ends_at == datetime(2026, 11, 27, 10, tzinfo=UTC)


def test_an_extended_timebox_asks_again_at_its_new_end(board):
    task = start_and_end(board)
    extend(board, task, "1d")
    tick_hourly(board, days=1)
    assert told(board, task, TimeboxEnded) == [
        TimeboxEnded(box_of(board, task).id), TimeboxEnded(box_of(board, task).id, rounds=1),
    ]  # fmt: skip


def test_an_extension_says_how_many_reminders_it_answers(board):
    task = start_and_end(board)
    tick_hourly(board, days=5)
    extend(board, task)
    assert told(board, task, TimeboxExtended)[0].nags == 2


def test_an_extension_may_be_until_a_day(board):
    task = start_and_end(board)
    extend(board, task, "2026-11-27")
    assert box_of(board, task).ends_at == datetime(2026, 11, 27, 18, tzinfo=UTC)


def test_runs_were_for_the_first_promise(board):
    task = start(board, "10d", runs=1)
    take(board, push("CHURN-1 #run one"))
    tick(board, minutes=1)
    extend(board, task, "2d")
    take(board, push("CHURN-1 #run two"))
    tick(board, minutes=1)
    assert box_of(board, task).state is TimeboxState.RUNNING


def test_a_day_that_is_no_more_time_is_refused(board):
    task = start(board, "2026-11-25")
    with refusal(InvalidInput, "no more time", "by:3d"):
        extend(board, task, "2026-11-25")
    with refusal(InvalidInput, "2026-11-17 is over", "10d"):
        extend(board, task, "2026-11-17")


@pytest.mark.parametrize("by", ["2028-01-01", "2999-12-31", "9999-12-31"])
def test_a_day_that_is_more_than_a_year_away_is_refused(board, by):
    with refusal(InvalidInput, "more than a year away"):
        extend(board, start_and_end(board), by)


def test_an_extension_needs_a_sentence(board):
    task = start_and_end(board)
    for why in ("", " \n", "\u200b"):
        with refusal(InvalidInput, "The reason is empty"):
            extend(board, task, why=why)
    assert told(board, task, TimeboxExtended) == []


def test_what_never_started_cannot_be_extended(board):
    task = board.new(box="5d")
    with refusal(Conflict, "was not started", f"lab task start {task.key}"):
        extend(board, task)


# What it costs.


def test_the_second_extension_costs_evidence(board):
    task = start_and_end(board)
    note(board, task, "before the first one")
    board.later(minutes=1)
    extend(board, task, "1d")
    board.later(minutes=1)
    with refusal(InvalidInput, "evidence", "run, a commit or a note", f"lab task note {task.key}"):
        extend(board, task)
    assert box_of(board, task).rounds == 1


@pytest.mark.parametrize("said", ["CHURN-1 weigh tails", "CHURN-1 #run abc", "CHURN-1 #note seen"])
def test_a_commit_a_run_or_a_note_since_the_first_one_is_evidence(board, said):
    task = start_and_end(board)
    extend(board, task, "1d")
    board.later(minutes=1)
    take(board, push(said))
    extend(board, task)
    assert box_of(board, task).rounds == 2


def test_a_notebook_is_evidence_and_another_link_is_none(board):
    task = start_and_end(board)
    extend(board, task, "1d")
    board.later(minutes=1)
    board.do(link_task, task=task.key, url="https://example.com/slides", title=None)
    with refusal(InvalidInput, "evidence"):
        extend(board, task)
    board.do(link_task, task=task.key, url="https://example.com/eda.ipynb", title=None)
    extend(board, task)


def test_evidence_counts_from_when_the_last_extension_was_given_not_from_when_it_begins(board):
    task = start(board, "5d")
    extend(board, task, "5d")
    note(board, task)
    extend(board, task, "1d")
    assert box_of(board, task).rounds == 2


def third(board):
    """A task of Ana's that was extended twice, and has evidence for more."""
    task = start_and_end(board)
    extend(board, task, "1d")
    note(board, task)
    extend(board, task, "1d")
    note(board, task)
    return task


def test_the_third_extension_takes_another_person(board):
    task, bo = third(board), board.sign_in("bo")
    before = box_of(board, task)
    asked = extend(board, task, "2d", "one more sweep")
    assert asked.is_asked
    assert box_of(board, task).ends_at == before.ends_at
    assert told(board, task, ExtensionAsked) == [ExtensionAsked(before.id, 2, "2d", "one more sweep", "CHURN-1")]
    with refusal(NotAllowed, "another person"):
        agree(board, task)
    agree(board, task, bo)
    box = box_of(board, task)
    assert (box.rounds, box.plea, box.ends_at > before.ends_at) == (3, None, True)
    kept = extensions(board, task)[-1]
    assert (kept.why, kept.author, kept.agreed_by) == ("one more sweep", "ana", "bo")
    assert told(board, task, TimeboxExtended)[-1].agreed_with == "ana"


def test_the_third_extension_costs_evidence_too(board):
    task = start_and_end(board)
    extend(board, task, "1d")
    note(board, task)
    board.later(minutes=1)
    extend(board, task, "1d")
    board.later(minutes=1)
    with refusal(InvalidInput, "evidence"):
        extend(board, task)


def test_every_extension_after_the_third_takes_another_person_too(board):
    task, bo = third(board), board.sign_in("bo")
    for rounds in (3, 4):
        extend(board, task, "1d")
        agree(board, task, bo)
        assert box_of(board, task).rounds == rounds
        note(board, task)


def test_whoever_asks_again_asks_for_what_they_said_last(board):
    task, bo = third(board), board.sign_in("bo")
    extend(board, task, "1d", "first")
    extend(board, task, "3d", "second")
    assert agree(board, task, bo).by == Box.parse("3d")
    assert extensions(board, task)[-1].why == "second"


def test_agreeing_twice_is_agreeing_once(board):
    task, bo = third(board), board.sign_in("bo")
    extend(board, task)
    agree(board, task, bo)
    with refusal(Conflict, "Nobody asks for more time"):
        agree(board, task, bo)
    assert box_of(board, task).rounds == 3


def test_a_decision_leaves_nothing_to_agree_to(board):
    task, bo = third(board), board.sign_in("bo")
    extend(board, task)
    settle(board, task)
    with refusal(Conflict, "Nobody asks for more time"):
        agree(board, task, bo)
    assert board.see(task).state is State.DROPPED


def test_while_it_waits_for_another_person_it_ends_and_asks_all_the_same(board):
    task = third(board)
    extend(board, task, "5d")
    tick_hourly(board, days=4)
    assert box_of(board, task).state is TimeboxState.ENDED
    assert told(board, task, TimeboxEnded)[-1].rounds == 2


# A project's own policy.


def test_a_project_has_its_own_policy(board):
    policy(board, Cost.SENTENCE)
    task = start_and_end(board)
    for rounds in (1, 2, 3, 4):
        extend(board, task, "1d")
        assert box_of(board, task).rounds == rounds


def test_a_policy_may_ask_for_another_person_at_once(board):
    policy(board, Cost.PERSON)
    task, bo = start_and_end(board), board.sign_in("bo")
    with refusal(InvalidInput, "evidence"):
        extend(board, task)
    note(board, task)
    assert extend(board, task).is_asked
    agree(board, task, bo)
    assert box_of(board, task).rounds == 1


def test_another_policy_holds_from_the_next_extension_on(board):
    task = start_and_end(board)
    extend(board, task, "1d")
    policy(board, Cost.SENTENCE)
    extend(board, task, "1d")
    assert board.read(lambda work: view_policy(work, project="CHURN"))[1] == (Cost.SENTENCE,)
    assert board.told()[-2] == "changed what extensions cost in CHURN: sentence,evidence,person → sentence"


def test_the_same_policy_again_changes_nothing(board):
    before = board.told()
    policy(board, Cost.SENTENCE, Cost.EVIDENCE, Cost.PERSON)
    assert board.told() == before


# Who may.


def test_only_whoever_may_decide_may_ask_for_more_time(board):
    lead(board, "lea")
    task, eve = start_and_end(board), board.sign_in("eve")
    with refusal(NotAllowed, "ana, lea may"):
        extend(board, task, actor=eve)


def test_anybody_of_the_team_may_agree(board):
    lead(board, "lea")
    task, eve = third(board), board.sign_in("eve")
    extend(board, task)
    agree(board, task, eve)
    assert box_of(board, task).rounds == 3


@pytest.mark.parametrize(
    ("by", "of"), [("0d", "no time"), ("-1d", "not a length"), ("1000y", "not a length"), ("261d", "more than a year")]
)
def test_what_is_no_length_of_time_is_refused(by, of):
    with refusal(InvalidInput, of):
        WorkingTime.parse(by)


def test_more_time_is_added_to_the_end_also_while_a_changed_calendar_is_still_to_be_asked(board):
    task = start(board)
    board.do(set_zone, zone="Asia/Tokyo")
    assert box_of(board, task).ends_at is None
    # Five days from Thursday the 19th, 09:00 in Tokyo, and two more.
    assert extend(board, task, "2d").timebox.ends_at == datetime(2026, 11, 30, 0, tzinfo=UTC)
