"""What channels hear of what GitHub reports: as little as they must, and what they asked for."""

import pytest

from tests.github.host import GitHub
from tests.github_push import Account
from tests.slack.harness import ANA, SlackBoard

DEPENDABOT = Account(49699333, "dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", "Bot")


@pytest.fixture(autouse=True)
def releases(board: SlackBoard) -> None:
    """The bot is in C2 too."""
    board.events.invites_bot("C2", ANA)


def task(board: SlackBoard, title: str = "Weigh tail classes", **more: str) -> None:
    board.lab(" ".join(["task new", title, *(f"{name}:{value}" for name, value in more.items())]))
    board.settle()


def roots(board: SlackBoard, channel: str) -> list[str]:
    """The first lines of what stands in the channel itself."""
    board.settle()
    lines = board.channel(channel).transcript().splitlines()
    return [line.partition(": ")[2] for line in lines if not line.startswith(" ")]


def test_what_bots_do_is_left_out_unless_it_is_asked_for(github: GitHub, board: SlackBoard) -> None:
    task(board)
    board.admin("watch add CHURN only:author=dependabot*", channel="C2")
    github.git.switch("main")
    request = github.open("Bump torch for CHURN-1", "main", author=DEPENDABOT)
    request.state = "closed"
    github.tell("closed", request, by=DEPENDABOT)
    board.settle()
    assert "Bump torch" not in board.transcript("C1")
    assert "Bump torch" in board.transcript("C2")
    assert board.task().state == "todo"


def test_a_channel_for_deployments_shows_a_task_once_it_is_deployed(github: GitHub, board: SlackBoard) -> None:
    board.admin("watch add CHURN only:environment=staging,result=success", channel="C2")
    task(board)
    sha = github.commit("CHURN-1 #start", files={"a": "1"})
    assert roots(board, "C2") == []
    github.deploy(sha, "staging", "failure")
    assert roots(board, "C2") == []
    github.deploy(sha, "staging")
    assert [line for line in roots(board, "C2") if "CHURN-1" in line]
    assert "(also in the channel)" in board.transcript("C2")
    assert "(also in the channel)" not in board.transcript("C1")


def test_a_release_of_several_jobs_is_said_aloud_once_also_where_it_is_asked_for(
    github: GitHub, board: SlackBoard
) -> None:
    board.admin("watch add CHURN only:environment=production", channel="C2")
    task(board)
    sha = github.commit("CHURN-1 #start", files={"a": "1"})
    for _ in range(3):
        github.deploy(sha, "production")
        board.settle()
    for channel in ("C1", "C2"):
        assert board.transcript(channel).count("(also in the channel)") == 1
        assert board.transcript(channel).count("deployed to production") == 3


def test_a_path_can_be_asked_for_and_another_left_out(github: GitHub, board: SlackBoard) -> None:
    board.admin("watch add CHURN only:path=models/* not:branch=wip/*", channel="C2")
    task(board)
    github.commit("CHURN-1 docs", files={"docs/a.md": "1"})
    github.commit("CHURN-1 try", "wip/x", files={"models/a.py": "1"})
    assert roots(board, "C2") == []
    github.commit("CHURN-1 model", "feat/x", files={"models/b.py": "1"})
    assert len(roots(board, "C2")) == 1
    assert "CHURN-1 docs" not in board.transcript("C2")


def test_a_label_that_comes_later_shows_the_task_once(github: GitHub, board: SlackBoard) -> None:
    board.admin("watch add CHURN only:label=tails", channel="C2")
    task(board)
    github.commit("CHURN-1 one", files={"a": "1"})
    assert roots(board, "C2") == []
    board.lab("task set CHURN-1 labels:tails")
    assert [line for line in roots(board, "C2") if "CHURN-1" in line]
    for labels in ("none", "tails"):
        board.lab(f"task set CHURN-1 labels:{labels}")
        board.settle()
    github.commit("CHURN-1 two", files={"a": "2"})
    assert len(roots(board, "C2")) == 1
    assert "CHURN-1 two" in board.transcript("C2")
    assert "CHURN-1 one" not in board.transcript("C2")


def test_a_filter_that_cannot_be_read_says_how_it_is_written(board: SlackBoard) -> None:
    answer = board.admin("watch add CHURN only:colour=red")
    assert "“colour=red” is not a filter." in answer
    assert "Fields: label, kind, track, branch" in answer


def test_a_burst_of_commits_is_one_line_with_a_count(github: GitHub, board: SlackBoard) -> None:
    task(board)
    github.git.switch("main")
    for number in range(12):
        github.git.commit(f"CHURN-1 step {number}", {"a": str(number)})
    github.push()
    transcript = board.transcript()
    assert "pushed 12 commits to main, the newest: " in transcript
    assert transcript.count("step") == 1


def test_checks_of_many_runs_stay_one_line_for_each_workflow(github: GitHub, board: SlackBoard) -> None:
    task(board)
    sha = github.commit("CHURN-1 one", files={"a": "1"})
    for run, conclusion in enumerate([None, "failure", None, "success"], start=1):
        github.later(minutes=1)
        github.workflow(sha, conclusion, run=run)
        github.status(sha, "pending" if conclusion is None else conclusion)
        board.settle()
    transcript = board.transcript()
    assert transcript.count("tests passed on") == 1
    assert transcript.count("ci/data passed on") == 1
    assert "failed" not in transcript


def test_a_line_that_somebody_deleted_does_not_come_back(github: GitHub, board: SlackBoard) -> None:
    task(board)
    sha = github.commit("CHURN-1 one", files={"a": "1"})
    github.workflow(sha, "failure", run=1)
    board.settle()
    (root,) = board.channel("C1").roots
    line = next(reply for reply in board.channel("C1").replies(root) if "tests failed" in reply.text)
    board.slack.delete_message("C1", line.ts, by=ANA)
    github.later(minutes=1)
    github.workflow(sha, "success", run=2)
    assert "tests passed" not in board.transcript()


def test_research_is_never_done_by_a_commit_and_its_thread_says_so(github: GitHub, board: SlackBoard) -> None:
    task(board, "Try focal loss", kind="investigate", box="10d")
    github.commit("Fixes CHURN-1", files={"a": "1"})
    assert board.task().state == "todo"
    assert "Research ends in a decision." in board.transcript()


def test_a_note_by_somebody_who_is_no_member_is_shown_under_their_name(github: GitHub, board: SlackBoard) -> None:
    task(board)
    github.commit("CHURN-1 #note lr 3e-4 diverges", files={"a": "1"})
    assert "ana-lab: lr 3e-4 diverges" in board.lab("task show CHURN-1")
