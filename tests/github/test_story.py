"""The main job, from the first commit to a rollback: one card, its thread tells the story, the channel hears little."""

from tests.github.host import GitHub
from tests.slack.harness import SlackBoard

STORY = """\
labkeeper (edited): CHURN-1 Ship the tail model
  done · deploy · priority next · owner ana
"""


def play(board: SlackBoard, github: GitHub) -> None:
    """Whoever reads along sees each step as it comes."""
    board.lab("me link github:ana-lab")
    board.lab("task new Ship the tail model kind:deploy owner:@ana")
    board.settle()
    sha = github.commit("CHURN-1 #start weigh tail classes", "feat/churn-1-tails", model__py="1")
    board.settle()
    request = github.open("Weigh tail classes", "feat/churn-1-tails", body="Part of CHURN-1")
    board.settle()
    check(board, github, sha)
    merged = github.merge(request)
    board.settle()
    github.deploy(merged, "staging")
    board.settle()
    first = github.git.sha("main~1")
    deploy(board, github, first, merged)


def check(board: SlackBoard, github: GitHub, sha: str) -> None:
    github.workflow(sha, None)
    board.settle()
    github.workflow(sha, "failure")
    board.settle()
    github.later(minutes=5)
    github.workflow(sha, "success", run=51)
    board.settle()


def deploy(board: SlackBoard, github: GitHub, first: str, merged: str) -> None:
    github.deploy(first, "production")
    board.settle()
    github.deploy(merged, "production", "failure", "health check timed out")
    board.settle()
    github.deploy(merged, "production")
    board.settle()
    github.deploy(first, "production")
    board.settle()


def test_print(board: SlackBoard, github: GitHub) -> None:
    play(board, github)
    print(board.channel("C1").transcript())
    print(board.lab("deploy list"))
    raise AssertionError
