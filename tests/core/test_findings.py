"""Findings: written, revised, searched, and never lost; what a decision leaves; what was tried before."""

from contextlib import suppress
from datetime import timedelta

import pytest

from core.board import NewTask
from core.decisions import Verdict, decide, restart_timebox
from core.durations import Box
from core.errors import InvalidInput, NotFound
from core.events import FindingRevised, FindingWritten
from core.findings import (
    BODY_LIMIT,
    LISTED,
    find_finding,
    list_findings,
    revise_finding,
    search_findings,
    write_finding,
)
from core.ids import TaskKey
from core.tasks import TITLE_LIMIT, State, Track
from core.text import clean_text
from core.timebox_events import TaskDecided
from core.timebox_records import Call
from core.tried import tried_before
from tests.drivers import refusal
from tests.hostile import HOSTILE
from tests.storage.probes import at_once, rows


def write(board, task, text="Tails are label noise", title=None, **more):
    return board.do(write_finding, task=task.key, text=text, title=title, **more)


def revise(board, number, text, title=None, **more):
    return board.do(revise_finding, number=number, text=text, title=title, **more)


def end(board, task, call=Call.DROP, learned="Nothing gained", **more):
    return board.do(
        decide, task=task.key, verdict=Verdict(call=call, learned=learned, **more), today=board.today
    )  # fmt: skip


def read(board, number, **more):
    return board.read(lambda work: find_finding(work, number, **more))


def search(board, text):
    return [one.number for one in board.read(lambda work: search_findings(work, text=text)).findings]


def tried(board, title, track=Track.RESEARCH):
    new = NewTask(title=title, track=track, box=Box.parse("5d") if track is Track.RESEARCH else None)
    return board.read(lambda work: tried_before(work, new=new, today=board.today))


def events(board, task):
    return [entry.event for entry in reversed(board.read(lambda work: work.events.of_task(task.id, limit=50)))]


def test_a_finding_is_numbered_in_its_team_and_knows_its_task_and_author(board):
    first, second = board.new("Try focal loss"), board.new("Clean the tails")
    found, other = write(board, first), write(board, second, "# Half of it\n\nis noise")
    assert (found.number, other.number) == (1, 2)
    assert (found.task_key, found.author, found.written_at) == (first.key, "ana", board.now)
    assert (found.page.title, found.page.body) == ("Try focal loss", "Tails are label noise")
    assert (other.page.title, other.page.body) == ("Half of it", "is noise")
    assert events(board, first)[-1] == FindingWritten(1, "Try focal loss")
    assert board.told(second)[-1] == "wrote finding 2: Half of it"


def test_a_title_that_is_given_leaves_the_heading_in_the_text(board):
    found = write(board, board.new(), "# Heading\n\ntext", title="Mine")
    assert (found.page.title, found.page.body) == ("Mine", "# Heading\n\ntext")
    assert write(board, board.new("A task"), "# only a heading").page.body == "# only a heading"


def test_a_revision_takes_nothing_away(board):
    task, ben = board.new(), board.sign_in("ben")
    write(board, task, "First words", title="Tails")
    board.later(hours=1)
    revised, is_new = revise(board, 1, "Second words", actor=ben)
    assert is_new
    assert (revised.page.title, revised.page.body) == ("Tails", "Second words")
    assert (revised.revision, revised.last_revision, revised.author, revised.reviser) == (2, 2, "ana", "ben")
    assert revised.revised_at - revised.written_at == timedelta(hours=1)
    first = read(board, 1, revision=1)
    assert (first.page.body, first.revision, first.last_revision, first.reviser) == ("First words", 1, 2, "ana")
    assert events(board, task)[-1] == FindingRevised(1, 2, "Tails")


def test_the_same_words_again_are_no_revision(board):
    write(board, board.new("Tails"))
    before = board.told()
    found, is_new = revise(board, 1, "Tails are label noise ")
    assert (is_new, found.last_revision) == (False, 1)
    assert board.told() == before


def test_search_finds_the_newest_words_and_no_longer_the_old_ones(board):
    write(board, board.new("Focal loss"), "It diverges")
    revise(board, 1, "It converges")
    assert search(board, "converges") == [1]
    assert search(board, "diverges") == []


@pytest.mark.parametrize(
    "text",
    ["focal", "FOCAL loss", "loss, focal!", "foc los", "losses", "class", "classes", "tail-class", "0.91", "auc"],
)
def test_a_finding_is_found_by_all_of_the_words_or_how_they_begin(board, text):
    write(board, board.new("Try focal loss"), "On tail classes val_auc is 0.91")
    write(board, board.new("Something else"), "entirely")
    assert search(board, text) == [1]


def test_one_word_that_is_not_there_is_enough_not_to_be_found(board):
    write(board, board.new("Try focal loss"))
    assert search(board, "focal gain") == []
    assert search(board, "ocal") == []


def test_what_is_written_without_spaces_is_found_by_a_part_of_it(board):
    write(board, board.new("Labels"), "我们发现标签噪声很多")
    assert search(board, "标签") == search(board, "噪声很多") == search(board, "标") == [1]
    assert search(board, "模型") == []


def test_whatever_is_searched_for_is_only_words(board):
    write(board, board.new("Embeddings"), "quickly")
    for text in HOSTILE:
        with suppress(InvalidInput):
            assert search(board, text) == [], text


def test_whatever_is_written_is_found_again_by_its_words(board):
    kept = {}
    for number, text in enumerate(HOSTILE):
        try:
            kept[write(board, board.new(f"t{number}"), text, title=f"h{number}x").number] = text
        except InvalidInput:
            continue
    assert len(kept) > 300
    for number, text in kept.items():
        assert number in search(board, read(board, number).page.title)
        assert read(board, number).page.body == clean_text(text, what="finding", limit=BODY_LIMIT)


def test_lists_are_cut_and_say_so(board):
    task = board.new()
    for number in range(LISTED + 1):
        write(board, task, f"word number{number}")
    listed = board.read(lambda work: list_findings(work, project="CHURN"))
    assert [one.number for one in listed.findings] == list(range(LISTED + 1, 1, -1))
    assert listed.has_more
    assert board.read(lambda work: search_findings(work, text="word")).has_more


def test_what_cannot_be_a_finding_is_refused_with_what_to_do(board):
    task = board.new()
    with refusal(InvalidInput, "The finding is empty", "Write what was found out"):
        write(board, task, " \n ")
    with refusal(InvalidInput, "at most 10,000"):
        write(board, task, "a" * (BODY_LIMIT + 1))
    with refusal(InvalidInput, "invisible control character"):
        write(board, task, "a\x00b")
    with refusal(NotFound, "no task CHURN-99"):
        board.do(write_finding, task=TaskKey("CHURN", 99), text="x", title=None)
    for number in (0, -1, 7, 10**30):
        with refusal(NotFound, f"There is no finding {number}", "lab finding list"):
            read(board, number)
    write(board, task)
    with refusal(NotFound, "no revision 2", "lab finding show 1 revision:1"):
        read(board, 1, revision=2)
    with refusal(InvalidInput, "no word in that"):
        search(board, "🫠")
    assert len(board.read(lambda work: work.findings.list(project_id=None, limit=9))) == 1


def test_findings_written_at_once_are_numbered_without_a_gap(board):
    tasks = [board.new(f"t{number}") for number in range(8)]
    found = at_once(*(lambda task=task: write(board, task).number for task in tasks))
    assert sorted(found) == list(range(1, 9))


def test_two_who_revise_at_once_are_both_kept(board):
    write(board, board.new())
    at_once(*(lambda n=n: revise(board, 1, f"words {n}") for n in range(6)))
    assert read(board, 1).last_revision == 7
    said = {read(board, 1, revision=number).page.body for number in range(2, 8)}
    assert said == {f"words {n}" for n in range(6)}


# What a decision leaves.


@pytest.mark.parametrize("call", [Call.DROP, Call.ADOPT])
def test_a_decision_leaves_a_finding_in_the_same_unit(board, database_url, call):
    task = board.new("Try focal loss", box="5d")
    decided = end(board, task, call, learned="Tails are noise", why="No gain", best_run="run 17")
    found = read(board, decided.finding)
    assert (found.task_key, found.page.title, found.call) == (task.key, "Try focal loss", call)
    assert found.page.body == "Tails are noise\n\n## Why\n\nNo gain\n\n## Best run\n\nrun 17"
    assert search(board, "tails noise") == [found.number]
    decision = board.read(lambda work: work.decisions.last(task.id))
    assert rows(database_url, "SELECT decision_id FROM findings") == [(decision.id,)]
    (event,) = [one for one in events(board, task) if isinstance(one, TaskDecided)]
    assert event.finding == found.number
    assert not [one for one in events(board, task) if isinstance(one, FindingWritten)]


def test_a_decision_that_fails_leaves_no_finding(board, monkeypatch):
    task = board.new("Try focal loss", box="5d")

    def fail(*_, **__):
        raise RuntimeError("after the finding was kept")

    monkeypatch.setattr("core.decisions.record", fail)
    with pytest.raises(RuntimeError):
        end(board, task)
    assert board.read(lambda work: work.findings.list(project_id=None, limit=9)) == ()
    assert board.see(task).state is State.TODO


def test_each_decision_of_a_task_leaves_its_own(board):
    task = board.new("Try focal loss", box="5d")
    end(board, task, learned="Nothing at first")
    board.do(restart_timebox, task=task.key, box=Box.parse("3d"), today=board.today)
    end(board, task, Call.ADOPT, learned="It works after all")
    assert [read(board, number).call for number in (1, 2)] == [Call.DROP, Call.ADOPT]
    assert read(board, 1).page.body == "Nothing at first"


# Tried before?


def test_what_shares_half_of_the_words_that_say_something_was_tried_before(board):
    task = board.new("Try focal loss on tail classes", box="5d", owner=None)
    board.later(days=1)
    end(board, task, learned="Tails are noise")
    board.later(days=30)
    (found,) = tried(board, "Does a focal loss help with rare class labels?")
    assert (found.task, found.title, found.call) == (task.key, "Try focal loss on tail classes", Call.DROP)
    assert (found.learned, found.who, found.at) == ("Tails are noise", "ana", board.now - timedelta(days=30))
    assert found.finding == 1


@pytest.mark.parametrize(
    ("title", "is_alike"),
    [
        ("focal loss", True),  # two of two
        ("focal tails", True),  # two of two, in another form
        ("focal gain", False),  # one of two: never enough
        ("focal", True),  # one of one
        ("focal loss gain smoothing", True),  # two of four
        ("focal loss gain smoothing embeddings", False),  # two of five
        ("Try the other on it", False),  # nothing that says something
        ("🫠", False),
        ("try class", True),
    ],
)
def test_likeness_is_half_of_the_significant_words_and_two_at_least(board, title, is_alike):
    end(board, board.new("Try focal loss on tail classes", box="5d"))
    assert bool(tried(board, title)) is is_alike


def test_a_finding_by_hand_and_a_dropped_production_task_were_tried_too(board):
    by_hand, dropped = board.new("Embedding cache"), board.new("Cache the embeddings in Redis")
    write(board, by_hand, "It is too slow")
    board.move(dropped, State.DROPPED)
    found = {one.task: one for one in tried(board, "Embeddings cache")}
    assert found.keys() == {by_hand.key, dropped.key}
    assert (found[by_hand.key].learned, found[by_hand.key].call) == ("It is too slow", None)
    assert (found[dropped.key].state, found[dropped.key].learned, found[dropped.key].finding) == (
        State.DROPPED, "", None,
    )  # fmt: skip


def test_what_was_dropped_and_opened_again_or_is_done_was_not(board):
    again, done = board.new("Embedding cache"), board.new("Embedding cache again")
    board.move(again, State.DROPPED)
    board.move(again, State.TODO)
    board.move(done, State.DONE)
    assert tried(board, "Embedding cache") == ()
    board.move(again, State.DROPPED)
    assert len(tried(board, "Embedding cache")) == 1


def test_a_dropped_task_is_found_by_the_title_it_has_now(board):
    task = board.new("Embedding cache")
    board.move(task, State.DROPPED)
    board.change(task, title="Feature store")
    assert tried(board, "Embedding cache") == ()
    assert [one.task for one in tried(board, "A feature store")] == [task.key]


def test_at_most_three_are_told_one_for_each_task_and_the_most_alike_first(board):
    for number in range(4):
        end(board, board.new(f"Focal loss number{number}", box="5d"))
    best = board.new("Focal loss on tail labels", box="5d")
    end(board, best)
    write(board, best, "More of it", title="Focal loss on tail labels")
    found = tried(board, "Focal loss for tail labels")
    assert len(found) == 3
    assert [one.task for one in found].count(best.key) == 1
    assert (found[0].task, found[0].call) == (best.key, Call.DROP)


def test_production_work_is_never_asked(board):
    end(board, board.new("Focal loss", box="5d"))
    assert tried(board, "Focal loss", Track.PRODUCTION) == ()


def test_any_title_can_be_looked_for(board):
    end(board, board.new("Embeddings quickly", box="5d"))
    for text in HOSTILE:
        with suppress(InvalidInput):
            assert tried(board, text[:TITLE_LIMIT]) == (), text
