"""Commits that GitHub left out of its report of a push."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.github.world import World, commit_lines, make_done_jobs_due, push_many


def test_a_push_that_github_cut_is_completed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # A busy machine takes longer for 2,048 commits; how fast it is is not the matter here.
    monkeypatch.setattr("bot.intake.DEADLINE", timedelta(seconds=60))
    pushed = push_many(world, 2_500)
    with world.up() as board:
        assert world.deliver(pushed) == 200
        board.settle()
        assert board.count("commit_tasks") == 2_500
        assert board.count("commits") == 2_502
        lines = commit_lines(board)
        assert len(lines) == 2
        assert "pushed 2048 commits to main" in lines[0]
        assert "pushed 452 more commits to main, which the report of the push had left out" in lines[1]
        before = board.count("events")
        world.state.deliver(world.hook, world.hook.attempts[0].delivery)
        board.settle()
        assert board.count("events") == before


def test_a_new_branch_is_completed_with_what_the_default_branch_has_not(world: World) -> None:
    world.github.git.branch("feat/tails", start="main")
    pushed = push_many(world, 600, "feat/tails")
    with world.up() as board:
        world.deliver(pushed, told=300)
        board.settle()
        assert board.count("commit_tasks") == 600


def test_a_forced_push_whose_old_commits_are_gone_is_completed_too(world: World) -> None:
    world.github.git.branch("feat/tails", start="main")
    world.github.git.commit("CHURN-1 to be replaced")
    world.github.git.push("feat/tails")
    world.github.git.git("reset", "--quiet", "--hard", "main")
    pushed = push_many(world, 600, "feat/tails", force=True)
    with world.up() as board:
        delivery = world.delivery(pushed, told=300)
        gone = delivery.body.replace(pushed.before.encode(), b"d" * 40)
        assert world.state.deliver(world.hook, replace(delivery, body=gone)) == 200
        board.settle()
        assert board.count("commit_tasks") == 600


def test_a_page_that_is_taken_twice_counts_once(world: World) -> None:
    """The process died between the page's unit and the end of its job."""
    pushed = push_many(world, 600)
    with world.up() as board:
        world.deliver(pushed, told=300)
        board.settle()
        make_done_jobs_due(board, "push.complete")
        board.settle()
        assert board.count("commit_tasks") == 600
        assert [line for line in commit_lines(board) if "300 more" in line]
        assert len(commit_lines(board)) == 2


def test_without_a_token_a_cut_push_stays_cut(world: World) -> None:
    pushed = push_many(world, 600)
    with world.up(token="") as board:
        world.deliver(pushed, told=300)
        board.settle()
        assert board.count("commit_tasks") == 300
        assert board.rows("SELECT * FROM jobs WHERE kind = 'push.complete'") == []
    assert world.state.asked == []


def test_a_push_is_completed_after_github_was_out_of_reach_for_hours(world: World) -> None:
    pushed = push_many(world, 600)
    with world.up() as board:
        world.deliver(pushed, told=300)
        world.state.fail(502, times=8)
        board.settle()
        for _ in range(12):
            board.settle_later(3_600)
        assert board.count("commit_tasks") == 600
        assert world.state.faults == []


def test_a_push_that_stays_cut_for_a_day_is_told_in_the_audit_log_and_as_far_as_it_came(world: World) -> None:
    pushed = push_many(world, 600)
    with world.up() as board:
        world.deliver(pushed, told=100)
        world.state.fail_after(1, 502, times=100)
        board.settle()
        for _ in range(30):
            board.settle_later(3_600)
        said = board.admin("audit")
        assert "gave up on the commits that the report of a push to main of lab/churn left out" in said
        assert "GitHub answers 502" in said
        assert [line for line in commit_lines(board) if "pushed 250 more commits" in line]


def test_a_push_that_a_token_may_not_complete_is_told_in_the_audit_log(world: World) -> None:
    pushed = push_many(world, 600)
    world.state.rights.clear()
    with world.up() as board:
        world.deliver(pushed, told=300)
        board.settle()
        said = board.admin("audit")
        assert "left out: GITHUB_TOKEN does not show this" in said
