"""CI on commits: the newest attempt holds, in whatever order it is reported; each change is told once."""

from itertools import permutations

import pytest

from core.git import PullRequestState, Result
from core.git_events import CheckChanged
from core.projects import create_project
from tests.git_facts import CHURN, check, commit, happened, pull_request, push, sha_of, take

SHA = sha_of("CHURN-1 a")


def told(board, task):
    return [str(entry.event.result) for entry in happened(board, task, CheckChanged)]


def now_is(board, name="tests"):
    def query(work):
        repository = work.repositories.ensure(check(SHA, Result.WAITING).repository, board.now)
        return work.checks.find(repository, SHA, name)

    found = board.write(query)
    return str(found.result) if found else None


@pytest.fixture
def task(board):
    made = board.new()
    take(board, push("CHURN-1 a"))
    return made


def test_each_change_of_a_check_is_told(board, task):
    take(board, *(check(SHA, result) for result in (Result.WAITING, Result.RUNNING, Result.FAILURE)))
    assert (told(board, task), now_is(board)) == (["running", "failure"], "failure")


def test_a_workflow_that_skips_a_commit_is_no_line(board, task):
    take(board, *(check(SHA, result) for result in (Result.WAITING, Result.SKIPPED)))
    assert (told(board, task), now_is(board)) == ([], "skipped")
    take(board, check(SHA, Result.RUNNING, order=2), check(SHA, Result.SKIPPED, order=2, minutes=1))
    assert told(board, task) == ["running", "skipped"]


def test_a_check_that_waits_when_its_commit_is_pushed_is_told_once_it_runs(board):
    task = board.new()
    take(board, check(SHA, Result.WAITING), check(SHA, Result.SKIPPED, name="bots"), push("CHURN-1 a"))
    assert told(board, task) == []
    take(board, check(SHA, Result.RUNNING))
    assert told(board, task) == ["running"]


def test_what_is_asked_for_anew_waits_in_its_line(board, task):
    take(board, check(SHA, Result.FAILURE), check(SHA, Result.WAITING, order=2))
    assert told(board, task) == ["failure", "waiting"]


def test_the_same_report_twice_is_told_once(board, task):
    done = check(SHA, Result.SUCCESS)
    take(board, done, done, check(SHA, Result.SUCCESS, minutes=1))
    assert told(board, task) == ["success"]


def test_a_newer_attempt_wins_and_an_older_one_is_ignored(board, task):
    take(board, check(SHA, Result.FAILURE, order=1), check(SHA, Result.RUNNING, order=2))
    take(board, check(SHA, Result.CANCELLED, order=1, minutes=9), check(SHA, Result.SUCCESS, order=2, minutes=1))
    assert (told(board, task), now_is(board)) == (["failure", "running", "success"], "success")


@pytest.mark.parametrize(
    "late", [check(SHA, Result.RUNNING), check(SHA, Result.WAITING), check(SHA, Result.RUNNING, minutes=-1)]
)
def test_an_end_that_comes_before_its_beginning_stands(board, task, late):
    take(board, check(SHA, Result.SUCCESS), late)
    assert (told(board, task), now_is(board)) == (["success"], "success")


RUN = tuple(
    check(SHA, result, order=order, minutes=minutes)
    for order, result, minutes in [
        (1, Result.WAITING, 0), (1, Result.RUNNING, 0), (1, Result.FAILURE, 3), (2, Result.RUNNING, 4),
        (2, Result.SUCCESS, 6),
    ]
)  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(len(RUN))))[::11])
def test_in_any_order_the_last_attempts_end_holds(board, task, order):
    take(board, *(RUN[place] for place in order), *(RUN[place] for place in order))
    assert (told(board, task)[-1], now_is(board)) == ("success", "success")


def test_checks_of_several_names_do_not_touch_each_other(board, task):
    take(board, check(SHA, Result.FAILURE), check(SHA, Result.SUCCESS, name="lint", order=9))
    assert (now_is(board), now_is(board, "lint")) == ("failure", "success")
    assert told(board, task) == ["failure", "success"]


def test_a_check_of_a_commit_about_nothing_is_kept_and_told_to_nobody(board, task):
    other = sha_of("other")
    take(board, check(other, Result.FAILURE))
    assert told(board, task) == []


def test_a_check_is_told_to_every_task_of_its_commit(board):
    tasks = board.new(), board.new()
    both = commit("CHURN-1 CHURN-2 b")
    take(board, push(both), check(both.sha, Result.FAILURE))
    assert [told(board, task) for task in tasks] == [["failure"], ["failure"]]


def test_a_check_of_a_pull_requests_newest_or_merged_commit_is_told_to_its_tasks(board):
    task = board.new()
    take(board, pull_request(head_sha="a" * 40), check("a" * 40, Result.FAILURE))
    take(board, pull_request(PullRequestState.MERGED, minutes=1, merge_sha="b" * 40), check("b" * 40, Result.SUCCESS))
    assert told(board, task) == ["failure", "success"]


def test_two_hooks_of_two_projects_tell_each_task_once(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    tasks = board.new(project="CHURN"), board.new(project="OTHER")
    both = commit("CHURN-1 OTHER-1 b")
    for fact in (push(both), check(both.sha, Result.FAILURE)):
        take(board, fact)
        take(board, fact, project="OTHER")
    assert [told(board, task) for task in tasks] == [["failure"], ["failure"]]


def test_checks_of_commits_without_a_task_are_forgotten_in_the_end_and_the_others_kept(board):
    task = board.new()
    named, late = push("CHURN-1 named"), push("CHURN-1 late")
    take(board, named, check(named.after, Result.FAILURE), check(late.after, Result.SUCCESS), late)
    take(board, check(sha_of("of no task"), Result.FAILURE), pull_request(head_sha=sha_of("head")))
    take(board, check(sha_of("head"), Result.FAILURE))
    shas = [named.after, late.after, sha_of("head"), sha_of("of no task")]

    def kept():
        here = board.write(lambda work: work.repositories.ensure(CHURN, board.now))
        return [check.sha for check in board.read(lambda work: work.checks.of_commits(here, shas))]

    assert len(kept()) == 4
    assert board.store.forget_checks(before=board.now).result() == 0
    board.later(days=1)
    assert board.store.forget_checks(before=board.now).result() == 1
    assert board.store.forget_checks(before=board.now).result() == 0
    assert sorted(kept()) == sorted(shas[:3])
    assert len(happened(board, task, CheckChanged)) == 3
