"""Commits that the report of a push left out: linked like the others, and counted once for each task."""

import pytest

from core.git import Commit, GitPerson, Pushed, Repository
from core.git_intake import complete_push, take_fact
from core.hooks import Hook, HookProvider, create_hook
from core.pushes import LinkedRest

CHURN = Repository(
    host="github", external_id="9001", name="acme/churn", url="https://github.com/acme/churn", default_branch="main"
)
ANA = GitPerson(name="Ana", email="ana@lab.example")
BOT = GitPerson(name="renovate[bot]", is_bot=True)


def commit(number: int, message: str, author: GitPerson = ANA) -> Commit:
    sha = f"{number:040x}"
    return Commit(sha=sha, message=message, author=author, url=f"{CHURN.url}/commit/{sha}")


def push(*commits: Commit) -> Pushed:
    return Pushed(
        repository=CHURN, branch="main", before="a" * 40, after="b" * 40, commits=commits, pusher=ANA,
        is_truncated=True,
    )  # fmt: skip


@pytest.fixture
def hook(board) -> Hook:
    board.new("Weigh tail classes")
    board.new("Ship it")
    return board.do(
        create_hook, provider=HookProvider.GITHUB, project="CHURN", repository=None, public_id="x", secret="sealed"
    )


def complete(board, hook, *commits, so_far=(), is_last=True) -> tuple[LinkedRest, ...]:
    return board.write(
        lambda work: complete_push(
            work, pushed=push(*commits), hook=hook, so_far=so_far, is_last=is_last, now=board.now
        )
    )  # fmt: skip


def told(board) -> list[str]:
    return [words for words in board.told() if "more commit" in words]


def test_the_rest_is_told_with_its_last_page_and_once_for_each_task(board, hook):
    first = complete(board, hook, commit(1, "CHURN-1 a"), commit(2, "CHURN-2 b"), is_last=False)
    assert told(board) == []
    complete(board, hook, commit(3, "CHURN-1 c"), commit(4, "nothing of ours"), so_far=first)
    assert told(board) == ["pushed 2 more commits to main", "pushed 1 more commit to main"]


def test_what_bots_wrote_is_counted_apart(board, hook):
    rest = complete(board, hook, commit(1, "CHURN-1 a"), commit(2, "CHURN-1 bump", BOT))
    assert set(rest) == {LinkedRest("CHURN-1", False, 1), LinkedRest("CHURN-1", True, 1)}


def test_what_the_report_told_is_not_told_again(board, hook):
    reported = push(commit(2, "CHURN-1 b"))
    board.write(lambda work: take_fact(work, fact=reported, hook=hook, now=board.now))
    assert complete(board, hook, commit(2, "CHURN-1 b")) == ()
    assert told(board) == []


def test_what_the_rest_says_is_done(board, hook):
    complete(board, hook, commit(1, "CHURN-1 #start"), commit(2, "Fixes CHURN-2"))
    moves = [words for words in board.told() if words.startswith("moved")]
    assert ["doing" in words for words in moves] == [True, False]
    assert "to done" in moves[1]
