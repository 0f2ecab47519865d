"""How research ends, who may say so, and what is kept of it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.decisions import restart_timebox
from core.delegates import name_delegate
from core.durations import Box
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.members import MemberRef
from core.prompts import view_timebox
from core.tasks import Kind, Priority, State, Track
from core.timebox_events import TaskDecided, TimeboxNagged, TimeboxStarted
from core.timebox_lists import check_decidable, list_timeboxes
from core.timebox_records import Call, TimeboxState
from tests.core.research import box_of, lead, settle, start, start_and_end, tick, tick_hourly, told
from tests.drivers import BoardDriver, refusal


def decision(board, task):
    return board.read(lambda work: work.decisions.last(task.id))


def open_box(board, task):
    return board.read(lambda work: work.timeboxes.open_of(task.id))


def restart(board, task, box="5d", actor=None):
    box = Box.parse(box) if box else None
    return board.do(restart_timebox, actor=actor, task=task.key, box=box, today=board.today)


# What comes of it.


def test_dropped_research_is_over_and_keeps_what_was_learned(board):
    task = start_and_end(board)
    box = box_of(board, task)
    decided = settle(board, task, Call.DROP, learned="tails are\nlabel noise", why="no gain")
    assert (decided.task.state, decided.tasks) == (State.DROPPED, ())
    assert board.see(task).closed_at == board.now
    kept = decision(board, task)
    assert (kept.call, kept.learned, kept.why, kept.author, kept.at, kept.timebox_id) == (
        Call.DROP, "tails are\nlabel noise", "no gain", "ana", board.now, box.id,
    )  # fmt: skip
    assert open_box(board, task) is None
    closed = board.read(lambda work: work.timeboxes.get(box.id))
    assert (closed.state, closed.closed_at, closed.due_at) == (TimeboxState.DECIDED, board.now, None)


def test_adopted_research_is_done_and_goes_on_as_production_work(board):
    task = start_and_end(board, version="churn@v2.0", labels=("tails",), priority=Priority.NOW)
    decided = settle(
        board, task, Call.ADOPT, learned="tails gain 3 points", best_run="run 17", tasks=("Build it", "Serve it")
    )
    assert board.see(task).state is State.DONE
    assert [made.title for made in decided.tasks] == ["Build it", "Serve it"]
    for made in decided.tasks:
        seen = board.see(made)
        assert (seen.track, seen.state, seen.box, seen.owner) == (Track.PRODUCTION, State.TODO, None, None)
        assert (seen.version, seen.labels, seen.priority) == ("churn@v2.0", ("tails",), Priority.NOW)
        assert "CHURN-1" in seen.description
        assert "tails gain 3 points" in seen.description
        assert [
            other.key for other in board.read(lambda work, made=made: work.dependencies.prerequisites(made.id))
        ] == [task.key]
        assert not seen.is_blocked
    (event,) = told(board, task, TaskDecided)
    assert (event.call, event.tasks, event.best_run) == (Call.ADOPT, ("CHURN-2", "CHURN-3"), "run 17")


def test_adopting_without_titles_makes_one_task_of_the_same_name(board):
    decided = settle(board, start_and_end(board, title="Try focal loss"), Call.ADOPT)
    assert [(made.title, made.kind) for made in decided.tasks] == [("Try focal loss", Kind.FEATURE)]


def test_splitting_makes_two_timeboxed_tasks_of_the_same_owner(board):
    bo = board.sign_in("bo")
    task = start_and_end(board, owner="bo")
    decided = settle(board, task, Call.SPLIT, actor=bo, tasks=("Is it noise?", "Is it size?"))
    assert board.see(task).state is State.DONE
    for made in decided.tasks:
        seen = board.see(made)
        assert (seen.track, seen.kind, seen.state, str(seen.box), seen.owner.name) == (
            Track.RESEARCH, Kind.INVESTIGATE, State.TODO, "5d", "bo",
        )  # fmt: skip
        assert open_box(board, made) is None


def test_each_part_may_have_another_timebox(board):
    decided = settle(board, start_and_end(board), Call.SPLIT, tasks=("One?", "Two?"), box=Box.parse("2d"))
    assert [str(made.box) for made in decided.tasks] == ["2d", "2d"]


@pytest.mark.parametrize("titles", [(), ("One?",), ("One?", "Two?", "Three?")])
def test_splitting_makes_two_tasks_and_no_other_number(board, titles):
    task = start_and_end(board)
    with refusal(InvalidInput, "two tasks", "lab box split CHURN-1 first:"):
        settle(board, task, Call.SPLIT, tasks=titles)
    assert board.see(task).state is State.DOING


def test_a_part_whose_last_day_is_over_needs_another(board):
    task = start_and_end(board, "2026-11-19")
    tick(board, days=2)
    with refusal(InvalidInput, "2026-11-19 is over"):
        settle(board, task, Call.SPLIT, tasks=("One?", "Two?"))
    settle(board, task, Call.SPLIT, tasks=("One?", "Two?"), box=Box.parse("2d"))


def test_whatever_waited_for_it_goes_on(board):
    task, build = start_and_end(board), board.new()
    board.wait(build, task)
    assert settle(board, task).freed == (build.key,)
    assert not board.see(build).is_blocked


def test_research_is_decided_before_its_timebox_ends_and_even_before_it_starts(board):
    running, waiting = start(board), board.new(box="5d")
    for task in (running, waiting):
        settle(board, task)
        assert board.see(task).state is State.DROPPED
    assert decision(board, waiting).timebox_id is None


def test_the_decision_says_how_many_reminders_it_answers(board):
    task = start_and_end(board)
    tick_hourly(board, days=5)
    settle(board, task)
    (event,) = told(board, task, TaskDecided)
    assert (event.rounds, event.nags) == (0, 2)
    tick_hourly(board, days=5)
    assert len(told(board, task, TimeboxNagged)) == 2


@pytest.mark.parametrize("learned", ["", "  \n", "\u200b", "\u2800"])
@pytest.mark.parametrize("call", Call)
def test_a_decision_needs_what_was_learned(board, call, learned):
    task = start_and_end(board)
    titles = ("One?", "Two?") if call is Call.SPLIT else ()
    with refusal(InvalidInput, "keeps what was learned", "learned:"):
        settle(board, task, call, learned=learned, tasks=titles)
    assert (board.see(task).state, decision(board, task)) == (State.DOING, None)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"learned": "x" * 2_001}, "2,001 characters"),
        ({"why": "x" * 501}, "501 characters"),
        ({"best_run": "x" * 501}, "501 characters"),
        ({"tasks": ("x",) * 11}, "too many"),
        ({"tasks": ("x" * 201,)}, "201 characters"),
        ({"tasks": ("",)}, "title is empty"),
    ],
)
def test_what_is_too_long_or_empty_decides_nothing(board, said, words):
    task = start_and_end(board)
    with refusal(InvalidInput, words):
        settle(board, task, Call.ADOPT, **said)
    assert (board.see(task).state, decision(board, task)) == (State.DOING, None)
    assert board.order() == [task.key]


def test_production_is_done_and_not_decided(board):
    task = board.move(board.new(), State.DOING)
    with refusal(InvalidInput, "done, not decided", "lab task done CHURN-1"):
        settle(board, task)


# Once.


def test_a_decided_task_tells_who_decided_what(board):
    lead(board, "lea")
    task = start_and_end(board)
    settle(board, task, learned="tails are label noise", actor=board.sign_in("lea"))
    with refusal(Conflict, "lea dropped it", "tails are label noise", "lab box start CHURN-1 box:5d"):
        settle(board, task, Call.ADOPT)
    assert decision(board, task).author == "lea"


def test_of_many_who_decide_at_once_one_wins_and_the_others_are_told(board):
    task = start_and_end(board)
    at_once = threading.Barrier(8)

    def press(number):
        at_once.wait()
        try:
            settle(board, task, Call.ADOPT, learned=f"by {number}")
        except Conflict as error:
            return f"{error.message} {error.hint}"
        return ""

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))
    losers = [answer for answer in answers if answer]
    assert len(losers) == 7
    winner = decision(board, task).learned
    assert all("ana adopted it" in answer and winner in answer for answer in losers)
    assert len(board.order()) == 1, "one production task"


def test_a_decision_and_a_tick_at_once_ask_nobody_about_what_is_decided(board):
    tasks = [start(board, "1d") for _ in range(12)]
    board.later(days=1)
    with ThreadPoolExecutor(4) as pool:
        ticks = [pool.submit(tick, board) for _ in range(4)]
        decided = [pool.submit(settle, board, task) for task in tasks]
        for one in (*ticks, *decided):
            one.result()
    tick_hourly(board, days=4)
    for task in tasks:
        assert len(told(board, task, TaskDecided)) == 1
        assert told(board, task, TimeboxNagged) == []


# Again.


def test_a_decided_task_is_opened_by_a_new_timebox_and_keeps_its_decision(board):
    task = start_and_end(board)
    settle(board, task, learned="no gain")
    old = decision(board, task)
    board.later(days=1)
    opened, box = restart(board, task, "2d")
    assert (opened.state, str(opened.box), opened.closed_at) == (State.DOING, "2d", None)
    assert (box.state, box.started_at, box.rounds) == (TimeboxState.RUNNING, board.now, 0)
    assert decision(board, task) == old
    assert len(told(board, task, TimeboxStarted)) == 2
    settle(board, task, Call.ADOPT, learned="a gain after all")
    assert decision(board, task).learned == "a gain after all"


def test_a_decided_task_is_opened_by_nothing_else(board):
    task = start_and_end(board)
    settle(board, task)
    for state in (State.TODO, State.DOING, State.REVIEW):
        with refusal(Conflict, "decided already", "lab box start CHURN-1 box:5d"):
            board.move(task, state)
    with refusal(InvalidInput, "only a new timebox", "lab box start CHURN-1 box:5d"):
        restart(board, task, None)


def test_a_task_with_a_timebox_gets_no_second_one(board):
    task = start(board)
    with refusal(Conflict, "has a timebox already", "lab box extend CHURN-1"):
        restart(board, task)


def test_a_new_timebox_does_not_lie_in_the_past(board):
    task = start_and_end(board)
    settle(board, task)
    with refusal(InvalidInput, "is over"):
        restart(board, task, "2026-01-01")
    assert board.see(task).state is State.DROPPED


def test_the_promised_timebox_is_started_without_saying_it_again(board):
    task = board.new(box="5d")
    started, box = restart(board, task, None)
    assert (started.state, str(box.box)) == (State.DOING, "5d")


def test_production_has_no_timebox_to_start(board):
    with refusal(InvalidInput, "Only research is timeboxed", "lab task start CHURN-1"):
        restart(board, board.new())


# Who may.


def delegate(board, of, to, stands_in=True):
    board.do(name_delegate, actor=of, delegate=MemberRef.parse(to), stands_in=stands_in)


def may(board, task, actor):
    """Whether they may decide; asked as before a form is opened, which changes nothing."""
    try:
        board.read(lambda work: check_decidable(work, actor=actor, task=task.key))
    except NotAllowed:
        return False
    return True


def test_owner_lead_and_whom_they_named_may_decide_and_nobody_else(board):
    lea, eve = lead(board, "lea"), board.sign_in("eve")
    for_ana, for_lea = board.sign_in("dora"), board.sign_in("emil")
    delegate(board, board.ana, "dora")
    delegate(board, lea, "emil")
    delegate(board, for_lea, "eve")
    task = start_and_end(board)
    assert [may(board, task, one) for one in (board.ana, lea, for_ana, for_lea, eve)] == [True, True, True, True, False]
    with refusal(NotAllowed, "ana, lea, dora, emil may", "lab me delegate @eve"):
        settle(board, task, actor=eve)
    assert decision(board, task) is None
    settle(board, task, actor=for_lea)
    assert decision(board, task).author == "emil"


def test_an_administrator_who_is_none_of_them_may_not(board):
    board.sign_in("bo")
    task = start_and_end(board, owner="bo")
    assert not may(board, task, board.ana)


def test_where_nobody_is_named_anybody_may(board):
    assert may(board, start_and_end(board, owner=None), board.sign_in("eve"))


def test_without_an_owner_the_lead_may(board):
    lea, eve = lead(board, "lea"), board.sign_in("eve")
    task = start_and_end(board, owner=None)
    assert (may(board, task, lea), may(board, task, eve)) == (True, False)


def test_a_delegate_is_one_until_that_is_taken_back(board):
    dora = board.sign_in("dora")
    task = start_and_end(board)
    for stands_in in (True, False):
        delegate(board, board.ana, "dora", stands_in)
        delegate(board, board.ana, "dora", stands_in)
        assert may(board, task, dora) is stands_in
    assert board.told()[-2:] == ["changed ana: delegate none → dora", "changed ana: delegate dora → none"]


def test_nobody_is_their_own_delegate(board):
    with refusal(InvalidInput, "decide for yourself", "lab me delegate @ben"):
        delegate(board, board.ana, "ana")


def test_another_teams_task_is_none(board, database):
    task = start_and_end(board)
    other = BoardDriver.open(database, now=board.now)
    with refusal(NotFound, "no task CHURN-1"):
        settle(other, task)
    assert decision(board, task) is None


# Looking.


def test_timeboxes_are_listed_by_their_end_with_what_waits_first(board):
    late = start(board, "3d")
    ended, soon = start_and_end(board, "1d"), start(board, "1d")
    boxes = board.read(lambda work: list_timeboxes(work, actor=board.ana, owner=None, project=None))
    assert [box.task_key for box in boxes] == [ended.key, soon.key, late.key]
    board.sign_in("bo")
    mine = {"actor": board.ana, "owner": MemberRef.parse("bo"), "project": "CHURN"}
    assert board.read(lambda work: list_timeboxes(work, **mine)) == ()


def test_a_timebox_shows_what_speaks_for_it(board):
    task = start(board, "5d")
    board.later(days=1, hours=2)
    view = board.read(lambda work: view_timebox(work, task=board_task(work, task), now=board.now))
    assert view.evidence.used.total_seconds() / 3600 == 11
    assert (view.evidence.commits, view.evidence.runs, view.decision) == (0, 0, None)


def board_task(work, task):
    return work.tasks.get(task.key)
