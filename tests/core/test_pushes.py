"""What a push does to the board: every commit once, whatever is pushed again, rebased, squashed or picked."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.intake import DEADLINE
from core.events import TaskMoved, TaskUnblocked
from core.filters import Filters
from core.git import BranchDeleted, GitPerson, PullRequestState, Result
from core.git_events import COMMITS_SHOWN, CheckChanged, CommitsLinked, PullRequestMoved, ResearchSaidDone
from core.ids import ChannelRef
from core.members import Identity, link_identity
from core.projects import create_project
from core.pushes import take_push
from core.tasks import State
from core.watches import add_watch
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.git_facts import BOT, CHURN, check, commit, happened, links, notes, pull_request, push, sha_of, take
from tests.storage.walk import statements


def told(board, task):
    """How many commits each message in the thread tells of."""
    return [entry.event.count for entry in happened(board, task, CommitsLinked)]


def moves(board, task):
    return [str(entry.event.after) for entry in happened(board, task, TaskMoved)]


# Linking.


def test_a_commit_that_names_a_task_is_linked_and_told_once(board):
    task = board.new()
    take(board, push("CHURN-1 weigh tails"))
    (event,) = (entry.event for entry in happened(board, task, CommitsLinked))
    assert (event.repository, event.branch, event.count, event.by) == ("acme/churn", "feat/tails", 1, "Bo Berg")
    assert [line.title for line in event.commits] == ["CHURN-1 weigh tails"]
    (link,) = links(board, task, "commit")
    assert link.title == f"{sha_of('CHURN-1 weigh tails')[:7]} CHURN-1 weigh tails"


def test_twelve_commits_are_one_message_with_a_count_and_the_newest(board):
    task = board.new()
    take(board, push(*(f"CHURN-1 step {number}" for number in range(12))))
    (event,) = (entry.event for entry in happened(board, task, CommitsLinked))
    assert (event.count, len(event.commits)) == (12, COMMITS_SHOWN)
    assert event.commits[-1].title == "CHURN-1 step 11"
    assert len(links(board, task, "commit")) == 12


def test_a_push_about_two_tasks_is_told_to_both(board):
    first, second = board.new(), board.new()
    take(board, push("CHURN-1 a", "CHURN-2 b", "CHURN-1 CHURN-2 c"))
    assert (told(board, first), told(board, second)) == ([2], [2])


def test_a_branch_that_names_a_task_links_all_its_commits(board):
    task = board.new()
    take(board, push("wip", "more", branch="feat/churn-1-tails"))
    assert told(board, task) == [2]


def test_a_commit_about_nothing_of_the_board_leaves_no_trace(board):
    before = board.told()
    take(board, push("wip", "CHURN-99 no such task", "OTHER-1 no such project", "UTF-8"), push("wip", branch="main"))
    assert board.told() == before


def test_a_key_of_another_project_than_the_hooks_is_text(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    other = board.new(project="OTHER")
    take(board, push("OTHER-1 #start"))
    assert (happened(board, other, CommitsLinked), board.see(other).state) == ([], State.TODO)


def test_notebooks_of_a_commit_are_linked_where_they_can_be_read(board):
    task = board.new()
    take(board, push(commit("CHURN-1 look", paths=("notebooks/a b.ipynb", "a.py")), branch="feat/tails"))
    (link,) = links(board, task, "notebook")
    assert link.url == "https://github.com/acme/churn/blob/feat/tails/notebooks/a%20b.ipynb"


def test_a_check_that_was_reported_before_the_push_is_told_with_it(board):
    task = board.new()
    take(board, check(sha_of("CHURN-1 a"), Result.FAILURE))
    assert happened(board, task, CheckChanged) == []
    take(board, push("CHURN-1 a"))
    assert [entry.event.result for entry in happened(board, task, CheckChanged)] == [Result.FAILURE]


# Commands.


@pytest.mark.parametrize("branch", ["feat/tails", "main"])
def test_commands_that_count_on_any_branch(board, branch):
    task = board.new()
    lines = (
        "CHURN-1 #start", "CHURN-1 #note seen", "CHURN-1 #metric f1=.8", "CHURN-1 #run abc", "CHURN-1 #blocked late",
    )  # fmt: skip
    take(board, push(*lines, branch=branch))
    assert board.see(task).state is State.DOING
    assert board.see(task).is_blocked
    assert [note.text for note in notes(board, task)] == ["seen"]
    assert "recorded f1 0.8" in board.told(task)
    assert [link.title for link in links(board, task, "run")] == ["abc"]
    take(board, push("CHURN-1 #unblocked and on", "CHURN-1 #review", branch=branch))
    assert (board.see(task).state, board.see(task).is_blocked) == (State.REVIEW, False)


def test_whoever_pushed_is_who_acted(board):
    task = board.new()
    take(board, push(commit("CHURN-1 #start", author=GitPerson(name="Eve", email="eve@example.com"))))
    (moved,) = happened(board, task, TaskMoved)
    assert moved.member == "Bo Berg"
    (linked,) = happened(board, task, CommitsLinked)
    assert linked.event.authors == ("Eve",)


def test_a_command_that_no_longer_fits_is_left_undone(board):
    task = board.new()
    board.move(task, State.DONE)
    take(board, push("CHURN-1 #start", "CHURN-1 #unblocked", "CHURN-1 #blocked late", "CHURN-1 #note after all"))
    assert (board.see(task).is_blocked, told(board, task)) == (False, [4])
    assert happened(board, task, TaskUnblocked) == []


def test_done_waits_for_the_default_branch(board):
    task = board.new()
    done = commit("Fixes CHURN-1")
    take(board, push(done))
    assert board.see(task).state is State.TODO
    take(board, push(done, branch="release/1"))
    assert board.see(task).state is State.TODO
    take(board, push(done, branch="main"))
    assert board.see(task).state is State.DONE
    assert told(board, task) == [1]


def test_done_counts_where_it_is_committed_to_the_default_branch(board):
    task = board.new()
    take(board, push("CHURN-1 #done", branch="main"))
    assert board.see(task).state is State.DONE


def test_a_task_that_was_opened_again_is_not_closed_by_the_same_commit(board):
    task = board.new()
    done = push("Fixes CHURN-1", branch="main")
    take(board, done)
    board.move(task, State.DOING)
    take(board, done, replace(done, branch="feat/x"), replace(done, is_forced=True))
    assert board.see(task).state is State.DOING


def test_research_is_never_done_and_its_thread_says_so_once(board):
    task = board.new(box="10d")
    done = commit("Fixes CHURN-1")
    take(board, push(done), push(done, branch="main"), push(done, branch="main"), push("CHURN-1 #done", branch="main"))
    assert board.see(task).state is State.TODO
    assert [entry.event.source for entry in happened(board, task, ResearchSaidDone)] == ["the push to main"]
    assert told(board, task) == [1, 1]


# The same again.


def board_as_seen(board, *tasks):
    """What the team sees of the tasks; of the log, what was told."""
    return [
        (
            board.see(task).state, board.see(task).is_blocked, told(board, task), moves(board, task),
            sorted(note.text for note in notes(board, task)), len(links(board, task, "commit")),
            len(happened(board, task, ResearchSaidDone)),
        )
        for task in tasks
    ]  # fmt: skip


WORDS = ("CHURN-1 #start #note one", "CHURN-1 #note two", "Fixes CHURN-1")


def test_the_same_push_twice_changes_nothing_twice(board):
    task = board.new()
    pushed = push(*WORDS)
    take(board, pushed)
    before, log = board_as_seen(board, task), board.told()
    take(board, pushed, pushed)
    assert (board_as_seen(board, task), board.told()) == (before, log)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(push(*(commit(words) for words in WORDS), branch="main"), id="a fast-forward"),
        pytest.param(
            push(*(commit(words) for words in WORDS), "Merge pull request #7 from acme/feat/tails", branch="main"),
            id="a merge",
        ),
        pytest.param(push(*(commit(words, f"rebased {words}") for words in WORDS), branch="main"), id="a rebase-merge"),
        pytest.param(push("Tails (#7)\n\n* " + "\n\n* ".join(WORDS), branch="main"), id="a squash merge"),
    ],
)
def test_a_merge_closes_the_task_and_repeats_nothing_else(board, again):
    task = board.new()
    take(board, push(*WORDS), again)
    assert board.see(task).state is State.DONE
    assert moves(board, task) == ["doing", "done"]
    assert sorted(note.text for note in notes(board, task)) == ["one", "two"]


@pytest.mark.parametrize(
    "again", [push(*(commit(words, f"rebased {words}") for words in WORDS), forced=True)], ids=["a rebase"]
)
def test_a_rebased_branch_is_told_and_obeyed_once(board, again):
    task = board.new()
    take(board, push(*WORDS))
    before, log = board_as_seen(board, task), board.told()
    take(board, again)
    assert (board_as_seen(board, task), board.told()) == (before, log)
    take(board, replace(again, branch="main", is_forced=False))
    assert (board.see(task).state, told(board, task)) == (State.DONE, [3])


def test_a_commit_that_is_picked_to_the_default_branch_is_not_told_again(board):
    task = board.new()
    take(board, push(*WORDS), push(commit(WORDS[1], "picked"), branch="main"))
    assert (told(board, task), len(notes(board, task))) == ([3], 2)


def test_a_commit_that_is_picked_to_another_branch_is_told_and_commands_nothing(board):
    """There it is news; what it said has been done."""
    task = board.new()
    take(board, push(*WORDS), push(commit(WORDS[0], "picked"), branch="release/1"))
    assert (told(board, task), len(notes(board, task))) == ([3, 1], 2)


def test_new_commits_of_a_rebased_branch_are_told(board):
    task = board.new()
    take(board, push("CHURN-1 a"), push(commit("CHURN-1 a", "rebased"), "CHURN-1 b", forced=True))
    assert told(board, task) == [1, 1]


def test_the_same_words_twice_on_a_branch_are_two_commits(board):
    task = board.new()
    take(board, push(commit("CHURN-1 wip", "1"), commit("CHURN-1 wip", "2")), push(commit("CHURN-1 wip", "3")))
    assert told(board, task) == [2, 1]


def test_a_check_of_a_rebased_commit_that_came_before_its_push_is_told(board):
    task = board.new()
    take(board, push("CHURN-1 a"), check(sha_of("rebased"), Result.SUCCESS))
    take(board, push(commit("CHURN-1 a", "rebased"), forced=True))
    assert [entry.event.result for entry in happened(board, task, CheckChanged)] == [Result.SUCCESS]


def test_a_revert_does_not_repeat_what_it_takes_back(board):
    task = board.new()
    reverted = 'Revert "Fixes CHURN-1 #note one"\n\nThis reverts commit 667ecc1654a317a13331b17617d973392f415f02.'
    take(board, push(reverted, branch="main"))
    assert board_as_seen(board, task) == [(State.TODO, False, [], [], [], 0, 0)]


def test_a_merge_commit_names_no_task_even_if_its_branch_does(board):
    task = board.new()
    take(board, push("Merge branch 'main' into feat/churn-1", branch="feat/churn-1"))
    take(board, push("Merge pull request #7 from acme/CHURN-1\n\nFixes CHURN-1", branch="main"))
    assert board_as_seen(board, task) == [(State.TODO, False, [], [], [], 0, 0)]


def test_a_bots_commits_are_linked_and_kept_apart_and_command_nothing(board):
    task = board.new()
    take(board, push(commit("CHURN-1 #start bump", author=BOT), commit("CHURN-1 mine"), branch="feat/x"))
    take(board, push(commit("Fixes CHURN-1", author=BOT), branch="main"))
    assert board.see(task).state is State.TODO
    assert [entry.event.is_bot for entry in happened(board, task, CommitsLinked)] == [True, False, True]
    assert len(links(board, task, "commit")) == 3


# Paths.


@pytest.mark.parametrize(
    ("only", "without", "hears"),
    [("path=models/*", "", True), ("path=nowhere/*", "", False), ("", "path=data/*", True), ("", "path=*", False)],
)
def test_a_watch_decides_by_every_path_of_a_push_and_few_are_kept(board, only, without, hears):
    task = board.new()
    channel = ChannelRef("test", "", "c1")
    filters = {name: Filters.parse(text) if text else None for name, text in (("only", only), ("without", without))}
    watch = board.do(
        add_watch, project="CHURN", channel=channel, channel_name="c1", track=None, kind=None, label=None, **filters
    )
    paths = (*(f"data/{number}.csv" for number in range(300)), "models/last.py")
    take(board, push(commit("CHURN-1 look", paths=paths)))
    (entry,) = happened(board, task, CommitsLinked)
    assert watch.hears(entry.event) is hears
    assert len(entry.event.paths) <= 3


# Two projects in one repository.


@pytest.fixture
def other(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    return board.new(project="OTHER")


def both(board, *facts):
    """Both projects have a hook there, so that everything comes twice."""
    for fact in facts:
        take(board, fact)
        take(board, fact, project="OTHER")


def test_two_hooks_of_two_projects_tell_each_its_own_once(board, other):
    task = board.new(project="CHURN")
    done = push("Fixes CHURN-1 #note seen\n\nFixes OTHER-1 #note seen", branch="feat/x")
    both(board, done, replace(done, branch="main"), done)
    for one in (task, other):
        assert board_as_seen(board, one) == [(State.DONE, False, [1], ["done"], ["seen"], 1, 0)]


def test_one_list_may_name_tasks_of_two_projects(board, other):
    """Each hook reads the list as it was written, and takes of it what is its own."""
    task = board.new(project="CHURN")
    both(board, push("Fixes CHURN-1, OTHER-1", branch="main"))
    for one in (task, other):
        assert board_as_seen(board, one) == [(State.DONE, False, [1], ["done"], [], 1, 0)]


@pytest.mark.parametrize("message", ["CHURN-1 #start OTHER-1 #review", "OTHER-1 #review CHURN-1 #start"])
def test_a_command_behind_another_projects_key_is_not_for_this_one(board, other, message):
    task = board.new(project="CHURN")
    both(board, push(message))
    assert (board.see(task).state, board.see(other).state) == (State.DOING, State.REVIEW)


def test_two_hooks_and_a_rebase_merge_tell_each_its_own_once(board, other):
    board.new(project="CHURN")
    both(board, push("CHURN-1 OTHER-1 tails"), push(commit("CHURN-1 OTHER-1 tails", "rebased"), branch="main"))
    assert told(board, other) == [1]


def test_a_hook_that_hears_of_the_branch_after_the_merge_closes_its_task_too(board, other):
    board.new(project="CHURN")
    done = push("Fixes CHURN-1\n\nFixes OTHER-1")
    take(board, done, replace(done, branch="main"))
    take(board, done, replace(done, branch="main"), project="OTHER")
    assert board.see(other).state is State.DONE


# People.


@pytest.mark.parametrize(
    ("identity", "pusher"),
    [
        (Identity("github", "", "bo-berg"), GitPerson(name="bo", login="Bo-Berg")),
        (Identity("github", "", "bo-berg"), GitPerson(name="bo", email="12+Bo-Berg@users.noreply.github.com")),
        (Identity("github", "", "bo-berg"), GitPerson(name="bo", email="bo-berg@users.noreply.github.com")),
        (Identity("email", "", "bo@example.com"), GitPerson(name="bo", email="Bo@Example.com")),
        (Identity("email", "", "bo@example.com"), GitPerson(name="bo", email="bo@example.com", login="unknown")),
    ],
)
def test_a_member_is_known_by_account_by_hidden_address_and_by_e_mail(board, identity, pusher):
    bo = board.sign_in("Bo of the board")
    board.do(link_identity, identity=identity, actor=bo)
    task = board.new()
    take(board, push(commit("CHURN-1 #note seen", author=pusher), pusher=pusher))
    (entry,) = happened(board, task, CommitsLinked)
    assert (entry.member, [line.author for line in entry.event.commits]) == ("Bo of the board", ["Bo of the board"])
    assert [note.author for note in notes(board, task)] == ["Bo of the board"]


def test_whoever_is_not_known_is_named_as_git_has_it(board):
    task = board.new()
    take(board, push("CHURN-1 #note seen", pusher=GitPerson(name=" Eve\n of\tthe  web ", login="eve")))
    assert [entry.member for entry in happened(board, task, CommitsLinked)] == ["Eve of the web"]
    assert [note.author for note in notes(board, task)] == ["Eve of the web"]


def test_an_e_mail_address_in_a_commit_does_not_make_its_pusher_that_member(board):
    """Anybody may write any author into a commit."""
    board.do(link_identity, identity=Identity("email", "", "ana@example.com"))
    task = board.new()
    take(board, push(commit("CHURN-1 #start", author=GitPerson(name="Ana", email="ana@example.com"))))
    (moved,) = happened(board, task, TaskMoved)
    assert moved.member == "Bo Berg"


# Size, and any order.


def take_slowly(board, pushed):
    """With the time that a webhook has, for machines that are busy."""
    board.store.write(
        lambda work: take_push(work, pushed=pushed, prefixes=["CHURN"], now=board.now), team=board.team, within=DEADLINE
    ).result()


def test_two_thousand_commits_cost_a_few_hundred_statements(board):
    task = board.new()
    pushed = push(*(f"CHURN-1 step {number}" for number in range(2_048)))
    with statements() as asked:
        take_slowly(board, pushed)
    assert len(asked) < 300
    assert told(board, task) == [2_048]
    with statements() as asked:
        take_slowly(board, pushed)
    assert len(asked) < 100
    assert told(board, task) == [2_048]


def test_tasks_and_checks_are_looked_for_at_once_and_not_for_each_commit(board):
    for _ in range(60):
        board.new()
    pushed = push(*(f"CHURN-{number % 60 + 1} step {number}" for number in range(600)))
    with statements() as asked:
        take_slowly(board, pushed)
    looked_for = [words for words, _ in asked if words.startswith(("SELECT tasks", "SELECT checks"))]
    assert len(looked_for) <= 4


BRANCH = push("CHURN-1 a #note one", "CHURN-1 b #metric f1=.8", "Fixes CHURN-2")
MAIN = replace(BRANCH, branch="main")
SECOND = push("CHURN-1 c #note two", "Fixes CHURN-3", branch="feat/second")
DIRECT = push("CHURN-2 #note three", branch="main")
ALL = (BRANCH, MAIN, SECOND, replace(SECOND, branch="main"), DIRECT)


# What each task comes to, whatever the order: state, notes, commits.
EXPECTED = [(State.TODO, ["one", "two"], 3), (State.DONE, ["three"], 2), (State.TODO, [], 1)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(ALL).flatmap(lambda once: st.lists(st.sampled_from(ALL), max_size=4).map(once.__add__)))
def test_in_any_order_and_however_often_the_same_pushes_make_the_same_board(database, order):
    """Holds for pushes whose commands do not contradict each other: what was said is done, once, and each commit is
    linked once. In which message a commit is told depends on the order, and is not compared."""
    board = BoardDriver.open(database, now=NOW)
    tasks = [board.new(), board.new(), board.new(box="10d")]
    take(board, *order)
    seen = [
        (board.see(task).state, sorted(note.text for note in notes(board, task)), len(links(board, task, "commit")))
        for task in tasks
    ]
    assert seen == EXPECTED
    assert [sum(told(board, task)) for task in tasks] == [3, 2, 1]
    assert len(happened(board, tasks[2], ResearchSaidDone)) == 1
    assert all(len(moves(board, task)) <= 1 for task in tasks)


def test_the_same_push_from_many_hooks_at_one_moment_is_taken_once(board):
    task = board.new()
    gate = threading.Barrier(6)

    def report(number):
        gate.wait()
        for step in range(5):
            take(board, push(f"CHURN-1 #note step {step}", branch="main"))

    with ThreadPoolExecutor(6) as hooks:
        list(hooks.map(report, range(6)))
    assert sum(told(board, task)) == 5
    assert sorted(note.text for note in notes(board, task)) == [f"step {step}" for step in range(5)]


def test_what_is_said_again_on_another_branch_is_done_again(board):
    task = board.new()
    for branch, said in (("feat/a", "#review"), ("feat/b", "#start"), ("feat/c", "#review")):
        take(board, push(f"CHURN-1 {said}", branch=branch))
    # Word for word the first one's: a copy of it.
    assert moves(board, task) == ["review", "doing"]
    take(board, push(commit("CHURN-1 #review once more"), branch="feat/c"))
    assert moves(board, task) == ["review", "doing", "review"]


def test_a_blocker_may_be_opened_and_closed_again_from_another_branch(board):
    task = board.new()
    for branch in ("feat/a", "feat/b"):
        take(board, push(f"{branch} waits\nCHURN-1 #blocked labels late", branch=branch))
        take(board, push(f"{branch} goes on\nCHURN-1 #unblocked", branch=branch))
    assert len(happened(board, task, TaskUnblocked)) == 2


def test_a_branch_that_was_deleted_has_nothing_to_do_with_the_next_of_its_name(board):
    task, other = board.new(), board.new()
    take(board, push("Fixes CHURN-1", branch="develop"))
    take(board, BranchDeleted(repository=CHURN, branch="develop"))
    take(board, pull_request(PullRequestState.MERGED, title="CHURN-2 only", head="develop"))
    assert happened(board, task, PullRequestMoved) == []
    assert len(happened(board, other, PullRequestMoved)) == 1
    assert board.see(task).state == "todo"
