"""The main job, from the first commit to a rollback: one card, its thread tells the story, the channel hears little."""

from tests.github.host import GitHub
from tests.slack.harness import SlackBoard


def play(board: SlackBoard, github: GitHub) -> None:
    board.lab("task new Ship the tail model kind:deploy owner:@ana")
    settle(board)
    sha = github.commit("CHURN-1 #start weigh tail classes", "feat/churn-1-tails", model__py="1")
    settle(board)
    request = github.open("Weigh tail classes", "feat/churn-1-tails", body="Fixes CHURN-1")
    settle(board)
    github.workflow(sha, None)
    settle(board)
    github.workflow(sha, "failure")
    settle(board)
    github.later(minutes=5)
    github.workflow(sha, "success", run=51)
    settle(board)


def settle(board: SlackBoard) -> None:
    board.settle()


def test_print(board: SlackBoard, github: GitHub) -> None:
    play(board, github)
    print(board.channel("C1").transcript())
    assert 0
