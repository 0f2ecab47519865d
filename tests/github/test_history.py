"""What a real repository goes through: rebases, squashes, reverts, tags. The board hears of each thing once."""

import json

import pytest

from tests.fakes.slack.reading import message_text
from tests.github.host import Delivery, GitHub, repository
from tests.github_push import push_payload
from tests.slack.harness import SlackBoard


@pytest.fixture(autouse=True)
def task(board: SlackBoard) -> None:
    board.lab("task new Weigh tail classes kind:feature")
    board.settle()


def thread(board: SlackBoard) -> str:
    board.settle()
    (root,) = [root for root in board.channel("C1").roots if "CHURN-1" in root.text]
    return "\n".join(message_text(reply, {}) for reply in board.channel("C1").replies(root))


def notes(board: SlackBoard) -> list[str]:
    return [text for (text,) in board.rows("SELECT text FROM notes ORDER BY id")]


def test_a_rebased_branch_is_forced_and_nothing_is_said_again(github: GitHub, board: SlackBoard) -> None:
    github.commit("CHURN-1 #start #note seeds matter", "feat/tails", files={"a": "1"})
    before = thread(board)
    github.commit("Something else", "main", files={"b": "1"})
    github.git.switch("feat/tails")
    github.git.rebase("main")
    assert github.push("feat/tails", force=True) == 200
    assert thread(board) == before
    assert notes(board) == ["seeds matter"]
    assert board.count("commit_tasks") == 2


def test_an_amended_commit_says_only_what_is_new(github: GitHub, board: SlackBoard) -> None:
    github.commit("CHURN-1 #note seeds matter", "feat/tails", files={"a": "1"})
    github.git.amend("CHURN-1 #note seeds matter\nCHURN-1 #metric val_auc=0.91")
    github.push("feat/tails", force=True)
    assert notes(board) == ["seeds matter"]
    assert "recorded val_auc 0.91" in thread(board)


def test_a_squash_repeats_its_branch_and_closes_once(github: GitHub, board: SlackBoard) -> None:
    github.commit("CHURN-1 #start", "feat/tails", files={"a": "1"})
    github.commit("CHURN-1 #note seeds matter\nFixes CHURN-1", "feat/tails", files={"a": "2"})
    body = "* CHURN-1 #start\n\n* CHURN-1 #note seeds matter\n\nFixes CHURN-1"
    request = github.open("Weigh tails", "feat/tails", body=body)
    github.merge(request, squash=True)
    assert notes(board) == ["seeds matter"]
    assert board.task().state == "done"
    assert sum("to done" in line for line in board.audit()) == 1


def test_a_squash_of_one_commit_is_that_commit_again(github: GitHub, board: SlackBoard) -> None:
    """GitHub takes its subject and puts the pull request's number behind it."""
    github.commit("CHURN-1 #note seeds matter", "feat/tails", files={"a": "1"})
    request = github.open("CHURN-1 #note seeds matter", "feat/tails")
    before = thread(board)
    github.merge(request, squash=True)
    assert notes(board) == ["seeds matter"]
    assert [line for line in thread(board).removeprefix(before).splitlines() if "pushed" in line] == []


def test_done_waits_for_the_default_branch(github: GitHub, board: SlackBoard) -> None:
    github.commit("CHURN-1 #done", "feat/tails", files={"a": "1"})
    assert board.task().state == "todo"
    github.git.switch("main")
    github.git.merge("feat/tails")
    github.push("main")
    assert board.task().state == "done"


def test_what_a_merge_of_main_brings_to_a_branch_is_not_about_the_branchs_task(
    github: GitHub, board: SlackBoard
) -> None:
    github.commit("weigh tails", "feat/churn-1-tails", files={"a": "1"})
    assert board.count("commit_tasks") == 1
    for number in range(3):
        github.commit(f"Something else {number}", "main", files={"b": str(number)})
    github.git.switch("feat/churn-1-tails")
    github.git.merge("main", "Merge branch 'main' into feat/churn-1-tails")
    before = thread(board)
    assert github.push("feat/churn-1-tails") == 200
    assert thread(board) == before
    github.commit("more of it", "feat/churn-1-tails", files={"a": "2"})
    assert board.count("commit_tasks") == 2


def test_a_cherry_picked_commit_is_a_copy(github: GitHub, board: SlackBoard) -> None:
    sha = github.commit("CHURN-1 #note seeds matter", "feat/tails", files={"a": "1"})
    before = thread(board)
    github.git.switch("main")
    github.git.cherry_pick(sha)
    github.push("main")
    assert thread(board) == before
    assert notes(board) == ["seeds matter"]


def test_a_revert_undoes_nothing_and_names_nothing(github: GitHub, board: SlackBoard) -> None:
    github.commit("Fixes CHURN-1", files={"a": "1"})
    assert board.task().state == "done"
    before = thread(board)
    github.git.revert("HEAD")
    assert github.push("main") == 200
    assert board.task().state == "done"
    assert thread(board) == before


def test_tags_and_deleted_branches_are_not_needed(github: GitHub, board: SlackBoard) -> None:
    github.commit("CHURN-1 one", "feat/tails", files={"a": "1"})
    before = thread(board)
    github.git.tag("v1.0")
    for pushed in (github.git.push("v1.0"), github.git.delete("refs/heads/feat/tails")):
        assert github.deliver("push", push_payload(github.git, pushed)) == 202
    assert thread(board) == before


def test_a_branch_that_is_made_for_a_task_shows_in_its_thread(github: GitHub, board: SlackBoard) -> None:
    payload = {"ref": "feat/churn-1-tails", "ref_type": "branch", "master_branch": "main", "pusher_type": "user"}
    assert github.deliver("create", payload | {"description": None}) == 200
    assert "linked a branch" in thread(board)


def test_a_release_that_names_a_task_shows_in_its_thread(github: GitHub, board: SlackBoard) -> None:
    author = {"login": "ana-lab", "id": 1, "type": "User"}
    release = {
        "tag_name": "v2.0", "name": "Churn 2.0", "body": "With CHURN-1.", "prerelease": False, "draft": False,
        "html_url": "https://github.com/lab/churn/releases/v2.0", "author": author,
    }  # fmt: skip
    for action in ("published", "released"):
        github.deliver("release", {"action": action, "release": release})
    assert thread(board).count("released Churn 2.0") == 1


def test_a_thousand_commits_are_one_line(github: GitHub, board: SlackBoard) -> None:
    github.git.switch("main")
    github.git.commit_many([f"CHURN-1 step {number}" for number in range(1_000)])
    assert github.push("main") == 200
    assert "pushed 1000 commits to main" in thread(board)
    assert board.count("commit_tasks") == 1_000


@pytest.mark.parametrize(
    "words", ["UTF-8 and PEP-8", "`CHURN-1 #done`", "> CHURN-1 #done", "https://x.example/CHURN-1"]
)
def test_what_only_looks_like_a_key_names_nothing(github: GitHub, board: SlackBoard, words: str) -> None:
    github.commit(words, files={"a": "1"})
    assert board.count("commit_tasks") == 0


def test_whatever_was_typed_on_github_is_literal_in_slack(github: GitHub, board: SlackBoard) -> None:
    hostile = "CHURN-1 <!channel> @everyone *bold* <https://evil.example|click> `x` &lt;"
    github.commit(hostile, files={"a": "1"})
    board.settle()
    posts = json.dumps([call.arguments.get("blocks") for call in board.posts("C1")])
    assert '"type": "broadcast"' not in posts
    assert "<!channel> @everyone *bold*" in posts
    assert "evil.example" not in [element.get("url", "") for element in _links(json.loads(posts))]


def _links(node: object) -> list[dict[str, str]]:
    if isinstance(node, list):
        return [found for item in node for found in _links(item)]
    if isinstance(node, dict):
        own = [node] if node.get("type") == "link" else []
        return own + [found for value in node.values() for found in _links(value)]
    return []


def test_deliveries_of_a_repository_that_names_no_task_leave_no_trace_in_chat(
    github: GitHub, board: SlackBoard
) -> None:
    before = board.transcript()
    github.workflow("c" * 40, "failure")
    github.deploy("c" * 40, "staging")
    github.send(Delivery.of("gollum", {"repository": repository(github.hosted), "pages": []}))
    assert board.transcript() == before
