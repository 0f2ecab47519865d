"""The main job, from the first commit to a rollback: one card, its thread tells the story, the channel hears little.

`LABKEEPER_WRITE_TRANSCRIPTS=1` writes the story anew; then read what changed.
"""

import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.github.host import GitHub, HookAddress
from tests.slack.harness import SlackBoard, connected

GOLDEN = Path(__file__).parent / "story.txt"


def play(board: Any, github: GitHub) -> None:
    """In any chat. Whoever reads along sees each step as it comes."""
    board.lab("me link github:ana-lab")
    board.lab("task new Weigh tail classes kind:feature owner:@ana")
    board.lab("task new Ship the tail model kind:deploy owner:@ben")
    board.settle()
    sha = github.commit("CHURN-1 #start weigh tail classes", "feat/churn-1-tails", files={"eda.ipynb": "{}"})
    board.settle()
    request = github.open("Weigh tail classes", "feat/churn-1-tails", body="Fixes CHURN-1")
    board.settle()
    run_checks(board, github, sha)
    merged = github.merge(request)
    board.settle()
    shipped = github.commit("CHURN-2 #start bake the image", files={"Dockerfile": "1"})
    board.settle()
    deploy(board, github, merged, shipped)


def run_checks(board: Any, github: GitHub, sha: str) -> None:
    github.workflow(sha, None)
    board.settle()
    github.workflow(sha, "failure")
    board.settle()
    github.later(minutes=5)
    github.workflow(sha, "success", run=51)
    board.settle()


def deploy(board: Any, github: GitHub, merged: str, shipped: str) -> None:
    github.deploy(merged, "production")
    board.settle()
    github.deploy(shipped, "staging")
    board.settle()
    github.deploy(shipped, "production", "failure", "health check timed out")
    board.settle()
    github.deploy(shipped, "production")
    board.settle()
    github.deploy(merged, "production")
    board.settle()


def told(board: Any) -> str:
    return board.channel().transcript() + "\n"


def test_one_card_tells_the_story_and_the_channel_hears_only_what_it_must(board: SlackBoard, github: GitHub) -> None:
    play(board, github)
    if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
        GOLDEN.write_text(told(board), encoding="utf-8")
    assert told(board) == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("is_new", [False, True], ids=["redelivered", "from a second hook"])
def test_every_delivery_again_shuffled_over_a_restart_changes_nothing(
    board: SlackBoard, github: GitHub, is_new: bool
) -> None:
    play(board, github)
    before, audit, events = told(board), board.audit(), board.count("events")
    with connected(board.slack, board.database_url) as again:
        path = github.hook.url.partition("/webhooks/")[2]
        github.hook = HookAddress(f"{again.connection_address}/webhooks/{path}", github.hook.secret)
        for seed in range(3):
            statuses = github.send_again(order=random.Random(seed).shuffle, is_new=is_new)
            assert set(statuses) <= {200, 202}
        again.settle()
        assert again.channel("C1").transcript() + "\n" == before
        assert again.audit() == audit
        assert again.count("events") == events
