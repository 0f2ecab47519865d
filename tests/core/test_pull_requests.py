"""What pull requests do to their tasks: review while one is open, done when it is merged and says so."""

from itertools import permutations

import pytest

from core.events import TaskMoved
from core.git import BranchDeleted, PullRequestState, Result
from core.git_events import CheckChanged, PullRequestMoved, ResearchSaidDone
from core.projects import create_project
from core.tasks import State
from tests.git_facts import BOT, CHURN, check, commit, happened, links, pull_request, push, sha_of, take

OPEN, DRAFT = PullRequestState.OPEN, PullRequestState.DRAFT
CLOSED, MERGED = PullRequestState.CLOSED, PullRequestState.MERGED


def told(board, task):
    return [str(entry.event.state) for entry in happened(board, task, PullRequestMoved)]


def moves(board, task):
    return [str(entry.event.after) for entry in happened(board, task, TaskMoved)]


def test_an_open_pull_request_is_linked_told_and_puts_its_task_in_review(board):
    task = board.new()
    take(board, pull_request(OPEN))
    assert (board.see(task).state, told(board, task)) == (State.REVIEW, ["open"])
    (link,) = links(board, task, "pull request")
    assert (link.title, link.url) == ("#7 CHURN-1 tails", "https://github.com/acme/churn/pull/7")
    assert happened(board, task, TaskMoved)[0].event.why == "pull request #7"


@pytest.mark.parametrize("before", [State.TODO, State.REVIEW])
def test_a_draft_is_work(board, before):
    task = board.new()
    if before is not State.TODO:
        board.move(task, before)
    take(board, pull_request(DRAFT))
    assert board.see(task).state is State.DOING


def test_a_draft_that_becomes_ready_is_in_review_and_back_again(board):
    task = board.new()
    take(board, pull_request(DRAFT), pull_request(OPEN, minutes=1), pull_request(DRAFT, minutes=2))
    assert moves(board, task) == ["doing", "review", "doing"]


def test_a_pull_request_that_is_closed_gives_its_task_back_to_work(board):
    task = board.new()
    take(board, pull_request(OPEN), pull_request(CLOSED, minutes=1))
    assert (board.see(task).state, told(board, task)) == (State.DOING, ["open", "closed"])


@pytest.mark.parametrize(
    ("about", "after"),
    [
        ({"title": "Fixes CHURN-1"}, State.DONE),
        ({"body": "Closes: CHURN-1"}, State.DONE),
        ({}, State.DOING),
        ({"title": "Fixes CHURN-1", "base": "develop"}, State.DOING),
        ({"title": "Tails", "head": "feat/churn-1-tails"}, State.DOING),
        ({"body": "> Fixes CHURN-1"}, State.DOING),
    ],
)
def test_merged_is_done_only_into_the_default_branch_and_where_it_says_so(board, about, after):
    task = board.new()
    take(board, pull_request(OPEN, **about), pull_request(MERGED, minutes=1, **about))
    assert (board.see(task).state, told(board, task)) == (after, ["open", "merged"])


def test_the_commits_of_a_branch_say_what_its_pull_request_is_about(board):
    task = board.new()
    take(board, push("Fixes CHURN-1"))
    take(board, pull_request(OPEN, title="Tails"), pull_request(MERGED, title="Tails", minutes=1))
    assert (moves(board, task), told(board, task)) == (["review", "done"], ["open", "merged"])


def test_a_merge_is_told_to_the_tasks_of_its_commits_even_after_the_push(board):
    task = board.new()
    commits = push("CHURN-1 tails")
    take(board, commits, pull_request(OPEN, title="Tails"), push("CHURN-1 tails", branch="main"))
    take(board, pull_request(MERGED, title="Tails", minutes=1))
    assert (board.see(task).state, told(board, task)) == (State.DOING, ["open", "merged"])


def test_a_merge_and_its_push_close_a_task_once(board):
    task = board.new()
    done = commit("Fixes CHURN-1")
    for order in ([push(done, branch="main"), pull_request(MERGED, title="Fixes CHURN-1", minutes=1)],):
        take(board, push(done), pull_request(OPEN, title="Fixes CHURN-1"), *order, *order)
    assert moves(board, task) == ["review", "done"]


def test_research_is_in_review_while_a_pull_request_is_open_and_never_done(board):
    task = board.new(box="10d")
    take(board, pull_request(OPEN, title="Fixes CHURN-1"), pull_request(MERGED, title="Fixes CHURN-1", minutes=1))
    take(board, push("Fixes CHURN-1", branch="main"))
    assert moves(board, task) == ["review", "doing"]
    assert [entry.event.source for entry in happened(board, task, ResearchSaidDone)] == ["pull request #7"]


STORY = (
    pull_request(DRAFT, title="Fixes CHURN-1"),
    pull_request(OPEN, title="Fixes CHURN-1", minutes=1),
    pull_request(OPEN, title="Fixes CHURN-1", minutes=2, head_sha="b" * 40),
    pull_request(MERGED, title="Fixes CHURN-1", minutes=3, merge_sha="c" * 40),
)


@pytest.mark.parametrize("order", list(permutations(STORY))[::5], ids=lambda order: "-".join(f.state for f in order))
def test_in_any_order_and_twice_a_merged_pull_request_ends_the_same(board, order):
    task = board.new()
    take(board, *order, *order)
    assert board.see(task).state is State.DONE
    assert told(board, task)[-1] == "merged"
    assert len(told(board, task)) == len(set(told(board, task)))
    assert len(links(board, task, "pull request")) == 1


def test_what_comes_in_the_same_second_as_an_end_does_not_undo_it(board):
    task = board.new()
    take(board, pull_request(CLOSED, minutes=1), pull_request(OPEN, minutes=1))
    assert told(board, task) == ["closed"]


def test_a_pull_request_that_is_opened_again_is_told_again(board):
    task = board.new()
    take(board, pull_request(OPEN), pull_request(CLOSED, minutes=1), pull_request(OPEN, minutes=2))
    assert moves(board, task) == ["review", "doing", "review"]


def test_a_commit_pushed_to_a_closed_pull_request_opens_nothing(board):
    task = board.new()
    take(board, pull_request(OPEN), pull_request(CLOSED, minutes=1))
    take(board, pull_request(CLOSED, minutes=2, head_sha="b" * 40))
    assert (moves(board, task), told(board, task)) == (["review", "doing"], ["open", "closed"])


def test_a_task_that_is_named_later_is_told_then(board):
    first, second = board.new(), board.new()
    take(board, pull_request(OPEN), pull_request(OPEN, body="And CHURN-2", minutes=1))
    assert (told(board, first), told(board, second)) == (["open"], ["open"])
    assert board.see(second).state is State.REVIEW


def test_a_task_in_review_by_two_pull_requests_waits_for_both(board):
    task = board.new()
    take(board, pull_request(OPEN), pull_request(OPEN, number=8, head="feat/other"))
    take(board, pull_request(CLOSED, minutes=1))
    assert board.see(task).state is State.REVIEW
    take(board, pull_request(MERGED, number=8, head="feat/other", minutes=2))
    assert board.see(task).state is State.DOING


@pytest.mark.parametrize("state", [State.DOING, State.TODO, State.DONE, State.DROPPED])
def test_a_task_that_somebody_moved_on_is_left_alone(board, state):
    task = board.new()
    take(board, pull_request(OPEN))
    board.move(task, state, "seen")
    take(board, pull_request(OPEN, minutes=1, head_sha="b" * 40), pull_request(CLOSED, minutes=2))
    assert (board.see(task).state, told(board, task)) == (state, ["open", "closed"])


def test_a_closed_task_is_told_and_not_opened(board):
    task = board.new()
    board.move(task, State.DONE)
    take(board, pull_request(OPEN))
    assert (board.see(task).state, told(board, task)) == (State.DONE, ["open"])


def test_a_forks_branch_has_nothing_to_do_with_one_of_the_same_name(board):
    task = board.new()
    take(board, push("CHURN-1 tails"), pull_request(OPEN, title="Mine", is_from_fork=True))
    assert (told(board, task), board.see(task).state) == ([], State.TODO)
    take(board, pull_request(OPEN, title="CHURN-1 mine", is_from_fork=True, minutes=1))
    assert told(board, task) == ["open"]


def test_a_bots_pull_request_is_linked_and_moves_nothing(board):
    task = board.new()
    take(board, pull_request(OPEN, title="Fixes CHURN-1", author=BOT))
    take(board, pull_request(MERGED, title="Fixes CHURN-1", author=BOT, minutes=1))
    assert board.see(task).state is State.TODO
    assert [entry.event.is_bot for entry in happened(board, task, PullRequestMoved)] == [True, True]
    assert len(links(board, task, "pull request")) == 1


def test_a_pull_request_about_nothing_leaves_no_trace(board):
    before = board.told()
    take(board, pull_request(OPEN, title="Tails"), pull_request(MERGED, title="Tails", minutes=1))
    assert board.told() == before


def test_two_hooks_of_two_projects_drive_each_its_own_task(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    tasks = board.new(project="CHURN"), board.new(project="OTHER")
    body = "Fixes CHURN-1, OTHER-1"
    for fact in (pull_request(OPEN, body=body), pull_request(MERGED, body=body, minutes=1)):
        take(board, fact)
        take(board, fact, project="OTHER")
    assert [(board.see(task).state, told(board, task)) for task in tasks] == [(State.DONE, ["open", "merged"])] * 2


def test_a_check_of_its_newest_commit_that_came_before_is_told_with_it(board):
    task = board.new()
    take(board, check(sha_of("head 7"), Result.FAILURE), pull_request(OPEN))
    assert [entry.event.result for entry in happened(board, task, CheckChanged)] == [Result.FAILURE]


# A branch that lives on.


NEXT = {"title": "Weekly", "head": "develop"}


def develop(*messages):
    return push(*messages, branch="develop")


def test_a_branch_that_lives_on_brings_nothing_of_a_merged_pull_request_to_its_next_one(board):
    first, second = board.new(), board.new()
    take(board, develop("Fixes CHURN-1", "tidy"), pull_request(OPEN, **NEXT))
    take(board, pull_request(MERGED, **NEXT, minutes=1, head_sha=sha_of("tidy")))
    assert (board.see(first).state, told(board, first)) == (State.DONE, ["open", "merged"])
    board.move(first, State.TODO)
    board.later(minutes=2)
    take(board, develop("Fixes CHURN-2"))
    take(board, pull_request(OPEN, **NEXT, number=8, minutes=3), pull_request(MERGED, **NEXT, number=8, minutes=4))
    assert (board.see(first).state, told(board, first)) == (State.TODO, ["open", "merged"])
    assert (board.see(second).state, told(board, second)) == (State.DONE, ["open", "merged"])


def test_what_was_pushed_behind_a_merged_head_stays_on_its_branch(board):
    first, second = board.new(), board.new()
    take(board, develop("CHURN-1 a"), pull_request(OPEN, **NEXT))
    board.later(minutes=2)
    take(board, develop("Fixes CHURN-2"))
    # The report of the merge comes late.
    take(board, pull_request(MERGED, **NEXT, minutes=1, head_sha=sha_of("CHURN-1 a")))
    assert (told(board, first), told(board, second)) == (["open", "merged"], [])
    take(board, pull_request(OPEN, **NEXT, number=8, minutes=3))
    assert (told(board, first), told(board, second)) == (["open", "merged"], ["open"])


def test_a_push_that_is_reported_after_its_merge_is_not_brought_along_either(board):
    first, second = board.new(), board.new()
    pushed = develop("CHURN-1 a", "CHURN-1 b", "CHURN-2 c")
    about = {"title": "CHURN-1 weekly", "head": "develop"}
    take(board, pull_request(OPEN, **about))
    take(board, pull_request(MERGED, **about, minutes=1, head_sha=sha_of("CHURN-1 b")))
    board.later(minutes=2)
    take(board, pushed, pull_request(OPEN, **NEXT, number=8, minutes=3))
    assert (told(board, first), told(board, second)) == (["open", "merged"], ["open"])


def test_the_second_hook_hears_of_the_merge_what_the_first_did(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    tasks = board.new(project="CHURN"), board.new(project="OTHER")
    for fact in (
        develop("Fixes CHURN-1, OTHER-1"),
        pull_request(OPEN, **NEXT),
        pull_request(MERGED, **NEXT, minutes=1),
    ):
        take(board, fact)
        take(board, fact, project="OTHER")
    assert [(board.see(task).state, told(board, task)) for task in tasks] == [(State.DONE, ["open", "merged"])] * 2


def test_a_branch_that_is_deleted_before_its_merge_is_reported_still_closes(board):
    task = board.new()
    take(board, develop("Fixes CHURN-1"), pull_request(OPEN, **NEXT))
    take(board, BranchDeleted(repository=CHURN, branch="develop"), pull_request(MERGED, **NEXT, minutes=1))
    assert (board.see(task).state, told(board, task)) == (State.DONE, ["open", "merged"])


def test_a_forks_merge_leaves_the_branch_of_the_same_name_alone(board):
    task = board.new()
    take(board, develop("Fixes CHURN-1"), pull_request(MERGED, **NEXT, minutes=1, is_from_fork=True))
    take(board, pull_request(OPEN, **NEXT, number=8, minutes=3))
    assert told(board, task) == ["open"]
